"""Looks after every export that is due; one poller a deployment, by a lease."""

import asyncio
from datetime import datetime, timedelta

import redis.exceptions
import structlog

from bot.flows.context import Context
from bot.store.errors import NotFoundError, StaleLeaseError, UnreadableRecordError
from bot.store.leases import Lease
from bot.store.models import Render, RenderState
from bot.store.renders import OVER
from bot.watch.delivery import Delivery
from bot.watch.line import Line, has_slot
from bot.watch.rendering import Overtaken, Rendering

log = structlog.stdlib.get_logger(__name__)

LEASE_S = 15.0
_AT_ONCE = 16
_BATCH = 100
_LOOK_S = 5.0
_BUSY_S = 1.0
_TICK_S = 0.25
"""What is due within so short a time is looked at together."""
_AGAIN_S = 1.0


class Poller:
    """Runs the steps of exports when they are due, each in a task of its own."""

    def __init__(
        self, context: Context, rendering: Rendering, delivery: Delivery, line: Line, lease_s: float = LEASE_S
    ) -> None:
        self._context = context
        self._rendering = rendering
        self._delivery = delivery
        self._line = line
        self._lease_s = lease_s
        self._poked = asyncio.Event()
        self._changed = False
        self._checked = 0.0
        self._awake = context.clock.now()
        self._tick_s = min(_TICK_S, context.capabilities.poll_s / 4)
        self._steps: dict[str, asyncio.Task[bool]] = {}
        self._soon: set[str] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        rendering.on_save(self._saved)

    def poke(self) -> None:
        """Look at once: a render was asked for, or is not wanted any more."""
        self._changed = True
        self._poked.set()

    async def run(self) -> None:
        """Poll until cancelled; nothing that goes wrong ends it."""
        while True:
            try:
                async with self._context.store.leases.held("poller", self._lease_s) as lease:
                    if lease is not None:
                        await self._poll(lease)
                await asyncio.sleep(self._lease_s / 3)
            except redis.exceptions.RedisError as error:
                log.warning("redis does not answer", error=type(error).__name__)
                await asyncio.sleep(_AGAIN_S)
            except Exception:  # the edge of a background task: it must go on
                log.exception("poller failed")
                await asyncio.sleep(_AGAIN_S)

    async def _poll(self, lease: Lease) -> None:
        renders = self._context.store.renders
        try:
            await self._line.load()
            while not lease.lost.is_set():
                self._poked.clear()
                now = self._context.clock.now()
                self._awake = now + timedelta(seconds=_LOOK_S)  # what is written meanwhile may be missed by this look
                await self._check_line()
                due, after = await renders.due(now, _BATCH + len(self._steps))
                fresh = [id_ for id_ in dict.fromkeys((*self._line.called(), *due)) if id_ not in self._steps]
                for id_ in fresh:
                    self._begin(id_, lease)
                await self._rest(now, self._pause(now, after, more=len(fresh) >= _BATCH))
        finally:
            steps = list(self._steps.values())
            for step in steps:
                step.cancel()
            if steps:
                await asyncio.wait(steps)

    async def _check_line(self) -> None:
        """Where something changed, and now and then while somebody waits: it may have changed in another process."""
        now = asyncio.get_running_loop().time()
        if self._changed or (self._line.waiting and now - self._checked >= _LOOK_S):
            self._changed, self._checked = False, now
            await self._line.check()

    async def _rest(self, now: datetime, seconds: float) -> None:
        """Wait for so long, or until poked."""
        self._awake = now + timedelta(seconds=seconds)
        waits = [
            asyncio.create_task(self._context.clock.sleep(seconds)),
            asyncio.create_task(self._poked.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    def _pause(self, now: datetime, after: datetime | None, *, more: bool) -> float:
        """Seconds until something may be due; what is due already is at work."""
        if more:
            return 0.0
        left = _LOOK_S if after is None else (after - now).total_seconds()
        return min(_BUSY_S if self._steps else _LOOK_S, max(self._tick_s, left))

    def _saved(self, render: Render, due: datetime | None) -> None:
        """An export was written: what is due sooner than the next look wakes the poller, and so does a free slot."""
        self._line.saved(render)
        if due is not None and due + timedelta(seconds=self._tick_s) < self._awake:
            self._soon.add(render.id)
        if self._line.called() or (render.id in self._soon and render.id not in self._steps):
            self._poked.set()

    def _begin(self, id_: str, lease: Lease) -> None:
        task = asyncio.create_task(self._step(id_, lease), name=f"render {id_}")
        self._steps[id_] = task

        def ended(_: asyncio.Task[bool]) -> None:
            self._steps.pop(id_, None)
            if id_ in self._soon or task.cancelled() or not task.result():
                self._soon.discard(id_)
                self._poked.set()

        task.add_done_callback(ended)

    async def _step(self, id_: str, lease: Lease) -> bool:
        """One step of an export; whether it came to its end, and so is due when it was written to be."""
        async with self._slots:
            with structlog.contextvars.bound_contextvars(render=id_):
                try:
                    await self._look(id_, lease)
                except (Overtaken, NotFoundError, StaleLeaseError):
                    self._line.over(id_)
                    log.info("export was cancelled, forgotten or taken over")
                    return True
                except redis.exceptions.RedisError as error:
                    log.warning("redis does not answer", error=type(error).__name__)
                    await asyncio.sleep(_AGAIN_S)
                except UnreadableRecordError as error:
                    log.error("export cannot go on", reason=str(error))  # noqa: TRY400 - the line says it all
                    await asyncio.sleep(self._lease_s)
                except Exception:  # the edge of a step: the others must go on
                    log.exception("export step failed")
                    await asyncio.sleep(_AGAIN_S)
                else:
                    return True
        return False

    async def _look(self, id_: str, lease: Lease) -> None:
        render = await self._context.store.renders.get(id_)
        if render is None or render.state in OVER:
            self._line.over(id_)
        elif has_slot(render) or await self._line.enter(render, lease):
            steps = self._delivery if render.state is RenderState.READY else self._rendering
            await steps.step(render, lease)
