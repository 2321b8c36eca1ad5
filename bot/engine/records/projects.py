"""Projects: a session with its files and the history of its timeline.

A history is a row of steps, each a whole timeline, and a cursor: undo and redo move the cursor, a new step drops
what lies after it. The first step is the empty timeline. Steps are kept one by one, so that a change writes one.
What was heard (an hour is half a megabyte of words) is kept once for all steps that have the same.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.engine.records.base import Clock, Record, durable, text
from bot.engine.timeline.model import Heard, Timeline
from bot.media.facts import MediaFacts

HISTORY_LIMIT = 100
FILES_LIMIT = 200

_TIMELINE = TypeAdapter(Timeline)
_HEARD = TypeAdapter(tuple[Heard, ...])


class ProjectFile(BaseModel):
    """A file in a project: the content's id and the name it was given. Nobody uploaded what is `made`."""

    model_config = ConfigDict(frozen=True)

    media: str
    name: str
    kind: Literal["video", "image", "audio"]
    size: int
    duration_ms: int
    width: int = 0
    height: int = 0
    fps: float | None = None
    made: bool = False


class Project(Record):
    """One session. `question` is the open question as the agent wrote it down.

    `done` are the operations of step `done_in`, as they were dumped: only the newest step's are kept. `heard` names
    what was heard, for each step that holds any.
    """

    session: str
    task: str
    user: str
    name: str
    language: str
    files: tuple[ProjectFile, ...] = ()
    steps: tuple[int, ...] = (0,)
    cursor: int = 0
    next_step: int = 1
    heard: dict[int, str] = Field(default_factory=dict)
    question: Any = None
    done: tuple[dict[str, Any], ...] = ()
    done_in: int = 0
    revision: int = 0
    created: datetime
    touched: datetime

    @property
    def undo_depth(self) -> int:
        """How many steps can be taken back."""
        return self.cursor

    @property
    def redo_depth(self) -> int:
        """How many steps can be taken forward again."""
        return len(self.steps) - 1 - self.cursor

    def moved(self, by: int) -> "Project":
        """The cursor moved by so many steps, as far as the history reaches."""
        cursor = min(max(self.cursor + by, 0), len(self.steps) - 1)
        return self.model_copy(update={"cursor": cursor})

    @property
    def last(self) -> tuple[dict[str, Any], ...]:
        """The operations of the step at the cursor, where they are still known."""
        return self.done if self.steps[self.cursor] == self.done_in else ()

    def stepped(self, done: Sequence[dict[str, Any]] = ()) -> "Project":
        """A new step after the cursor, by the operations `done`.

        Those that were undone are dropped, and the oldest beyond the limit.
        """
        step = self.next_step
        steps = (*self.steps[: self.cursor + 1], step)[-HISTORY_LIMIT:]
        new = {"steps": steps, "cursor": len(steps) - 1, "next_step": step + 1, "done": tuple(done), "done_in": step}
        return self.model_copy(update=new)


@dataclass(frozen=True)
class Work:
    """A project being changed: the timeline at the cursor; steps and files made for it that are not kept yet."""

    before: Project
    project: Project
    timeline: Timeline
    fresh: tuple[tuple[int, Timeline], ...] = ()
    made: tuple[tuple[ProjectFile, MediaFacts], ...] = ()

    def holding(self, files: Sequence[tuple[ProjectFile, MediaFacts]]) -> "Work":
        """With these made files in the project; one that is there already is not put in again."""
        there = {file.media for file in self.project.files}
        new = tuple(one for one in files if one[0].media not in there)
        after = (*self.project.files, *(file for file, _ in new))
        return replace(self, project=self.project.model_copy(update={"files": after}), made=(*self.made, *new))

    def stepped(self, timeline: Timeline, done: Sequence[dict[str, Any]] = ()) -> "Work":
        """One more step with this timeline, by the operations `done`."""
        project = self.project.stepped(done)
        names = {number: name for number, name in self.project.heard.items() if number in project.steps}
        if timeline.heard:
            before = self.project.heard.get(self.project.steps[self.project.cursor])
            same = before if timeline.heard is self.timeline.heard else None
            names[project.steps[-1]] = same or hashlib.sha256(_HEARD.dump_json(timeline.heard)).hexdigest()
        project = project.model_copy(update={"heard": names})
        return replace(self, project=project, timeline=timeline, fresh=(*self.fresh, (project.steps[-1], timeline)))

    @property
    def changed(self) -> bool:
        """Whether the timeline's history is another than before."""
        return (self.project.steps, self.project.cursor) != (self.before.steps, self.before.cursor)


class Projects:
    """Every project, by its session id (19 digits)."""

    def __init__(self, redis: Redis, now: Clock) -> None:
        """`now` stamps changes."""
        self._redis = redis
        self._now = now

    async def create(self, user: str, name: str, language: str) -> Project:
        """A new, empty project."""
        now = self._now()
        while True:
            session = str(10**18 + secrets.randbelow(9 * 10**18))
            project = Project(
                session=session, task=f"task_{secrets.token_hex(12)}", user=user, name=name, language=language,
                created=now, touched=now,
            )  # fmt: skip
            if await self._redis.set(project_key(session), project.model_dump_json(), nx=True):
                break
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(_steps(session), "0", _TIMELINE.dump_json(Timeline()))
            pipe.zadd(durable("projects"), {session: now.timestamp()})
            await pipe.execute()
        return project

    async def get(self, session: str) -> Project | None:
        """The project of a session, or None."""
        kept = text(await self._redis.get(project_key(session)))
        return Project.model_validate_json(kept) if kept else None

    async def open(self, project: Project) -> Work:
        """The project with the timeline at its cursor."""
        return Work(project, project, await self._step(project, ()))

    async def moved(self, work: Work, by: int) -> Work:
        """The work with the cursor moved by so many steps."""
        project = work.project.moved(by)
        return replace(work, project=project, timeline=await self._step(project, work.fresh))

    def save(self, pipe: Pipeline, work: Work) -> None:
        """Queue the change on a transaction that watches the project's key."""
        now = self._now()
        after = work.project.model_copy(update={"revision": work.before.revision + 1, "touched": now})
        pipe.set(project_key(after.session), after.model_dump_json())
        pipe.zadd(durable("projects"), {after.session: now.timestamp()})
        steps = _steps(after.session)
        kept = set(after.steps)
        for number, timeline in work.fresh:
            if number in kept:
                pipe.hset(steps, str(number), _TIMELINE.dump_json(replace(timeline, heard=())))
                if timeline.heard and after.heard[number] not in work.before.heard.values():
                    pipe.hset(steps, _heard(after.heard[number]), _HEARD.dump_json(timeline.heard))
        gone = [str(number) for number in work.before.steps if number not in kept]
        gone += [_heard(name) for name in {*work.before.heard.values()} - {*after.heard.values()}]
        if gone:
            pipe.hdel(steps, *gone)

    async def untouched_since(self, when: datetime, limit: int) -> tuple[Project, ...]:
        """Projects that nobody touched since then, the oldest first."""
        entries = await self._redis.zrangebyscore(durable("projects"), "-inf", when.timestamp(), start=0, num=limit)
        found: list[Project] = []
        for entry in entries:
            project = await self.get(str(entry))
            if project is None:
                await self._redis.zrem(durable("projects"), str(entry))
            else:
                found.append(project)
        return tuple(found)

    async def delete(self, project: Project) -> bool:
        """Forget a project, unless it changed since it was read."""
        current = await self.get(project.session)
        if current is None or current.revision != project.revision:
            return False
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(project_key(project.session), _steps(project.session))
            pipe.zrem(durable("projects"), project.session)
            await pipe.execute()
        return True

    async def _step(self, project: Project, fresh: Sequence[tuple[int, Timeline]]) -> Timeline:
        number = project.steps[project.cursor]
        for known, timeline in fresh:
            if known == number:
                return timeline
        kept = text(await self._redis.hget(_steps(project.session), str(number)))
        timeline = _TIMELINE.validate_json(kept) if kept else Timeline()
        name = project.heard.get(number)
        heard = text(await self._redis.hget(_steps(project.session), _heard(name))) if name else None
        return replace(timeline, heard=_HEARD.validate_json(heard)) if heard else timeline


def project_key(session: str) -> str:
    """The key to watch for changes of a project."""
    return durable("project", session)


def _heard(name: str) -> str:
    return f"heard:{name}"


def _steps(session: str) -> str:
    return durable("steps", session)
