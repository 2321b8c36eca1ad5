"""A cancelled task that talks to Redis ends, in whichever moment it is cancelled."""

import asyncio

from redis.asyncio import Redis

from bot.redis_server import connect


async def test_no_cancel_is_lost_while_a_command_is_sent(redis_url: str, redis: Redis) -> None:
    async with connect(redis_url) as client:

        async def ask_for_ever() -> None:
            while True:
                await client.get("nothing")

        for steps in range(400):
            task = asyncio.create_task(ask_for_ever())
            for _ in range(steps % 37):
                await asyncio.sleep(0)
            task.cancel()
            async with asyncio.timeout(10):
                await asyncio.wait({task})
            assert task.cancelled()
        assert await client.set("still", "works")
        assert await client.get("still") == "works"
