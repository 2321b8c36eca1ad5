"""Which finished files were fetched to their end, and when: those may go first when room gets short."""

from datetime import datetime

from redis.asyncio import Redis

from bot.engine.records.base import Clock, durable

_KEY = durable("renders", "fetched")


class Delivered:
    """The jobs whose file somebody has."""

    def __init__(self, redis: Redis, now: Clock) -> None:
        """`now` stamps them."""
        self._redis = redis
        self._now = now

    async def note(self, job: str) -> None:
        """Its file was fetched."""
        await self._redis.zadd(_KEY, {job: self._now().timestamp()})

    async def before(self, when: datetime, limit: int) -> tuple[str, ...]:
        """Jobs whose file was fetched last before then, the oldest first."""
        entries = await self._redis.zrangebyscore(_KEY, "-inf", when.timestamp(), start=0, num=limit)
        return tuple(str(one) for one in entries)

    async def forget(self, *jobs: str) -> None:
        """These jobs are gone."""
        if jobs:
            await self._redis.zrem(_KEY, *jobs)
