"""Leases: at most one holder of a name, across processes, and gone by itself when the holder dies.

A holder that was frozen for longer than its lease takes it up again only if nobody had it in between, which the
fence (a number that grows with every acquisition) tells.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.engine.records.base import cached
from bot.engine.tasks import end_if_told, stop

_log = structlog.get_logger(__name__)

_LOOK_S = 0.2

_ACQUIRE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local fence = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return fence
"""
_RENEW = """
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if holder or redis.call('GET', KEYS[2]) ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"


@dataclass(frozen=True)
class Lease:
    """A held name; `lost` is set when somebody else has it."""

    name: str
    token: str
    fence: int
    lost: asyncio.Event = field(default_factory=asyncio.Event)


class Leases:
    """The leases of one Redis, each for `ttl_s` seconds, renewed at a third of that."""

    def __init__(self, redis: Redis, ttl_s: float) -> None:
        """`ttl_s` is how long a dead holder keeps others out."""
        self.ttl_s = ttl_s
        self._redis = redis
        self._ttl_ms = int(ttl_s * 1000)
        self._acquire = redis.register_script(_ACQUIRE)
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)

    async def acquire(self, name: str) -> Lease | None:
        """Take the name, or None while somebody holds it."""
        token = secrets.token_hex(16)
        fence = int(await self._acquire(keys=keys(name), args=[token, self._ttl_ms]))
        return Lease(name, token, fence) if fence else None

    async def renew(self, lease: Lease) -> bool:
        """Hold it for another `ttl_s`; False when it is somebody else's by now."""
        return bool(await self._renew(keys=keys(lease.name), args=[lease.token, self._ttl_ms, lease.fence]))

    async def release(self, lease: Lease) -> None:
        """Give it back, if it is still ours."""
        await self._release(keys=keys(lease.name), args=[lease.token])

    async def forget(self, name: str) -> None:
        """What it stood for is gone, and nobody will ask for the name again: remove all traces of it."""
        await self._redis.delete(*keys(name))

    async def alive(self, name: str) -> bool:
        """Whether anybody holds the name."""
        return bool(await self._redis.exists(keys(name)[0]))

    @contextlib.asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[Lease | None]:
        """Hold the name inside the block, renewing it; None when somebody else has it.

        When it is lost inside the block, `lease.lost` is set; the block decides what to do.
        """
        lease = await self.acquire(name)
        if lease is None:
            yield None
            return
        async with self.kept(lease):
            yield lease

    @contextlib.asynccontextmanager
    async def waited_for(self, name: str) -> AsyncIterator[Lease]:
        """Hold the name inside the block, as soon as nobody else does."""
        while (lease := await self.acquire(name)) is None:  # noqa: ASYNC110 - another process ends it, not an event
            await asyncio.sleep(_LOOK_S)
        async with self.kept(lease):
            yield lease

    @contextlib.asynccontextmanager
    async def kept(self, lease: Lease) -> AsyncIterator[None]:
        """Renew a lease inside the block, and give it back."""
        renewing = asyncio.create_task(self._keep(lease))
        try:
            yield
        finally:
            await stop((renewing,))
            with contextlib.suppress(RedisError):  # it expires by itself
                await self.release(lease)

    async def _keep(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(self.ttl_s / 3)
            try:
                kept = await self.renew(lease)
            except RedisError as error:
                _log.warning("lease could not be renewed", error=str(error))
                continue  # the server may be back before the lease runs out
            end_if_told()
            if not kept:
                lease.lost.set()
                return


def keys(name: str) -> list[str]:
    """The keys of a name: its holder, and its fence."""
    return [cached("lease", name), cached("fence", name)]
