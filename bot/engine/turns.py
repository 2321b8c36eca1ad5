"""The agent's loop: a message becomes a plan, the plan a new timeline, kept in one commit, then told.

A turn runs in a task of the engine's own: a client that goes away changes nothing. One turn at a time per session,
in the order they came. Its record is durable and its life a lease; one that was cut off (its lease is gone) is ended
as rolled back, and nothing else has to be undone, because everything a turn changes is written at its end at once.
"""

import asyncio
import itertools
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast, get_args

import structlog
from redis.exceptions import RedisError

from bot.engine.agent.plan import plan as make_plan
from bot.engine.agent.request import Plan
from bot.engine.agent.say import say, say_errors
from bot.engine.ask_model import Model
from bot.engine.briefing import asking, calls, context, facts, kept, reshaped
from bot.engine.feed import Feed
from bot.engine.gathering import Gathering
from bot.engine.locks import SessionLocks
from bot.engine.making import Making
from bot.engine.patience import patience
from bot.engine.records.projects import Project, Work
from bot.engine.records.records import ChangedMeanwhileError, Records
from bot.engine.records.turns import Outcome, Turn
from bot.engine.storage.storage import Storage
from bot.engine.tasks import end_if_told, stop
from bot.engine.timeline.apply import Applied, Done, OpErrors, apply
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import EditOp, Op, Redo, Report, Undo
from bot.engine.timeline.refusal import OpError, RefusedError
from bot.engine.timeline.report import report
from bot.engine.translate import translatable, translated
from bot.engine.words import of_media, words
from bot.media.facts import MediaError
from bot.settings import Engine

_log = structlog.get_logger(__name__)

_EDITS: tuple[type, ...] = get_args(EditOp)


class QueueFullError(Exception):
    """The account has as many open turns as it may have."""


class ClosingError(Exception):
    """The engine is stopping and takes no more turns."""


class _NoCreditsError(Exception):
    """There is no credit left for an edit."""


@dataclass(frozen=True)
class _Result:
    """What a plan came to: the project as it shall be, what is said, and whether the plan was carried out.

    `spoken` is False where a question says it all: the client shows that by itself.
    """

    work: Work
    reply: str
    done: bool
    spoken: bool = True


class Turning:
    """Runs the turns of this process and ends those that a dead process left behind."""

    def __init__(
        self,
        records: Records,
        storage: Storage,
        locks: SessionLocks,
        making: Making,
        model: Model,
        engine: Engine | None = None,
    ) -> None:
        """Nothing runs before the first turn, or `recover`."""
        self._records = records
        self._locks = locks
        self._making = making
        self._model = model
        self._gathering = Gathering(records.media, storage, engine)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._sessions: dict[str, str] = {}
        self._closing = False

    async def submit(self, project: Project, text: str) -> Feed:
        """Accept a message; the feed tells how it goes. Raises QueueFullError, ClosingError."""
        if self._closing:
            raise ClosingError
        turn = await self._records.turns.add(project.session, project.user, text)
        if turn is None:
            raise QueueFullError
        feed = Feed(turn.id)
        task = asyncio.create_task(self._run(turn, project.language, feed))
        self._tasks[turn.id], self._sessions[turn.id] = task, project.session
        task.add_done_callback(lambda _: self._over(turn.id))
        return feed

    async def stop(self, session: str) -> int:
        """Stop the turns of a session that run or wait in this process; how many of them changed nothing by that.

        One whose change was being kept just then counts as done.
        """
        ids = [id_ for id_, of in self._sessions.items() if of == session]
        await stop([self._tasks[id_] for id_ in ids])
        ended = [await self._records.turns.get(id_) for id_ in ids]
        return sum(1 for turn in ended if turn is not None and turn.outcome == "rolled_back")

    async def recover(self) -> None:
        """End the turns that were cut off, now and from time to time; runs until it is cancelled."""
        while True:
            await self._look()
            end_if_told()
            await asyncio.sleep(self._records.leases.ttl_s / 2)

    async def close(self) -> None:
        """Stop what runs; each turn is rolled back and says so."""
        self._closing = True
        await stop(self._tasks.values())

    def _over(self, turn: str) -> None:
        self._tasks.pop(turn, None)
        self._sessions.pop(turn, None)

    async def _look(self) -> None:
        oldest = self._records.now() - timedelta(seconds=self._records.leases.ttl_s)
        for turn in await self._records.turns.open():
            fresh = turn.created > oldest  # its process may not have taken the lease yet
            if turn.id not in self._tasks and not fresh and not await self._records.leases.alive(f"turn:{turn.id}"):
                project = await self._records.projects.get(turn.session)
                await self._roll_back(turn, project.language if project else "en")

    async def _run(self, turn: Turn, language: str, feed: Feed) -> None:
        """A whole turn. Whatever happens, its record is ended and the feed says how."""
        with structlog.contextvars.bound_contextvars(turn=turn.id, session=turn.session):
            try:
                async with (
                    self._records.leases.held(f"turn:{turn.id}"),
                    self._locks.held(turn.session),
                    AsyncExitStack() as ends,
                ):
                    await self._turn(turn, language, feed, ends)
            except asyncio.CancelledError:
                await self._interrupted(turn, language, feed)
            except Exception:  # noqa: BLE001 - the edge of a turn: its end must be kept and told
                reference = secrets.token_hex(4)
                _log.exception("turn failed", reference=reference)
                reply = words("trouble", language, reference=reference)
                feed.fail(500, reply)
                await self._give_up(turn, reply)
            finally:
                feed.end()

    async def _turn(self, turn: Turn, language: str, feed: Feed, ends: AsyncExitStack) -> None:
        outcome: Outcome = "failed"
        result: _Result | None = None
        plan = Plan()
        try:
            async with patience(feed):
                plan, result = await self._worked_out(turn, feed, ends)
        except TimeoutError:
            reply = words("too_slow", language)
        except MediaError as error:
            _log.warning(
                "turn could not find out of media what it must know", fault=error.fault.value, detail=error.detail
            )
            reply = of_media(error, language)
        except _NoCreditsError:
            outcome, reply = "no_credits", words("no_credits", language)
        else:
            outcome = "changed" if result.work.changed else "said"
            reply = result.reply
        end_if_told()
        await self._records.finish_turn(turn, outcome, reply, result.work if result else None)
        if outcome == "no_credits":
            feed.fail(2001, reply)
            return
        if result is None or result.spoken:
            feed.say(reply)
        if result is not None and result.done:
            calls(plan, feed)

    async def _worked_out(self, turn: Turn, feed: Feed, ends: AsyncExitStack) -> tuple[Plan, _Result]:
        """Everything a turn finds out and wants to change; nothing of it is kept yet."""
        records = self._records
        await records.start_turn(turn)
        project = await records.projects.get(turn.session)
        if project is None:
            raise ChangedMeanwhileError
        work = await records.projects.open(project)
        library = await self._gathering.known(project)
        seen, around = facts(work.timeline), context(work, library)
        plan = await asyncio.to_thread(make_plan, turn.words, seen, around)
        plan = await self._model.plan(plan, turn.words, seen, around)
        ops = reshaped(plan.ops)
        if any(isinstance(op, _EDITS) for op in ops) and not await records.ledger.hold(turn.user, turn.id):
            raise _NoCreditsError
        feed.stage("understanding", 100)
        try:
            translatable(self._model, ops)
            made = await self._making.for_plan(project, ops, work.timeline, library)
            ends.push_async_callback(self._making.drop, made)
            library = await self._gathering.for_plan(ops, work.timeline, made.library, feed, made.facts)
            library = await translated(self._model, ops, work.timeline, library, feed)
            holding = work.holding([(one.file, one.facts) for one in made.files])
            work, applied = await self._applied(holding, ops, library, feed)
        except OpErrors as errors:
            return plan, _Result(
                replace(work, project=asking(work.project, None)), say_errors(errors, project.language), done=False
            )
        asked = plan.questions[0] if plan.questions else None
        spoken = say(plan, applied, project.language)
        reply = spoken or "\n".join(question.prompt for question in plan.questions)
        work = replace(work, project=asking(work.project, asked))
        return plan, _Result(work, reply, done=True, spoken=bool(spoken))

    async def _applied(
        self, work: Work, ops: Sequence[Op], library: Library, feed: Feed
    ) -> tuple[Work, Applied | None]:
        """The plan's effect in order, neighbouring edits as one step. Raises OpErrors."""
        done: list[Done] = []
        for is_edit, group in itertools.groupby(ops, lambda op: isinstance(op, _EDITS)):
            if is_edit:
                feed.stage("editing", 0)
                edits = cast("tuple[EditOp, ...]", tuple(group))
                applied = await asyncio.to_thread(apply, work.timeline, edits, library)
                done.extend(applied.done)
                if applied.timeline != work.timeline:
                    work = work.stepped(applied.timeline, kept(edits))
                feed.stage("editing", 100)
                continue
            for op in group:
                if isinstance(op, Undo | Redo):
                    before, length = work.project.cursor, duration_ms(work.timeline)
                    work = await self._records.projects.moved(work, -op.count if isinstance(op, Undo) else op.count)
                    steps = abs(work.project.cursor - before)
                    told: dict[str, int | float | str] = {
                        "count": steps,
                        "before_ms": length,
                        "after_ms": duration_ms(work.timeline),
                    }
                    done.append(Done(op.op, told))
                elif isinstance(op, Report):
                    done.append(await asyncio.to_thread(_report, work.timeline, op, library))
        return work, Applied(work.timeline, tuple(done)) if done else None

    async def _give_up(self, turn: Turn, reply: str) -> None:
        try:
            await self._records.finish_turn(turn, "failed", reply, None)
        except (ChangedMeanwhileError, RedisError) as error:
            _log.warning("turn's end could not be kept", error=str(error))

    async def _roll_back(self, turn: Turn, language: str) -> bool:
        """End a turn that was cut off; False when its commit had come through before."""
        if not await self._records.roll_back(turn, words("interrupted", language)):
            return False
        _log.info("turn was cut off and rolled back", turn=turn.id)
        return True

    async def _interrupted(self, turn: Turn, language: str, feed: Feed) -> None:
        try:
            if await self._roll_back(turn, language):
                feed.fail(503, words("interrupted", language))
                return
            ended = await self._records.turns.get(turn.id)
        except RedisError as error:  # whoever starts next does it
            _log.warning("turn could not be rolled back", error=str(error))
            feed.fail(503, words("interrupted", language))
            return
        if ended is not None:  # its commit was through already
            feed.say(ended.reply)


def _report(timeline: Timeline, op: Report, library: Library) -> Done:
    """What is asked for. Raises OpErrors."""
    try:
        return Done(op.op, report(timeline, op, library))
    except RefusedError as error:
        raise OpErrors((OpError(0, op.op, error.code, error.value, error.limit),)) from None
