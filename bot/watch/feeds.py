"""Updates on their way to the faces: a face that raises, hangs or goes away never touches the job."""

import asyncio
from collections import deque

import structlog

from bot.flows.faces import Face
from bot.store.models import Place
from bot.updates import Queued, RenderProgress, Update, Working

log = structlog.stdlib.get_logger(__name__)

SHOW_S = 30.0
"""Seconds a face may take for one update."""
CLOSE_S = 5.0
"""Seconds the faces get to show what is left when the program ends."""
_MOST_PENDING = 100
_PASSING = (Working, RenderProgress, Queued)
"""Updates that only count until the next one: of several that wait, the latest is shown."""


class Feed:
    """The updates of one thread, shown in order by a task of its own that lives while there are any."""

    def __init__(self, face: Face, show_s: float) -> None:
        self._face = face
        self._show_s = show_s
        self._pending: deque[tuple[Place, str, Update]] = deque()
        self._task: asyncio.Task[None] | None = None

    def put(self, place: Place, job: str, update: Update) -> None:
        """Take an update; returns at once."""
        last = self._pending[-1] if self._pending else None
        if last is not None and last[1] == job and isinstance(last[2], _PASSING) and isinstance(update, _PASSING):
            self._pending[-1] = (place, job, update)
            return
        if len(self._pending) >= _MOST_PENDING:
            self._drop()
        self._pending.append((place, job, update))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._show(), name="feed")

    async def flush(self, timeout_s: float) -> None:
        """Wait until everything taken was shown, or for so long."""
        if self._task is not None and not self._task.done():
            await asyncio.wait((self._task,), timeout=timeout_s)

    async def close(self) -> None:
        """Stop showing."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait((self._task,))

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be shown."""
        return self._task is None or self._task.done()

    def _drop(self) -> None:
        passing = next((item for item in self._pending if isinstance(item[2], _PASSING)), self._pending[0])
        self._pending.remove(passing)
        log.warning("face too slow, update dropped", update=type(passing[2]).__name__, job=passing[1])

    async def _show(self) -> None:
        while self._pending:
            place, job, update = self._pending.popleft()
            try:
                async with asyncio.timeout(self._show_s):
                    await self._face.show(place, job, update)
            except Exception as error:  # noqa: BLE001 - whatever a face does, the job goes on
                log.warning("update not shown", update=type(update).__name__, job=job, error=type(error).__name__)


class Faces:
    """The registered faces and their feeds."""

    def __init__(self, show_s: float = SHOW_S, close_s: float = CLOSE_S) -> None:
        self._faces: dict[str, Face] = {}
        self._feeds: dict[tuple[str, str], Feed] = {}
        self._show_s = show_s
        self._close_s = close_s

    def register(self, name: str, face: Face) -> None:
        """Have this face show what belongs to places of its name."""
        self._faces[name] = face

    def get(self, place: Place) -> Face | None:
        """The face of a place, where this process has it."""
        return self._faces.get(place.face)

    def put(self, place: Place, job: str, update: Update) -> None:
        """Show an update at its place, in order with the others of that thread."""
        face = self._faces.get(place.face)
        if face is None:
            return
        key = (place.face, place.thread)
        feed = self._feeds.get(key)
        if feed is None:
            self._feeds = {kept: one for kept, one in self._feeds.items() if not one.idle}
            feed = self._feeds[key] = Feed(face, self._show_s)
        feed.put(place, job, update)

    async def flush(self, place: Place) -> None:
        """Wait, for a bounded time, until what was put for this place is shown."""
        feed = self._feeds.get((place.face, place.thread))
        if feed is not None:
            await feed.flush(self._show_s)

    async def close(self) -> None:
        """Show what is left, for so long, then stop."""
        feeds = list(self._feeds.values())
        await asyncio.gather(*(feed.flush(self._close_s) for feed in feeds))
        await asyncio.gather(*(feed.close() for feed in feeds))
