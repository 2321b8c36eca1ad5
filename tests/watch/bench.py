"""A bot put together for a test: the whole app on a real Redis, against the scripted upstream, with a face that writes
down what it is shown. Time runs faster, nothing else is different.
"""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.app import App, Tuning, open_app
from bot.flows.capabilities import Capabilities
from bot.settings import Settings
from bot.store.models import FileRef, Place, Render, RenderState, Turn, TurnState
from bot.updates import RenderReady, Update

U = TypeVar("U")
R = TypeVar("R", Turn, Render)
PATIENCE_S = 15.0


class FastClock:
    """Time that runs `speed` times as fast."""

    def __init__(self, speed: float = 200) -> None:
        self._speed = speed
        self._began = time.monotonic()
        self._start = datetime.now(UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def jump(self, by: timedelta) -> None:
        """Let so much time pass at once."""
        self._start += by

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(seconds / self._speed)


@dataclass
class Recorder:
    """A face that remembers. `before_show` and `before_deliver` may raise, or wait."""

    shown: list[tuple[Place, str, Update]] = field(default_factory=list)
    delivered: list[tuple[Render, RenderReady, bytes]] = field(default_factory=list)
    before_show: Callable[[Update], object] | None = None
    before_deliver: Callable[[RenderReady], object] | None = None

    def __post_init__(self) -> None:
        self._moved = asyncio.Condition()

    async def show(self, place: Place, job: str, update: Update) -> None:
        if self.before_show is not None and asyncio.iscoroutine(waiting := self.before_show(update)):
            await waiting
        async with self._moved:
            self.shown.append((place, job, update))
            self._moved.notify_all()

    async def deliver(self, render: Render, ready: RenderReady) -> None:
        if self.before_deliver is not None and asyncio.iscoroutine(waiting := self.before_deliver(ready)):
            await waiting
        content = ready.path.read_bytes() if ready.path is not None else b""
        async with self._moved:
            self.delivered.append((render, ready, content))
            self._moved.notify_all()

    def of(self, kind: type[U], job: str | None = None) -> list[U]:
        """The updates of one kind, in order."""
        return [update for _, of, update in self.shown if isinstance(update, kind) and job in {None, of}]

    def kinds(self, job: str) -> list[str]:
        """The names of a job's updates, in order."""
        return [type(update).__name__ for _, of, update in self.shown if of == job]

    async def until(self, there: Callable[[], object]) -> None:
        """Wait until something was shown or delivered."""
        async with asyncio.timeout(PATIENCE_S), self._moved:
            await self._moved.wait_for(there)

    async def result(self, count: int = 1) -> tuple[Render, RenderReady, bytes]:
        """Wait for so many deliveries; the last of them."""
        await self.until(lambda: len(self.delivered) >= count)
        return self.delivered[count - 1]


@dataclass
class Bench:
    """One bot that runs, and its face."""

    app: App
    face: Recorder

    async def ask(self, turn: Turn) -> int:
        """Submit and wait for the end."""
        place = await self.app.runner.submit(turn)
        await self.finished(turn.id)
        return place

    async def until_state(self, id_: str, state: TurnState) -> None:
        """Wait until a request is kept in this state."""
        await _until(lambda: self.app.store.turns.get(id_), state)

    async def until_render(self, id_: str, state: RenderState) -> Render:
        """Wait until an export is kept in this state."""
        return await _until(lambda: self.app.store.renders.get(id_), state)

    async def finished(self, turn: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.app.runner.wait(turn)


async def _until(get: Callable[[], Awaitable[R | None]], state: object) -> R:
    async with asyncio.timeout(PATIENCE_S):
        while (kept := await get()) is None or kept.state is not state:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.005)
    return kept


def place(thread: str = "t1", **changes: object) -> Place:
    fields: dict[str, object] = {"face": "discord", "guild": "g1", "requester": "u1", "locale": "en-US"} | changes
    return Place(thread=thread, **fields)


def turn(number: str, words: str = "", *files: Path | FileRef, at: Place | None = None, **changes: object) -> Turn:
    refs = tuple(file if isinstance(file, FileRef) else FileRef(name=file.name, path=str(file)) for file in files)
    fields: dict[str, object] = {"intent": "edit" if words else "upload"} | changes
    return Turn(id=number, place=at or place(), words=words, files=refs, **fields)


def cloud(settings: Settings, url: str, **general: object) -> Settings:
    """Settings with the scripted upstream as the cloud."""
    return dataclasses.replace(
        settings,
        general=settings.general.model_copy(update={"upstream": "nemo", **general}),
        nemo=settings.nemo.model_copy(update={"api_url": url, "web_url": "https://web.invalid"}),
    )


def limited(settings: Settings, **limits: int) -> Settings:
    """Settings with these bounds on what goes on at once."""
    return dataclasses.replace(settings, limits=settings.limits.model_copy(update=limits))


@asynccontextmanager
async def bench(
    settings: Settings,
    face: Recorder | None = None,
    *,
    able: dict[str, object] | None = None,
    speed: float = 200,
    web: bool = False,
    **tuning: object,
) -> AsyncIterator[Bench]:
    """A bot, started. `able` changes what it takes the upstream to be capable of; `web`: with its web server."""
    tuned = Tuning(**{"clock": FastClock(speed), "lease_s": 2.0, "close_s": 0.3, **tuning})  # type: ignore[arg-type]  # the test's business
    if able is not None:
        tuned = dataclasses.replace(tuned, able=lambda found: _changed(found, able))
    face = face or Recorder()
    async with open_app(settings, web=web, tuning=tuned) as app:
        app.runner.register("discord", face)
        await app.start()
        yield Bench(app, face)


def _changed(found: Capabilities, able: dict[str, object]) -> Capabilities:
    return dataclasses.replace(found, **able)  # type: ignore[arg-type]  # the test's business
