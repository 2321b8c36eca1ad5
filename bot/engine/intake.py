"""Files on their way in: received, told apart by content, then put into the project as one step."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from bot.engine.locks import SessionLocks
from bot.engine.names import shown
from bot.engine.quota import Claim, Quota
from bot.engine.records.media import item
from bot.engine.records.projects import FILES_LIMIT, Project, ProjectFile
from bot.engine.records.records import Records
from bot.engine.storage.storage import Entry, Storage
from bot.engine.timeline.apply import append_media
from bot.media.facts import MediaError, MediaFacts, MediaFault
from bot.media.folder import Kept
from bot.media.probe import probe

_log = structlog.get_logger(__name__)

_PROBES = 2


class FullProjectError(Exception):
    """The project has as many files as it may have."""


class GoneError(Exception):
    """The content was removed by another request that failed with the same file: send it again."""


@dataclass(frozen=True)
class Taken:
    """A file that is here and usable, but in no project yet; `claim` is the room that is kept for it."""

    file: ProjectFile
    facts: MediaFacts
    claim: Claim


class Intake:
    """Takes files in; `limit` is the most bytes of one."""

    def __init__(self, records: Records, storage: Storage, locks: SessionLocks, quota: Quota, limit: int) -> None:
        """`storage` keeps each content once, `quota` says how much of it."""
        self.limit = limit
        self._records = records
        self._storage = storage
        self._folder = storage.here.media
        self._locks = locks
        self._quota = quota
        self._incoming: Counter[str] = Counter()
        self._probing = asyncio.Semaphore(_PROBES)

    async def take(self, chunks: AsyncIterator[bytes], name: str, user: str) -> Taken:
        """Receive a file of this account in constant memory and find out what it is; its name and its claimed type
        count for nothing.

        Raises MediaError; nothing stays behind then.
        """
        claim = await self._quota.claim(user)
        try:
            kept = await self._receive(chunks, claim)
        except BaseException:
            self._quota.drop(claim)
            raise
        self._incoming[kept.sha256] += 1
        try:
            await self._quota.settle(claim, kept)
            async with self._probing:
                facts = await self._records.media.facts(kept.sha256) or await probe(kept.path, max_bytes=self.limit)
            await self._storage.keep_media(kept.sha256)
        except BaseException:
            await self._leave(kept.sha256, claim)
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
        return Taken(file, facts, claim)

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
            self._quota.keep(one.claim)
        return tuple(one.file for one in taken)

    async def drop(self, taken: Sequence[Taken]) -> None:
        """A request failed: remove what it brought, unless somebody uses the same content."""
        for one in taken:
            await self._leave(one.file.media, one.claim)

    async def _receive(self, chunks: AsyncIterator[bytes], claim: Claim) -> Kept:
        try:
            return await self._folder.ingest(chunks, self.limit, may=partial(self._quota.take, claim))
        except MediaError as error:
            if error.fault is MediaFault.QUOTA:
                raise await self._quota.refused(claim) from None
            raise

    async def _leave(self, media: str, claim: Claim) -> None:
        self._quota.drop(claim)
        if self._arrived(media) and not await self._records.media.used(media):
            try:
                await self._storage.remove(Entry("media", media))
            except MediaError as error:
                _log.warning("media of nobody stay until they are swept", error=str(error))

    def _arrived(self, media: str) -> bool:
        """One upload of this content is over; whether it was the last that is on its way here."""
        self._incoming[media] -= 1
        if self._incoming[media] > 0:
            return False
        del self._incoming[media]
        return True
