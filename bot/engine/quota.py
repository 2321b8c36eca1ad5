"""How much the engine's folder may hold in all, and how much footage an account may have.

Footage counts once in all and once for each account that has it; everything else in the folder (finished files, pieces
of renders) counts in all. When room gets short, what can be had again goes first, then finished files that were
fetched already, the oldest first. Footage goes only with its project.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.engine.records.records import Records
from bot.engine.storage.storage import Entry, Storage, remove
from bot.media.facts import MediaError, MediaFault
from bot.media.folder import Kept
from bot.media.room import Room, size_of

_log = structlog.get_logger(__name__)

_GB = 1_000_000_000
_FETCHED = timedelta(minutes=10)
"""Whoever fetched a finished file may ask for it once more for so long."""
_AT_ONCE = 100


@dataclass
class Claim:
    """What one upload takes, in bytes: of its account's room and of the folder's, until it is kept or dropped."""

    user: str
    room: int
    account: int = 0
    whole: int = 0


class Quota:
    """The room of one engine's folder, as one process sees it."""

    def __init__(
        self, records: Records, storage: Storage, file_limit: int, disk_gb: float | None, account_gb: float | None
    ) -> None:
        """`file_limit` is the most bytes of one upload: so much room is made before one comes."""
        self._records = records
        self._storage = storage
        self._file_limit = file_limit
        self._room = Room(storage.here.root, None if disk_gb is None else int(disk_gb * _GB))
        self._account_gb = account_gb
        self._coming: Counter[str] = Counter()

    async def claim(self, user: str) -> Claim:
        """Begin to take in a file of this account."""
        await self._make(self._file_limit)
        return Claim(user, self._account_limit() - await self._records.media.owned_bytes(user))

    def take(self, claim: Claim, more: int) -> bool:
        """Whether so many more bytes of it may be stored; if so, they count from now on."""
        if more > min(claim.room - self._coming[claim.user], self._room.left):
            return False
        self._count(claim, claim.account + more, claim.whole + more)
        return True

    async def settle(self, claim: Claim, kept: Kept) -> None:
        """It is received: content that its account has takes none of the account's room, content that is here no other.

        Raises MediaError(QUOTA).
        """
        owned = await self._records.media.is_owned(claim.user, kept.sha256)
        self._count(claim, 0 if owned else kept.size, kept.size if kept.new else 0)
        if not owned and self._coming[claim.user] > claim.room:
            raise await self._refusal(claim)

    async def refused(self, claim: Claim) -> MediaError:
        """Why there is no room for it: its account has none left, or the folder."""
        if claim.room - self._coming[claim.user] < self._room.left:
            return await self._refusal(claim)
        return self._room.full()

    def keep(self, claim: Claim) -> None:
        """The file is in a project: from now on the records count it for the account."""
        self._count(claim, 0, claim.whole)

    def drop(self, claim: Claim) -> None:
        """The file is gone again."""
        self._count(claim, 0, 0)

    async def has_room(self, size: int) -> bool:
        """Whether there is room for what nobody needs, and for an upload besides, without removing anything."""
        await self._room.measure()
        return size + self._file_limit <= self._room.left

    async def reserve(self, size: int) -> None:
        """Make room for a render that needs about so many bytes. Raises MediaError(DISK_FULL) where there is none."""
        await self._make(size)
        if size > self._room.left:
            raise self._room.full()

    def _count(self, claim: Claim, account: int, whole: int) -> None:
        self._coming[claim.user] += account - claim.account
        if not self._coming[claim.user]:
            del self._coming[claim.user]
        self._room.count(whole - claim.whole)
        claim.account, claim.whole = account, whole

    async def _refusal(self, claim: Claim) -> MediaError:
        limit, used = self._account_limit(), await self._records.media.owned_bytes(claim.user)
        _log.warning("an account has as much footage as it may", used=used, limit=limit)
        return MediaError(MediaFault.QUOTA, limit=limit, used=used)

    def _account_limit(self) -> int:
        if self._account_gb is not None:
            return int(self._account_gb * _GB)
        return self._room.limit

    async def _make(self, size: int) -> None:
        """Remove what is least needed until there is so much room, or nothing is left that may go."""
        await self._room.measure()
        if size <= self._room.left:
            return
        freed = 0
        async for gone in self._going():
            self._room.count(-gone)
            freed += gone
            if size <= self._room.left:
                break
        if freed:
            _log.info("room was made", bytes=freed)

    async def _going(self) -> AsyncIterator[int]:
        """What may go, one after the other as it goes: how many bytes that were."""
        for entry in await self._storage.spares():
            size = await self._size(entry)
            await remove(self._storage.here, entry)
            yield size
        fetched = self._records.now() - _FETCHED
        for job in await self._records.delivered.before(fetched, _AT_ONCE):
            await self._records.renders.delete(job)
            gone = 0
            for entry in await self._storage.of_job(job):
                gone += await self._size(entry)
                await self._storage.remove(entry)
            await self._records.delivered.forget(job)
            yield gone

    async def _size(self, entry: Entry) -> int:
        return await asyncio.to_thread(size_of, self._storage.here.path(entry))
