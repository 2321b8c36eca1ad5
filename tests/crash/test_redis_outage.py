"""Redis stops in the middle of twenty requests and comes back: all of them end as if nothing had been."""

import asyncio
import random
from pathlib import Path

import pytest
from simcord.backend.models import Message

from tests.crash.cloud import Cloud
from tests.crash.redis_process import RedisProcess, own_redis
from tests.discord.bot_process import running
from tests.discord.wire.people import User
from tests.discord.wire.transcript import transcript
from tests.discord.wire.world import Wire, wire
from tests.upstream.server import CLIP, listening

FLOWS = 20
PEOPLE = 7
"""One person may not have twenty requests open."""
LONGEST_TURN_S = 4.0
WAITING = 5
PATIENCE_S = 90.0
_READY = "Your video is ready"


class Rush:
    """People who all want the same at once, each in a thread of their own."""

    def __init__(self, wire: Wire, cloud: Cloud, clip: Path) -> None:
        self._wire = wire
        self._cloud = cloud
        self._clip = clip
        self._people = [wire.user(f"Ana {number}") for number in range(PEOPLE)]
        self._hall = wire.channel("hall")
        self._asked: list[Message] = []
        self._open = asyncio.Event()
        self._open.set()
        self._held = 0
        cloud.takes_s = lambda: random.uniform(0, LONGEST_TURN_S)  # so that they are at different stages
        cloud.between = self._hold

    async def ask(self) -> None:
        """Somebody's message with footage."""
        number = len(self._asked)
        user: User = self._people[number % PEOPLE]
        words = f'<@{self._wire.backend.bot_user.id}> add the title "T{number}x" and export'
        self._asked.append(await user.post(self._hall, words, files=[self._clip]))

    async def ask_all(self, count: int) -> None:
        """So many, one after the other."""
        for _ in range(count):
            await self.ask()

    async def answered(self, count: int) -> None:
        """Wait until so many have their result."""
        await self._wire.wait_until(lambda: sum(map(bool, self.results())) >= count, PATIENCE_S, self._story)

    def results(self) -> list[int]:
        """How many results each has."""
        threads = [self._wire.backend.channels.get(one.id) for one in self._asked]
        return [sum(_READY in one.content for one in self._wire.messages(at)) if at else 0 for at in threads]

    def sent(self) -> list[int]:
        """How often the words of each reached the cloud."""
        return [self._cloud.times_sent(f"T{number}x") for number in range(len(self._asked))]

    async def hold(self) -> None:
        """From now on the cloud takes what it is sent and does not answer; return when several wait for it."""
        self._open.clear()
        await self._wire.wait_until(lambda: self._held >= WAITING, PATIENCE_S, self._story)

    def go_on(self) -> None:
        """Answer all of them."""
        self._open.set()

    async def _hold(self, endpoint: str) -> None:
        self._held += 1
        self._wire.moved()
        await self._open.wait()
        self._held -= 1

    def _story(self) -> str:
        threads = [self._wire.backend.channels.get(one.id) for one in self._asked]
        return "\n\n".join(
            transcript(self._wire, thread)
            for thread, results in zip(threads, self.results(), strict=True)
            if thread is not None and not results
        )


@pytest.mark.parametrize(
    ("seconds", "how"),
    [
        (3, "killed"),
        pytest.param(3, "frozen", marks=pytest.mark.long),
        pytest.param(10, "killed", marks=pytest.mark.long),
        pytest.param(10, "frozen", marks=pytest.mark.long),
    ],
)
async def test_twenty_requests_outlive_it(tmp_path: Path, seconds: float, how: str) -> None:
    """Each brings its result once, nothing is sent twice, and the bot's process goes on.

    Several wait for the cloud's answer in the moment Redis stops, so that what they write next meets no Redis; one
    more request comes while it is away.
    """
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP)
    async with own_redis(tmp_path / "redis") as redis, listening(Cloud()) as cloud, wire() as world:
        world.ledger.excuse(429)  # twenty at once are more than Discord takes in a second; discord.py waits
        settings = {"WEB_PORT": "0", "REDIS_URL": redis.url, **cloud.settings}
        async with running(world, tmp_path / "bot", settings) as bot:
            began = bot.pid
            rush = Rush(world, cloud, clip)
            async with asyncio.TaskGroup() as asking:  # the first may be done before the last have asked
                asking.create_task(rush.ask_all(FLOWS))
                await rush.answered(1)
                await rush.hold()
            assert sum(rush.results()) < FLOWS / 2
            await _away(redis, how, seconds, rush)
            await rush.answered(FLOWS + 1)
            assert rush.sent() == [1] * (FLOWS + 1)
            assert rush.results() == [1] * (FLOWS + 1)
            assert bot.pid == began
            assert await bot.stop() == 0
        world.ledger.verify()


async def _away(redis: RedisProcess, how: str, seconds: float, rush: Rush) -> None:
    """Redis does not answer for so long."""
    if how == "killed":
        await redis.kill()
    else:
        redis.freeze()
    rush.go_on()
    await rush.ask()
    await asyncio.sleep(seconds)
    if how == "killed":
        await redis.start()
    else:
        redis.thaw()
