"""Turns: a bounded, durable queue per thread, in order, nothing taken twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.redis_server import connect
from bot.store.errors import DuplicateError, NotFoundError, QueueFullError, StaleLeaseError
from bot.store.models import Turn, TurnState
from bot.store.store import Store
from bot.store.turns import QUEUE_LIMIT
from tests.store.conftest import KEY, NOW, Clock, make_thread, make_turn


def settled(turn: Turn) -> Turn:
    return turn.model_copy(update={"state": TurnState.SETTLED})


async def test_turns_run_in_the_order_they_came(store: Store) -> None:
    turns = [make_turn(f"turn {number}", words=f"{number}") for number in range(3)]
    assert [await store.turns.push(turn) for turn in turns] == [0, 1, 2]
    assert await store.turns.waiting("t1") == tuple(turns)
    for turn in turns:
        assert await store.turns.open_threads() == ("t1",)
        assert await store.turns.head("t1") == turn
        await store.turns.finish(settled(turn))
        assert await store.turns.get(turn.id) == settled(turn)
    assert await store.turns.head("t1") is None
    assert await store.turns.waiting("t1") == ()
    assert await store.turns.open_threads() == ()


async def test_the_same_message_told_twice_is_one_turn(store: Store) -> None:
    await store.turns.push(make_turn("first"))
    assert await store.turns.push(make_turn("second")) == 1
    assert await store.turns.push(make_turn("second")) == 1
    assert len(await store.turns.waiting("t1")) == 2
    await store.turns.finish(settled(make_turn("first")))
    with pytest.raises(DuplicateError):
        await store.turns.push(make_turn("first"))
    assert [turn.id for turn in await store.turns.waiting("t1")] == ["second"]


async def test_a_full_queue_refuses_and_keeps_nothing(store: Store) -> None:
    for number in range(QUEUE_LIMIT):
        await store.turns.push(make_turn(f"turn {number}"))
    with pytest.raises(QueueFullError) as caught:
        await store.turns.push(make_turn("one too many"))
    assert caught.value.limit == QUEUE_LIMIT
    assert await store.turns.get("one too many") is None
    assert await store.turns.push(make_turn("elsewhere", "t2")) == 0
    await store.turns.finish(settled(make_turn("turn 0")))
    assert await store.turns.push(make_turn("one too many")) == QUEUE_LIMIT - 1


async def test_pushes_of_several_processes_at_once_get_a_place_each(redis_url: str, store: Store) -> None:
    async def push(number: int) -> int | None:
        async with connect(redis_url) as client:
            try:
                return await Store(client, KEY).turns.push(make_turn(f"turn {number}"))
            except QueueFullError:
                return None

    places = await asyncio.gather(*(push(number) for number in range(QUEUE_LIMIT + 7)))
    assert sorted(place for place in places if place is not None) == list(range(QUEUE_LIMIT))


async def test_progress_is_kept_and_a_forgotten_turn_does_not_come_back(store: Store) -> None:
    turn = make_turn("turn")
    await store.threads.save(make_thread())
    await store.turns.push(turn)
    sending = turn.model_copy(update={"state": TurnState.SENDING, "snapshot": "abc"})
    await store.turns.save(sending)
    assert await store.turns.head("t1") == sending
    await store.threads.forget("t1")
    for write in (store.turns.save, store.turns.finish):
        with pytest.raises(NotFoundError):
            await write(settled(turn))
    assert await store.turns.get("turn") is None


async def test_only_what_has_ended_leaves_the_queue(store: Store) -> None:
    await store.turns.push(make_turn("turn"))
    with pytest.raises(ValueError, match="not finished"):
        await store.turns.finish(make_turn("turn"))
    assert len(await store.turns.waiting("t1")) == 1


async def test_a_lost_lease_writes_nothing(store: Store) -> None:
    turn = make_turn("turn")
    await store.turns.push(turn)
    lost = await store.leases.acquire("thread t1", 60)
    assert lost is not None
    await lost.release()
    assert await store.leases.acquire("thread t1", 60)
    for write in (store.turns.save, store.turns.finish):
        with pytest.raises(StaleLeaseError):
            await write(settled(turn), lost)
    assert await store.turns.head("t1") == turn


async def test_finished_turns_go_by_themselves_after_a_week(store: Store, redis: Redis, clock: Clock) -> None:
    for id_ in ("first", "second"):
        await store.turns.push(make_turn(id_))
        await store.turns.finish(settled(make_turn(id_)))
        assert 0 < await redis.ttl(f"tc:r:turn:{id_}") <= 7 * 86_400
        clock.now = NOW + timedelta(days=8)
    assert await redis.zrange("tc:r:turns:t1", 0, -1) == ["second"]


class Queue:
    """What a thread's queue must do, in plain Python."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.finished: set[str] = set()

    def push(self, id_: str) -> int | str:
        if id_ in self.waiting:
            return self.waiting.index(id_)
        if id_ in self.finished:
            return "duplicate"
        if len(self.waiting) == QUEUE_LIMIT:
            return "full"
        self.waiting.append(id_)
        return len(self.waiting) - 1

    def finish(self, id_: str) -> int | str:
        if id_ not in self.waiting and id_ not in self.finished:
            return "gone"
        self.waiting = [other for other in self.waiting if other != id_]
        self.finished.add(id_)
        return "done"


async def outcome(call: Callable[[], Awaitable[int | None]]) -> int | str:
    try:
        place = await call()
    except DuplicateError:
        return "duplicate"
    except QueueFullError:
        return "full"
    except NotFoundError:
        return "gone"
    return "done" if place is None else place


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 25)), max_size=60))
async def test_the_queue_behaves_as_its_model(store: Store, redis: Redis, steps: list[tuple[bool, int]]) -> None:
    await redis.flushall()
    model = Queue()
    for push, number in steps:
        turn = make_turn(f"{number}")
        if push:
            assert await outcome(lambda turn=turn: store.turns.push(turn)) == model.push(turn.id)  # type: ignore[misc]
        else:
            ended = settled(turn)
            assert await outcome(lambda ended=ended: store.turns.finish(ended)) == model.finish(turn.id)  # type: ignore[misc]
        assert [waiting.id for waiting in await store.turns.waiting("t1")] == model.waiting
        assert bool(await store.turns.open_threads()) == bool(model.waiting)
