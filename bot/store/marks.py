"""Marks: things that happen once, however many processes ask and however often they restart; and short notes."""

import secrets

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Script

# The same asker asking again, because the answer got lost on the way, is still the first.
_ONCE = """
local found = redis.call('GET', KEYS[2])
if found then return found == ARGV[2] and 1 or 0 end
if ARGV[3] == '0' then redis.call('SET', KEYS[2], ARGV[2]) else redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3]) end
return 1
"""


class Marks:
    """Named marks. A name tells nothing of a person: it outlives the thread it came from."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._once = Script(client, _ONCE)

    async def once(self, name: str, ttl_s: int = 0) -> bool:
        """True for the first who asks, False for all others; for ever, or for `ttl_s` seconds."""
        return bool(await self._once([keys.mark(name)], [secrets.token_hex(8), ttl_s]))

    async def done(self, name: str) -> bool:
        """Whether somebody was the first."""
        return bool(await self._redis.exists(keys.mark(name)))

    async def write(self, name: str, value: str, ttl_s: int | None = None) -> None:
        """Keep a short value under a name, such as the hash of what was sent last; for ever, or for `ttl_s` seconds."""
        await self._redis.set(keys.mark(name), value, ex=ttl_s)

    async def read(self, name: str) -> str | None:
        """The value kept under a name, or None."""
        found = await self._redis.get(keys.mark(name))
        return found.decode() if isinstance(found, bytes) else found

    async def clear(self, name: str) -> None:
        """Let there be a first again, when what was marked could not be done."""
        await self._redis.delete(keys.mark(name))
