"""Sessions that shall be deleted upstream: kept here until the upstream has done it, so that none stays."""

from redis.asyncio import Redis

from bot.store import keys
from bot.store.models import Leaving
from bot.store.records import dump, load_all


class Leavings:
    """The sessions that are on their way out."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    async def add(self, leaving: Leaving) -> None:
        """Note that it shall go; before anything is removed that tells of it."""
        await self._redis.hset(keys.LEAVING, leaving.session, dump(leaving))

    async def all(self) -> tuple[Leaving, ...]:
        """Those that are not gone yet. Raises UnreadableRecordError."""
        return load_all(Leaving, (await self._redis.hgetall(keys.LEAVING)).values())

    async def remove(self, session: str) -> None:
        """It is gone, or stays after all."""
        await self._redis.hdel(keys.LEAVING, session)
