"""Leases: one holder at a time, and a fence so that a holder that lost its lease without noticing writes nothing.

Redis-py's own lock has no fence. A lease here is SET NX PX with a random token, and a number that only grows, taken
with it: whoever writes under a lease hands it to the write, which is refused once a later holder exists.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import redis.exceptions
import structlog
from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Script

log = structlog.stdlib.get_logger(__name__)

_FENCE_KEPT_S = 30 * 86_400  # far longer than any holder can be frozen and still come back

# The same token asking twice is one acquisition: an answer that got lost on the way may be asked for again.
_ACQUIRE = """
local holder = redis.call('GET', KEYS[2])
if holder == ARGV[2] then return tonumber(redis.call('GET', KEYS[3])) end
if holder then return 0 end
local fence = redis.call('INCR', KEYS[4])
redis.call('SET', KEYS[3], fence, 'EX', ARGV[4])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return fence
"""
_RENEW = "if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end return redis.call('PEXPIRE', KEYS[2], ARGV[3])"
_RELEASE = "if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end return redis.call('DEL', KEYS[2])"


@dataclass(frozen=True, eq=False)
class Lease:
    """A lease that was acquired. `lost` is set when it is known to be gone; only `held` looks after that."""

    name: str
    fence: int
    ttl_s: float
    token: str = field(repr=False)
    leases: "Leases" = field(repr=False)
    lost: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def renew(self) -> bool:
        """Hold it for another `ttl_s`; False when it ran out or went to another."""
        return await self.leases.renew(self)

    async def release(self) -> None:
        """Let the next one have it at once; nothing happens when it was lost."""
        await self.leases.release(self)


class Leases:
    """The leases of the deployment, by name."""

    def __init__(self, client: Redis) -> None:
        self._acquire = Script(client, _ACQUIRE)
        self._renew = Script(client, _RENEW)
        self._release = Script(client, _RELEASE)

    async def acquire(self, name: str, ttl_s: float) -> Lease | None:
        """Take the lease for `ttl_s` seconds; None while another holds it."""
        token = secrets.token_hex(16)
        fence = await self._acquire(
            [keys.lease(name), keys.fence(name), keys.FENCES], [token, round(ttl_s * 1000), _FENCE_KEPT_S]
        )
        return Lease(name, fence, ttl_s, token, self) if fence else None

    async def renew(self, lease: Lease) -> bool:
        """See `Lease.renew`."""
        return bool(await self._renew([keys.lease(lease.name)], [lease.token, round(lease.ttl_s * 1000)]))

    async def release(self, lease: Lease) -> None:
        """See `Lease.release`."""
        await self._release([keys.lease(lease.name)], [lease.token])

    @asynccontextmanager
    async def held(self, name: str, ttl_s: float) -> AsyncIterator[Lease | None]:
        """Hold the lease and renew it in the background; None while another holds it.

        When it is lost, `lease.lost` is set and every write that is handed the lease is refused once another
        holder exists.
        """
        lease = await self.acquire(name, ttl_s)
        if lease is None:
            yield None
            return
        renewing = asyncio.create_task(self._keep(lease), name=f"lease {name}")
        try:
            yield lease
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing
            with contextlib.suppress(redis.exceptions.RedisError):  # it runs out by itself
                await self.release(lease)

    async def _keep(self, lease: Lease) -> None:
        loop = asyncio.get_running_loop()
        sure_until = loop.time() + lease.ttl_s
        while loop.time() < sure_until:
            await asyncio.sleep(lease.ttl_s / 3)
            asked = loop.time()
            try:
                async with asyncio.timeout_at(sure_until):
                    if not await lease.renew():
                        break
                sure_until = asked + lease.ttl_s
            except (redis.exceptions.RedisError, TimeoutError) as error:
                log.warning("lease could not be renewed", lease=lease.name, reason=type(error).__name__)
        lease.lost.set()
        log.warning("lease lost", lease=lease.name)
