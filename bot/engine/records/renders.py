"""Renders: the durable record of each job, the tickets (clients' render ids) that point at it, its live progress.

A client's id is a *ticket*; two tickets for the same timeline and output share one job. A job that is not done stands
in a line (`bot.engine.records.line`) and holds the lease `render:<id>` while somebody works on it; one that was begun
and whose lease is gone was cut off and is run again. The lease's fence tells which attempt counts.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeGuard, get_args

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.engine.records.base import Clock, Record, cached, durable, hashed, text, transaction
from bot.engine.records.base import multi as begin
from bot.engine.records.leases import Lease, Leases, keys
from bot.engine.records.line import Line, RenderLane

ATTEMPTS = 3
OPEN_LIMIT = 64

State = Literal["pending", "processing", "completed", "failed"]


class Render(Record):
    """One job. `draft` and `output` are JSON as validated; `error` is a word for the table of words, not a text."""

    id: str
    user: str
    same: str
    draft: dict[str, Any]
    output: dict[str, Any]
    lane: RenderLane = "export"
    tickets: tuple[str, ...] = ()
    state: State = "pending"
    attempts: int = 0
    fence: int = 0
    """Of the lease under which the attempt that counts was begun."""
    error: str | None = None
    created: datetime
    ended: datetime | None = None
    size: int | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    keyframes: bool = False
    """Only a few pictures are in the file: it is quick, and stands in for no other request."""
    file: str | None = None
    """Name of the finished file in the results folder."""

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in ("pending", "processing")


class Ticket(Record):
    """What a client's render id stands for."""

    job: str
    session: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class Wanted:
    """A validated request: `same` is the hash of what decides the file, `session` the one it was made in."""

    user: str
    session: str
    render: str
    same: str
    draft: dict[str, Any]
    output: dict[str, Any]
    lane: RenderLane = "export"


class Renders:
    """The render jobs of all accounts."""

    def __init__(self, redis: Redis, now: Clock, leases: Leases) -> None:
        """`now` stamps them, the leases tell which ones are worked on."""
        self.line = Line(redis, leases)
        self._redis = redis
        self._now = now
        self._leases = leases

    async def add(self, wanted: Wanted) -> Render | None:
        """The job for a request: the one its id already has, the one that makes the same file, or a new one.

        None when the account has 64 open jobs already.
        """
        ticket_key, same_key = _ticket(wanted.user, wanted.render), _same(wanted)

        async def put(pipe: Pipeline) -> Render | None:
            known = text(await pipe.get(ticket_key))
            if known is not None:
                job = await self.get(Ticket.model_validate_json(known).job)
                if job is not None:
                    begin(pipe)
                    return job
            shared = text(await pipe.get(same_key))
            if shared is not None:
                await pipe.watch(_job(shared))
                job = await self.get(shared)
                if job is not None and job.state != "failed":
                    return self._join(pipe, job, wanted)
            if int(await self._redis.scard(_of(wanted.user))) >= OPEN_LIMIT:
                begin(pipe)
                return None
            job = Render(
                id=secrets.token_hex(16), user=wanted.user, same=wanted.same, draft=wanted.draft,
                output=wanted.output, lane=wanted.lane, tickets=(ticket_key,), created=self._now(),
            )  # fmt: skip
            begin(pipe)
            pipe.set(_job(job.id), job.model_dump_json())
            self._hand_out(pipe, ticket_key, job, wanted)
            pipe.set(same_key, job.id)
            pipe.sadd(_of(job.user), job.id)
            self.line.join(pipe, job.lane, job.user, job.id, job.created.timestamp())
            pipe.zadd(durable("renders"), {job.id: job.created.timestamp()})
            return job

        return await transaction(self._redis, (ticket_key, same_key), put)

    async def is_known(self, wanted: Wanted) -> bool:
        """Whether there is a job already that `add` would answer with, so that nothing more is to be done."""
        if await self.of_ticket(wanted.user, wanted.render) is not None:
            return True
        shared = text(await self._redis.get(_same(wanted)))
        job = await self.get(shared) if shared is not None else None
        return job is not None and job.state != "failed"

    async def get(self, job: str) -> Render | None:
        """A job by its own id."""
        kept = text(await self._redis.get(_job(job)))
        return Render.model_validate_json(kept) if kept else None

    async def of_ticket(self, user: str, render: str) -> tuple[Render, Ticket] | None:
        """The job behind a client's id, or None."""
        kept = text(await self._redis.get(_ticket(user, render)))
        if kept is None:
            return None
        ticket = Ticket.model_validate_json(kept)
        job = await self.get(ticket.job)
        return (job, ticket) if job else None

    async def cancel(self, user: str, render: str) -> Render | None:
        """Take a ticket back; a job that nobody waits for any more is failed with `cancelled`.

        A finished job stays as it is. Returns the job, or None for an unknown ticket.
        """
        found = await self.of_ticket(user, render)
        if found is None:
            return None
        ticket_key = _ticket(user, render)

        async def take(pipe: Pipeline) -> Render | None:
            job = await self.get(found[0].id)
            begin(pipe)
            if job is None or not job.open:
                return job
            left = tuple(key for key in job.tickets if key != ticket_key)
            job = job.model_copy(update={"tickets": left})
            pipe.set(ticket_key, found[1].model_copy(update={"cancelled": True}).model_dump_json())
            if left:
                pipe.set(_job(job.id), job.model_dump_json())
                return job
            return self._end(pipe, job, "failed", error="cancelled")

        return await transaction(self._redis, (_job(found[0].id), ticket_key), take)

    async def busy(self) -> bool:
        """Whether anybody waits for a render."""
        return any([await self.line.length(lane) for lane in get_args(RenderLane)])

    async def take(self, lane: RenderLane) -> tuple[Render, Lease] | None:
        """Begin an attempt of the lane's next job, under its lease; None when there is nothing to do.

        One that would be begun for the fourth time has failed then.
        """
        while (found := await self.line.take(lane)) is not None:
            user, job, lease = found
            begun = await self._begin(lane, user, job, lease)
            if begun is not None:
                return begun, lease
            await self._leases.release(lease)
        return None

    async def _begin(self, lane: RenderLane, user: str, job: str, lease: Lease) -> Render | None:
        async def count(pipe: Pipeline) -> Render | None:
            current = await self.get(job)
            begin(pipe)
            if current is None or not current.open:
                self.line.leave(pipe, lane, user, job)
                return None
            if current.state == "processing" and current.fence == lease.fence:
                return current  # an answer that got lost on the way
            if current.attempts >= ATTEMPTS:
                self._end(pipe, current, "failed", error="gave_up")
                return None
            told = {"state": "processing", "attempts": current.attempts + 1, "fence": lease.fence}
            current = current.model_copy(update=told)
            pipe.set(_job(job), current.model_dump_json())
            return current

        return await transaction(self._redis, (_job(job),), count)

    async def hand_back(self, started: Render) -> None:
        """The worker stops in order: the attempt does not count and the job waits again."""

        async def undo(pipe: Pipeline) -> None:
            current = await self.get(started.id)
            begin(pipe)
            if _same_attempt(current, started):
                back = {"state": "pending", "attempts": started.attempts - 1}
                pipe.set(_job(started.id), current.model_copy(update=back).model_dump_json())

        await transaction(self._redis, (_job(started.id),), undo)

    async def finish(self, started: Render, state: Literal["completed", "failed"], **facts: Any) -> bool:
        """The end of an attempt; False when the job was cancelled, or when another worker has taken it up since.

        It may be told again where it is not known whether it was heard.
        """

        async def end(pipe: Pipeline) -> bool:
            current = await self.get(started.id)
            begin(pipe)
            if not _same_attempt(current, started):
                return current is not None and (current.state, current.fence) == (state, started.fence)
            self._end(pipe, current, state, **facts)
            return True

        return await transaction(self._redis, (_job(started.id),), end)

    async def going(self, started: Render) -> bool:
        """Whether this attempt is still the one that counts."""
        return _same_attempt(await self.get(started.id), started)

    async def progress(self, job: str) -> float:
        """How far a job is, 0-100."""
        kept = text(await self._redis.get(cached("render-progress", job)))
        return float(kept) if kept else 0.0

    async def plan(self, job: str) -> str:
        """How the frames of a finished job came about, for people; empty where that is not known (any more)."""
        return text(await self._redis.get(cached("render-plan", job))) or ""

    async def keep_plan(self, job: str, plan: str) -> None:
        """Keep that for a day."""
        await self._redis.set(cached("render-plan", job), plan, ex=86_400)

    async def keep_progress(self, job: str, percent: float) -> None:
        """Tell how far it is."""
        await self._redis.set(cached("render-progress", job), f"{percent:.1f}", ex=86_400)

    async def made_before(self, when: datetime, limit: int) -> tuple[str, ...]:
        """Ids of jobs made before then, the oldest first."""
        entries = await self._redis.zrangebyscore(durable("renders"), "-inf", when.timestamp(), start=0, num=limit)
        return tuple([str(one) for one in entries])

    async def delete(self, job: str) -> None:
        """Forget a job and its tickets."""
        current = await self.get(job)
        kept = [text(await self._redis.get(key)) for key in current.tickets] if current is not None else []
        async with self._redis.pipeline(transaction=True) as pipe:
            self._remove(pipe, job, current)
            pipe.delete(*keys(f"render:{job}"))
            if current is not None:
                for key, ticket in zip(current.tickets, kept, strict=True):
                    pipe.delete(key)
                    if ticket is not None:
                        pipe.srem(_in(Ticket.model_validate_json(ticket).session), key)
            await pipe.execute()

    async def forget(self, session: str) -> tuple[str, ...]:
        """The session is gone, and what it asked for; returns the jobs that nobody else asked for: they are gone too.

        Cut off in between it can be done again.
        """
        keys = [str(key) for key in await self._redis.smembers(_in(session))]
        gone = [job for key in keys if (job := await self._without(key, session)) is not None]
        await self._redis.delete(_in(session))
        return tuple(dict.fromkeys(gone))

    async def _without(self, ticket_key: str, session: str) -> str | None:
        """Take a ticket out of the world; its job where that went with it."""
        kept = text(await self._redis.get(ticket_key))
        if kept is None:
            return None
        id_ = Ticket.model_validate_json(kept).job

        async def take(pipe: Pipeline) -> str | None:
            job = await self.get(id_)
            left = () if job is None else tuple(key for key in job.tickets if key != ticket_key)
            begin(pipe)
            pipe.delete(ticket_key)
            pipe.srem(_in(session), ticket_key)
            if job is not None and left:
                pipe.set(_job(id_), job.model_copy(update={"tickets": left}).model_dump_json())
                return None
            self._remove(pipe, id_, job)
            return id_

        return await transaction(self._redis, (_job(id_), ticket_key), take)

    def _remove(self, pipe: Pipeline, job: str, current: Render | None) -> None:
        pipe.zrem(durable("renders"), job)
        pipe.delete(_job(job), cached("render-progress", job), cached("render-plan", job))
        if current is not None:
            self.line.leave(pipe, current.lane, current.user, job)
            if not current.keyframes:
                pipe.delete(durable("render-same", current.user, current.same))
            pipe.srem(_of(current.user), job)

    def _join(self, pipe: Pipeline, job: Render, wanted: Wanted) -> Render:
        ticket_key = _ticket(wanted.user, wanted.render)
        joined = job.model_copy(update={"tickets": (*job.tickets, ticket_key)})
        begin(pipe)
        pipe.set(_job(job.id), joined.model_dump_json())
        self._hand_out(pipe, ticket_key, job, wanted)
        return joined

    def _hand_out(self, pipe: Pipeline, ticket_key: str, job: Render, wanted: Wanted) -> None:
        pipe.set(ticket_key, Ticket(job=job.id, session=wanted.session).model_dump_json())
        pipe.sadd(_in(wanted.session), ticket_key)

    def _end(self, pipe: Pipeline, job: Render, state: State, **facts: Any) -> Render:
        ended = job.model_copy(update={"state": state, "ended": self._now(), **facts})
        pipe.set(_job(job.id), ended.model_dump_json())
        if ended.keyframes:
            pipe.delete(durable("render-same", job.user, job.same))
        self.line.leave(pipe, job.lane, job.user, job.id)
        pipe.srem(_of(job.user), job.id)
        return ended


def _same_attempt(current: Render | None, started: Render) -> TypeGuard[Render]:
    return current is not None and current.state == "processing" and current.fence == started.fence


def _job(job: str) -> str:
    return durable("render", job)


def _ticket(user: str, render: str) -> str:
    return durable("render-ticket", hashed(user, render))


def _same(wanted: Wanted) -> str:
    return durable("render-same", wanted.user, wanted.same)


def _in(session: str) -> str:
    return durable("renders", "in", session)


def _of(user: str) -> str:
    return durable("renders", "of", user)
