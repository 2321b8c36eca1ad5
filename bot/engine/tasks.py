"""Ending tasks for sure."""

import asyncio
from collections.abc import Collection

_AGAIN_S = 2.0


async def stop(tasks: Collection["asyncio.Task[None]"]) -> None:
    """Cancel tasks and wait for their end; cancelled again every 2 s.

    Once is not enough: redis-py sends under `asyncio.wait_for`, which on Python 3.11 swallows a cancel that arrives
    in the moment its work is done (python/cpython#86296).
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_S)
