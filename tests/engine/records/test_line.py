"""Whose render is next: nobody waits for the heap of another, and what a dead worker left behind comes first."""

import asyncio
from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from bot.engine.records.line import RenderLane
from bot.engine.records.records import Records
from bot.engine.records.renders import Render, Wanted
from tests.engine.records.conftest import Clock


async def ask(records: Records, clock: Clock, user: str, count: int, lane: RenderLane = "export") -> list[Render]:
    jobs = []
    for number in range(count):
        clock.forward(seconds=1)
        id_ = f"{user}{lane}{clock.time.timestamp():.0f}{number}"
        job = await records.renders.add(Wanted(user, "7" * 19, id_, id_, {}, {}, lane))
        assert job is not None
        jobs.append(job)
    return jobs


async def begun(records: Records, lane: RenderLane = "export") -> Render:
    taken = await records.renders.take(lane)
    assert taken is not None
    return taken[0]


async def order(records: Records, slots: int, lengths: Sequence[int] = (1,)) -> list[str]:
    """Whose jobs are begun, one after the other, where so many run at once; the lengths are gone through in turn."""
    running: list[tuple[int, Render]] = []
    users: list[str] = []
    now = 0
    while True:
        while len(running) < slots and (taken := await records.renders.take("export")) is not None:
            running.append((now + lengths[len(users) % len(lengths)], taken[0]))
            users.append(taken[0].user)
        if not running:
            return users
        running.sort(key=lambda one: one[0])
        now, done = running.pop(0)
        assert await records.renders.finish(done, "completed", file="a.mp4")


@pytest.mark.parametrize("slots", [1, 2, 3])
async def test_a_newcomer_waits_for_no_more_than_what_runs(records: Records, clock: Clock, slots: int) -> None:
    await ask(records, clock, "anon_heap", 20)
    running = [await begun(records) for _ in range(slots)]
    await ask(records, clock, "anon_new", 2)
    assert await records.renders.finish(running[0], "completed", file="a.mp4")
    assert (await begun(records)).user == "anon_new"


@pytest.mark.parametrize("slots", [1, 2, 3])
async def test_three_accounts_take_turns(records: Records, clock: Clock, slots: int) -> None:
    for user, count in (("anon_heap", 20), ("anon_b", 5), ("anon_c", 5)):
        await ask(records, clock, user, count)
    users = await order(records, slots)
    assert len(users) == 30
    assert all(set(users[at : at + 3]) == {"anon_heap", "anon_b", "anon_c"} for at in range(0, 15, 3))


async def test_long_ones_do_not_take_every_slot(records: Records, clock: Clock) -> None:
    """Who has something running comes after who has not, whoever's turn was last."""
    await ask(records, clock, "anon_long", 4)
    await ask(records, clock, "anon_short", 4)
    first, second = await begun(records), await begun(records)
    assert {first.user, second.user} == {"anon_long", "anon_short"}
    short = first if first.user == "anon_short" else second
    for _ in range(3):
        await records.renders.finish(short, "completed", file="a.mp4")
        short = await begun(records)
        assert short.user == "anon_short"


async def test_an_accounts_own_jobs_are_begun_in_the_order_it_asked(records: Records, clock: Clock) -> None:
    jobs = await ask(records, clock, "anon_a", 5)
    assert [await begun(records) for _ in jobs] == [
        job.model_copy(update={"state": "processing", "attempts": 1, "fence": 1}) for job in jobs
    ]


async def test_a_preview_has_a_line_of_its_own(records: Records, clock: Clock) -> None:
    await ask(records, clock, "anon_a", 3)
    [preview] = await ask(records, clock, "anon_a", 1, "preview")
    assert (await begun(records, "preview")).id == preview.id
    assert await records.renders.take("preview") is None
    assert await records.renders.line.due("export") == 3


async def test_what_a_dead_worker_left_behind_comes_first(records: Records, clock: Clock, redis: Redis) -> None:
    await ask(records, clock, "anon_a", 2)
    left = await begun(records)
    await ask(records, clock, "anon_b", 2)
    assert await records.renders.line.due("export") == 3
    await redis.delete(f"tce:c:lease:render:{left.id}")
    assert await records.renders.line.due("export") == 4
    again = await begun(records)
    assert (again.id, again.attempts) == (left.id, 2)
    assert again.fence > left.fence


async def test_what_was_handed_back_comes_first_and_does_not_count(
    records: Records, clock: Clock, redis: Redis
) -> None:
    await ask(records, clock, "anon_a", 3)
    back = await begun(records)
    await records.renders.hand_back(back)
    await redis.delete(f"tce:c:lease:render:{back.id}")
    again = await begun(records)
    assert (again.id, again.attempts) == (back.id, 1)


async def test_one_job_is_begun_once_however_many_ask(records: Records, clock: Clock) -> None:
    jobs = await ask(records, clock, "anon_a", 3)
    taken = await asyncio.gather(*(records.renders.take("export") for _ in range(20)))
    assert sorted(one[0].id for one in taken if one is not None) == sorted(job.id for job in jobs)
