"""The whole process killed while a file comes in and while a batch is sent: nothing lost, nothing done twice."""

import asyncio
import json
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from redis.asyncio import Redis

from bot.settings import Settings
from bot.store.models import TurnState
from bot.store.store import Store
from tests.upstream.server import Upstream
from tests.web.page import CHUNK, TUS

pytestmark = pytest.mark.long

VIDEO = b"\x00\x00\x00\x18ftypmp42" + os.urandom(3_000_000)
_SOON_S = 30.0
_OVER = {TurnState.SETTLED, TurnState.FAILED}


@asynccontextmanager
async def running(settings: Settings, redis_url: str, upstream: Upstream, thread: str) -> AsyncIterator[dict[str, str]]:
    """A bot until it is killed, at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.web.killed_bot", settings.data_dir, redis_url, upstream.url, thread,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_SOON_S):
            yield json.loads(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


async def until_over(store: Store, turn: str) -> None:
    async with asyncio.timeout(_SOON_S):
        while (kept := await store.turns.get(turn)) is None or kept.state not in _OVER:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.01)


async def resumed(client: ClientSession, url: str, file: str) -> None:
    """Send what is missing of the file."""
    async with client.head(f"{url}/files/{file}", headers=TUS) as head:
        at = int(head.headers["Upload-Offset"])
    async with client.patch(
        f"{url}/files/{file}", data=VIDEO[at:], headers={**CHUNK, "Upload-Offset": str(at)}
    ) as answer:
        assert answer.status == 204


async def a_slow_body() -> AsyncIterator[bytes]:
    for at in range(0, len(VIDEO), 100_000):
        yield VIDEO[at : at + 100_000]
        await asyncio.sleep(0.002)


async def test_a_file_is_the_same_and_a_batch_is_one_wherever_the_process_was_killed(
    reached: Settings, upstream: Upstream, redis: Redis, redis_url: str
) -> None:
    chance, store = random.Random(7), Store(redis, reached.secret_key)
    rounds, cut_off = 8, 0
    async with ClientSession() as client:
        for number in range(rounds):
            thread, words = f"t{number}", f"cut it for round {number}"
            async with running(reached, redis_url, upstream, thread) as bot:
                headers = {**TUS, "Upload-Length": str(len(VIDEO))}
                async with client.post(f"{bot['url']}/files", headers=headers) as made:
                    file = made.headers["Location"].removeprefix("files/")
                headers = {**CHUNK, "Upload-Offset": "0"}
                coming = asyncio.create_task(
                    swallowed(client.patch(f"{bot['url']}/files/{file}", data=a_slow_body(), headers=headers))
                )
                await asyncio.sleep(chance.random() * 0.06)
            await coming

            async with running(reached, redis_url, upstream, thread) as again:
                assert again["drop"] == bot["drop"]
                await resumed(client, again["url"], file)
                whole = reached.uploads_dir / again["drop"] / file
                assert whole.read_bytes() == VIDEO
                body = {"words": words, "files": [file]}
                sending = asyncio.create_task(swallowed(client.post(f"{again['url']}/send", json=body)))
                await asyncio.sleep(chance.random() * 0.04)
            cut_off += await sending is None

            async with running(reached, redis_url, upstream, thread) as last:
                drop = await store.drops.get(again["drop"])
                assert drop is not None
                if drop.state == "open":  # the kill was before it was sent
                    assert last["drop"] == again["drop"]
                    async with client.post(f"{last['url']}/send", json=body) as sent:
                        assert sent.status == 200
                await until_over(store, f"d{again['drop']}")
            taken = [kept.sha256 for kept in (await thread_of(store, thread)).footage]
            assert len(taken) == 1
            assert (reached.media_dir / str(taken[0])[:2] / str(taken[0])).read_bytes() == VIDEO
            assert sum(words in str(seen.json) for seen in upstream.seen("run")) == 1
    assert cut_off > 0


async def thread_of(store: Store, key: str) -> Any:
    thread = await store.threads.get(key)
    assert thread is not None
    return thread


async def swallowed(request: Any) -> int | None:
    """The status, or None where the connection broke."""
    try:
        async with request as answer:
            return int(answer.status)
    except (ClientError, ConnectionError):
        return None
