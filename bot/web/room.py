"""Room for finished files: what was handed over longest ago goes first, what is still owed to somebody never does."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.media.room import Room
from bot.store.errors import UnreadableRecordError
from bot.store.store import Store
from bot.web.sweep import remove_files

log = structlog.stdlib.get_logger(__name__)

_GB = 1_000_000_000
_SURE = timedelta(hours=1)
"""For so long a finished file stays whatever comes: somebody may be about to open its link."""
_AT_ONCE = 1_000


class ResultsRoom:
    """How much the folder of finished files may hold."""

    def __init__(
        self, store: Store, results_dir: Path, gb: float | None, *, keep: timedelta, now: Callable[[], datetime]
    ) -> None:
        """`gb`: None is four fifths of the disk. `keep`: for how long a finished file stays where there is room."""
        self._store = store
        self._results = results_dir
        self._room = Room(results_dir, None if gb is None else int(gb * _GB))
        self._keep = keep
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def make(self, size: int) -> None:
        """Make room for a file of so many bytes, which is counted as if it were there.

        Raises MediaError(DISK_FULL) where nothing is left that may go.
        """
        async with self._one_at_a_time:
            await self._room.measure()
            if size > self._room.left:
                await self._remove_oldest(size)
            if size > self._room.left:
                raise self._room.full()
            self._room.count(size)

    async def _remove_oldest(self, size: int) -> None:
        renders, files, freed = self._store.renders, 0, 0
        for id_ in await renders.expired(self._now() + self._keep - _SURE, _AT_ONCE):
            if size <= self._room.left:
                break
            try:
                render = await renders.get(id_)
            except UnreadableRecordError:  # its time comes, and the sweep
                continue
            if render is None or render.file is None or not await renders.remove(id_):
                continue
            gone, room = await remove_files(self._store, self._results)
            self._room.count(-room)
            files, freed = files + gone, freed + room
        if files:
            log.warning("finished files went before their time to make room", files=files, bytes=freed)
