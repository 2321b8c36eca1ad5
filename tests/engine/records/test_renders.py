"""Render jobs: one a wish, begun once, counted, run again after a crash, and never finished by a late worker."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.engine.records.records import Records
from bot.engine.records.renders import ATTEMPTS, OPEN_LIMIT, Render, Wanted


def wanted(
    render: str = "render_1", same: str = "x", user: str = "anon_1", session: str = "7000000000000000001"
) -> Wanted:
    return Wanted(user, session, render, same, {"v": 1, "number": 1.5}, {"format": "mp4"})


async def add(records: Records, wish: Wanted) -> Render:
    job = await records.renders.add(wish)
    assert job is not None
    return job


async def started(records: Records, job: Render) -> Render:
    """Begin the next attempt, which is this job's."""
    found = await records.renders.take("export")
    assert found is not None
    assert found[0].id == job.id
    return found[0]


async def dies(redis: Redis, job: Render) -> None:
    """What time does to the job of a worker that is dead or frozen."""
    await redis.delete(f"tce:c:lease:render:{job.id}")


async def state(records: Records, render: str, user: str = "anon_1") -> str:
    found = await records.renders.of_ticket(user, render)
    assert found is not None
    return "cancelled" if found[1].cancelled else found[0].state


async def test_the_same_id_and_the_same_wish_are_one_job(records: Records) -> None:
    jobs = await asyncio.gather(*(add(records, wanted()) for _ in range(5)))
    other_id = await add(records, wanted("render_2"))
    other_wish = await add(records, wanted("render_3", "y"))
    other_user = await add(records, wanted(user="anon_2"))
    assert len({job.id for job in (*jobs, other_id)}) == 1
    assert len({jobs[0].id, other_wish.id, other_user.id}) == 3
    assert await records.renders.of_ticket("anon_2", "render_2") is None
    assert await records.renders.line.due("export") == 3


async def test_a_finished_job_answers_a_new_wish_and_a_failed_one_does_not(records: Records) -> None:
    job = await started(records, await add(records, wanted()))
    assert await records.renders.finish(job, "completed", file="a.mp4", size=5)
    again = await add(records, wanted("render_2"))
    assert (again.id, again.state, again.size) == (job.id, "completed", 5)
    bad = await started(records, await add(records, wanted("render_3", "y")))
    assert await records.renders.finish(bad, "failed", error="broken")
    retry = await add(records, wanted("render_4", "y"))
    assert retry.id != bad.id
    assert await state(records, "render_3") == "failed"
    assert await state(records, "render_4") == "pending"


async def test_cancel_is_for_one_ticket_and_ends_the_job_with_the_last(records: Records) -> None:
    await add(records, wanted())
    await add(records, wanted("render_2"))
    await records.renders.cancel("anon_1", "render_1")
    assert await state(records, "render_1") == "cancelled"
    assert await state(records, "render_2") == "pending"
    await records.renders.cancel("anon_1", "render_2")
    assert await records.renders.line.due("export") == 0
    assert await records.renders.take("export") is None
    assert await records.renders.cancel("anon_1", "unknown") is None
    assert await records.renders.cancel("anon_2", "render_1") is None


async def test_cancel_of_a_finished_job_changes_nothing(records: Records) -> None:
    job = await started(records, await add(records, wanted()))
    await records.renders.finish(job, "completed", file="a.mp4")
    await records.renders.cancel("anon_1", "render_1")
    assert await state(records, "render_1") == "completed"


async def test_a_cancelled_job_cannot_be_finished(records: Records) -> None:
    job = await started(records, await add(records, wanted()))
    assert await records.renders.going(job)
    await records.renders.cancel("anon_1", "render_1")
    assert not await records.renders.going(job)
    assert not await records.renders.finish(job, "completed", file="a.mp4")


async def test_a_late_worker_does_not_finish_another_ones_attempt(records: Records, redis: Redis) -> None:
    frozen = await started(records, await add(records, wanted()))
    await dies(redis, frozen)
    second = await started(records, frozen)
    assert not await records.renders.going(frozen)
    assert not await records.renders.finish(frozen, "completed", file="late.mp4")
    await records.renders.hand_back(frozen)
    assert await records.renders.finish(second, "completed", file="right.mp4")
    done = await records.renders.get(second.id)
    assert done is not None
    assert done.file == "right.mp4"


async def test_an_end_may_be_told_twice(records: Records) -> None:
    job = await started(records, await add(records, wanted()))
    for _ in range(2):
        assert await records.renders.finish(job, "completed", file="a.mp4")
    assert not await records.renders.finish(job, "failed", error="broken")


async def test_three_attempts_and_no_more(records: Records, redis: Redis) -> None:
    job = await add(records, wanted())
    for _ in range(ATTEMPTS):
        await dies(redis, await started(records, job))
    assert await records.renders.take("export") is None
    failed = await records.renders.get(job.id)
    assert failed is not None
    assert (failed.state, failed.error) == ("failed", "gave_up")
    assert await records.renders.line.due("export") == 0


async def test_an_orderly_stop_does_not_count(records: Records, redis: Redis) -> None:
    job = await add(records, wanted())
    for _ in range(ATTEMPTS + 2):
        begun = await started(records, job)
        await records.renders.hand_back(begun)
        await dies(redis, begun)
    assert await state(records, "render_1") == "pending"


async def test_an_account_has_a_bounded_number_of_open_jobs(records: Records) -> None:
    for number in range(OPEN_LIMIT):
        await add(records, wanted(f"render_{number}", str(number)))
    assert await records.renders.add(wanted("one_more", "z")) is None
    assert await records.renders.add(wanted("render_0", "0")) is not None
    assert await records.renders.add(wanted(user="anon_2")) is not None


async def test_progress_and_forgetting(records: Records, redis: Redis) -> None:
    job = await add(records, wanted())
    await add(records, wanted("render_2"))
    assert await records.renders.progress(job.id) == 0
    job = await started(records, job)
    await records.renders.keep_progress(job.id, 41.26)
    assert await records.renders.progress(job.id) == pytest.approx(41.3)
    await records.renders.delete(job.id)
    assert await records.renders.of_ticket("anon_1", "render_1") is None
    assert await records.renders.of_ticket("anon_1", "render_2") is None
    assert [key async for key in redis.scan_iter("tce:d:*")] == []
    assert [key async for key in redis.scan_iter("tce:c:*render:*")] == []


async def test_a_wish_is_known_when_nothing_new_would_come_of_it(records: Records) -> None:
    assert not await records.renders.is_known(wanted())
    job = await add(records, wanted())
    assert await records.renders.is_known(wanted())
    assert await records.renders.is_known(wanted("render_2"))
    assert not await records.renders.is_known(wanted("render_2", "y"))
    await records.renders.cancel("anon_1", "render_1")
    assert (await records.renders.get(job.id)) is not None
    assert not await records.renders.is_known(wanted("render_2"))
