"""The ledger never spends a credit twice, gives back what was not used, and refills by the clock."""

import asyncio

from redis.asyncio import Redis

from bot.engine.records.ledger import Balance, Ledger
from bot.engine.records.records import Records
from tests.engine.records.conftest import Clock


async def amounts(ledger: Ledger, user: str = "anon_1") -> tuple[int | None, int, int | None]:
    balance = await ledger.balance(user)
    return balance.available, balance.frozen, balance.total


async def test_hold_settle_release(records: Records) -> None:
    ledger = records.ledger
    assert await amounts(ledger) == (3, 0, 3)
    assert await ledger.hold("anon_1", "turn-1")
    assert await amounts(ledger) == (2, 1, 3)
    await ledger.settle("anon_1", "turn-1")
    assert await amounts(ledger) == (2, 0, 3)
    assert await ledger.hold("anon_1", "turn-2")
    await ledger.release("anon_1", "turn-2")
    assert await amounts(ledger) == (2, 0, 3)
    assert await amounts(ledger, "anon_2") == (3, 0, 3)


async def test_ending_a_hold_twice_changes_nothing(records: Records) -> None:
    ledger = records.ledger
    await ledger.hold("anon_1", "turn-1")
    await ledger.hold("anon_1", "turn-1")
    assert await amounts(ledger) == (2, 1, 3)
    await ledger.settle("anon_1", "turn-1")
    await ledger.release("anon_1", "turn-1")
    await ledger.settle("anon_1", "turn-1")
    await ledger.release("anon_1", "never held")
    assert await amounts(ledger) == (2, 0, 3)


async def test_no_more_than_there_is_under_contention(records: Records) -> None:
    got = await asyncio.gather(*(records.ledger.hold("anon_1", f"turn-{n}") for n in range(20)))
    assert sum(got) == 3
    assert await amounts(records.ledger) == (0, 3, 3)


async def test_the_refill_comes_with_the_period_and_keeps_its_beat(records: Records, clock: Clock) -> None:
    ledger = records.ledger
    for turn in ("1", "2", "3"):
        await ledger.hold("anon_1", turn)
        await ledger.settle("anon_1", turn)
    assert not await ledger.hold("anon_1", "4")
    begin = await ledger.balance("anon_1")
    clock.forward(hours=167)
    assert not await ledger.hold("anon_1", "4")
    clock.forward(hours=5)
    after = await ledger.balance("anon_1")
    assert after.available == 3
    assert begin.refill_ms is not None
    assert after.refill_ms is not None
    assert after.refill_ms - begin.refill_ms == 168 * 3_600_000


async def test_a_refill_while_something_is_held_gives_no_extra_credit(records: Records, clock: Clock) -> None:
    await records.ledger.hold("anon_1", "1")
    clock.forward(hours=168)
    assert await amounts(records.ledger) == (3, 1, 3)
    await records.ledger.release("anon_1", "1")
    assert await amounts(records.ledger) == (3, 0, 3)


async def test_unmetered_answers_nothing_and_never_refuses(redis: Redis, clock: Clock) -> None:
    ledger = Ledger(redis, clock, None, 168)
    assert await ledger.hold("anon_1", "1")
    await ledger.settle("anon_1", "1")
    assert await ledger.balance("anon_1") == Balance(None, 0, None)
    assert await redis.dbsize() == 0


async def test_an_allowance_of_nothing_refuses(redis: Redis, clock: Clock) -> None:
    assert not await Ledger(redis, clock, 0, 168).hold("anon_1", "1")
