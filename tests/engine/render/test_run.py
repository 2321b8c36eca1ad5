"""The child process: what a render leaves behind when it ends well, badly, or in the middle."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]  # has no types of its own
import pytest
from structlog.testing import capture_logs

from bot.engine.render.job import Output, Rendered, RenderJob, SourceFile
from bot.engine.render.plan import plan
from bot.engine.render.run import render, wall_seconds
from bot.engine.timeline.model import Canvas, Segment, Text, Timeline, Transition
from bot.media.facts import MediaError, MediaFault
from tests.engine.render import clips


def job_of(tmp_path: Path, talk: SourceFile, timeline: Timeline, output: Output | None = None) -> RenderJob:
    return RenderJob(timeline, output or Output(), tmp_path / "out" / "result.mp4", tmp_path / "scratch", {"m": talk})


def cut(start: int, end: int, *, join: Transition | None = None) -> Segment:
    return Segment(f"s{start}", "c", "m", "name", "video", start, end, transition=join)


def many(count: int = 40) -> Timeline:
    """Enough work to be met in the middle of it."""
    return Timeline(Canvas(1280, 720), tuple(cut(at * 400, at * 400 + 350) for at in range(count)))


def family() -> list[psutil.Process]:
    return list(psutil.Process().children(recursive=True))


def nothing_left(job: RenderJob) -> bool:
    return not job.scratch.exists() and not any(job.target.parent.iterdir())


@pytest.fixture(autouse=True)
def no_process_stays() -> Iterator[None]:
    before = {process.pid for process in family()}
    yield
    psutil.wait_procs([process for process in family() if process.pid not in before], timeout=5)
    assert {process.pid for process in family()} <= before


async def in_the_middle(job: RenderJob) -> "asyncio.Task[Rendered]":
    """Start a render and come back once it is a tenth through, while ffmpeg is at work."""
    there = asyncio.Event()

    def look(done: float) -> None:
        if done > 0.1 and any("ffmpeg" in word for process in family() for word in words_of(process)[:1]):
            there.set()

    running = asyncio.create_task(render(job, look))
    async with asyncio.timeout(20):
        await there.wait()
    return running


def words_of(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


async def test_it_leaves_the_file_and_nothing_else(tmp_path: Path, talk: SourceFile) -> None:
    told: list[float] = []
    segments = (cut(0, 1000), cut(2000, 3000, join=Transition("crossfade", 300)))
    job = job_of(tmp_path, talk, Timeline(Canvas(320, 180), segments, (Text("t", "Hi", 0, 500),)))
    found = await render(job, told.append)
    assert (found.path, found.duration_ms, found.width, found.height) == (job.target, 1700, 320, 180)
    assert found.size == job.target.stat().st_size
    assert not job.scratch.exists()
    assert list(job.target.parent.iterdir()) == [job.target]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(clips.decoded(job.target, (320, 180))) == 51


@pytest.mark.long
@pytest.mark.parametrize("limit", [100_000, 10_000_000])
async def test_a_limit_of_size_is_kept(tmp_path: Path, talk: SourceFile, limit: int) -> None:
    told: list[float] = []
    job = job_of(tmp_path, talk, Timeline(Canvas(640, 360), (cut(0, 6000),)), Output(max_bytes=limit))
    found = await render(job, told.append)
    assert found.size == job.target.stat().st_size <= limit
    facts = clips.probed(job.target, "mov").facts
    assert facts.picture is not None
    assert (facts.picture.width, facts.picture.height) == (found.width, found.height)
    assert abs(facts.duration_ms - 6000) < 100
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert list(job.target.parent.iterdir()) == [job.target]
    assert not job.scratch.exists()


async def test_a_size_that_cannot_be_had(tmp_path: Path, talk: SourceFile) -> None:
    job = job_of(tmp_path, talk, Timeline(Canvas(640, 360), (cut(0, 6000),)), Output(max_bytes=5000))
    with pytest.raises(MediaError) as refused:
        await render(job)
    assert (refused.value.fault, refused.value.limit) == (MediaFault.TOO_LARGE, 5000)
    assert nothing_left(job)


async def test_a_render_replaces_the_file_only_when_it_is_whole(tmp_path: Path, talk: SourceFile) -> None:
    job = job_of(tmp_path, talk, many())
    job.target.parent.mkdir()
    job.target.write_bytes(b"the last one")
    running = await in_the_middle(job)
    assert job.target.read_bytes() == b"the last one"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert job.target.read_bytes() == b"the last one"
    assert list(job.target.parent.iterdir()) == [job.target]


async def test_cancelling_ends_every_process_and_leaves_nothing(tmp_path: Path, talk: SourceFile) -> None:
    job = job_of(tmp_path, talk, many())
    others = family()  # the session's Redis, where another module has started it
    running = await in_the_middle(job)
    mine = [process for process in family() if process not in others]
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    _, still = psutil.wait_procs(mine, timeout=5)
    assert still == []
    assert nothing_left(job)


async def test_a_child_that_is_killed_is_an_error_and_takes_ffmpeg_with_it(tmp_path: Path, talk: SourceFile) -> None:
    job = job_of(tmp_path, talk, many())
    others = family()  # the session's Redis, where another module has started it
    running = await in_the_middle(job)
    mine = [process for process in family() if process not in others]
    child = next(process for process in mine if "bot.engine.render.child" in words_of(process))
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(MediaError) as failed:
        await running
    assert failed.value.fault is MediaFault.BROKEN
    _, still = psutil.wait_procs(mine, timeout=10)
    assert still == []
    assert nothing_left(job)


async def test_the_time_limit(tmp_path: Path, talk: SourceFile) -> None:
    job = job_of(tmp_path, talk, many())
    with pytest.raises(MediaError) as late:
        await render(job, hours_limit=0.7 / 3600)
    assert late.value.fault is MediaFault.TIMED_OUT
    assert nothing_left(job)


def test_the_time_limit_follows_the_work(talk: SourceFile) -> None:
    small = plan(Timeline(Canvas(320, 180), (cut(0, 20_000),)), Output(), {"m": talk})
    large = plan(Timeline(Canvas(1920, 1080), (cut(0, 20_000),)), Output(), {"m": talk})
    assert 300 < wall_seconds(small) < wall_seconds(large) == 300 + 600 * 1920 * 1080 / 4e6


async def test_no_ffmpeg(tmp_path: Path, talk: SourceFile) -> None:
    job = job_of(tmp_path, talk, many(1))
    with pytest.raises(MediaError) as missing:
        await render(job, ffmpeg_bin=tmp_path / "nothing")
    assert missing.value.fault is MediaFault.NO_FFMPEG
    assert not job.scratch.exists()


async def test_what_ffmpeg_says_stays_in_the_log(tmp_path: Path, talk: SourceFile) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho /secret/path >&2\nexit 3\n")
    broken.chmod(0o700)
    job = job_of(tmp_path, talk, many(1))
    with capture_logs() as logs, pytest.raises(MediaError) as failed:
        await render(job, ffmpeg_bin=broken)
    assert (failed.value.fault, failed.value.detail) == (MediaFault.BROKEN, "ffmpeg ended with 3")
    assert any("/secret/path" in str(entry) for entry in logs)
    assert nothing_left(job)


async def test_an_empty_timeline_starts_nothing(tmp_path: Path, talk: SourceFile) -> None:
    job = job_of(tmp_path, talk, Timeline())
    with pytest.raises(MediaError) as empty:
        await render(job)
    assert (empty.value.fault, empty.value.detail) == (MediaFault.EMPTY, "nothing to render")
    assert not job.scratch.exists()
    assert not job.target.parent.exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 1 MB, where this process may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=1m tmpfs '{place}' 2>/dev/null"):
        pytest.skip("may not mount a small disk here")
    try:
        yield place
    finally:
        os.system(f"umount '{place}'")


@pytest.mark.parametrize("full", ["scratch", "target"])
async def test_a_full_disk(tmp_path: Path, talk: SourceFile, small_disk: Path, full: str) -> None:
    timeline = Timeline(Canvas(320, 180), tuple(cut(at, at + 900) for at in range(0, 15_000, 1000)))
    places = {"scratch": tmp_path / "scratch", "target": tmp_path / "out"} | {full: small_disk / "in"}
    job = RenderJob(timeline, Output(), places["target"] / "result.mp4", places["scratch"], {"m": talk})
    (small_disk / "ballast").write_bytes(bytes(1_000_000))
    with pytest.raises(MediaError) as failed:
        await render(job)
    assert failed.value.fault is MediaFault.DISK_FULL
    assert nothing_left(job)


@pytest.mark.long
async def test_memory_does_not_follow_the_length(tmp_path: Path, folder: Path) -> None:
    """Three and fifteen minutes of footage, cut every second: the same peak of child and encoders together."""
    peaks = []
    for minutes in (3, 15):
        source = clips.footage(
            folder / f"long{minutes}.mp4", frames=minutes * 1800, size=(160, 90), sound=clips.tone(minutes * 60)
        )
        parts = tuple(cut(at * 1000, at * 1000 + 900) for at in range(minutes * 60))
        job = job_of(tmp_path, source, Timeline(Canvas(160, 90), parts), Output(quality="preview"))
        running = asyncio.create_task(render(job))
        peak = 0
        while not (await asyncio.wait((running,), timeout=0.05))[0]:
            peak = max(peak, sum(private_bytes(process) for process in family()))
        assert (await running).duration_ms == minutes * 54_000
        peaks.append(peak)
    assert peaks[1] < peaks[0] * 1.25 + 10_000_000, peaks
    print("peak, MB:", [peak // 1_000_000 for peak in peaks])


def private_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
