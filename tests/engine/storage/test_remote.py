"""Files in a bucket: who has nothing else gets what the others made, whole, and what is deleted is gone there too."""

import asyncio
import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.locks import SessionLocks
from bot.engine.quota import Quota
from bot.engine.records.records import Records
from bot.engine.storage.bucket import Bucket, BucketError
from bot.engine.storage.remote import BucketStorage
from bot.engine.storage.storage import Entry, Folders
from bot.engine.sweep import Sweeper
from bot.media.facts import MediaError, MediaFault
from bot.settings import Engine
from tests.engine.storage.conftest import settings_of

pytestmark = pytest.mark.extra

JOB = "a" * 32
Machine = Callable[[str], BucketStorage]


@pytest.fixture
def machine(s3: Engine, tmp_path: Path) -> Iterator[Machine]:
    """A machine that shares nothing but the bucket."""
    buckets: list[Bucket] = []

    def make(name: str) -> BucketStorage:
        buckets.append(Bucket(s3))
        folders = Folders.of(tmp_path / name)
        folders.make()
        return BucketStorage(folders, buckets[-1])

    yield make
    for bucket in buckets:
        bucket.close()


async def kept(storage: BucketStorage, data: bytes) -> str:
    """A media file, as the intake keeps it."""
    file = storage.here.root / "upload"
    file.write_bytes(data)
    media = await storage.here.media.ingest_file(file, 1 << 30)
    await storage.keep_media(media.sha256)
    return media.sha256


def files(storage: BucketStorage) -> list[str]:
    root = storage.here.root
    return sorted(path.name for path in root.rglob("*") if path.is_file() and path.name not in ("upload", ".id"))


async def test_media_come_whole_and_once_however_many_ask(machine: Machine) -> None:
    here, there = machine("here"), machine("there")
    data = os.urandom(20 << 20)
    media = await kept(here, data)
    paths = await asyncio.gather(*(there.media(media) for _ in range(5)))
    assert {path.read_bytes() == data for path in paths} == {True}
    assert files(there) == [media]
    assert paths[0].stat().st_ino == (await there.media(media)).stat().st_ino
    assert await here.name() == await there.name()


async def test_a_proxy_made_on_one_machine_is_used_on_all_and_goes_with_its_clip(machine: Machine) -> None:
    here, there = machine("here"), machine("there")
    media = await kept(here, b"footage")
    assert await there.proxy(media) is None
    here.here.path(Entry("proxies", media)).write_bytes(b"small")
    await here.keep_proxy(media)
    assert await there.has_proxy(media)
    path = await there.proxy(media)
    assert path is not None
    assert path.read_bytes() == b"small"
    assert [entry.kind for entry in await there.spares()] == ["proxies"]
    await there.remove(Entry("media", media))
    assert not await here.has_proxy(media)
    assert files(there) == []
    assert [one.kind for one in await there.entries()] == []


async def test_media_that_are_not_what_their_name_says_never_arrive(
    machine: Machine, s3: Engine, tmp_path: Path
) -> None:
    here, there = machine("here"), machine("there")
    media = await kept(here, b"footage" * 1000)
    other = tmp_path / "other"
    other.write_bytes(b"another" * 1000)
    await Bucket(s3).put(f"media/{media[:2]}/{media}", other)
    with pytest.raises(MediaError) as missing:
        await there.media(media)
    assert missing.value.fault is MediaFault.MISSING
    with pytest.raises(MediaError) as missing:
        await there.media("0" * 64)
    assert missing.value.fault is MediaFault.MISSING
    assert files(there) == []


async def test_a_finished_file_is_fetched_by_a_link(machine: Machine) -> None:
    worker, engine = machine("worker"), machine("engine")
    name = f"{JOB}-1.mp4"
    (worker.here.results / name).write_bytes(b"finished")
    await worker.keep_result(name)
    assert files(worker) == []
    assert await engine.has_result(name)
    link = await engine.url_for(name)
    assert link is not None
    assert await asyncio.to_thread(fetched, link) == b"finished"
    for entry in await engine.of_job(JOB):
        await engine.remove(entry)
    assert not await engine.has_result(name)


async def test_another_worker_goes_on_from_the_pieces_that_are_finished(machine: Machine) -> None:
    first, second = machine("first"), machine("second")

    async def killed() -> None:
        async with first.spans(JOB) as folder:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "one.mp4").write_bytes(b"one")
            (folder / "two.mp4.part").write_bytes(b"half")
            await until_listed(first, "one.mp4")
            (folder / "three.mp4").write_bytes(b"three")
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await killed()
    async with second.spans(JOB) as folder:
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"one.mp4": b"one", "three.mp4": b"three"}
    [spans] = await second.of_job(JOB)
    await second.remove(spans)
    async with machine("third").spans(JOB) as folder:
        assert not folder.exists()


def fetched(link: str) -> bytes:
    with urllib.request.urlopen(link) as answer:
        data: bytes = answer.read()
    return data


async def until_listed(storage: BucketStorage, name: str) -> None:
    async with asyncio.timeout(20):
        while not await is_listed(storage, name):  # noqa: ASYNC110 - another thread brings it up
            await asyncio.sleep(0.1)


async def is_listed(storage: BucketStorage, name: str) -> bool:
    return any(one.name.endswith(name) for one in await storage._bucket.listed(f"spans/{JOB}"))


async def test_what_nobody_needs_is_swept_there_too_and_nothing_of_others(
    machine: Machine, s3: Engine, redis: Redis, tmp_path: Path
) -> None:
    engine, gone = machine("engine"), machine("gone")
    media = await kept(gone, b"footage of nobody")
    (gone.here.results / f"{JOB}-1.mp4").write_bytes(b"finished")
    await gone.keep_result(f"{JOB}-1.mp4")
    foreign = tmp_path / "foreign"
    foreign.write_bytes(b"x")
    for name in ("notes.txt", f"media/{media[:2]}/notes.txt", f"spans/{JOB}/deep/er"):
        await Bucket(s3).put(name, foreign)
    records = Records(redis, s3)
    sweeper = Sweeper(records, engine, SessionLocks(records.leases), 30)
    await sweeper.sweep()
    assert {(one.kind, one.name) for one in await engine.entries()} == {("media", media)}
    records.now = lambda: datetime.now(UTC) + timedelta(days=2)
    await sweeper.sweep()
    assert await engine.entries() == []
    assert {one.name for one in await Bucket(s3).listed("")} == {
        "notes.txt", f"media/{media[:2]}/notes.txt", f"spans/{JOB}/deep/er",
    }  # fmt: skip


async def test_copies_here_go_first_when_room_gets_short(machine: Machine, redis: Redis, s3: Engine) -> None:
    worker = machine("worker")
    old, young = await kept(worker, b"a" * 600_000), await kept(worker, b"b" * 600_000)
    only_here = (await worker.here.media.ingest_file(worker.here.root / "upload", 1 << 30)).sha256
    await worker._bucket.delete(f"media/{only_here[:2]}/{only_here}")
    long_ago = time.time() - 7 * 3600
    os.utime(worker.here.media.path(old), (long_ago, long_ago))
    quota = Quota(Records(redis, s3), worker, 1_000_000, 0.002, None)
    await quota.reserve(700_000)
    assert not worker.here.media.path(old).exists()
    assert worker.here.media.path(young).exists()
    assert (await worker.media(old)).stat().st_size == 600_000


async def test_a_bucket_that_does_not_let_us_in_or_answer_is_said_in_one_line(s3_server: str, tmp_path: Path) -> None:
    dead = Bucket(settings_of("http://127.0.0.1:1", "bucket"))
    with pytest.raises(BucketError) as refused:
        await dead.check()
    assert str(refused.value).startswith("ENGINE_S3_URL: the bucket cannot be used (")
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
    none = Bucket(settings_of(s3_server, "no-such-bucket"))
    with pytest.raises(BucketError, match="NoSuchBucket"):
        await none.check()
    storage = BucketStorage(Folders.of(tmp_path), none)
    storage.here.make()
    (storage.here.results / f"{JOB}-1.mp4").write_bytes(b"x")
    with pytest.raises(MediaError) as unreachable:
        await storage.keep_result(f"{JOB}-1.mp4")
    assert unreachable.value.fault is MediaFault.UNREACHABLE
    assert (storage.here.results / f"{JOB}-1.mp4").exists()
    await storage.remove(Entry("scratch", "x"))
