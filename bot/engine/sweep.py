"""Throws away what is past its time: unfinished uploads, old renders, projects nobody touched, files nobody uses."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.engine.forget import Forgetter
from bot.engine.locks import SessionLocks
from bot.engine.records.records import Records
from bot.engine.storage.storage import Entry, Storage
from bot.engine.tasks import end_if_told
from bot.media.facts import MediaError

_log = structlog.get_logger(__name__)

EVERY_S = 3600.0
_PART_S = 86_400.0
_UNUSED_S = 86_400.0
"""For as long as this a media file may be on its way into a project: one waits for the turn that runs there."""
_AT_ONCE = 100


class Cleaner:
    """Removes files that no record speaks of: a process that was killed left them, or a removal that was cut off."""

    def __init__(self, records: Records, storage: Storage) -> None:
        """What is here, and in a bucket, is held against the records."""
        self._records = records
        self._storage = storage

    async def run(self) -> None:
        """Clean now and every hour, until cancelled."""
        await _every_hour(self.clean)

    async def clean(self) -> None:
        """Clean once. Raises MediaError(UNREACHABLE)."""
        await self._storage.here.media.sweep_parts(_PART_S)
        gone = 0
        for entry in await self._storage.entries():
            unused = self._is_unused if entry.kind in ("media", "proxies") else self._is_nobodys
            if await unused(entry):
                await self._storage.remove(entry)
                gone += 1
        if gone:
            _log.info("swept files without a record", files=gone)

    async def _is_unused(self, entry: Entry) -> bool:
        """Whether no project has this media file, or that of this proxy, and none is about to get it."""
        young = entry.changed > self._records.now().timestamp() - _UNUSED_S
        return not young and not await self._records.media.used(entry.job)

    async def _is_nobodys(self, entry: Entry) -> bool:
        """Whether it is no finished file of a job, and nobody works on the job, or will with what is there of it."""
        job = await self._records.renders.get(entry.job)
        if entry.kind == "spans":
            return job is None or not job.open
        if job is not None and entry.kind == "results" and job.file == entry.name:
            return False
        return job is None or not await self._records.leases.alive(f"render:{job.id}")


class Sweeper:
    """Sweeps one engine's records and files. The record goes first, the file second."""

    def __init__(self, records: Records, storage: Storage, locks: SessionLocks, days: float) -> None:
        """`days` is the retention."""
        self._records = records
        self._cleaner = Cleaner(records, storage)
        self._forgetter = Forgetter(records, storage, locks)
        self._retention = timedelta(days=days)

    async def run(self) -> None:
        """Sweep now and every hour, until cancelled."""
        await _every_hour(self.sweep)

    async def sweep(self) -> None:
        """Sweep once. Raises MediaError(UNREACHABLE)."""
        before = self._records.now() - self._retention
        for job in await self._records.renders.made_before(before, _AT_ONCE):
            await self._records.renders.delete(job)
            await self._records.delivered.forget(job)
        await self._cleaner.clean()
        for project in await self._records.projects.untouched_since(before, _AT_ONCE):
            await self._forgetter.forget(project, unless_changed=True)


async def _every_hour(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except MediaError as error:
            _log.warning("files are swept another time", error=str(error))
        end_if_told()
        await asyncio.sleep(EVERY_S)
