"""How much may be kept: by account, in all, and what goes when room gets short."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.quota import Claim, Quota
from bot.engine.records.base import durable
from bot.engine.records.records import Records
from bot.engine.records.renders import Render
from bot.engine.storage.storage import Folders, FolderStorage
from bot.media.facts import MediaError, MediaFacts, MediaFault
from bot.media.folder import Kept
from bot.settings import Engine

MB = 1_000_000
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def records(redis: Redis) -> Records:
    return Records(redis, Engine.model_construct(), now=lambda: NOON)


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    folders = Folders.of(tmp_path / "engine")
    folders.make()
    return FolderStorage(folders)


Make = Callable[..., Quota]


@pytest.fixture
def quota(records: Records, storage: FolderStorage) -> Make:
    """Limits in MB; a file has one at most."""

    def make(disk: float = 1000, account: float = 1000) -> Quota:
        return Quota(records, storage, MB, disk / 1000, account / 1000)

    return make


def content(name: str, size: int) -> bytes:
    return (name.encode() * size)[:size]


async def received(quota: Quota, storage: FolderStorage, data: bytes, user: str = "anna") -> tuple[Claim, Kept]:
    """A file as the intake receives it."""

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 100_000):
            await asyncio.sleep(0)
            yield data[start : start + 100_000]

    claim = await quota.claim(user)
    try:
        kept = await storage.here.media.ingest(chunks(), 10 * MB, may=lambda more: quota.take(claim, more))
        await quota.settle(claim, kept)
    except MediaError as error:
        told = await quota.refused(claim) if error.limit is None else error
        quota.drop(claim)
        raise told from None
    return claim, kept


async def joined(
    quota: Quota, storage: FolderStorage, records: Records, redis: Redis, data: bytes, user: str = "anna"
) -> str:
    """A file in a project of this account."""
    claim, kept = await received(quota, storage, data, user)
    async with redis.pipeline() as pipe:
        facts = MediaFacts("audio", "wav", kept.size, 1000)
        records.media.keep(pipe, kept.sha256, facts, user, "a.wav", f"session of {user}")
        await pipe.execute()
    quota.keep(claim)
    return kept.sha256


def stored(storage: FolderStorage) -> int:
    return sum(path.stat().st_size for path in storage.here.media.root.rglob("*") if path.is_file())


async def test_an_account_has_each_content_once_and_no_more_than_it_may(
    quota: Make, storage: FolderStorage, records: Records, redis: Redis
) -> None:
    mine = quota(account=2.5)
    first = await joined(mine, storage, records, redis, content("a", MB))
    await joined(mine, storage, records, redis, content("b", MB))
    assert await joined(mine, storage, records, redis, content("a", MB)) == first
    with pytest.raises(MediaError) as refused:
        await received(mine, storage, content("c", MB))
    assert refused.value.fault is MediaFault.QUOTA
    assert (refused.value.used, refused.value.limit) == (2 * MB, 2_500_000)
    assert stored(storage) == 2 * MB
    await joined(mine, storage, records, redis, content("c", MB), user="bert")
    with pytest.raises(MediaError) as refused:  # it is here, but not hers
        await received(mine, storage, content("c", MB))
    assert refused.value.fault is MediaFault.QUOTA
    await records.media.drop("anna", "session of anna", {first})
    await joined(mine, storage, records, redis, content("c", MB))
    assert await records.media.owned_bytes("anna") == 2 * MB


async def test_uploads_at_the_same_time_share_the_room(
    quota: Make, storage: FolderStorage, records: Records, redis: Redis
) -> None:
    mine = quota(account=2.5)
    came = await asyncio.gather(
        *(received(mine, storage, content(name, MB)) for name in "abcdef"), return_exceptions=True
    )
    assert sum(not isinstance(one, BaseException) for one in came) <= 2
    assert stored(storage) <= 2 * MB
    for one in came:
        if not isinstance(one, BaseException):
            mine.drop(one[0])
    await joined(mine, storage, records, redis, content("g", MB))


async def test_a_full_folder_takes_only_what_it_has(
    quota: Make, storage: FolderStorage, records: Records, redis: Redis
) -> None:
    await joined(quota(), storage, records, redis, content("a", MB))
    (storage.here.results / "old.mp4").write_bytes(bytes(MB))
    full = quota(disk=2.5)
    with pytest.raises(MediaError) as refused:
        await received(full, storage, content("b", MB))
    assert (refused.value.fault, refused.value.limit) == (MediaFault.DISK_FULL, 2_500_000)
    assert stored(storage) == MB
    await joined(full, storage, records, redis, content("a", MB), user="bert")
    with pytest.raises(MediaError) as refused:
        await full.reserve(600_000)
    assert refused.value.fault is MediaFault.DISK_FULL
    await full.reserve(400_000)


async def test_a_nearly_full_disk_takes_nothing(
    quota: Make, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.media.room.free_to_use", lambda _: -1)
    with pytest.raises(MediaError) as refused:
        await received(quota(), storage, content("a", MB))
    assert (refused.value.fault, refused.value.limit) == (MediaFault.DISK_FULL, None)
    assert stored(storage) == 0


async def test_finished_files_go_when_they_were_fetched_the_oldest_first(
    quota: Make, storage: FolderStorage, records: Records, redis: Redis
) -> None:
    fetched = {"1" * 32: 60, "2" * 32: 50, "3" * 32: 5, "4" * 32: None}
    for job, minutes in fetched.items():
        file = f"{job}-1.mp4"
        done = Render(
            id=job, user="anna", same=job, draft={}, output={}, state="completed", created=NOON, file=file
        )  # fmt: skip
        await redis.set(durable("render", job), done.model_dump_json())
        (storage.here.results / file).write_bytes(bytes(MB))
        if minutes is not None:
            await redis.zadd(durable("renders", "fetched"), {job: (NOON - timedelta(minutes=minutes)).timestamp()})

    def left() -> set[str]:
        return {path.name[0] for path in storage.here.results.iterdir()}

    await quota(disk=4.5).reserve(MB)
    assert left() == {"2", "3", "4"}
    assert await records.renders.get("1" * 32) is None
    with pytest.raises(MediaError):
        await quota(disk=4.5).reserve(3 * MB)
    assert left() == {"3", "4"}  # somebody may still be at it, and one was not fetched at all
    assert await records.renders.get("4" * 32) is not None
