"""Runs dealt out to lanes that go on side by side: each waits for seconds at a time, for leases and for starts."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tests.crash.cloud import Cloud
from tests.crash.lane import lane
from tests.crash.numbers import Numbers, total
from tests.crash.plan import Run
from tests.upstream.server import listening

_LANES = 4


async def carry_out(runs: Sequence[Run], folder: Path, clip: Path) -> tuple[Numbers, list[str]]:
    """The numbers of these runs, and the story of each that went wrong."""
    lanes = min(_LANES, len(runs))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_lane(runs[at::lanes], folder / str(at), clip)) for at in range(lanes)]
    results = [task.result() for task in tasks]
    return total(numbers for numbers, _ in results), [story for _, wrong in results for story in wrong]


async def _lane(runs: Sequence[Run], folder: Path, clip: Path) -> tuple[Numbers, list[str]]:
    async with AsyncExitStack() as stack:
        cloud = None
        if runs[0].upstream == "cloud":
            cloud = await stack.enter_async_context(listening(Cloud()))
        one = await stack.enter_async_context(lane(folder, clip, cloud))
        for run in runs:
            await one.run(run)
        return await one.settled()
