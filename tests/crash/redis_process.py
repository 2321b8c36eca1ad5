"""A Redis of an operator's own, which a test may stop and start."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import redis.exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot import redis_server
from tests.discord.bot_process import free_port

_START_S = 20.0
_LOOK_S = 0.02


class RedisProcess:
    """A server that keeps every write it has acknowledged, whatever happens to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        """Start it on the files it has, and wait until it answers."""
        self._folder.mkdir(exist_ok=True)
        options = {
            "bind": "127.0.0.1", "port": str(self._port), "dir": str(self._folder), "save": "",
            "appendonly": "yes", "appendfsync": "always", "loglevel": "warning",
        }  # fmt: skip
        self._process = await asyncio.create_subprocess_exec(
            redis_server._binary(None),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
            stdout=asyncio.subprocess.DEVNULL,
        )
        client = Redis.from_url(self.url, retry=Retry(NoBackoff(), 0))
        async with asyncio.timeout(_START_S), client:
            while not await _answers(client):  # noqa: ASYNC110 - a process that starts tells nobody
                await asyncio.sleep(_LOOK_S)

    async def kill(self) -> None:
        """End it without a word."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def freeze(self) -> None:
        """Let it do nothing, with every connection open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def own_redis(folder: Path) -> AsyncIterator[RedisProcess]:
    """A server that runs; ended with the block."""
    server = RedisProcess(folder)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


async def _answers(client: Redis) -> bool:
    with suppress(redis.exceptions.RedisError, OSError):
        await client.get("anything")
        return True
    return False
