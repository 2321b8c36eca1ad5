"""A project goes for good: its turns, renders and results, the media nobody else uses, its timeline with its history.

Everything else goes before the project's record, so that a removal that was cut off is found and done again.
"""

import asyncio
import contextlib
import shutil
from pathlib import Path

from bot.engine.locks import SessionLocks
from bot.engine.records.projects import Project
from bot.engine.records.records import Records
from bot.media.folder import MediaFolder

_WORKER_S = 15.0
"""A worker notices within a second that its job is gone; what it leaves later is the sweeper's."""


class Forgetter:
    """Removes projects of one engine folder."""

    def __init__(
        self, records: Records, folder: MediaFolder, locks: SessionLocks, results: Path, scratch: Path
    ) -> None:
        """`results` has finished files, `scratch` what renders throw away."""
        self._records = records
        self._folder = folder
        self._locks = locks
        self._results = results
        self._scratch = scratch

    async def forget(self, project: Project, *, unless_changed: bool = False) -> bool:
        """Remove the project and all that belongs to it; whether it is gone.

        Waits for whoever changes it. With `unless_changed` one that is another than it was when read stays.
        """
        records, session = self._records, project.session
        async with self._locks.held(session):
            current = await records.projects.get(session)
            if current is not None and unless_changed and current.revision != project.revision:
                return False
            project = current or project
            for id_ in await records.turns.of(session):
                turn = await records.turns.get(id_)
                if turn is not None and turn.state != "done":
                    await records.roll_back(turn, "")
                await records.leases.forget(f"turn:{id_}")
            await records.turns.forget(session)
            for job in await records.renders.forget(session):
                await self._remove_files(job)
                await records.leases.forget(f"render:{job}")
            used = {file.media for file in project.files}
            for media in await records.media.drop(project.user, session, used):
                await self._folder.remove(media)
            await records.projects.delete(project)
        await records.leases.forget(f"session:{session}")
        return True

    async def _remove_files(self, job: str) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_WORKER_S):
                while await self._records.leases.alive(f"render:{job}"):  # noqa: ASYNC110 - another process ends it
                    await asyncio.sleep(0.1)
        await asyncio.to_thread(_remove, [self._results, self._scratch], job)


def _remove(folders: list[Path], job: str) -> None:
    for path in [path for folder in folders for path in folder.glob(f"{job}-*")]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
