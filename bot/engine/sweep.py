"""Throws away what is past its time: unfinished uploads, old renders, projects nobody touched, media nobody uses."""

import asyncio
import contextlib
import shutil
from datetime import timedelta
from pathlib import Path

from bot.engine.forget import Forgetter
from bot.engine.locks import SessionLocks
from bot.engine.records.records import Records
from bot.engine.tasks import end_if_told
from bot.media.folder import MediaFolder

EVERY_S = 3600.0
_PART_S = 86_400.0
_AT_ONCE = 100


class Sweeper:
    """Sweeps one engine folder. The record goes first, the file second."""

    def __init__(
        self, records: Records, folder: MediaFolder, locks: SessionLocks, results: Path, scratch: Path, days: float
    ) -> None:
        """`days` is the retention."""
        self._records = records
        self._folder = folder
        self._forgetter = Forgetter(records, folder, locks, results, scratch)
        self._results = results
        self._scratch = scratch
        self._retention = timedelta(days=days)

    async def run(self) -> None:
        """Sweep now and every hour, until cancelled."""
        while True:
            await self.sweep()
            end_if_told()
            await asyncio.sleep(EVERY_S)

    async def sweep(self) -> None:
        """Sweep once."""
        await self._folder.sweep_parts(_PART_S)
        before = self._records.now() - self._retention
        for job in await self._records.renders.made_before(before, _AT_ONCE):
            await self._records.renders.delete(job)
        await self._files()
        for project in await self._records.projects.untouched_since(before, _AT_ONCE):
            await self._forgetter.forget(project, unless_changed=True)

    async def _files(self) -> None:
        """Remove results and scratch of jobs that are forgotten, and those of attempts that nobody works on."""
        for path in [*await _entries(self._results), *await _entries(self._scratch)]:
            name = path.name.removesuffix(".part")
            job = await self._records.renders.get(name.partition("-")[0])
            kept = job is not None and job.file == path.name and path.parent == self._results
            if not kept and not (job is not None and await self._records.leases.alive(f"render:{job.id}")):
                await asyncio.to_thread(_remove, path)


async def _entries(folder: Path) -> list[Path]:
    def look() -> list[Path]:
        return list(folder.iterdir()) if folder.is_dir() else []

    return await asyncio.to_thread(look)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
