"""Waiting for a Redis that is away: what somebody asked for, or paid for, is not dropped because it restarts."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import redis.exceptions
import structlog

from bot.store.leases import Lease

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")

LONGEST_S = 120.0
"""After so many seconds it is an error, as it is for everybody else after two."""
_AGAIN_S = 0.5


async def patiently(call: Callable[[], Awaitable[T]], lease: Lease | None = None) -> T:
    """What `call` brings, called again while Redis does not answer; it must not matter how often it is carried out.

    Raises redis.exceptions.RedisError when that takes too long or another holder has taken the lease meanwhile, and
    what the call raises.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + LONGEST_S
    while True:
        try:
            return await call()
        except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError) as error:
            if loop.time() > deadline or (lease is not None and lease.taken.is_set()):
                raise
            log.warning("redis does not answer, waiting for it", error=type(error).__name__)
        await asyncio.sleep(_AGAIN_S)
