"""One change of a session at a time: in order within a process, by lease between processes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from weakref import WeakValueDictionary

from bot.engine.records.leases import Lease, Leases


class SessionLocks:
    """Whoever changes a session's timeline holds its lock; the others wait in the order they came."""

    def __init__(self, leases: Leases) -> None:
        """The leases keep other processes out."""
        self._leases = leases
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def held(self, session: str) -> AsyncIterator[Lease]:
        """Hold the session inside the block; a dead process's hold ends with its lease."""
        lock = self._locks.setdefault(session, asyncio.Lock())
        async with lock, self._leases.waited_for(f"session:{session}") as lease:
            yield lease
