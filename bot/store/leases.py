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
# Nobody had it in between, or the fence would be another's: it was never lost to anybody.
_RETAKE = """
local holder = redis.call('GET', KEYS[2])
if holder == ARGV[2] then return redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
if holder or redis.call('GET', KEYS[3]) ~= ARGV[4] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
"""
_RELEASE = "if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end return redis.call('DEL', KEYS[2])"


@dataclass(frozen=True, eq=False)
class Lease:
    """A lease that was acquired; only `held` looks after the two events.

    `lost` is set as soon as another may have it: it ran out while Redis was silent. `taken` is set when another has it,
    or had it: whoever is in the middle of something that costs goes on until then, since every write it does under the
    lease is refused from then on.
    """

    name: str
    fence: int
    ttl_s: float
    token: str = field(repr=False)
    leases: "Leases" = field(repr=False)
    lost: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    taken: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

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
        self._retake = Script(client, _RETAKE)
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

    async def retake(self, lease: Lease) -> bool:
        """Hold it for another `ttl_s`, also where it ran out, unless another has it or had it since: then False."""
        named = [keys.lease(lease.name), keys.fence(lease.name)]
        return bool(await self._retake(named, [lease.token, round(lease.ttl_s * 1000), lease.fence]))

    async def release(self, lease: Lease) -> None:
        """See `Lease.release`."""
        await self._release([keys.lease(lease.name)], [lease.token])

    @asynccontextmanager
    async def held(self, name: str, ttl_s: float) -> AsyncIterator[Lease | None]:
        """Hold the lease and renew it in the background; None while another holds it.

        When it is lost, `lease.lost` is set, and it is taken up again where nobody else had it; every write that is
        handed the lease is refused once another holder exists, and `lease.taken` is set.
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
        while await self._still_ours(lease):  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(lease.ttl_s / 3)
        lease.taken.set()
        log.warning("lease taken by another", lease=lease.name)

    async def _still_ours(self, lease: Lease) -> bool:
        try:
            return await self.retake(lease)
        except redis.exceptions.RedisError as error:
            log.warning("lease could not be taken up again", lease=lease.name, reason=type(error).__name__)
            return True
