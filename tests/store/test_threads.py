"""Threads: changes never lost, forgetting leaves nothing, unreadable records stay as they are."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.redis_server import connect
from bot.store.errors import NotFoundError, StaleLeaseError, UnreadableRecordError
from bot.store.models import KeptFootage, RenderState, Thread, TurnState
from bot.store.store import Store
from tests.store.conftest import KEY, NOW, Clock, make_render, make_thread, make_turn

HOSTILE = ("t1", "a:b", "*", "tc:r:due", "線程 \n\0'\"", "../../etc", "{x}")


def with_footage(thread: Thread, name: str) -> Thread:
    return thread.model_copy(update={"footage": (*thread.footage, KeptFootage(name=name, kind="video", size=1))})


@pytest.mark.parametrize("key", HOSTILE)
async def test_a_thread_comes_back_as_it_was(store: Store, key: str) -> None:
    thread = with_footage(make_thread(key), "夏 🎬.mp4")
    assert await store.threads.get(key) is None
    await store.threads.save(thread)
    assert await store.threads.get(key) == thread


async def test_updates_of_several_processes_at_once_are_all_kept(redis_url: str, store: Store) -> None:
    await store.threads.save(make_thread())

    async def add(worker: int) -> None:
        async with connect(redis_url) as client:
            threads = Store(client, KEY).threads
            for number in range(10):
                name = f"{worker}-{number}"
                await threads.update("t1", lambda thread, name=name: with_footage(thread, name))  # type: ignore[misc]

    await asyncio.gather(*(add(worker) for worker in range(5)))
    thread = await store.threads.get("t1")
    assert thread is not None
    assert sorted(item.name for item in thread.footage) == sorted(f"{w}-{n}" for w in range(5) for n in range(10))


async def test_an_update_touches_and_a_thread_nobody_touches_is_found(store: Store, clock: Clock) -> None:
    for key in ("old", "older", "fresh"):
        await store.threads.save(make_thread(key))
    clock.now = NOW + timedelta(days=40)
    assert (await store.threads.update("fresh", lambda thread: thread)).touched == clock.now
    clock.now = NOW + timedelta(days=1)
    await store.threads.update("old", lambda thread: thread)
    assert await store.threads.untouched_since(NOW + timedelta(days=10), limit=10) == ("older", "old")
    assert await store.threads.untouched_since(NOW + timedelta(days=10), limit=1) == ("older",)


async def test_a_forgotten_thread_does_not_come_back(store: Store) -> None:
    await store.threads.save(make_thread())
    await store.threads.forget("t1")
    with pytest.raises(NotFoundError):
        await store.threads.update("t1", lambda thread: thread)
    assert await store.threads.get("t1") is None


async def test_forget_removes_everything_of_the_thread_and_nothing_else(store: Store, redis: Redis) -> None:
    async def fill(key: str) -> None:
        await store.threads.save(make_thread(key))
        for number in range(3):
            await store.turns.push(make_turn(f"{key} turn {number}", key, words="a secret wish"))
        await store.turns.finish(make_turn(f"{key} turn 0", key).model_copy(update={"state": TurnState.SETTLED}))
        for number in range(2):
            render = make_render(f"{key} render {number}", key)
            await store.renders.put(render, NOW)
            over = {"state": RenderState.DELIVERED, "file": f"{key} {number}.mp4", "expires": NOW}
            await store.renders.save(render.model_copy(update=over), None if number else NOW)

    await fill("kept")
    before = {name: await redis.dump(name) for name in sorted(await redis.keys())}
    await fill("t1")
    forgotten = await store.threads.forget("t1")
    assert forgotten == make_thread("t1")
    assert await store.renders.files_to_remove() == ("t1 0.mp4", "t1 1.mp4")
    for file in await store.renders.files_to_remove():
        await store.renders.file_removed(file)
    assert {name: await redis.dump(name) for name in sorted(await redis.keys())} == before
    assert await store.threads.forget("never was") is None


async def test_forget_gets_rid_of_damaged_records_too(store: Store, redis: Redis) -> None:
    await store.threads.save(make_thread())
    await store.renders.put(make_render("r1"), NOW)
    await redis.set("tc:r:render:r1", "{damaged")
    await redis.set("tc:r:thread:t1", "{damaged")
    with pytest.raises(UnreadableRecordError):
        await store.threads.forget("t1")
    assert await redis.keys() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"v": 2, "key": "t1", "shape": "unknown"}', "newer release"),
        ('{"v": 1, "key": "t1"}', "damaged at place"),
        ('{"v": 1, "key"', "damaged"),
        ("[]", "damaged"),
        ("", "damaged"),
    ],
)
async def test_a_record_that_cannot_be_read_says_so_and_is_left_as_it_is(
    store: Store, redis: Redis, text: str, said: str
) -> None:
    await redis.set("tc:r:thread:t1", text)
    with pytest.raises(UnreadableRecordError, match=said) as caught:
        await store.threads.get("t1")
    assert "\n" not in str(caught.value)
    with pytest.raises(UnreadableRecordError, match=said):
        await store.threads.update("t1", lambda thread: thread)
    assert await redis.get("tc:r:thread:t1") == text


async def test_a_lost_lease_writes_nothing(store: Store) -> None:
    await store.threads.save(make_thread(owner="first"))
    lost = await store.leases.acquire("thread", 60)
    assert lost is not None
    await store.threads.update("t1", lambda thread: thread.model_copy(update={"owner": "holder"}), lost)
    await lost.release()
    assert await store.leases.acquire("thread", 60)
    with pytest.raises(StaleLeaseError):
        await store.threads.update("t1", lambda thread: thread.model_copy(update={"owner": "late"}), lost)
    with pytest.raises(StaleLeaseError):
        await store.threads.save(make_thread(owner="late"), lost)
    thread = await store.threads.get("t1")
    assert thread is not None
    assert thread.owner == "holder"
