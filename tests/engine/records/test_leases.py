"""Leases: one holder, gone with a dead holder, taken up again by a frozen one only if nobody came in between."""

import asyncio

from redis.asyncio import Redis

from bot.engine.records.leases import Leases


async def expire(redis: Redis, name: str) -> None:
    """What time does to the lease of a process that is dead or frozen."""
    await redis.delete(f"tce:c:lease:{name}")


async def test_one_holder_at_a_time(redis: Redis) -> None:
    here, there = Leases(redis, 5), Leases(redis, 5)
    got = await asyncio.gather(*(leases.acquire("a") for leases in (here, there) * 5))
    held = [lease for lease in got if lease is not None]
    assert len(held) == 1
    assert await here.alive("a")
    await there.release(held[0])
    assert not await here.alive("a")
    second = await there.acquire("a")
    assert second is not None
    assert second.fence > held[0].fence


async def test_a_stale_holder_neither_renews_nor_releases(redis: Redis) -> None:
    leases = Leases(redis, 5)
    stale = await leases.acquire("a")
    assert stale is not None
    await expire(redis, "a")
    fresh = await leases.acquire("a")
    assert fresh is not None
    assert not await leases.renew(stale)
    await leases.release(stale)
    assert await leases.renew(fresh)


async def test_a_frozen_holder_that_nobody_followed_takes_it_up_again(redis: Redis) -> None:
    leases = Leases(redis, 5)
    lease = await leases.acquire("a")
    assert lease is not None
    await expire(redis, "a")
    assert await leases.renew(lease)
    assert await leases.acquire("a") is None
    await leases.release(lease)
    follower = await leases.acquire("a")
    assert follower is not None
    await leases.release(follower)
    assert not await leases.renew(lease)


async def test_held_renews_tells_of_a_loss_and_gives_back(redis: Redis) -> None:
    leases = Leases(redis, 0.3)
    async with leases.held("a") as lease:
        assert lease is not None
        async with leases.held("a") as second:
            assert second is None
        await redis.set("tce:c:lease:a", "somebody else")
        async with asyncio.timeout(5):
            await lease.lost.wait()
    assert await redis.get("tce:c:lease:a") == "somebody else"


async def test_waiting_for_a_name(redis: Redis) -> None:
    leases = Leases(redis, 5)
    first = await leases.acquire("a")
    assert first is not None
    got = asyncio.Event()

    async def wait() -> None:
        async with leases.waited_for("a"):
            got.set()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    assert not got.is_set()
    await leases.release(first)
    async with asyncio.timeout(5):
        await task
    assert not await leases.alive("a")
