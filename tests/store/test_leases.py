"""Leases: one holder, fences that only grow, losing one is noticed."""

import asyncio

from redis.asyncio import Redis

from bot.redis_server import connect
from bot.store.leases import Lease
from bot.store.store import Store
from tests.store.conftest import KEY


async def lost(lease: Lease) -> None:
    async with asyncio.timeout(10):
        await lease.lost.wait()


async def test_there_is_one_holder_and_its_fence_grows(store: Store) -> None:
    first = await store.leases.acquire("poller", 60)
    assert first is not None
    assert await store.leases.acquire("poller", 60) is None
    other = await store.leases.acquire("another", 60)
    assert other is not None
    assert await first.renew()
    await first.release()
    second = await store.leases.acquire("poller", 60)
    assert second is not None
    assert second.fence > other.fence > first.fence
    assert not await first.renew()
    await first.release()
    assert await store.leases.acquire("poller", 60) is None
    assert await second.renew()


async def test_many_who_ask_at_once_get_one_lease(redis_url: str, store: Store) -> None:
    async def ask() -> Lease | None:
        async with connect(redis_url) as client:
            return await Store(client, KEY).leases.acquire("poller", 60)

    leases = [lease for lease in await asyncio.gather(*(ask() for _ in range(20))) if lease]
    assert len(leases) == 1


async def test_fences_grow_even_where_everything_else_was_forgotten(store: Store, redis: Redis) -> None:
    first = await store.leases.acquire("poller", 60)
    assert first is not None
    await redis.delete("tc:c:lease:poller", "tc:r:fence:poller")
    second = await store.leases.acquire("poller", 60)
    assert second is not None
    assert second.fence > first.fence


async def test_a_held_lease_outlives_its_time_and_ends_with_the_block(store: Store, redis: Redis) -> None:
    async with store.leases.held("poller", 0.3) as lease:
        assert lease is not None
        loop = asyncio.get_running_loop()
        end = loop.time() + 0.7
        while loop.time() < end:
            assert await redis.get("tc:c:lease:poller") == lease.token
            await asyncio.sleep(0.02)
        async with store.leases.held("poller", 60) as second:
            assert second is None
        assert not lease.lost.is_set()
    assert await redis.get("tc:c:lease:poller") is None


async def test_a_holder_is_told_when_another_took_the_lease(store: Store, redis: Redis) -> None:
    async with store.leases.held("poller", 0.3) as lease:
        assert lease is not None
        await redis.set("tc:c:lease:poller", "another")
        await lost(lease)
    assert await redis.get("tc:c:lease:poller") == "another"


async def test_a_holder_is_told_when_redis_is_silent_for_longer_than_the_lease(store: Store, redis: Redis) -> None:
    async with store.leases.held("poller", 0.3) as lease:
        assert lease is not None
        await redis.client_pause(600)
        await lost(lease)
        assert not await lease.renew()


async def test_a_lease_that_ran_out_is_taken_up_again_where_nobody_had_it(store: Store, redis: Redis) -> None:
    async with store.leases.held("poller", 0.3) as lease:
        assert lease is not None
        await redis.client_pause(600)
        await lost(lease)
        async with asyncio.timeout(10):
            while await redis.get("tc:c:lease:poller") != lease.token:  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.02)
        assert await store.leases.acquire("poller", 60) is None
        assert not lease.taken.is_set()


async def test_a_lease_that_another_had_in_between_is_not(store: Store, redis: Redis) -> None:
    first = await store.leases.acquire("poller", 60)
    assert first is not None
    await redis.delete("tc:c:lease:poller")  # it ran out
    second = await store.leases.acquire("poller", 60)
    assert second is not None
    await second.release()
    assert not await store.leases.retake(first)
    assert await redis.get("tc:c:lease:poller") is None


async def test_a_holder_is_told_that_it_need_not_go_on(store: Store, redis: Redis) -> None:
    async with store.leases.held("poller", 0.3) as lease:
        assert lease is not None
        await redis.set("tc:c:lease:poller", "another")
        async with asyncio.timeout(10):
            await lease.taken.wait()
        assert lease.lost.is_set()


async def test_renewing_ends_with_the_block_even_when_it_fails(store: Store) -> None:
    async def fail() -> None:
        async with store.leases.held("poller", 60):
            raise LookupError

    try:
        await fail()
    except LookupError:
        assert await store.leases.acquire("poller", 60) is not None
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("lease ")]
