"""Discord forgets a nonce after some minutes: a bot that comes back later than that still delivers nothing twice."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis
from simcord.backend.models import Message

from bot.store import keys
from bot.store.models import Render, RenderState
from tests.crash.cloud import Cloud
from tests.discord.bot_process import running
from tests.discord.wire.rules import Request
from tests.discord.wire.world import Wire, wire
from tests.upstream.server import CLIP, listening

WORK_S = 60.0
_READY = "Your video is ready"


@pytest.mark.long
async def test_killed_while_it_delivers_and_started_much_later(tmp_path: Path) -> None:
    """Discord has the message, the bot has not heard so and is gone for longer than Discord knows the nonce."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP)
    async with listening(Cloud()) as cloud, wire() as world:
        world.ledger.excuse(429)  # a new process knows nothing of the limit the old one had used up
        async with running(world, tmp_path / "bot", {"WEB_PORT": "0", **cloud.settings}) as bot:
            fallen = asyncio.Event()

            async def cut(request: Request) -> None:
                if request.path.endswith("/messages") and _READY in str(request.body):
                    world.rest.before_answer = None
                    await bot.kill()
                    fallen.set()

            world.rest.before_answer = cut
            words = f'<@{world.backend.bot_user.id}> add the title "Once" and export'
            asked = await world.user("Ana").post(world.channel("hall"), words, files=[clip])
            async with asyncio.timeout(WORK_S):
                await fallen.wait()
            assert len(results(world, asked)) == 1
            world.rules.forget_nonces()
            await bot.start()
            await delivered(bot.folder, f"m{asked.id}-0")
            assert len(results(world, asked)) == 1
        world.ledger.verify()


def results(world: Wire, asked: Message) -> list[Message]:
    """The messages that bring the video."""
    thread = world.backend.get_channel(asked.id)
    return [one for one in world.messages(thread) if _READY in one.content]


async def delivered(data_dir: Path, render: str) -> None:
    """Wait until the bot has written down that it is done: whatever it sends, it has sent by then."""
    socket = str(data_dir / "redis" / "server.sock")
    async with asyncio.timeout(WORK_S), Redis(unix_socket_path=socket, decode_responses=True) as redis:
        while True:
            text = await redis.get(keys.render(render))
            if text is not None and Render.model_validate_json(text).state is RenderState.DELIVERED:
                return
            await asyncio.sleep(0.02)
