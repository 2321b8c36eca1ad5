"""What is too much, too little or in the way: bounded, said in one word, cleaned up, and well again afterwards."""

import asyncio
import os
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import psutil  # type: ignore[import-untyped, unused-ignore]  # has no types of its own
import pytest

from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.plan import plan
from bot.engine.render.run import render
from bot.engine.timeline.excerpt import excerpt
from bot.engine.timeline.model import Canvas, Library, Segment, Text, Timeline
from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture
from bot.media.ffmpeg import binary
from bot.media.limits import MAX_MS
from bot.media.probe import probe
from tests import footage, measure
from tests.engine.hostile.boxes import box, changed
from tests.engine.hostile.files import plain
from tests.engine.render import clips

SIZE = (320, 180)
_MB = 1_000_000
T = TypeVar("T")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MB, where this process may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a small disk here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=False)


def noisy(path: Path, seconds: int = 12) -> Path:
    """Footage that takes room: nothing in it is like what was before."""
    footage.ffmpeg(
        ["-f", "lavfi", "-i", f"testsrc2=s=320x180:r=30:d={seconds},noise=alls=60:allf=t", "-f", "lavfi", "-i",
         f"sine=d={seconds}", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",
         "-f", "mp4", str(path)],
    )  # fmt: skip
    return path


async def kept(path: Path) -> SourceFile:
    return SourceFile(path, await probe(path))


def cut(number: int, start: int, end: int) -> Segment:
    return Segment(f"s{number}", f"c{number}", "m", "name", "video", start, end)


@pytest.mark.long
@pytest.mark.parametrize("full", ["scratch", "spans", "target"])
async def test_a_disk_that_fills_up_on_the_way(tmp_path: Path, disk: Path, full: str) -> None:
    """It fills while the render is at work; nothing half-written stays, and with room it works."""
    source = await kept(noisy(tmp_path / "noisy"))
    # A title over all of it: everything is encoded.
    timeline = Timeline(Canvas(*SIZE, 30), (cut(1, 0, 12_000),), (Text("t", "Title", 0, 12_000),))
    places = {name: tmp_path / name for name in ("scratch", "spans", "target")} | {full: disk / full}
    spans = None if full == "scratch" else places["spans"]  # then they lie in the scratch folder
    job = RenderJob(timeline, Output(), places["target"] / "result.mp4", places["scratch"], {"m": source}, spans)
    told: list[float] = []
    with pytest.raises(MediaError) as failed:
        await render(job, told.append)
    assert failed.value.fault is MediaFault.DISK_FULL
    assert not job.scratch.exists()
    assert list(places["target"].iterdir()) == []
    assert spans is None or [one.name for one in spans.iterdir() if "part" in one.name] == []
    if full == "target":
        assert max(told) > 0.5, "it had come far"

    roomy = RenderJob(
        timeline, Output(), tmp_path / "roomy" / "result.mp4", tmp_path / "again", {"m": source}, tmp_path / "spans2"
    )
    assert (await render(roomy)).duration_ms == 12_000


FACTS = MediaFacts("video", "mov", 1, 20_000, Picture(*SIZE, 30, 1, "h264", "yuv420p"))


async def test_nothing_to_show_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    for timeline in (Timeline(Canvas(*SIZE, 30)), Timeline(Canvas(*SIZE, 30), (cut(1, 500, 505),))):
        job = RenderJob(timeline, Output(), tmp_path / "out" / "x.mp4", tmp_path / "scratch",
                        {"m": SourceFile(tmp_path / "m", FACTS)})  # fmt: skip
        with pytest.raises(MediaError) as refused:
            await render(job)
        assert refused.value.fault is MediaFault.EMPTY
    assert list(tmp_path.iterdir()) == []


def test_a_part_without_a_length_is_one_moment() -> None:
    whole = Timeline(Canvas(*SIZE, 30), (cut(1, 0, 2_000),))
    for start, end in ((1_000, 1_000), (1_500, 500), (2_000, 2_000), (9_000, 10_000)):
        assert plan(excerpt(whole, start, end, Library({})), Output(), {"m": SourceFile(Path("m"), FACTS)}).frames >= 1


@pytest.mark.long
async def test_five_hundred_cuts_a_minute(tmp_path: Path) -> None:
    """Every frame is the right one, at most a few programs run at once, and no file is kept for each."""
    source = clips.footage(tmp_path / "talk.mp4", frames=2_250, size=(160, 90), sound=clips.tone(75))
    parts = tuple(cut(at, at * 150, at * 150 + 120) for at in range(500))
    job = RenderJob(Timeline(Canvas(160, 90, 30), parts), Output(), tmp_path / "x.mp4", tmp_path / "scratch",
                    {"m": source})  # fmt: skip
    most, peak, made = await watched(asyncio.create_task(render(job)))
    assert abs(made.duration_ms - 60_000) <= 34
    shown = clips.numbers(clips.decoded(made.path, (160, 90)))
    assert len(shown) == round(made.duration_ms * 30 / 1000)
    meant = [(at * 1000 / 30 // 120 * 150 + at * 1000 / 30 % 120) * 30 / 1000 for at in range(len(shown))]
    assert [at for at, (one, other) in enumerate(zip(shown, meant, strict=True)) if abs(one - other) > 2] == []
    video, audio = measure.lengths(made.path)
    assert abs(video - audio) < 0.03
    print(f"500 cuts: {most} processes at most, {peak // _MB} MB")
    assert most <= 4 + 2 * (os.cpu_count() or 1)
    assert peak < 600 * _MB


async def test_eight_hours_are_refused_at_the_door(tmp_path: Path) -> None:
    """By what its packets say, not by reading to an end that may be far away."""
    eight = 8 * 3600

    def slower(kind: bytes, payload: bytes) -> bytes | None:
        if kind == b"stts":
            count = struct.unpack_from(">I", payload, 8)[0]
            return box(b"stts", struct.pack(">IIII", 0, 1, count, eight * 1000 // count))
        return b"" if kind == b"edts" else None

    path = tmp_path / "long"
    path.write_bytes(changed(plain(path, ["-video_track_timescale", "1000", "-an"]), slower))
    with pytest.raises(MediaError) as refused:
        await probe(path)
    assert (refused.value.fault, refused.value.limit) == (MediaFault.TOO_LONG, MAX_MS)


@pytest.mark.long
async def test_4k_on_a_small_machine(tmp_path: Path) -> None:
    """What one ffmpeg takes for the same, and a bounded part more: one picture after the other, not the film."""
    path = tmp_path / "large"
    footage.ffmpeg(
        ["-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=30:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30",
         "-pix_fmt", "yuv420p", "-f", "mp4", str(path)],
    )  # fmt: skip
    source = await kept(path)
    timeline = Timeline(Canvas(1920, 1080, 30), (cut(1, 0, 4_000),), (Text("t", "Title", 0, 4_000),))
    job = RenderJob(timeline, Output(), tmp_path / "x.mp4", tmp_path / "scratch", {"m": source})
    _, peak, made = await watched(asyncio.create_task(render(job)))
    assert (made.width, made.height, made.duration_ms) == (1920, 1080, 4_000)

    alone = await asyncio.create_subprocess_exec(
        str(binary()), "-v", "error", "-i", str(path), "-vf", "scale=1920:1080", "-c:v", "libx264", "-preset",
        "veryfast", "-f", "null", "-", stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    _, theirs, _ = await watched(asyncio.create_task(alone.wait()))
    print(f"4k: {peak // _MB} MB, one ffmpeg {theirs // _MB} MB")
    assert peak < theirs * 2 + 250 * _MB


async def watched(work: "asyncio.Task[T]") -> tuple[int, int, T]:
    """The most processes at once and the most memory of all of them together while `work` goes on."""
    most = peak = 0
    while not (await asyncio.wait((work,), timeout=0.05))[0]:
        sizes = list(map(private_bytes, psutil.Process().children(recursive=True)))
        most, peak = max(most, len(sizes)), max(peak, sum(sizes))
    return most, peak, work.result()


def private_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
