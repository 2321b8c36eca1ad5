"""A render on another machine: all that it shares with the engine is Redis, and a folder or a bucket."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.engine.jobs import Jobs
from bot.engine.main import Tuning, running
from bot.engine.records.records import Records
from bot.engine.records.renders import Render, Wanted
from bot.engine.render.job import Output
from bot.engine.render.queue import RenderQueue
from bot.engine.storage.bucket import Bucket
from bot.media.probe import probe
from bot.settings import Engine, General, Settings
from tests.engine.api.client import Client
from tests.engine.api.conftest import make, until
from tests.engine.api.process import ROOT
from tests.engine.storage.conftest import new_bucket, serving

_WORK = """
import asyncio
from bot import logs, settings
from bot.engine.main import Tuning, work
logs.configure("info", "json")
asyncio.run(work(settings.load(), Tuning(lease_s=1)))
"""


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    return make(tmp_path / "clip.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", *coded)


@asynccontextmanager
async def worker(settings: Settings, data_dir: Path) -> AsyncIterator[Path]:
    """A lone worker with a data folder of its own, once it is ready; yields its log."""
    data_dir.mkdir(parents=True, exist_ok=True)
    assert settings.redis.redis_url is not None
    told = {"DATA_DIR": str(data_dir), "REDIS_URL": settings.redis.redis_url.get_secret_value()}
    for name in ("s3_url", "s3_key", "s3_secret", "s3_region", "s3_endpoint"):
        value = getattr(settings.engine, name)
        if value is not None:
            told[f"ENGINE_{name.upper()}"] = value.get_secret_value() if isinstance(value, SecretStr) else value
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    log = data_dir / "worker.log"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _WORK), cwd=data_dir, stderr=file, env={**kept, **told, "PYTHONPATH": str(ROOT)}
        )
    try:
        await until(lambda: _said(log, "worker is ready"), 60)
        yield log
        process.terminate()
        async with asyncio.timeout(30):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _said(log: Path, words: str) -> bool:
    return words in log.read_text(encoding="utf-8")


def _elsewhere(settings: Settings, data_dir: Path, engine: Engine) -> Settings:
    general = General.model_construct(data_dir=data_dir, secret_key=settings.general.secret_key)
    return replace(settings, general=general, engine=engine)


async def _waiting(settings: Settings, redis: Redis, clip: Path, http: aiohttp.ClientSession) -> tuple[str, Render]:
    """A session, and a render of it that was asked for and then the engine ended."""
    async with running(settings, "127.0.0.1", 0, Tuning(lease_s=1)) as address:
        client = await Client(http, address).start()
        session = await client.session()
        assert (await client.upload(session, ("clip.mp4", clip))).status == 200
        draft = (await client.state(session))["state"]["draft"]
    records = Records(redis, settings.engine, lease_s=1)
    project = await records.projects.get(session)
    assert project is not None
    assert settings.redis.redis_url is not None
    async with Jobs(redis, settings.redis.redis_url.get_secret_value(), lease_s=2) as jobs:
        wanted = Wanted(project.user, session, "render_1", "same", draft, asdict(Output(height=144)), "export")
        job = await RenderQueue(records, jobs).enqueue(wanted)
    assert job is not None
    return session, job


async def _ended(records: Records, job: Render) -> Render:
    async def over() -> bool:
        found = await records.renders.get(job.id)
        return found is None or not found.open

    await until(over, 90)
    found = await records.renders.get(job.id)
    assert found is not None
    return found


async def _delivered(settings: Settings, session: str, http: aiohttp.ClientSession, folder: Path) -> None:
    """The engine, started again, hands the file out; then the project goes."""
    async with running(settings, "127.0.0.1", 0, Tuning(lease_s=1)) as address:
        client = await Client(http, address).start()
        answer = await client.download()
        assert answer.status == 200
        (folder / "fetched.mp4").write_bytes(answer.body)
        facts = await probe(folder / "fetched.mp4")
        assert facts.picture is not None
        assert (facts.picture.height, round(facts.duration_ms, -2)) == (144, 2000)
        assert (await client.call("DELETE", f"/api/session/nemo_agent/me/{session}")).status == 200


def _files(root: Path) -> list[Path]:
    """What is left of footage and renders."""
    kept = [root / name for name in ("media", "renders", "spans", "scratch")]
    return [path for folder in kept for path in folder.rglob("*") if path.is_file()]


@pytest.mark.long
async def test_by_a_shared_folder(
    settings: Settings, redis: Redis, clip: Path, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    session, job = await _waiting(settings, redis, clip, http)
    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "engine").symlink_to(settings.engine_dir)
    async with worker(settings, tmp_path / "mounted"):
        ended = await _ended(Records(redis, settings.engine), job)
    assert (ended.state, ended.attempts) == ("completed", 1)
    await _delivered(settings, session, http, tmp_path)
    assert _files(settings.engine_dir) == []


@pytest.mark.long
@pytest.mark.extra
async def test_by_a_bucket(
    settings: Settings, redis: Redis, s3: Engine, clip: Path, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    apart = replace(settings, engine=s3)
    session, job = await _waiting(apart, redis, clip, http)
    async with worker(apart, tmp_path / "other") as log:
        ended = await _ended(Records(redis, s3), job)
        assert (ended.state, ended.attempts) == ("completed", 1)
        assert await _said(log, "media fetched")
    await _delivered(apart, session, http, tmp_path)
    assert await Bucket(s3).listed("") == []
    assert _files(settings.engine_dir) == []


@pytest.mark.long
@pytest.mark.extra
async def test_a_bucket_that_goes_away(
    settings: Settings, redis: Redis, clip: Path, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    """The render is left to others, three times at most; then it has failed, and why is said."""
    with serving() as (address, server):
        apart = replace(settings, engine=new_bucket(address))
        _, job = await _waiting(apart, redis, clip, http)
        async with worker(apart, tmp_path / "other") as log:
            server.kill()
            server.wait()
            ended = await _ended(Records(redis, apart.engine), job)
            assert await _said(log, "render is left to others")
    assert (ended.state, ended.attempts, ended.error) == ("failed", 3, "unreachable")
    assert _files(tmp_path / "other" / "engine") == []
