"""Drops: one open link a person and thread, changed by several at once, found by thread and by time, removed whole."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.redis_server import connect
from bot.store.errors import NotFoundError, UnreadableRecordError
from bot.store.models import Drop, DropFile, Place
from bot.store.store import Store
from tests.store.conftest import KEY, NOW, Clock

LIFE = timedelta(hours=1)


def where(thread: str = "t1", requester: str = "7") -> Place:
    return Place(face="discord", thread=thread, requester=requester)


async def test_who_asks_again_gets_the_same_link_as_long_as_it_is_open(store: Store, clock: Clock) -> None:
    first = await store.drops.open(where(), NOW + LIFE)
    clock.now += LIFE / 2
    assert await store.drops.open(where(), clock.now + LIFE) == first
    others = [await store.drops.open(place, NOW + LIFE) for place in (where("t2"), where(requester="8"))]
    assert len({first.id, *(other.id for other in others)}) == 3

    await store.drops.update(first.id, lambda drop: drop.model_copy(update={"state": "sent"}))
    second = await store.drops.open(where(), clock.now + LIFE)
    assert second.id != first.id

    clock.now += LIFE
    third = await store.drops.open(where(), clock.now + LIFE)
    assert third.id not in {first.id, second.id}
    assert {drop.id for drop in await store.drops.of_thread("t1")} == {first.id, second.id, third.id, others[1].id}


async def test_of_many_who_ask_at_once_all_get_one_link(redis_url: str, store: Store) -> None:
    async def ask() -> Drop:
        async with connect(redis_url) as client:
            return await Store(client, KEY, lambda: NOW).drops.open(where(), NOW + LIFE)

    given = await asyncio.gather(*(ask() for _ in range(8)))
    assert len({drop.id for drop in given}) == 1
    assert await store.drops.of_thread("t1") == (given[0],)


async def test_changes_at_once_are_all_kept_and_a_change_that_raises_is_none(store: Store) -> None:
    drop = await store.drops.open(where(), NOW + LIFE)

    async def add(number: int) -> None:
        file = DropFile(id=f"{number:032x}", name=f"{number}.mp4", size=number)
        await store.drops.update(drop.id, lambda kept: kept.model_copy(update={"files": (*kept.files, file)}))

    await asyncio.gather(*(add(number) for number in range(10)))
    kept = await store.drops.get(drop.id)
    assert kept is not None
    assert sorted(file.size for file in kept.files) == list(range(10))

    def refuse(_: Drop) -> Drop:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.drops.update(drop.id, refuse)
    assert await store.drops.get(drop.id) == kept


async def test_those_whose_time_is_over_are_found_and_go_without_a_trace(store: Store, redis: Redis) -> None:
    early = await store.drops.open(where("t1"), NOW + LIFE)
    late = await store.drops.open(where("t2"), NOW + 3 * LIFE)
    longer = await store.drops.open(where("t3"), NOW + LIFE)
    await store.drops.update(longer.id, lambda drop: drop.model_copy(update={"expires": NOW + 2 * LIFE}))
    assert await store.drops.expired(NOW, 9) == ()
    assert await store.drops.expired(NOW + 2 * LIFE, 9) == (early.id, longer.id)
    assert await store.drops.expired(NOW + 2 * LIFE, 1) == (early.id,)
    assert {drop.id async for drop in store.drops.each()} == {early.id, late.id, longer.id}

    for drop in (early, late, longer):
        assert await store.drops.remove(drop.id)
        assert not await store.drops.remove(drop.id)
    with pytest.raises(NotFoundError):
        await store.drops.update(early.id, lambda drop: drop)
    assert await store.drops.get(early.id) is None
    left = [str(key) for key in await redis.keys()]
    assert [key for key in left if not key.startswith("tc:r:dropping:")] == []
    assert all([0 < await redis.ttl(key) <= 3 * LIFE.total_seconds() for key in left])


async def test_a_record_that_cannot_be_read_hides_no_other_and_can_be_removed(store: Store, redis: Redis) -> None:
    drop = await store.drops.open(where(), NOW + LIFE)
    newer = f'{{"v": 2, "id": "{drop.id}", "state": "open"}}'
    await redis.set(f"tc:r:drop:{drop.id}", newer)
    with pytest.raises(UnreadableRecordError, match="newer release"):
        await store.drops.update(drop.id, lambda kept: kept)
    assert await redis.get(f"tc:r:drop:{drop.id}") == newer
    fresh = await store.drops.open(where(), NOW + LIFE)
    assert fresh.id != drop.id
    assert [kept.id async for kept in store.drops.each()] == [fresh.id]
    assert await store.drops.ids_of_thread("t1") == tuple(sorted((drop.id, fresh.id)))
    assert await store.drops.remove(drop.id)
    assert await store.drops.expired(NOW + LIFE, 9) == (fresh.id,)


async def test_what_people_call_themselves_is_only_the_last_part_of_a_key(store: Store, redis: Redis) -> None:
    await store.drops.open(where("t:*\n/1", "who/../ever"), NOW + LIFE)
    shapes = ("tc:r:drops:t:*\n/1", "tc:r:dropping:", "tc:r:drop:", "tc:r:drops")
    for key in await redis.keys():
        assert str(key).startswith(shapes)
        assert "who" not in str(key)
