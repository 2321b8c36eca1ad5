"""Owns and drives every flow: one worker a thread, durable requests, places told, faces kept apart from the work."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import redis.exceptions
import structlog

from bot.flows import flow, footprint, offers, route, servers
from bot.flows.bounds import Claim
from bot.flows.cancel import may_go_on, stop_render
from bot.flows.context import Context, Job
from bot.flows.credits import top_up_link
from bot.flows.faces import Face
from bot.flows.overview import overview
from bot.flows.problems import problem
from bot.nemo.errors import NemoError, NoCredits
from bot.store.errors import NotFoundError, SealedError, StaleLeaseError, UnreadableRecordError
from bot.store.leases import Lease
from bot.store.models import Place, Render, Turn, TurnState
from bot.store.patience import patiently
from bot.updates import Cancelled, Ended, Forgotten, Problem, ProblemKind, Queued, RenderQueued, Stopped
from bot.watch.feeds import Faces
from bot.watch.gate import Gate

log = structlog.stdlib.get_logger(__name__)

LEASE_S = 15.0
_AGAIN_S = 1.0
_INSIST_S = 2.0
_WORKER_S = 60.0
_DROPPED_KEPT = 1000
_OVER = frozenset({TurnState.SETTLED, TurnState.FAILED})


class _LeaseLostError(Exception):
    """Somebody else works on this thread now."""


@dataclass(eq=False)
class _Running:
    job: Job
    task: asyncio.Task[TurnState]
    cancelled: bool = False
    stopped: bool = False
    """Cancelled before it was done; with `goes_on` the upstream may go on with it."""
    goes_on: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Runner:
    """Takes requests in and carries each to its end, across restarts."""

    def __init__(
        self, context: Context, faces: Faces, on_export: Callable[[], None], gate: Gate | None = None,
        lease_s: float = LEASE_S,
    ) -> None:  # fmt: skip
        """`on_export` is called when a render was asked for or is not wanted any more."""
        self._context = context
        self._faces = faces
        self._on_export = on_export
        self._gate = gate or Gate()
        self._lease_s = lease_s
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._running: dict[str, _Running] = {}
        self._ended: dict[str, asyncio.Future[Turn | None]] = {}
        self._halted: Counter[str] = Counter()
        self._dropped: deque[str] = deque(maxlen=_DROPPED_KEPT)
        self._closing = False

    def register(self, name: str, face: Face) -> None:
        """Have this face show what belongs to places of its name; before `start`."""
        self._faces.register(name, face)

    async def start(self) -> None:
        """Go on with what a restart left behind."""
        for thread in await self._context.store.turns.open_threads():
            for turn in await self._context.store.turns.waiting(thread):
                self._gate.accept(turn, await self._claims(turn.place))
            self._wake(thread)

    async def submit(self, turn: Turn) -> int:
        """Take a request for good and return its place: 0 runs now, 1 has one ahead of it.

        Words that only say "cancel" stop what runs in the thread at once. Raises QueueFullError (too many wait),
        DuplicateError (it was taken and is done).
        """
        if turn.intent == "edit" and not turn.files and route.route(turn.words).intent == "cancel":
            if not (await self.cancel(turn.place)).anything:
                self._faces.put(turn.place, turn.id, Problem(ProblemKind.NOTHING_RUNS))
                await self._faces.flush(turn.place)
            return 0
        claims = await self._claims(turn.place)
        self._gate.check(claims)
        place = await self._context.store.turns.push(turn)
        self._gate.accept(turn, claims)
        if place > 0:
            self._faces.put(turn.place, turn.id, Queued(place))
        self._wake(turn.place.thread)
        return place

    async def wait(self, turn_id: str) -> Turn | None:
        """Wait until the request is at its end and its last update was shown; its record, None if there is none."""
        ended = self._ended.setdefault(turn_id, asyncio.get_running_loop().create_future())
        turn = await self._context.store.turns.get(turn_id)
        if turn is None or turn.state in _OVER:
            self._ended.pop(turn_id, None)
            return turn
        return await asyncio.shield(ended)

    async def cancel(self, place: Place) -> Stopped:
        """Stop what is at work in the place's thread, its exports, and what its requester has waiting there.

        Each of them ends with a `Cancelled` of its own.
        """
        store = self._context.store
        exports = 0
        for render in await store.renders.of_thread(place.thread):
            exports += await self._stop_export(render)
        waiting = 0
        for turn in await store.turns.waiting(place.thread):
            if turn.place.requester == place.requester:
                waiting += await self._drop(turn)
        running = self._running.get(place.thread)
        if running is not None:
            await self._stop_running(running)
        stopped = running is not None and running.stopped
        return Stopped(int(stopped), exports, waiting, stopped and running is not None and running.goes_on)

    async def cancel_job(self, id_: str) -> Stopped:
        """Stop one request or one export, by its id; nothing where it is over already."""
        running = next((one for one in self._running.values() if one.job.turn.id == id_), None)
        if running is not None:
            await self._stop_running(running)
            return Stopped(running=int(running.stopped), may_go_on=running.goes_on)
        render = await self._context.store.renders.get(id_)
        if render is not None:
            return Stopped(exports=int(await self._stop_export(render)))
        turn = await self._context.store.turns.get(id_)
        return Stopped(waiting=0 if turn is None else int(await self._drop(turn)))

    async def place_of(self, id_: str) -> Place | None:
        """Where a request or an export came from; None where there is none of this id (any more)."""
        store = self._context.store
        found = await store.turns.get(id_) or await store.renders.get(id_)
        return None if found is None else found.place

    async def forget(self, thread: str) -> Forgotten:
        """Stop everything in the thread, then delete all there is of it."""
        async with self._quiet(thread):
            forgotten = await footprint.erase(self._context, thread)
        self._on_export()
        return forgotten

    @asynccontextmanager
    async def _quiet(self, thread: str) -> AsyncIterator[None]:
        """Nothing works in the thread inside the block; what did, or waited, ends as cancelled."""
        self._halted[thread] += 1
        try:
            running, worker = self._running.get(thread), self._workers.get(thread)
            if running is not None:
                await self._stop_running(running)
            if worker is not None:
                await asyncio.wait((worker,), timeout=_WORKER_S)
            for turn in await self._context.store.turns.waiting(thread):
                await self._drop(turn)
            yield
        finally:
            self._halted[thread] -= 1
            if not self._halted[thread]:
                del self._halted[thread]
                self._wake(thread)

    async def _stop_running(self, running: _Running) -> None:
        """Stop what is at work, and wait until that was told, or until it was done all the same."""
        running.cancelled = True
        while not running.over.is_set():
            running.task.cancel()  # again: redis-py may swallow one that comes in the moment its work is done
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_INSIST_S):
                    await running.over.wait()

    async def _stop_export(self, render: Render) -> bool:
        if not await stop_render(self._context, render):
            return False
        self._on_export()
        self._faces.put(render.place, render.id, Cancelled())
        await self._faces.flush(render.place)
        return True

    async def _drop(self, turn: Turn) -> bool:
        """Take a request that waits out of its queue; False where it does not wait, or waits at another process."""
        thread = turn.place.thread
        queue = [one.id for one in await self._context.store.turns.waiting(thread)]
        running, halted = self._running.get(thread), thread in self._halted
        if turn.id not in queue or (running is not None and running.job.turn.id == turn.id):
            return False
        elsewhere = queue[0] == turn.id and thread not in self._workers
        if not halted and (elsewhere or turn.state is not TurnState.QUEUED):
            return False
        self._dropped.append(turn.id)
        self._faces.put(turn.place, turn.id, Cancelled())
        await self._faces.flush(turn.place)
        over = turn.model_copy(update={"state": TurnState.FAILED})
        try:
            await self._context.store.turns.finish(over)
        except NotFoundError:
            log.info("request forgotten while it waited")
        self._end(turn.id, over)
        await self._tell_places(thread)
        return True

    async def close(self) -> None:
        """Stop working; what is not finished goes on at the next start."""
        self._closing = True
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        if workers:
            await asyncio.wait(workers)
        for ended in self._ended.values():
            ended.cancel()
        await self._faces.close()

    def _wake(self, thread: str) -> None:
        self._woken.add(thread)
        if thread not in self._workers and not self._closing:
            self._workers[thread] = asyncio.create_task(self._work(thread), name=f"thread {thread}")

    async def _work(self, thread: str) -> None:
        """Carry out the thread's requests until none is left."""
        try:
            while thread in self._woken:
                self._woken.discard(thread)
                try:
                    if not await self._drain(thread):
                        self._woken.add(thread)
                        await asyncio.sleep(self._lease_s / 3)
                except UnreadableRecordError as error:
                    log.error("thread cannot go on", thread=thread, reason=str(error))  # noqa: TRY400 - says it all
                except (redis.exceptions.RedisError, StaleLeaseError, _LeaseLostError) as error:
                    log.warning("thread goes on later", thread=thread, reason=type(error).__name__)
                    self._woken.add(thread)
                    await asyncio.sleep(_AGAIN_S)
                except Exception:  # the edge of a background task: the others must go on
                    log.exception("worker failed", thread=thread)
                    self._woken.add(thread)
                    await asyncio.sleep(_AGAIN_S)
        finally:
            del self._workers[thread]

    async def _drain(self, thread: str) -> bool:
        """Everything in the queue; False when another process is at it."""
        store = self._context.store
        async with store.leases.held(f"thread:{thread}", self._lease_s) as lease:
            if lease is None and await store.turns.head(thread) is not None:
                return False
            while lease is not None and (turn := await self._next(thread)) is not None:
                if turn.id in self._dropped:
                    await self._finish(Job(self._context, turn, lease), TurnState.FAILED)
                    continue
                if self._faces.get(turn.place) is None:
                    log.warning("no face for a request", face=turn.place.face, turn=turn.id)
                    return True
                with structlog.contextvars.bound_contextvars(thread=thread, turn=turn.id):
                    await self._one(turn, lease)
                await self._tell_places(thread)
        await self._let_go(thread)
        return True

    async def _next(self, thread: str) -> Turn | None:
        """What is to be done next in the thread; nothing while it is halted."""
        return None if thread in self._halted else await self._context.store.turns.head(thread)

    async def _one(self, turn: Turn, lease: Lease) -> None:
        """One request to its end; or _LeaseLostError, and it is another's."""
        thread = turn.place.thread
        job = Job(self._context, turn, lease)
        running = _Running(job, asyncio.create_task(self._admitted(job), name=f"turn {turn.id}"))
        taken = asyncio.create_task(lease.taken.wait())
        self._running[thread] = running
        try:
            try:
                await asyncio.wait((running.task, taken), return_when=asyncio.FIRST_COMPLETED)
            finally:
                taken.cancel()
                if not running.task.done():
                    running.task.cancel()
                    await asyncio.wait((running.task,))
            if running.cancelled and _failed(running.task):
                running.goes_on = await may_go_on(job)
                running.stopped = True
                self._faces.put(job.turn.place, job.turn.id, Cancelled(running.goes_on))
        finally:
            del self._running[thread]
            running.over.set()
        if running.stopped:
            await self._finish(job, TurnState.FAILED)
        elif running.task.cancelled():
            raise _LeaseLostError
        else:
            await self._finish(job, running.task.result())

    async def _admitted(self, job: Job) -> TurnState:
        """The flow, when it is its time."""
        turn = job.turn
        claims = await self._claims(turn.place)
        async with self._gate.admitted(turn, claims, partial(self._tell_place, turn)):
            return await self._drive(job)

    async def _drive(self, job: Job) -> TurnState:
        """The flow, update by update; how it ended. A failure is told; only what means "later" is raised."""
        try:
            async with aclosing(flow.run(job)) as updates:
                async for update in updates:
                    self._faces.put(job.turn.place, job.turn.id, update)
                    if isinstance(update, RenderQueued | Cancelled):
                        self._on_export()
        except (redis.exceptions.RedisError, StaleLeaseError):
            raise
        except Exception as error:
            if isinstance(error, UnreadableRecordError) and not isinstance(error, SealedError):
                raise
            told = await offers.with_mend(job, problem(error, link=await self._mend(job, error)))
            self._faces.put(job.turn.place, job.turn.id, told)
            return TurnState.FAILED
        return TurnState.SETTLED

    async def _mend(self, job: Job, error: Exception) -> str | None:
        if not isinstance(error, NoCredits):
            return None
        account = job.thread.account if job.thread is not None else None
        try:
            return await top_up_link(self._context, account)
        except NemoError:
            return None

    async def _show_project(self, job: Job) -> None:
        """What the thread's card shows; where it cannot be had just now it stays as it was."""
        with contextlib.suppress(NemoError, NotFoundError):
            project = await overview(job)
            if project is not None:
                self._faces.put(job.turn.place, job.turn.id, project)

    async def _finish(self, job: Job, state: TurnState) -> None:
        """After the last update was shown, and not before: a restart in between tells it again."""
        self._faces.put(job.turn.place, job.turn.id, Ended())
        await self._faces.flush(job.turn.place)
        turn = job.turn.model_copy(update={"state": state})
        try:
            await patiently(lambda: self._context.store.turns.finish(turn, job.lease), job.lease)
        except NotFoundError:
            log.info("request forgotten while it ran")
        else:
            if state is TurnState.SETTLED and job.touched:
                await self._show_project(job)
        self._end(turn.id, turn)

    async def _let_go(self, thread: str) -> None:
        """What was taken in here and ended elsewhere, or was forgotten with its thread, is waited for no longer."""
        for id_ in self._gate.open_in(thread):
            turn = await self._context.store.turns.get(id_)
            if turn is None or turn.state in _OVER:
                self._end(id_, turn)

    def _end(self, id_: str, turn: Turn | None) -> None:
        self._gate.done(id_)
        ended = self._ended.pop(id_, None)
        if ended is not None and not ended.done():
            ended.set_result(turn)

    async def _claims(self, place: Place) -> tuple[Claim, ...]:
        server = await servers.of(self._context.store, place.guild)
        return servers.claims(place, self._context.limits.requests, server)

    def _tell_place(self, turn: Turn, place: int) -> None:
        self._faces.put(turn.place, turn.id, Queued(place))

    async def _tell_places(self, thread: str) -> None:
        for place, turn in enumerate(await self._context.store.turns.waiting(thread)):
            if place > 0:
                self._tell_place(turn, place)


def _failed(task: asyncio.Task[TurnState]) -> bool:
    """Whether an ended task came to no result."""
    return task.cancelled() or task.exception() is not None
