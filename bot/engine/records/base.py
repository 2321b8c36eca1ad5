"""What all records share: the key prefix, versions, the clock, and one helper for compare-and-set.

Keys under `tce:d:` are durable; those under `tce:c:` can be lost or rebuilt (leases, caches, progress). Nothing a
user wrote is ever part of a key: ids of ours, or a hash.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

Clock = Callable[[], datetime]
_T = TypeVar("_T")
_TRIES = 50


class ContendedError(Exception):
    """A record was changed by others again and again while this change was tried."""


class Record(BaseModel):
    """A record of one version; keys of a later version are left out, not fatal."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1] = 1


def utc_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def durable(*parts: str) -> str:
    """A key that must survive."""
    return ":".join(("tce:d", *parts))


def cached(*parts: str) -> str:
    """A key that may be lost."""
    return ":".join(("tce:c", *parts))


def hashed(*parts: str) -> str:
    """A key part made of somebody else's text, or of a secret: SHA-256 in hex, unambiguous for several parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


async def transaction(redis: Redis, watched: tuple[str, ...], change: Callable[[Pipeline], Awaitable[_T]]) -> _T:
    """Run `change` so that what it queues happens only if no watched key changed since it read; again if one did.

    `change` reads through the pipe, calls `multi(pipe)`, then queues its writes.
    Raises ContendedError after 50 tries, and whatever `change` raises (nothing is written then).
    """
    async with redis.pipeline(transaction=True) as pipe:
        for _ in range(_TRIES):
            try:
                await pipe.watch(*watched)
                result = await change(pipe)
                await pipe.execute()
            except WatchError:
                continue
            return result
    raise ContendedError


def multi(pipe: Pipeline) -> None:
    """End of the reads: what follows is queued and happens as one."""
    pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it unannotated


def text(value: Any) -> str | None:
    """A string as redis-py answers it (our clients decode), or None."""
    return value if isinstance(value, str) else None
