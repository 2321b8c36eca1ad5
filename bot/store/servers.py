"""Servers: what their administrators set, one record each."""

from typing import Any

from redis.asyncio import Redis

from bot.store import keys
from bot.store.errors import ConflictError
from bot.store.models import Server
from bot.store.records import dump, load, names
from bot.store.scripts import Script

_ATTEMPTS = 20

_SWAP = """
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[3] then return 'CONFLICT' end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('SADD', KEYS[3], ARGV[4])
return 'OK'
"""
_REMOVE = """
redis.call('SREM', KEYS[3], ARGV[2])
return redis.call('DEL', KEYS[2])
"""


class Servers:
    """The server records. A server that never set anything has none."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._swap = Script(client, _SWAP)
        self._remove = Script(client, _REMOVE)

    async def get(self, guild: str) -> Server | None:
        """What is set there, or None where nothing ever was. Raises UnreadableRecordError."""
        text = await self._redis.get(keys.server(guild))
        return None if text is None else load(Server, text)

    async def update(self, guild: str, **changes: Any) -> Server:
        """Set these and leave the rest as it is. Raises ConflictError, UnreadableRecordError."""
        for _ in range(_ATTEMPTS):
            text = await self._redis.get(keys.server(guild))
            kept = Server(guild=guild) if text is None else load(Server, text)
            server = Server.model_validate(kept.model_dump() | changes)
            try:
                await self._swap([keys.server(guild), keys.SERVERS], [dump(server), str(text or ""), guild])
            except ConflictError:
                continue
            return server
        raise ConflictError(f"the server's settings changed under {_ATTEMPTS} attempts; nothing was written")

    async def remove(self, guild: str) -> bool:
        """Forget what was set; whether there was anything."""
        return bool(await self._remove([keys.server(guild), keys.SERVERS], [guild]))

    async def guilds(self) -> tuple[str, ...]:
        """The servers that have set something."""
        return tuple(sorted(names(await self._redis.smembers(keys.SERVERS))))
