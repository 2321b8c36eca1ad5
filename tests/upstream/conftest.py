"""The upstreams that the same tests are asked of: the scripted one and our engine, with and without credits."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.engine.main import Tuning, running
from bot.nemo.client import Nemo
from bot.settings import Engine, Settings
from tests.engine.api.bots_client import bots_client
from tests.engine.api.client import Client
from tests.engine.api.conftest import footage, http, probed
from tests.engine.test_fetch import Elsewhere
from tests.upstream.recorder import Recorder, recording
from tests.upstream.server import scripted

__all__ = ["footage", "http", "probed"]


@dataclass(frozen=True)
class World:
    """What an upstream is started with; `files` serves the footage under http://files.example."""

    settings: Settings
    files: Elsewhere


@asynccontextmanager
async def _scripted(balance: int) -> AsyncIterator[str]:
    async with scripted() as upstream:
        upstream.now = lambda: datetime.now(UTC)
        upstream.balance = {"available": balance, "frozen": 0, "total": balance}
        yield upstream.url


@asynccontextmanager
async def _engine(world: World, allowance: int | None) -> AsyncIterator[str]:
    metered = Engine.model_construct(credits_allowance=allowance)
    tuning = Tuning(lease_s=3, heartbeat_s=0.2, links=world.files.links())
    async with running(replace(world.settings, engine=metered), "127.0.0.1", 0, tuning) as address:
        yield address


_UPSTREAMS: dict[str, Callable[[World], AbstractAsyncContextManager[str]]] = {
    "scripted": lambda _: _scripted(100),
    "scripted, nothing left": lambda _: _scripted(0),
    "engine": lambda world: _engine(world, None),
    "engine, metered": lambda world: _engine(world, 3),
    "engine, nothing left": lambda world: _engine(world, 0),
}


@pytest.fixture
async def files(footage: Path) -> AsyncIterator[Elsewhere]:
    """A server on loopback that stands for the world and has the footage."""
    app = web.Application()
    app.router.add_static("/", footage)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Elsewhere(runner.addresses[0][1])
    await runner.cleanup()


@pytest.fixture(params=["scripted", "engine"])
async def address(
    request: pytest.FixtureRequest, settings: Settings, files: Elsewhere, redis: Redis, probed: None
) -> AsyncIterator[str]:
    """Where an upstream listens: the scripted one, then the engine (parametrise it with others by name)."""
    async with _UPSTREAMS[request.param](World(settings, files)) as url:
        yield url


@pytest.fixture
async def client(address: str, http: aiohttp.ClientSession) -> Client:
    """A client that says exactly what it is told; the same account as `nemo`."""
    return await Client(http, address).start()


@pytest.fixture
async def nemo(address: str, http: aiohttp.ClientSession) -> Nemo:
    """The bot's own client."""
    return bots_client(http, address)


@pytest.fixture
async def recorder(address: str) -> AsyncIterator[Recorder]:
    """A recorder in front of the upstream."""
    async with recording(address) as running:
        yield running
