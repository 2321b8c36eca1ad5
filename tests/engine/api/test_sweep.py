"""What is past its time goes, record first, file second; what is used or young stays."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.locks import SessionLocks
from bot.engine.records.records import Records
from bot.engine.storage.storage import Folders, FolderStorage
from bot.engine.sweep import Sweeper
from bot.media.folder import MediaFolder
from bot.settings import Settings
from tests.engine.api.client import Client
from tests.engine.api.conftest import ended

Later = Callable[[float], Sweeper]


@pytest.fixture
def later(settings: Settings, redis: Redis) -> Later:
    """A sweeper of 30 days' retention, so many days from now."""

    def make(days: float) -> Sweeper:
        root = settings.engine_dir
        records = Records(redis, settings.engine, now=lambda: datetime.now(UTC) + timedelta(days=days))
        return Sweeper(records, FolderStorage(Folders.of(root)), SessionLocks(records.leases), 30)

    return make


async def keys(redis: Redis, kind: str) -> list[str]:
    return [str(key) async for key in redis.scan_iter(f"tce:d:{kind}:*")]


async def test_projects_and_media_that_nobody_touched(
    client: Client, footage: Path, settings: Settings, redis: Redis, later: Later
) -> None:
    old, young = await client.session(), await client.session()
    await client.upload(old, ("one.mp4", footage / "one.mp4"), ("two.mp4", footage / "two.mp4"))
    await client.upload(young, ("one.mp4", footage / "one.mp4"))
    media = settings.engine_dir / "media"
    await later(29).sweep()
    assert len(list(media.glob("??/*"))) == 2
    await redis.zadd("tce:d:projects", {young: (datetime.now(UTC) + timedelta(days=20)).timestamp()})
    await later(31).sweep()
    assert (await client.run(old, "hello")).code == 1002
    assert len((await client.state(young))["state"]["video_infos"]) == 1
    assert len(list(media.glob("??/*"))) == 1
    await later(90).sweep()
    assert list(media.glob("??/*")) == []
    for kind in ("project", "steps", "media", "media-users", "owned"):
        assert await keys(redis, kind) == []


async def test_results_and_scratch_of_nobody(client: Client, settings: Settings, later: Later) -> None:
    root = settings.engine_dir
    (root / "renders" / ("0" * 32 + "-1.mp4.part")).write_bytes(b"half")
    (root / "scratch" / ("0" * 32 + "-1.mp4")).mkdir()
    (root / "scratch" / ("0" * 32 + "-1.mp4") / "piece.ts").write_bytes(b"piece")
    await later(0).sweep()
    assert list((root / "renders").iterdir()) == list((root / "scratch").iterdir()) == []


async def test_renders_past_their_time(
    client: Client, footage: Path, settings: Settings, redis: Redis, later: Later
) -> None:
    session = await client.session()
    await client.upload(session, ("two.mp4", footage / "two.mp4"))
    await client.render(session, (await client.state(session))["state"]["draft"], height=144)
    await ended(client)
    renders = settings.engine_dir / "renders"
    await later(29).sweep()
    assert len(list(renders.iterdir())) == 1
    assert (await client.download()).status == 200
    await later(31).sweep()
    assert list(renders.iterdir()) == []
    assert (await client.status()).code == 404
    assert await keys(redis, "render") == await keys(redis, "render-ticket") == []


async def test_media_that_no_project_has(
    client: Client, footage: Path, settings: Settings, redis: Redis, later: Later
) -> None:
    """An engine that was killed in the middle of a turn or an upload leaves some; what may still be joined stays."""
    session = await client.session()
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    folder = MediaFolder(settings.engine_dir / "media")
    left = await folder.ingest_file(footage / "two.mp4", 1 << 30)
    coming = await folder.ingest_file(footage / "still.png", 1 << 30)
    for path in folder.root.glob("??/*"):
        if path != coming.path:
            os.utime(path, (time.time() - 90_000, time.time() - 90_000))
    await later(0).sweep()
    assert not left.path.exists()
    assert coming.path.exists()
    assert (await client.state(session))["state"]["video_infos"][0]["hash"] in {
        p.name for p in folder.root.glob("??/*")
    }
    assert len(list(folder.root.glob("??/*"))) == 2
