"""Files on their way in: received, told apart by content, then put into the project as one step."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.engine.locks import SessionLocks
from bot.engine.names import shown
from bot.engine.records.media import item
from bot.engine.records.projects import FILES_LIMIT, Project, ProjectFile
from bot.engine.records.records import Records
from bot.engine.storage.storage import Entry, Storage
from bot.engine.timeline.apply import append_media
from bot.media.facts import MediaFacts
from bot.media.probe import probe

_PROBES = 2


class FullProjectError(Exception):
    """The project has as many files as it may have."""


class GoneError(Exception):
    """The content was removed by another request that failed with the same file: send it again."""


@dataclass(frozen=True)
class Taken:
    """A file that is here and usable, but in no project yet."""

    file: ProjectFile
    facts: MediaFacts


class Intake:
    """Takes files in; `limit` is the most bytes of one."""

    def __init__(self, records: Records, storage: Storage, locks: SessionLocks, limit: int) -> None:
        """`storage` keeps each content once."""
        self.limit = limit
        self._records = records
        self._storage = storage
        self._folder = storage.here.media
        self._locks = locks
        self._incoming: Counter[str] = Counter()
        self._probing = asyncio.Semaphore(_PROBES)

    async def take(self, chunks: AsyncIterator[bytes], name: str) -> Taken:
        """Receive a file in constant memory and find out what it is; its name and its claimed type count for nothing.

        Raises MediaError; nothing stays behind then.
        """
        kept = await self._folder.ingest(chunks, self.limit)
        self._incoming[kept.sha256] += 1
        try:
            async with self._probing:
                facts = await self._records.media.facts(kept.sha256) or await probe(kept.path, max_bytes=self.limit)
            await self._storage.keep_media(kept.sha256)
        except BaseException:
            await self._leave(kept.sha256)
            raise
        picture = facts.picture
        file = ProjectFile(
            media=kept.sha256,
            name=shown(name),
            kind=facts.kind,
            size=kept.size,
            duration_ms=facts.duration_ms,
            width=picture.width if picture else 0,
            height=picture.height if picture else 0,
            fps=picture.fps_num / picture.fps_den if picture and facts.kind == "video" else None,
        )
        return Taken(file, facts)

    async def join(self, project: Project, taken: Sequence[Taken]) -> tuple[ProjectFile, ...]:
        """Put the files into the project, pictures at the timeline's end in order, as one step of its history.

        Waits for a turn that runs there. Raises FullProjectError, GoneError, or OpErrors where the timeline would
        get too long; `drop` the files then.
        """
        async with self._locks.held(project.session):
            current = await self._records.projects.get(project.session)
            if current is None or len(current.files) + len(taken) > FILES_LIMIT:
                raise FullProjectError
            if not all([await asyncio.to_thread(self._folder.path(one.file.media).is_file) for one in taken]):
                raise GoneError
            work = await self._records.projects.open(current)
            timeline = work.timeline
            for one in taken:
                timeline = append_media(timeline, item(one.file.media, one.file.name, one.facts))
            if timeline != work.timeline:
                work = work.stepped(timeline)
            await self._records.add_files(work, [(one.file, one.facts) for one in taken])
        for one in taken:
            self._arrived(one.file.media)
        return tuple(one.file for one in taken)

    async def drop(self, taken: Sequence[Taken]) -> None:
        """A request failed: remove what it brought, unless somebody uses the same content."""
        for one in taken:
            await self._leave(one.file.media)

    async def _leave(self, media: str) -> None:
        if self._arrived(media) and not await self._records.media.used(media):
            await self._storage.remove(Entry("media", media))

    def _arrived(self, media: str) -> bool:
        """One upload of this content is over; whether it was the last that is on its way here."""
        self._incoming[media] -= 1
        if self._incoming[media] > 0:
            return False
        del self._incoming[media]
        return True
