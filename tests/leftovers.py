"""What is left somewhere: everything a Redis holds, as text, and every file under a folder."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

_READ: dict[str, tuple[str, ...]] = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "set": ("SMEMBERS",),
    "list": ("LRANGE", "0", "-1"),
    "zset": ("ZRANGE", "0", "-1"),
    "stream": ("XRANGE", "-", "+"),
}


async def redis_texts(redis: Redis) -> AsyncGenerator[str, None]:
    """Each key with its value; what is no text (the arguments of jobs) as far as it is."""
    async for key in redis.scan_iter("*"):
        kind = await redis.type(key)
        if kind == "none":  # gone meanwhile, such as a lease
            continue
        assert kind in _READ, f"a kind of value that is not looked through: {kind!r}"
        command, *rest = _READ[kind]
        yield f"{key} {_text(await _asked(redis, command, key, *rest))}"


async def _asked(redis: Redis, *words: str) -> Any:
    return await redis.execute_command(*words, NEVER_DECODE=[])  # type: ignore[no-untyped-call]  # redis-py leaves it so


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, dict):
        return " ".join(_text(one) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple | set):
        return " ".join(_text(one) for one in value)
    return str(value)


def files(folder: Path) -> list[Path]:
    """Every file under a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
