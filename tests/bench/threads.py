"""What a thousand live threads cost in memory beyond what discord.py itself takes for them, and a thousand open
renders in CPU.

`uv run pytest -m bench -n 0 -s tests/bench/threads.py`: the bot, and a small bot on plain discord.py with the same
caches off, each a process of its own, get the same thousand threads and a message in each; the bot makes each a
project with footage and a card. Then a thousand renders are open at a scripted cloud, polled every 30 seconds as for
real, and the bot's CPU time is held against the same minute without them. Redis and the cloud are other processes than
the bot's. Takes seven minutes.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr
from simcord.backend.models import Channel

from bot.redis_server import connect
from bot.store.models import Place, Render, RenderState
from bot.store.store import Store
from tests.discord.bot_process import BotProcess, running
from tests.discord.wire.world import Wire, wire
from tests.upstream.server import CLIP, Upstream, scripted

THREADS = RENDERS = 1000
A_SECOND = 8
"""Threads begun a second: each takes four of Discord's 50 calls."""
POLL_S, WATCH_S, CALM_S = 30, 60, 5.0
MOST_MIB, MOST_SHARE = 5.0, 0.05
KEY = "a key for the bench"
TINY = Path(__file__).parents[1] / "discord" / "tiny_bot.py"


def mib(bot: BotProcess) -> float:
    """What only this process holds in memory."""
    return float(psutil.Process(bot.pid).memory_full_info().uss) / (1 << 20)


async def grown(world: Wire, bot: BotProcess, file: Path, answered: Callable[[Channel], bool]) -> float:
    """MiB that the bot has grown by when it has answered in every thread."""
    ann, hall = world.user("Ann"), world.channel("hall")
    await asyncio.sleep(CALM_S)
    before, threads = mib(bot), []
    for number in range(THREADS):
        thread = world.backend.create_thread(hall.id, f"project {number}", ann.id)
        await ann.post(thread, f"<@{world.backend.bot_user.id}>", files=[file])
        threads.append(thread)
        await asyncio.sleep(1 / A_SECOND)
    await world.wait_until(lambda: all(map(answered, threads)), 120)
    await asyncio.sleep(CALM_S)
    return mib(bot) - before


async def share(bot: BotProcess) -> float:
    """Of a core, over the next minute."""
    process = psutil.Process(bot.pid)
    before = process.cpu_times()
    await asyncio.sleep(WATCH_S)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / WATCH_S


async def open_renders(store: Store, upstream: Upstream, threads: list[Channel]) -> None:
    """One in each thread, submitted a while ago, due at any time of the next half a minute."""
    now = datetime.now(UTC)
    for number, thread in enumerate(threads[:RENDERS]):
        kept = await store.threads.get(str(thread.id))
        assert kept is not None
        assert kept.session is not None
        place = Place(face="discord", thread=str(thread.id), guild=str(thread.guild_id), channel=str(thread.parent_id))
        upstream.renders[f"render_{number}"] = ["processing"]
        render = Render(
            id=f"bench-{number}", place=place, session=kept.session, state=RenderState.RENDERING,
            upstream_id=f"render_{number}", attempts=1, nonce=f"{number:024}",
        )  # fmt: skip
        await store.renders.put(render, now + timedelta(seconds=POLL_S * number / RENDERS))


def quiet(*worlds: Wire) -> None:
    """Do not check bodies: only memory and time are looked at."""
    for world in worlds:
        world.ledger.trust()
        world.ledger.excuse(429)


@pytest.mark.bench
async def test_threads_and_renders(tmp_path: Path, redis_url: str) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(CLIP)
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(scripted())
        ours, theirs = [await stack.enter_async_context(wire()) for _ in range(2)]
        quiet(ours, theirs)
        cloud = {
            "UPSTREAM": "nemo", "NEMO_API_URL": upstream.url, "NEMO_POLL_SECONDS": str(POLL_S), "SECRET_KEY": KEY,
            "REDIS_URL": redis_url, "LOG_LEVEL": "warning", "WEB_PORT": "0",
        }  # fmt: skip
        tiny = await stack.enter_async_context(running(theirs, tmp_path / "plain", {"LEAN": ""}, script=[str(TINY)]))
        plain = await grown(theirs, tiny, file, lambda thread: bool(theirs.messages(thread)))
        bot = await stack.enter_async_context(running(ours, tmp_path / "ours", cloud))
        beyond = await grown(ours, bot, file, lambda thread: _has_card(ours, thread)) - plain
        idle = await share(bot)
        client = await stack.enter_async_context(connect(redis_url))
        store = Store(client, SecretStr(KEY))
        await open_renders(
            store, upstream, ours.threads(next(one for one in ours.backend.channels.values() if one.name == "hall"))
        )
        await asyncio.sleep(POLL_S)
        asked = len(upstream.seen("render_status"))
        polled = await share(bot)
        asked = len(upstream.seen("render_status")) - asked
    print(f"\n{THREADS} threads: plain discord.py {plain:.1f} MiB, Threadcut {beyond:.1f} MiB beyond")
    print(f"{RENDERS} open renders: {asked} polls in {WATCH_S} s; CPU {polled:.1%} of a core, {idle:.1%} without them")
    assert asked >= RENDERS * WATCH_S / POLL_S * 0.8
    assert beyond <= MOST_MIB
    assert polled - idle <= MOST_SHARE


def _has_card(world: Wire, thread: Channel) -> bool:
    return any("Preview" in str(one.components) for one in world.messages(thread))
