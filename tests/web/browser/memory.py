"""How much the memory of a process grows while something goes on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

MOST_MB = 60
"""How much it may be while a server takes in any file."""
_STEP_S = 0.05


@dataclass
class Growth:
    """Bytes that are the process's alone: at first, and the most that was seen."""

    first: int = 0
    most: int = 0

    @property
    def megabytes(self) -> float:
        """From the first to the most."""
        return (self.most - self.first) / 1e6


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[Growth]:
    """Look at a process all the time, until the block ends or the process does."""
    growth = Growth()
    growth.first = growth.most = await asyncio.to_thread(_held, pid)
    watching = asyncio.create_task(_watch(pid, growth))
    try:
        yield growth
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError, psutil.Error):
            await watching


async def _watch(pid: int, growth: Growth) -> None:
    while True:
        growth.most = max(growth.most, await asyncio.to_thread(_held, pid))
        await asyncio.sleep(_STEP_S)  # it samples: there is no event to wait for


def _held(pid: int) -> int:
    return int(psutil.Process(pid).memory_full_info().uss)
