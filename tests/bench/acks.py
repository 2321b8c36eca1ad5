"""How soon presses and `/status` are acknowledged while an edit and a render run, beside a handler that does nothing.

`uv run pytest -m bench -n 0 -s tests/bench/acks.py`: a hundred interactions a second in an open loop (none waits for
another), for 60 seconds, over the wire, each bot in a process of its own. The two take turns of five seconds, so that
both meet the same machine with the same work on it. Everything is answered in the interaction itself: Discord's 50
calls a second for messages do not enter.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from simcord.backend.models import Channel, Message

from tests import footage
from tests.discord.bot_process import running
from tests.discord.wire.people import Command, User
from tests.discord.wire.rules import Request
from tests.discord.wire.world import Wire, wire

A_SECOND, SECONDS, TURN_S = 100, 60, 5
LATE_S, WORK_S = 3.0, 180.0
TWICE = 2.0
TINY = Path(__file__).parents[1] / "discord" / "tiny_bot.py"
Act = Callable[[], Awaitable[Command]]


@dataclass
class Side:
    """One bot: what is done to it in turn, when it was told and how long its answers took (s)."""

    name: str
    wire: Wire
    acts: Sequence[Act]
    told: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    async def note(self, request: Request) -> bool:
        """Look at a request of the bot's as it comes."""
        told = self.told.pop(request.parts[1], None) if request.parts[0] == "interactions" else None
        if told is not None:
            self.took.append(time.perf_counter() - told)
        return True

    async def load(self) -> None:
        """A turn of it."""
        loop = asyncio.get_running_loop()
        began, acts = loop.time(), itertools.cycle(self.acts)
        for number in range(A_SECOND * TURN_S):
            await asyncio.sleep(max(0.0, began + number / A_SECOND - loop.time()))
            command = await next(acts)()  # nothing of it waits: the bot is told when it returns
            self.told[str(command.id)] = time.perf_counter()
        until = loop.time() + 2 * LATE_S
        while self.told and loop.time() < until:  # noqa: ASYNC110 - the wire tells nobody
            await asyncio.sleep(0.05)

    def percentile(self, share: float) -> float:
        """In ms."""
        return statistics.quantiles(self.took, n=1000, method="inclusive")[round(share * 1000) - 1] * 1000


@dataclass
class Project:
    """A thread in which an edit or a render runs all the time."""

    wire: Wire
    user: User
    thread: Channel
    card: Message
    exports: int = 0

    async def work(self) -> None:
        """Edit and export until cancelled, another timeline each time."""
        for number in itertools.count():
            asked = await self.user.post(self.thread, f"set the volume to {50 + number % 50}% and export")
            await self.wire.next_message(
                self.thread, after=asked, where=lambda one: "Your video is ready" in one.content, timeout_s=WORK_S
            )
            self.exports += 1


async def begun(world: Wire, folder: Path) -> Project:
    """A project with a minute of somebody who talks."""
    talk, ana, hall = folder / "talk.mp4", world.user("Ana"), world.channel("hall")
    await asyncio.to_thread(footage.make_talk, talk, 60, (1280, 720))
    world.rules.upload_limit = 100 << 20
    command = await ana.slash(hall, "edit", words="trim the silences", footage=talk)
    await command.answer()
    (thread,) = world.threads(hall)
    card = await world.next_message(
        thread, after=command, where=lambda one: "Preview" in str(one.components), timeout_s=WORK_S
    )
    return Project(world, ana, thread, card)


@pytest.mark.bench
async def test_acknowledgements(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        ours, theirs = [await stack.enter_async_context(wire()) for _ in range(2)]
        for world in (ours, theirs):
            world.ledger.trust()  # a body takes longer to check than to answer
        await stack.enter_async_context(running(ours, tmp_path / "ours", {"WEB_PORT": "0"}))
        await stack.enter_async_context(running(theirs, tmp_path / "trivial", script=[str(TINY)]))
        project = await begun(ours, tmp_path)
        bob, hall = theirs.user("Bob"), theirs.channel("hall")
        await theirs.wait_until(lambda: theirs.backend.visible_commands(user_id=bob.id, channel_id=hall.id))
        mine = Side("Threadcut", ours, [
            lambda: project.user.slash(project.thread, "status"),
            lambda: project.user.press(project.card, "Show tracks"),
            lambda: project.user.press(project.card, "Help"),
        ])  # fmt: skip
        trivial = Side("trivial handler", theirs, [lambda: bob.slash(hall, "hello", name="x")])
        for side in (mine, trivial):
            side.wire.rest.before_effect = side.note
        working = asyncio.create_task(project.work())
        for _ in range(SECONDS // TURN_S):
            for side in (mine, trivial):
                await side.load()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    print(f"\n{A_SECOND}/s, {SECONDS} s each; {project.exports} edits and renders meanwhile")
    print("| | answered | p50 ms | p99 ms | longest ms | over 3 s |\n|---|---|---|---|---|---|")
    for side in (mine, trivial):
        late = sum(one > LATE_S for one in side.took) + len(side.told)
        row = (
            len(side.took),
            *(f"{side.percentile(share):.1f}" for share in (0.5, 0.99)),
            f"{max(side.took) * 1000:.0f}",
        )
        print(f"| {side.name} | {' | '.join(map(str, row))} | {late} |")
        assert late == 0, side.name
    ratio = mine.percentile(0.99) / trivial.percentile(0.99)
    print(f"p99, Threadcut / trivial handler: {ratio:.2f}")
    assert project.exports > 0
    assert ratio <= TWICE
