"""Workers that die, freeze, lose Redis or have too much to do: every job ends once, and nobody waits for another."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.engine.records.media import item
from bot.engine.render.job import Output
from bot.engine.timeline.appending import appended
from bot.engine.timeline.model import Timeline
from bot.settings import Redis as RedisSettings
from bot.settings import Settings
from tests.crash.redis_process import own_redis
from tests.engine.api.conftest import make
from tests.engine.fleet import Fleet, Line, fleet, moment

pytestmark = pytest.mark.long

USERS = ("anon_heap", "anon_b", "anon_c")


def film(target: Path, seconds: int, size: str = "160x90", rate: int = 5) -> Path:
    """Moving pictures with a tone."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}")
    sound = ("-f", "lavfi", "-i", f"sine=f=440:r=48000:d={seconds}")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    return make(target, *picture, *sound, *coded)


@pytest.fixture
async def two(settings: Settings, redis: Redis) -> AsyncIterator[Fleet]:
    async with fleet(settings, workers=2) as fleet_:
        yield fleet_


async def timeline(fleet_: Fleet, media: str) -> Timeline:
    facts = await fleet_.records.media.facts(media)
    assert facts is not None
    return appended(Timeline(), item(media, "film.mp4", facts))


def pieces(whole: Timeline, count: int) -> Timeline:
    """The same, cut into so many pieces that have to be encoded; neighbours of one speed would be taken together."""
    [segment] = whole.segments
    ms = segment.end // count
    cut = [
        replace(segment, id=f"s{at}", start=at * ms, end=at * ms + ms, speed=1.25 + at % 2 / 4) for at in range(count)
    ]  # fmt: skip
    return replace(whole, segments=tuple(cut))


async def test_thirty_renders_of_three_accounts(two: Fleet, tmp_path: Path) -> None:
    """One has put in 20 before the others come: each of those waits for no more than what runs at that moment."""
    media = await two.media(film(tmp_path / "film.mp4", 30), *USERS)
    whole = await timeline(two, media)
    heap = [await two.ask("anon_heap", whole) for _ in range(20)]
    await two.until(lambda: len(two.said("render begins")) >= 4)
    before = len(two.said("render begins"))
    others = {user: [await two.ask(user, whole) for _ in range(5)] for user in USERS[1:]}
    everything = [*heap, *others["anon_b"], *others["anon_c"]]
    ended = await two.ended(*everything)
    assert {job.state for job in ended} == {"completed"}
    assert len(two.results()) == 30
    begun = [str(line["render"]) for line in two.said("render begins")]
    assert sorted(begun) == sorted(job.id for job in everything)
    first = {user: min(begun.index(job.id) for job in jobs) - before for user, jobs in others.items()}
    last = {user: max(begun.index(job.id) for job in jobs) - before for user, jobs in others.items()}
    print(f"\n2 slots, {before} of 20 begun when two more accounts put in 5 each")
    for user in USERS[1:]:
        print(f"{user}: first begun as number {first[user] + 1} after that, last as number {last[user] + 1}")
    assert max(first.values()) <= len(two.workers)  # one that began between the count and the asking included
    assert max(last.values()) <= 3 * 5 + len(two.workers)


async def test_a_preview_does_not_wait_for_exports(two: Fleet, tmp_path: Path) -> None:
    media = await two.media(film(tmp_path / "film.mp4", 30), *USERS)
    whole = await timeline(two, media)
    exports = [await two.ask("anon_heap", whole) for _ in range(6)]
    await two.until(lambda: len(two.said("render begins")) >= 2)
    preview = await two.ask("anon_b", whole, Output(quality="preview", height=144))
    await two.ended(preview)
    begun = [str(line["render"]) for line in two.said("render begins")]
    print(f"\nthe preview began as number {begun.index(preview.id) + 1} of {len(begun)}, with 6 exports put in before")
    assert any(job.open for job in [await two.get(one) for one in exports])
    await two.ended(*exports)


async def test_a_worker_is_killed_at_ten_moments(two: Fleet, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The other one goes on from what is finished; the file is the one that nobody was killed for."""
    seed = request.config.option.seed
    chance = random.Random(seed)
    media = await two.media(film(tmp_path / "film.mp4", 10, rate=10), "anon_b")
    ten = pieces(await timeline(two, media), 10)
    first = await two.ask("anon_b", ten, Output(height=144))
    [right] = await two.ended(first)
    await two.until(lambda: bool(two.said("render is done", first)))  # it is kept first, then said
    began, done = two.said("render begins")[0], two.said("render is done")[0]
    took_s = moment(done) - moment(began)
    print(f"\n--seed {seed}: ten spans, {took_s:.1f} s undisturbed, lease {two.lease_s:g} s")
    assert len(two.said("span encoded", first)) == 10
    for _ in range(10):
        job = await two.ask("anon_b", ten, Output(height=144))
        victim = await two.begun(job)
        await asyncio.sleep(chance.uniform(0, took_s))
        await victim.kill()
        killed = time.time()
        await two.start()
        [now] = await two.ended(job)
        spans = [str(line["span"]) for line in two.said("span encoded", job)]
        before = sum(moment(line) < killed for line in two.said("span encoded", job))
        again = [moment(line) - killed for line in two.said("render begins", job)[1:]]
        print(
            f"killed {killed - moment(two.said('render begins', job)[0]):.1f} s after it began, {before} spans done; "
            f"attempts {now.attempts}, taken up after {', '.join(f'{one:.1f} s' for one in again) or '-'}, "
            f"{len(spans)} spans encoded, {len(spans) - len(set(spans))} of them twice"
        )
        assert now.state == "completed"
        assert now.file is not None
        assert len(spans) == len(set(spans)) <= 10
        assert len(two.said("render is done", job)) <= 1
        assert [name for name in two.results() if name.startswith(job.id)] == [now.file]
        assert (two.folders.results / now.file).read_bytes() == (two.folders.results / str(right.file)).read_bytes()
    await two.until(lambda: not any(two.folders.spans.iterdir()))


@pytest.mark.parametrize("children", [True, False], ids=["with what it started", "alone"])
async def test_a_frozen_worker_commits_nothing(two: Fleet, tmp_path: Path, children: bool) -> None:
    """Whether or not what it had started went on meanwhile."""
    media = await two.media(film(tmp_path / "film.mp4", 30, "320x180", 15), "anon_b")
    job = await two.ask("anon_b", await timeline(two, media), Output(height=144))
    frozen = await two.begun(job)
    frozen.freeze(children=children)
    [done] = await two.ended(job)
    assert (done.state, done.attempts) == ("completed", 2)
    before = two.results()
    assert before == [done.file]
    content = (two.folders.results / before[0]).read_bytes()
    frozen.thaw()
    stopped = ("render was stopped", "render came too late", "render failed")
    await two.until(lambda: any(two.of(frozen, job, event) for event in stopped))
    print("\nthe frozen one:", [line["event"] for line in frozen.lines() if line.get("render") == job.id])
    assert two.of(frozen, job, "render is done") == []
    another = await two.ask("anon_b", await timeline(two, media))  # it goes on working
    await two.ended(another)
    assert await two.get(job) == done
    assert (two.folders.results / before[0]).read_bytes() == content
    assert len(two.results()) == 2


async def test_redis_is_killed_while_jobs_run(settings: Settings, tmp_path: Path) -> None:
    """Each job ends once, none is begun anew for that, and the workers stay."""
    async with own_redis(tmp_path / "redis") as redis:
        settings = replace(settings, redis=RedisSettings.model_construct(redis_url=SecretStr(redis.url)))
        async with fleet(settings, workers=2) as two:
            media = await two.media(film(tmp_path / "film.mp4", 20, "320x180", 15), *USERS)
            whole = await timeline(two, media)
            jobs = [await two.ask(user, whole, Output(height=144)) for user in USERS for _ in range(2)]
            await two.until(lambda: len(two.said("render begins")) >= 2)
            await redis.kill()
            await asyncio.sleep(2 * two.lease_s)  # so long that every lease has run out
            await redis.start()
            ended = await two.ended(*jobs)
            assert {job.state for job in ended} == {"completed"}
            assert len(two.results()) == len(jobs)
            attempts = [job.attempts for job in ended]
            done = two.said("render is done")
            print(f"\nredis away for {2 * two.lease_s:g} s; attempts {attempts}; came too late: {_late(two)}")
            assert sorted(str(line["render"]) for line in done) == sorted(job.id for job in jobs)
            assert [one.process.returncode for one in two.workers] == [None, None]
            assert [await one.end() for one in two.workers] == [0, 0]


async def test_a_worker_that_stops_hands_back(two: Fleet, tmp_path: Path) -> None:
    """The other one takes it up at once, and nothing counts as tried."""
    media = await two.media(film(tmp_path / "film.mp4", 30, "320x180", 15), "anon_b")
    job = await two.ask("anon_b", await timeline(two, media), Output(height=144))
    first = await two.begun(job)
    assert await first.end() == 0
    second = await two.begun(job, 2)
    assert second is not first
    began, again = (moment(line) for line in two.said("render begins", job))
    print(f"\nbegun again {again - began:.1f} s after it was begun first; the lease is {two.lease_s:g} s")
    [done] = await two.ended(job)
    assert (done.state, done.attempts) == ("completed", 1)


def _late(two: Fleet) -> list[Line]:
    return two.said("render came too late")
