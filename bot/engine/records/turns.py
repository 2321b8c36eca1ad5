"""Turns: one message each, kept from the moment it is accepted.

`queued -> running -> done`. While its process lives, a turn holds the lease `turn:<id>`; one that is not done and
whose lease is gone was cut off, and since a turn is applied in one commit, the timeline is as it was.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.engine.records.base import Clock, Record, durable, text

Outcome = Literal["changed", "said", "failed", "no_credits", "rolled_back"]
QUEUE_LIMIT = 64
_KEPT = timedelta(days=30)


class Turn(Record):
    """One message to the engine, and how it ended; `reply` is what was said."""

    id: str
    session: str
    user: str
    words: str
    state: Literal["queued", "running", "done"] = "queued"
    outcome: Outcome | None = None
    reply: str = ""
    created: datetime
    ended: datetime | None = None


class Turns:
    """The turns of all sessions."""

    def __init__(self, redis: Redis, now: Clock) -> None:
        """`now` stamps them."""
        self._redis = redis
        self._now = now

    async def add(self, session: str, user: str, words: str) -> Turn | None:
        """Keep a new turn, or None when the account has 64 open ones already."""
        turn = Turn(id=f"e-{secrets.token_hex(12)}", session=session, user=user, words=words, created=self._now())
        if int(await self._redis.scard(_of(user))) >= QUEUE_LIMIT:
            return None
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(turn_key(turn.id), turn.model_dump_json())
            pipe.set(_newest(session), turn.id)
            pipe.zadd(_in(session), {turn.id: turn.created.timestamp()})
            pipe.zremrangebyscore(_in(session), "-inf", (turn.created - _KEPT).timestamp())
            pipe.sadd(_of(user), turn.id)
            pipe.zadd(durable("turns", "open"), {turn.id: turn.created.timestamp()})
            await pipe.execute()
        return turn

    async def get(self, turn: str) -> Turn | None:
        """A turn by its id."""
        return read(await self._redis.get(turn_key(turn)))

    async def newest(self, session: str) -> Turn | None:
        """The last turn that a session's project was given."""
        found = text(await self._redis.get(_newest(session)))
        return await self.get(found) if found else None

    async def of(self, session: str) -> tuple[str, ...]:
        """Ids of the turns that a session was given and that are still kept, the oldest first."""
        return tuple([str(one) for one in await self._redis.zrange(_in(session), 0, -1)])

    async def forget(self, session: str) -> None:
        """The session is gone, and what was said in it; of its turns none may be under way."""
        gone = [turn_key(one) for one in await self.of(session)]
        await self._redis.delete(_newest(session), *gone, _in(session))

    async def open(self) -> tuple[Turn, ...]:
        """Every turn that is not done, the oldest first."""
        ids = await self._redis.zrange(durable("turns", "open"), 0, -1)
        return tuple([turn for one in ids if (turn := await self.get(str(one)))])

    def save(self, pipe: Pipeline, turn: Turn) -> None:
        """Queue on a transaction that watches the turn's key."""
        pipe.set(turn_key(turn.id), turn.model_dump_json())

    def finish(self, pipe: Pipeline, turn: Turn, outcome: Outcome, reply: str) -> Turn:
        """Queue the end of a turn on a transaction that watches its key."""
        done = turn.model_copy(
            update={"state": "done", "outcome": outcome, "reply": reply, "ended": self._now(), "words": ""}
        )
        pipe.set(turn_key(turn.id), done.model_dump_json(), ex=_KEPT)
        pipe.srem(_of(turn.user), turn.id)
        pipe.zrem(durable("turns", "open"), turn.id)
        return done


def read(kept: object) -> Turn | None:
    """A turn as kept."""
    value = text(kept)
    return Turn.model_validate_json(value) if value else None


def turn_key(turn: str) -> str:
    """The key to watch for changes of a turn."""
    return durable("turn", turn)


def _newest(session: str) -> str:
    return durable("turns", "newest", session)


def _in(session: str) -> str:
    return durable("turns", "in", session)


def _of(user: str) -> str:
    return durable("turns", "of", user)
