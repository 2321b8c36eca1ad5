"""Ending tasks for sure.

redis-py sends under `asyncio.wait_for`, which on Python 3.11 swallows a cancel that arrives in the moment its work is
done (python/cpython#86296). So a task's loop asks now and then whether it was told to end, and whoever ends it insists.
"""

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any

_AGAIN_S = 2.0


async def stop(tasks: Collection["asyncio.Task[Any]"]) -> None:
    """Cancel tasks and wait for their end; cancelled again every 2 s."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_S)


def end_if_told() -> None:
    """Raise the CancelledError that something on the way swallowed."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def through(work: Coroutine[Any, Any, None]) -> None:
    """Do what must be done to its end, however often the caller is told to end meanwhile; told then, if it was."""
    task, told = asyncio.ensure_future(work), False
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError:
            told = True
    task.result()
    if told:
        raise asyncio.CancelledError
