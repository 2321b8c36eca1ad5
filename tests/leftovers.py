"""What is left somewhere: everything a Redis holds, as text, and every file under a folder."""

from collections.abc import AsyncGenerator
from pathlib import Path

from redis.asyncio import Redis


async def redis_texts(redis: Redis) -> AsyncGenerator[str, None]:
    """Each key with its value."""
    async for key in redis.scan_iter("*"):
        match await redis.type(key):
            case "string":
                value: object = await redis.get(key)
            case "hash":
                value = await redis.hgetall(key)
            case "set":
                value = await redis.smembers(key)
            case "list":
                value = await redis.lrange(key, 0, -1)
            case "zset":
                value = await redis.zrange(key, 0, -1)
            case "none":  # gone meanwhile, such as a lease
                continue
            case kind:
                raise AssertionError(f"a kind of value that is not looked through: {kind!r}")
        yield f"{key} {value}"


def files(folder: Path) -> list[Path]:
    """Every file under a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
