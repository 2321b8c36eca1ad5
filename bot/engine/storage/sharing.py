"""Whether a worker sees the files of the engine: one that does not would fail every render, so it takes none."""

import structlog

from bot.engine.records.place import Place
from bot.engine.storage.storage import Storage

_log = structlog.get_logger(__name__)


class Sharing:
    """What one process knows of where the engine's files are."""

    def __init__(self, place: Place, storage: Storage) -> None:
        """Nothing is asked yet."""
        self._place = place
        self._storage = storage
        self._told = False

    async def tell(self) -> None:
        """An engine says where its files are. Raises OSError."""
        before = await self._place.tell(await self._storage.make_name())
        if before is not None:
            _log.warning("the engine keeps its files elsewhere than before: workers must follow")

    async def is_fine(self) -> bool:
        """Whether this process sees the engine's files just now; when it does not, the log says so once."""
        known = await self._place.known()
        fine = known is None or known == await self._storage.name()
        if not fine and not self._told:
            folder = str(self._storage.here.root)
            _log.error("this worker does not see the engine's files and takes no renders", folder=folder)
        self._told = not fine
        return fine
