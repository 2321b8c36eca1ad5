"""The seam of render jobs: put one in, take one out, stop one, ask how far it is.

Jobs are durable records, and whose turn it is is told by theirs alone. A task in a lane says no more than that there is
a render to do: whoever gets it takes the next job. So a task too many ends at once, and one too few is added again.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import get_args

import structlog
from redis.exceptions import RedisError

from bot.engine.jobs import Jobs
from bot.engine.records.leases import Lease
from bot.engine.records.line import RenderLane
from bot.engine.records.records import Records
from bot.engine.records.renders import Render, Wanted

_log = structlog.get_logger(__name__)


class RenderQueue:
    """Render jobs of one Redis, seen from one process."""

    def __init__(self, records: Records, jobs: Jobs) -> None:
        """Any number of queues share the jobs."""
        self._records = records
        self._jobs = jobs

    async def enqueue(self, wanted: Wanted) -> Render | None:
        """The job for a request: a known one (same id, or same timeline and output), or a new one.

        None when the account has too many open jobs.
        """
        job = await self._records.renders.add(wanted)
        if job is not None and job.state == "pending":
            with contextlib.suppress(RedisError, TimeoutError):  # it is kept: `mend` tells of it
                await self._jobs.add(job.lane)
        return job

    async def cancel(self, user: str, render: str) -> Render | None:
        """Stop a job unless somebody else waits for it too; its worker notices within a second, wherever it is."""
        return await self._records.renders.cancel(user, render)

    async def progress(self, job: Render) -> float:
        """How far it is, 0-100."""
        if job.state == "completed":
            return 100.0
        return await self._records.renders.progress(job.id) if job.state == "processing" else 0.0

    @contextlib.asynccontextmanager
    async def taken(self, lane: RenderLane) -> AsyncIterator[tuple[Render, Lease] | None]:
        """The lane's next job, held inside the block; None when there is none."""
        taken = await self._records.renders.take(lane)
        if taken is None:
            yield None
            return
        async with self._records.leases.kept(taken[1]):
            yield taken

    async def mend(self) -> None:
        """Add the tasks that are missing: for what a dead worker left behind, or was kept and not told of."""
        for lane in get_args(RenderLane):
            missing = await self._records.renders.line.due(lane) - await self._jobs.waiting(lane)
            for _ in range(missing):
                await self._jobs.add(lane)
