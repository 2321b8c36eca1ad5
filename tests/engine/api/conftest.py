"""A real engine on loopback, in this process, with the session's Redis and tiny real footage."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.engine.main import Tuning, running
from bot.media.ffmpeg import binary
from bot.settings import Settings
from tests.engine.api.client import Client, Json

StartEngine = Callable[..., Awaitable[str]]


def make(target: Path, *args: str) -> Path:
    """A small file by ffmpeg."""
    subprocess.run([binary(), "-v", "error", "-y", *args, target], check=True)
    return target


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two small clips of different sizes, a still, a sound, and a text that claims to be a clip."""
    folder = tmp_path_factory.mktemp("footage")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest")
    for name, picture, tone in (
        ("one", "testsrc2=s=320x180:r=25:d=2", 440),
        ("two", "testsrc=s=160x160:r=30:d=1", 660),
    ):
        sound = ("-f", "lavfi", "-i", f"sine=f={tone}:r=44100:d=2")
        make(folder / f"{name}.mp4", "-f", "lavfi", "-i", picture, *sound, *coded)
    make(folder / "still.png", "-f", "lavfi", "-i", "testsrc=s=200x100:d=1", "-frames:v", "1")
    make(folder / "music.mp3", "-f", "lavfi", "-i", "sine=f=330:d=3")
    (folder / "text.mp4").write_text("this is no film\n" * 100)
    return folder


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def start_engine(settings: Settings, redis: Redis) -> AsyncIterator[StartEngine]:
    """Start engines that end with the test; each answers with its address."""
    stack = AsyncExitStack()

    async def start(changed: Settings | None = None, tuning: Tuning | None = None) -> str:
        tuning = tuning or Tuning(lease_s=3, heartbeat_s=0.2)
        return await stack.enter_async_context(running(changed or settings, "127.0.0.1", 0, tuning))

    async with stack:
        yield start


_probed: dict[str, str] = {}


@pytest.fixture
async def probed(redis: Redis) -> AsyncIterator[None]:
    """What the engine found out about the footage in earlier tests: known content is not probed again."""
    if _probed:
        await redis.mset(dict(_probed))
    yield
    async for key in redis.scan_iter("tce:d:media:*"):
        _probed[str(key)] = str(await redis.get(key))


@pytest.fixture
async def engine(start_engine: StartEngine) -> str:
    return await start_engine()


@pytest.fixture
async def client(engine: str, http: aiohttp.ClientSession) -> Client:
    return await Client(http, engine).start()


async def until(what: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    """Wait for something that is only to be seen by asking."""
    async with asyncio.timeout(seconds):
        while not await what():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.02)


async def ended(client: Client, render: str = "render_1") -> Json:
    """The answer once the job has ended."""
    return (await watched(client, render))[-1]


async def watched(client: Client, render: str = "render_1") -> list[Json]:
    """The answers until the job has ended."""
    seen: list[Json] = []

    async def over() -> bool:
        answer = await client.status(render)
        assert answer.status == 200
        seen.append(answer.body)
        return answer.body["status"] in ("completed", "failed")

    await until(over, 60)
    progress = [one["progress"] for one in seen]
    assert progress == sorted(progress)
    return seen
