"""Lanes on a real Redis: each task is worked on once, waits in its own lane, and is put back by who stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.engine.jobs import Jobs, Work
from bot.engine.tasks import stop
from bot.redis_server import connect
from tests.crash.redis_process import own_redis

SOON_S = 20.0


@pytest.fixture
async def jobs(redis: Redis, redis_url: str) -> AsyncIterator[Jobs]:
    async with Jobs(redis, redis_url, lease_s=1) as jobs:
        yield jobs


@asynccontextmanager
async def served(jobs: Jobs, work: Work, slots: int = 1) -> AsyncIterator[None]:
    serving = asyncio.create_task(jobs.serve("proxy", slots, work))
    try:
        yield
    finally:
        await stop((serving,))


class Seen:
    """What was worked on, and a gate that holds it."""

    def __init__(self, *, held: bool = False) -> None:
        self.ids: list[tuple[str, ...]] = []
        self.gate = asyncio.Event()
        self._more = asyncio.Condition()
        if not held:
            self.gate.set()

    async def work(self, *ids: str) -> None:
        async with self._more:
            self.ids.append(ids)
            self._more.notify_all()
        await self.gate.wait()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(SOON_S), self._more:
            await self._more.wait_for(lambda: len(self.ids) >= count)


async def test_what_waits_is_done_by_who_comes(jobs: Jobs) -> None:
    assert await jobs.waiting("proxy") == 0
    await jobs.add("proxy", "a")
    await jobs.add("export")
    assert (await jobs.waiting("proxy"), await jobs.waiting("export"), await jobs.waiting("preview")) == (1, 1, 0)
    seen = Seen()
    async with served(jobs, seen.work):
        await seen.until(1)
        await jobs.add("proxy", "b")
        await seen.until(2)
    assert seen.ids == [("a",), ("b",)]
    assert (await jobs.waiting("proxy"), await jobs.waiting("export")) == (0, 1)


async def test_the_same_ids_are_worked_on_once_at_a_time_and_again_later(jobs: Jobs) -> None:
    seen = Seen(held=True)
    async with served(jobs, seen.work, slots=3):
        for _ in range(3):
            await jobs.add("proxy", "a")
        await seen.until(1)
        await jobs.add("proxy", "a")
        await jobs.add("proxy", "b")
        await seen.until(2)
        assert sorted(seen.ids) == [("a",), ("b",)]
        seen.gate.set()
        async with asyncio.timeout(SOON_S):
            while len(seen.ids) < 3:  # until it is off the docket
                await jobs.add("proxy", "a")
                await asyncio.sleep(0.05)
    assert seen.ids[2] == ("a",)


async def test_what_runs_when_it_stops_is_put_back(jobs: Jobs, redis: Redis, redis_url: str) -> None:
    seen = Seen(held=True)
    async with served(jobs, seen.work):
        await jobs.add("proxy", "a")
        await seen.until(1)
    assert await jobs.waiting("proxy") == 1
    seen.gate.set()
    async with Jobs(redis, redis_url, lease_s=1) as others, served(others, seen.work):
        await seen.until(2)
    assert seen.ids == [("a",), ("a",)]


async def test_work_that_fails_is_over_and_the_lane_goes_on(jobs: Jobs) -> None:
    seen = Seen()

    async def fails(*ids: str) -> None:
        await seen.work(*ids)
        raise ValueError("a bug")

    async with served(jobs, fails):
        await jobs.add("proxy", "a")
        await jobs.add("proxy", "b")
        await seen.until(2)
    assert seen.ids == [("a",), ("b",)]
    assert await jobs.waiting("proxy") == 0


@pytest.mark.long
async def test_redis_that_was_away_is_bridged(tmp_path: Path) -> None:
    seen = Seen()
    async with (
        own_redis(tmp_path / "redis") as server,
        connect(server.url) as client,
        Jobs(client, server.url, lease_s=1) as jobs,
        served(jobs, seen.work),
    ):
        await jobs.add("proxy", "a")
        await seen.until(1)
        await server.kill()
        with pytest.raises(RedisError):
            await jobs.add("proxy", "b")
        await server.start()
        await jobs.add("proxy", "b")
        async with asyncio.timeout(SOON_S):
            while ("b",) not in seen.ids:  # noqa: ASYNC110 - "a" may come once more: nobody knew that it was done
                await asyncio.sleep(0.02)
