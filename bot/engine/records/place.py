"""Where the engine keeps its files, so that a worker knows whether it sees the same ones."""

from redis.asyncio import Redis

from bot.engine.records.base import durable, text

_KEY = durable("storage")


class Place:
    """The name of the engine's storage."""

    def __init__(self, redis: Redis) -> None:
        """One for all that share this Redis."""
        self._redis = redis

    async def tell(self, name: str) -> str | None:
        """An engine keeps its files there from now on; where they were kept before, if that was elsewhere."""
        before = text(await self._redis.getset(_KEY, name))
        return None if before == name else before

    async def known(self) -> str | None:
        """What the engine told last; None when none was started yet."""
        return text(await self._redis.get(_KEY))
