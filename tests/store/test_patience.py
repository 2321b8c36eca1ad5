"""Patience: a call is made again while Redis does not answer, and not when somebody else has taken over."""

import asyncio

import pytest
import redis.exceptions
from redis.asyncio import Redis

from bot.store import patience
from bot.store.errors import NotFoundError
from bot.store.patience import patiently
from bot.store.store import Store
from tests.store.conftest import make_turn


class Flaky:
    """A call that fails with each of these errors before it brings something."""

    def __init__(self, *errors: Exception) -> None:
        self.left = list(errors)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.left:
            raise self.left.pop(0)
        return "here"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_AGAIN_S", 0.001)


async def test_a_redis_that_is_away_is_waited_for() -> None:
    call = Flaky(
        redis.exceptions.ConnectionError("refused"),
        redis.exceptions.TimeoutError("silent"),
        redis.exceptions.BusyLoadingError("reading its files"),
    )
    assert await patiently(call) == "here"
    assert call.calls == 4


@pytest.mark.parametrize("error", [redis.exceptions.ResponseError("no such command"), NotFoundError("gone")])
async def test_an_answer_is_an_answer(error: Exception) -> None:
    call = Flaky(error)
    with pytest.raises(type(error)):
        await patiently(call)
    assert call.calls == 1


async def test_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LONGEST_S", 0.0)
    call = Flaky(*[redis.exceptions.ConnectionError("refused")] * 1000)
    with pytest.raises(redis.exceptions.ConnectionError):
        await patiently(call)


async def test_not_for_a_lease_that_another_has_taken(store: Store) -> None:
    lease = await store.leases.acquire("thread:t1", 60)
    assert lease is not None
    lease.taken.set()
    call = Flaky(redis.exceptions.ConnectionError("refused"))
    with pytest.raises(redis.exceptions.ConnectionError):
        await patiently(call, lease)
    assert call.calls == 1


async def test_what_was_carried_out_without_an_answer_is_carried_out_again(store: Store, redis: Redis) -> None:
    """The calls made with patience can be repeated: a turn that was pushed keeps its place."""
    await store.turns.push(make_turn("one"))
    assert await patiently(lambda: store.turns.push(make_turn("two"))) == 1
    assert await patiently(lambda: store.turns.push(make_turn("two"))) == 1
    await asyncio.gather(*(patiently(lambda: store.turns.save(make_turn("two"))) for _ in range(3)))
    assert [turn.id for turn in await store.turns.waiting("t1")] == ["one", "two"]
