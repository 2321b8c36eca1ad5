"""Who writes a file just now: one at a time, and whoever has fallen silent makes way for the next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from bot.web.refused import Refused

SILENT_S = 5.0
"""A writer that has got nothing for so long makes way for another one."""
WINDOW_S, LEAST_BYTES = 60.0, 16_384
"""A writer that gets fewer bytes in so many seconds is sent away. What it wrote stays: it goes on from there."""
_WAY_S = 10.0


@dataclass(eq=False)
class Hold:
    """One writer. `end` is what tells it to stop, once it is there."""

    heard: float
    over: asyncio.Event = field(default_factory=asyncio.Event)
    end: asyncio.Timeout | None = None
    why: Refused | None = None
    _came: int = 0
    _again: float = 0.0

    def stop(self, why: Refused) -> None:
        """Have the writer stop as soon as it can, with this answer."""
        self.why = self.why or why
        if self.end is not None and not self.end.expired():
            self.end.reschedule(asyncio.get_running_loop().time())

    def hear(self, count: int) -> None:
        """So many bytes came."""
        self.heard = asyncio.get_running_loop().time()
        self._came += count
        if self._came >= LEAST_BYTES and self.heard >= self._again and self.end is not None and self.why is None:
            self._came, self._again = 0, self.heard + WINDOW_S / 8
            self.end.reschedule(self.heard + WINDOW_S)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Inside the block the writer can be stopped, also by its own silence. Raises Refused then."""
        self.heard = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(0 if self.why is not None else WINDOW_S) as self.end:
                yield
        except TimeoutError:
            raise self.why or Refused(HTTPStatus.REQUEST_TIMEOUT, "bad_request") from None
        finally:
            self.end = None


class Holds:
    """The writers, by file."""

    def __init__(self) -> None:
        self._holds: dict[str, Hold] = {}
        self._closing = False

    @asynccontextmanager
    async def hold(self, file: str) -> AsyncIterator[Hold]:
        """Be this file's only writer. Raises Refused: BUSY while another one is at work, when all stops."""
        await self.free(file)
        if self._closing:
            raise _stops()
        hold = self._holds[file] = Hold(asyncio.get_running_loop().time())
        try:
            yield hold
        finally:
            del self._holds[file]
            hold.over.set()

    async def free(self, file: str, *, force: bool = False) -> None:
        """Wait until nobody writes the file: a silent writer, or with `force` any, is told to stop. Raises Refused."""
        while (hold := self._holds.get(file)) is not None:
            if not force and asyncio.get_running_loop().time() - hold.heard < SILENT_S:
                raise _busy()
            hold.stop(_busy())
            try:
                async with asyncio.timeout(_WAY_S):
                    await hold.over.wait()
            except TimeoutError:
                raise _busy() from None

    def close(self) -> None:
        """Have every writer stop, and let no other begin."""
        self._closing = True
        for hold in self._holds.values():
            hold.stop(_stops())


def _busy() -> Refused:
    return Refused(HTTPStatus.LOCKED, "busy")


def _stops() -> Refused:
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, "internal")
