"""A call that reports by callback, turned into the percentages a flow can yield."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Watched(Generic[T]):
    """Runs `work`, which is handed a function to report bytes with; iterate for whole percents, then take `result`."""

    def __init__(self, work: Callable[[Callable[[int], None]], Coroutine[Any, Any, T]], total: int | None) -> None:
        """`total` is what the reported bytes are a part of; None or 0 yields nothing."""
        self._work = work
        self._total = total
        self._percent = 0
        self._moved = asyncio.Event()
        self._task: asyncio.Task[T] | None = None

    async def percents(self) -> AsyncGenerator[int, None]:
        """Rising whole percents until the work is done; closed, it stops the work. Raises what the work raises."""
        self._task = asyncio.create_task(self._work(self._report))
        self._task.add_done_callback(lambda _: self._moved.set())
        try:
            while True:
                await self._moved.wait()
                if self._task.done():
                    break
                self._moved.clear()
                yield self._percent
            await self._task
        finally:
            if not self._task.done():
                self._task.cancel()
                await asyncio.wait((self._task,))

    @property
    def result(self) -> T:
        """What the work returned, once `percents` has ended."""
        assert self._task is not None
        return self._task.result()

    def _report(self, done: int) -> None:
        percent = min(100, done * 100 // self._total) if self._total else 0
        if percent > self._percent:
            self._percent = percent
            self._moved.set()
