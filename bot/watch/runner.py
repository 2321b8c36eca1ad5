"""Owns and drives every flow: one worker a thread, durable requests, places told, faces kept apart from the work."""

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

import redis.exceptions
import structlog

from bot.flows import flow, offers, route, servers
from bot.flows.bounds import Claim
from bot.flows.cancel import stop_renders
from bot.flows.context import Context, Job
from bot.flows.credits import top_up_link
from bot.flows.faces import Face
from bot.flows.overview import overview
from bot.flows.problems import problem
from bot.nemo.errors import NemoError, NoCredits
from bot.store.errors import NotFoundError, SealedError, StaleLeaseError, UnreadableRecordError
from bot.store.leases import Lease
from bot.store.models import Place, Turn, TurnState
from bot.store.patience import patiently
from bot.updates import Cancelled, Ended, Problem, ProblemKind, Queued, RenderQueued
from bot.watch.feeds import Faces
from bot.watch.gate import Gate

log = structlog.stdlib.get_logger(__name__)

LEASE_S = 15.0
_AGAIN_S = 1.0
_SENT = frozenset({TurnState.SENDING, TurnState.STREAMING})
_OVER = frozenset({TurnState.SETTLED, TurnState.FAILED})


class _LeaseLostError(Exception):
    """Somebody else works on this thread now."""


@dataclass(eq=False)
class _Running:
    job: Job
    task: asyncio.Task[TurnState]
    cancelled: bool = False


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
            await self.cancel(turn)
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

    async def cancel(self, turn: Turn) -> None:
        """Stop what runs in the thread of `turn`, and its exports, and say so there."""
        thread = turn.place.thread
        running = self._running.get(thread)
        stopped = await stop_renders(Job(self._context, turn))
        self._on_export()
        if running is not None and self._running.get(thread) is running and not running.cancelled:
            running.cancelled = True
            running.task.cancel()
            told = running.job.turn
            self._faces.put(told.place, told.id, Cancelled(may_go_on=told.state in _SENT))
        else:
            said = Cancelled() if stopped else Problem(ProblemKind.NOTHING_TO_DO)
            self._faces.put(turn.place, turn.id, said)
        await self._faces.flush(turn.place)

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
            while lease is not None and (turn := await store.turns.head(thread)) is not None:
                if self._faces.get(turn.place) is None:
                    log.warning("no face for a request", face=turn.place.face, turn=turn.id)
                    return True
                with structlog.contextvars.bound_contextvars(thread=thread, turn=turn.id):
                    await self._one(turn, lease)
                await self._tell_places(thread)
        await self._let_go(thread)
        return True

    async def _one(self, turn: Turn, lease: Lease) -> None:
        """One request to its end; or _LeaseLostError, and it is another's."""
        thread = turn.place.thread
        claims = await self._claims(turn.place)
        tell = partial(self._tell_place, turn)
        async with self._gate.admitted(turn, claims, tell):
            job = Job(self._context, turn, lease)
            running = _Running(job, asyncio.create_task(self._drive(job), name=f"turn {turn.id}"))
            taken = asyncio.create_task(lease.taken.wait())
            self._running[thread] = running
            try:
                await asyncio.wait((running.task, taken), return_when=asyncio.FIRST_COMPLETED)
            finally:
                taken.cancel()
                if not running.task.done():
                    running.task.cancel()
                    await asyncio.wait((running.task,))
                del self._running[thread]
        if running.cancelled:
            await self._finish(job, TurnState.FAILED)
        elif running.task.cancelled():
            raise _LeaseLostError
        else:
            await self._finish(job, running.task.result())

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
