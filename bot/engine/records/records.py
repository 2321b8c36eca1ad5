"""All records together, and the changes that touch several of them and must happen as one."""

from collections.abc import Sequence
from dataclasses import replace

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.engine.records.accounts import Accounts
from bot.engine.records.base import Clock, multi, text, transaction, utc_now
from bot.engine.records.delivered import Delivered
from bot.engine.records.leases import Leases
from bot.engine.records.ledger import Ledger
from bot.engine.records.media import Media
from bot.engine.records.place import Place
from bot.engine.records.projects import Project, ProjectFile, Projects, Work, project_key
from bot.engine.records.renders import Renders
from bot.engine.records.turns import Outcome, Turn, Turns, read, turn_key
from bot.media.facts import MediaFacts
from bot.settings import Engine

LEASE_S = 10.0


class ChangedMeanwhileError(Exception):
    """The project, or the turn, is not what it was when this change began: another process went on with it."""


class Records:
    """The engine's records in one Redis."""

    def __init__(self, redis: Redis, engine: Engine, *, now: Clock = utc_now, lease_s: float = LEASE_S) -> None:
        """`lease_s` is how long a dead process keeps others from what it held."""
        self._redis = redis
        self.now = now
        self.leases = Leases(redis, lease_s)
        self.accounts = Accounts(redis, now)
        self.ledger = Ledger(redis, now, engine.credits_allowance, engine.credits_refill_hours)
        self.media = Media(redis)
        self.projects = Projects(redis, now)
        self.turns = Turns(redis, now)
        self.renders = Renders(redis, now, self.leases)
        self.delivered = Delivered(redis, now)
        self.place = Place(redis)

    async def start_turn(self, turn: Turn) -> None:
        """Mark a queued turn as running. Raises ChangedMeanwhileError when it was rolled back."""

        async def start(pipe: Pipeline) -> None:
            current = read(await pipe.get(turn_key(turn.id)))
            if current is None or current.state != "queued":
                raise ChangedMeanwhileError
            multi(pipe)
            self.turns.save(pipe, current.model_copy(update={"state": "running"}))

        await transaction(self._redis, (turn_key(turn.id),), start)

    async def finish_turn(self, turn: Turn, outcome: Outcome, reply: str, work: Work | None) -> None:
        """End a turn: its answer, the project as it is now, and the credit, all at once or not at all.

        What the turn held is spent when the outcome is `changed`, given back otherwise.
        Raises ChangedMeanwhileError; nothing is written then.
        """
        keys = (turn_key(turn.id), project_key(turn.session))

        async def end(pipe: Pipeline) -> None:
            current = read(await pipe.get(keys[0]))
            if current is None or current.state == "done":
                raise ChangedMeanwhileError
            if work is not None:
                await _unchanged(pipe, work)
            multi(pipe)
            if work is not None:
                self.projects.save(pipe, work)
                self._keep_files(pipe, work.project, work.made)
            self.turns.finish(pipe, current, outcome, reply)
            if outcome == "changed":
                await self.ledger.settle(turn.user, turn.id, pipe)
            else:
                await self.ledger.release(turn.user, turn.id, pipe)

        await transaction(self._redis, keys, end)

    async def roll_back(self, turn: Turn, reply: str) -> bool:
        """End a turn that was cut off: the timeline is as it was, the credit is given back.

        False when somebody else ended it first.
        """
        try:
            await self.finish_turn(turn, "rolled_back", reply, None)
        except ChangedMeanwhileError:
            return False
        return True

    async def add_files(self, work: Work, files: Sequence[tuple[ProjectFile, MediaFacts]]) -> Project:
        """Put probed files and the timeline with them into the project, all at once.

        Raises ChangedMeanwhileError; nothing is written then.
        """
        after = work.project.model_copy(update={"files": (*work.project.files, *(file for file, _ in files))})
        session = after.session

        async def put(pipe: Pipeline) -> None:
            await _unchanged(pipe, work)
            multi(pipe)
            self.projects.save(pipe, replace(work, project=after))
            self._keep_files(pipe, after, (*work.made, *files))

        await transaction(self._redis, (project_key(session),), put)
        return after

    def _keep_files(self, pipe: Pipeline, project: Project, files: Sequence[tuple[ProjectFile, MediaFacts]]) -> None:
        for file, facts in files:
            self.media.keep(pipe, file.media, facts, project.user, file.name, project.session)


async def _unchanged(pipe: Pipeline, work: Work) -> None:
    kept = text(await pipe.get(project_key(work.before.session)))
    if kept is None or Project.model_validate_json(kept).revision != work.before.revision:
        raise ChangedMeanwhileError
