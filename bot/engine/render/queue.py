"""The seam of render jobs: put one in, take one out, stop one, ask how far it is.

Jobs are durable records; a worker of any process claims one by lease. A job that a dead worker left behind is found
by its lost lease and run again, three times at most.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bot.engine.records.leases import Lease
from bot.engine.records.records import Records
from bot.engine.records.renders import Render, Wanted


class RenderQueue:
    """Render jobs of one Redis, seen from one process."""

    def __init__(self, records: Records) -> None:
        """Any number of queues share the jobs."""
        self._records = records
        self._due = asyncio.Event()

    async def enqueue(self, wanted: Wanted) -> Render | None:
        """The job for a request: a known one (same id, or same timeline and output), or a new one.

        None when the account has too many open jobs.
        """
        job = await self._records.renders.add(wanted)
        self._due.set()
        return job

    async def cancel(self, user: str, render: str) -> Render | None:
        """Stop a job unless somebody else waits for it too; its worker notices within a second, wherever it is."""
        return await self._records.renders.cancel(user, render)

    async def progress(self, job: Render) -> float:
        """How far it is, 0-100."""
        if job.state == "completed":
            return 100.0
        return await self._records.renders.progress(job.id) if job.state == "processing" else 0.0

    async def wait(self, timeout_s: float) -> None:
        """Until a job may be due; other processes' jobs are seen after the time-out."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._due.wait()
        self._due.clear()

    @contextlib.asynccontextmanager
    async def claim(self) -> AsyncIterator[tuple[Render, Lease] | None]:
        """The oldest job that nobody works on, held inside the block; None when there is none."""
        for job in await self._records.renders.open():
            async with self._records.leases.held(f"render:{job}") as lease:
                started = await self._records.renders.start(job) if lease is not None else None
                if lease is not None and started is not None:
                    yield started, lease
                    return
        yield None
