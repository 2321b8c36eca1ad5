"""A project goes for good: its turns, renders and results, the media nobody else uses, its timeline with its history.

Everything else goes before the project's record, so that a removal that was cut off is found and done again.
"""

import asyncio
import contextlib

from bot.engine.locks import SessionLocks
from bot.engine.records.projects import Project
from bot.engine.records.records import Records
from bot.engine.storage.storage import Entry, Storage

_WORKER_S = 15.0
"""A worker notices within a second that its job is gone; what it leaves later is the sweeper's."""


class Forgetter:
    """Removes projects with their files."""

    def __init__(self, records: Records, storage: Storage, locks: SessionLocks) -> None:
        """Nothing is asked before the first one."""
        self._records = records
        self._storage = storage
        self._locks = locks

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
                await records.delivered.forget(job)
            used = {file.media for file in project.files}
            for media in await records.media.drop(project.user, session, used):
                await self._storage.remove(Entry("media", media))
            await records.projects.delete(project)
        await records.leases.forget(f"session:{session}")
        return True

    async def _remove_files(self, job: str) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_WORKER_S):
                while await self._records.leases.alive(f"render:{job}"):  # noqa: ASYNC110 - another process ends it
                    await asyncio.sleep(0.1)
        for entry in await self._storage.of_job(job):
            await self._storage.remove(entry)
