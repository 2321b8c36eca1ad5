"""One bot that falls and is started again, run after run, and what Discord, and whoever edits, saw of it.

What is counted is what others saw: messages in the channels, calls on the wire, turns that reached the cloud, or the
engine's own records of those that reached it. The bot's records only tell when the moment to kill has come.
"""

import asyncio
import contextlib
import os
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import redis.exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from simcord.backend.models import Channel, Message

from bot.engine.agent import words_en
from bot.engine.records.turns import read as engine_turn
from bot.engine.tasks import stop
from bot.engine.words import words as engine_words
from bot.store import keys
from bot.store.models import Render, RenderState, Turn, TurnState
from bot.voice.words import en
from tests.crash.cloud import Cloud, Trap
from tests.crash.numbers import Numbers, total
from tests.crash.plan import Fall, Phase, Run, When
from tests.discord.bot_process import BotProcess
from tests.discord.wire.people import User
from tests.discord.wire.rules import Request as Call
from tests.discord.wire.transcript import transcript
from tests.discord.wire.world import Wire, wire

PATIENCE_S = 60.0
"""Longest wait for a request's last message."""
_TAKEN_S = 20.0
_LOOK_S = 0.002
_READY = "Your video is ready"
_STATES: dict[Phase, frozenset[TurnState | RenderState]] = {
    "sending": frozenset({TurnState.SENDING, TurnState.STREAMING}),
    "streaming": frozenset({TurnState.STREAMING}),
    "submitting": frozenset({RenderState.SUBMITTING, RenderState.RENDERING}),
    "polling": frozenset({RenderState.RENDERING}),
}
"""What the bot has written down in each phase; of what is short, also what follows."""


def _failure_lines() -> re.Pattern[str]:
    """Every way in which somebody is told that a request failed, and what to do next."""
    templates = [text for key, text in en.WORDS.items() if key.startswith("problem.")]
    templates += [engine_words("interrupted", "en"), words_en.ERRORS["no_footage"]]
    lines = "|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(one)) for one in templates)
    return re.compile(rf"(?:<@\d+> )?(?:{lines})")


_FAILURE = _failure_lines()


@dataclass(frozen=True)
class Asked:
    """One message of a person: the title it wants, if any, and whether it wants the file."""

    message: Message
    title: str | None
    exports: bool


@dataclass
class Case:
    """One run's thread, what was asked in it, and the phases in which something was killed."""

    run: Run
    thread: Channel
    asked: list[Asked] = field(default_factory=list)
    kills: list[Fall] = field(default_factory=list)


@dataclass
class Lane:
    """A bot, its Discord, and its runs so far; `cloud` where it does not edit by itself."""

    wire: Wire
    bot: BotProcess
    ana: User
    clip: Path
    cloud: Cloud | None = None
    cases: list[Case] = field(default_factory=list)
    trap: Trap | None = None

    def __post_init__(self) -> None:
        socket = str(self.bot.folder / "redis" / "server.sock")
        self._redis = Redis(
            unix_socket_path=socket, decode_responses=True, socket_timeout=_TAKEN_S, retry=Retry(NoBackoff(), 0)
        )
        self.wire.rest.before_effect = self._coming
        self.wire.rest.before_answer = self._done

    async def run(self, run: Run) -> None:
        """Ask, fall at the moments planned, and wait until every request has its last message, or has none."""
        self.wire.rules.next_second()
        if self.cloud is not None:
            self.cloud.takes_s, self.cloud.goes_on = (lambda: run.takes_s), run.goes_on
        self._set(run.falls[0])
        case = await self._ask(run)
        self.cases.append(case)
        for fall in run.falls:
            trap = self.trap if fall is run.falls[0] else self._set(fall)
            assert trap is not None
            if await _first(self._reached(case, fall, trap), self._over(case)):
                await asyncio.sleep(fall.after_s)
                await self._fall(case, fall)
            trap.gone.set()
        await self._over(case)

    async def settled(self) -> tuple[Numbers, list[str]]:
        """Stop in peace and start once more: whatever comes late or twice has come then.

        The numbers of all runs, and the story of each that went wrong.
        """
        await self.bot.stop()
        await self.bot.start()
        if self.cases:
            await (await self.ana.slash(self.cases[-1].thread, "credits")).answer(PATIENCE_S)
        sent = await self._sent()
        await self._redis.aclose()
        numbers = [self._numbers(case, sent) for case in self.cases]
        wrong = [
            f"{one}\n{case.run}\nkilled at {case.kills}\n{transcript(self.wire, case.thread)}"
            for case, one in zip(self.cases, numbers, strict=True)
            if any(one.four)
        ]
        try:
            self.wire.ledger.verify()
        except AssertionError as error:
            wrong.append(str(error))
        return total(numbers), wrong

    def _set(self, fall: Fall) -> Trap:
        """Lay the trap for a fall, before what it waits for can happen."""
        self.trap = Trap(fall.endpoint, fall.when, fall.nth, lost=fall.victim != "engine")
        if self.cloud is not None:
            self.cloud.trap = self.trap
        return self.trap

    async def _ask(self, run: Run) -> Case:
        """Post the run's messages; each was taken when this returns, unless a fall comes first."""
        hall = self.wire.channel(f"run {run.number}")
        me = f"<@{self.wire.backend.bot_user.id}>"
        asked: list[Asked] = []
        thread = hall
        for number, exports in enumerate(run.exports):
            title = None if run.shape == "apart" and number else f"R{run.number}{'ab'[number]}"
            words = "export" if title is None else f'add the title "{title}"{" and export" if exports else ""}'
            files = [] if asked else [self.clip]
            message = await self.ana.post(thread, f"{me} {words}", files=files)
            asked.append(Asked(message, title, exports))
            if thread is hall:
                thread = await self.wire.wait_until(lambda: self.wire.backend.channels.get(asked[0].message.id))
            async with asyncio.timeout(_TAKEN_S):  # the second one would overtake the first
                while await self._peek(keys.turn(f"m{message.id}")) is None:  # noqa: ASYNC110 - Redis tells nobody
                    await asyncio.sleep(_LOOK_S)
        return Case(run, thread, asked)

    async def _reached(self, case: Case, fall: Fall, trap: Trap) -> None:
        """Return when the moment has come."""
        if fall.phase == "recovering":
            return
        if self.cloud is not None or fall.phase == "delivering":
            await trap.sprung.wait()
            return
        while not await self._is_in(case, fall.phase):  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(_LOOK_S)

    async def _is_in(self, case: Case, phase: Phase) -> bool:
        """Whether the bot has written down that one of the thread's requests is there."""
        for one in case.asked:
            turn = await self._peek(keys.turn(f"m{one.message.id}"))
            render = await self._peek(keys.render(f"m{one.message.id}-0"))
            if phase == "upload":
                if turn is not None and Turn.model_validate_json(turn).file_sent:
                    return True
                continue
            states: set[TurnState | RenderState] = {Turn.model_validate_json(turn).state} if turn else set()
            states |= {Render.model_validate_json(render).state} if render else set()
            if states & _STATES[phase]:
                return True
        return False

    async def _coming(self, call: Call) -> bool:
        """A call has reached Discord; whether it goes on from there."""
        return await self._passed(call, "before")

    async def _done(self, call: Call) -> None:
        """What was to be done for a call is done, and it is not answered."""
        await self._passed(call, "between")
        await self._passed(call, "after")

    async def _passed(self, call: Call, when: When) -> bool:
        trap = self.trap
        if trap is None or call.method != "POST" or not call.path.endswith("/messages"):
            return True
        goes_on = not _is_result(call.body) or await trap.passed("result", when)
        return await trap.passed("word", when) and goes_on

    async def _fall(self, case: Case, fall: Fall) -> None:
        """Kill, and start what does not start by itself."""
        case.kills.append(fall)
        if fall.victim != "bot":
            for process in psutil.Process(self.bot.pid).children():
                with contextlib.suppress(psutil.Error, ProcessLookupError):
                    if "engine" in process.cmdline():
                        os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
        if fall.victim != "engine":
            await self.bot.kill()
            if self.trap is not None:
                self.trap.gone.set()
            if fall.late:
                self.wire.rules.forget_nonces()
            await self.bot.start()

    async def _over(self, case: Case) -> None:
        """Return when every request has its last message, or when it is too late for one."""
        with contextlib.suppress(AssertionError):
            await self.wire.wait_until(lambda: not self._missing(case)[0], PATIENCE_S)
        assert not self.wire.trouble(), self.wire.trouble()

    async def _peek(self, key: str) -> str | None:
        try:
            text = await self._redis.get(key)
        except (redis.exceptions.RedisError, OSError):  # it falls with the bot
            return None
        return text if isinstance(text, str) else None

    def _missing(self, case: Case) -> tuple[int, int]:
        """How many requests have no last message, and how many exports neither a result nor a failure that was told.

        A failure does not say whose it is: each counts for one request that has nothing else.
        """
        said = [one.content for one in self.wire.messages(case.thread)]
        failures = sum(bool(_FAILURE.match(text)) for text in said)
        silent = sum(not any(one.title in text for text in said) for one in case.asked if one.title and not one.exports)
        wanted = sum(one.exports for one in case.asked)
        undelivered = max(0, wanted - len(set(self._results(case))))
        return max(0, silent + undelivered - failures), max(0, undelivered - failures)

    def _results(self, case: Case) -> list[str]:
        """Of every message that brings a result the mark of its render, which the wire saw with it."""
        path = f"/channels/{case.thread.id}/messages"
        marks = {
            str(call.answer["id"]): str(call.body.get("nonce"))
            for call in self.wire.ledger.calls
            if call.path == path and call.status == 200 and _is_result(call.body)
        }
        results = [one for one in self.wire.messages(case.thread) if _READY in one.content]
        return [marks.get(str(one.id), str(one.id)) for one in results]

    def _numbers(self, case: Case, sent: Counter[str]) -> Numbers:
        unanswered, lost = self._missing(case)
        marks = self._results(case)
        wanted = sum(one.exports for one in case.asked)
        return Numbers(
            runs=1,
            kills=dict(Counter(fall.phase for fall in case.kills)),
            engines=sum(fall.victim != "bot" for fall in case.kills),
            unanswered=unanswered,
            sent_twice=sum(max(0, sent[one.title] - 1) for one in case.asked if one.title),
            lost=lost,
            duplicates=len(marks) - len(set(marks)) + max(0, len(set(marks)) - wanted),
        )

    async def _sent(self) -> Counter[str]:
        """How often each title's words have reached whoever edits, whatever became of them there."""
        titles = [one.title for case in self.cases for one in case.asked if one.title]
        if self.cloud is not None:
            return Counter({title: self.cloud.times_sent(title) for title in titles})
        found: Counter[str] = Counter()
        async for key in self._redis.scan_iter("tce:d:turn:*", count=1000):
            turn = engine_turn(await self._redis.get(key))
            if turn is not None:
                found.update(title for title in titles if f'"{title}"' in turn.words)
        return found


@asynccontextmanager
async def lane(folder: Path, clip: Path, cloud: Cloud | None = None) -> AsyncIterator[Lane]:
    """A bot on line in a Discord of its own."""
    settings = {"WEB_PORT": "0", **(cloud.settings if cloud is not None else {})}
    async with wire() as world:
        world.ledger.excuse(
            429
        )  # a new process knows nothing of the limit an old one had used up; it waits and repeats
        bot = BotProcess(world, folder, settings)
        try:
            await bot.start()
            yield Lane(world, bot, world.user("Ana"), clip, cloud)
        finally:
            await bot.stop()


async def _first(one: Coroutine[Any, Any, None], other: Coroutine[Any, Any, None]) -> bool:
    """Whether `one` came before `other`; neither goes on after that."""
    tasks = [asyncio.create_task(one), asyncio.create_task(other)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
        return tasks[0].done()
    finally:
        await stop(tasks)  # redis-py may swallow the first cancel


def _is_result(body: object) -> bool:
    return isinstance(body, dict) and _READY in str(body.get("content", ""))
