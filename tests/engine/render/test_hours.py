"""Hours: picture and sound stay in step to the end, and memory does not grow with the length."""

import contextlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from bot.engine.render.job import ChildJob, Output, RenderJob, SourceFile, write_job
from bot.engine.timeline.model import Canvas, Heard, Look, Overlay, Segment, Subtitles, Text, Timeline, Word
from bot.media import ffmpeg
from tests.engine.render import clips
from tests.engine.render.hours import PERIOD, SIZE, looped, out_of_step

CANVAS = Canvas(*SIZE)
FRAME_OF_SOUND = 1024 / 48_000
GROWTH = 1.3
"""With pictures this small a single process more counts: in the longer, two encoders and the sound's meet surely.
`tests/bench/render.py --memory` holds real ones to a tenth.
"""

GROWN = 33_000_000
"""Bytes that half an hour may take more than three minutes: where its packets lie is held for each open demuxer."""


def cuts(total_ms: int, keep: tuple[int, int], seed: int = 1) -> tuple[Segment, ...]:
    """Kept stretches at odd times, up to five seconds apart."""
    dice = np.random.default_rng(seed)
    found: list[Segment] = []
    at = 0
    while at < total_ms - keep[1]:
        start = at + int(dice.integers(100, 5000))
        at = min(total_ms, start + int(dice.integers(*keep)))
        found.append(Segment(f"s{len(found)}", "c", "m", "m", "video", start, at))
    return tuple(found)


@pytest.mark.long
def test_three_hours_stay_in_step(tmp_path: Path) -> None:
    source = looped(tmp_path / "three.mp4", 3 * 3600 // PERIOD + 1)
    segments = cuts(source.facts.duration_ms, (200_000, 500_000))
    peak(tmp_path / "made", Timeline(CANVAS, segments), {"m": source})
    target = tmp_path / "made" / "o.mp4"
    length = sum(one.end - one.start for one in segments)
    assert length > 10_000_000
    assert abs(clips.probed(target, "mov").facts.duration_ms - length) < 70
    late: list[float] = []
    begin = 0
    for one in segments:
        end = begin + one.end - one.start
        late += out_of_step(target, begin / 1000 + 0.3)
        late += out_of_step(target, end / 1000 - 2)
        begin = end
    assert len(late) > 100
    print(f"\n{len(segments)} cuts, {len(late)} marks, {1000 * max(map(abs, late)):.1f} ms out of step at most")
    assert max(map(abs, late)) < FRAME_OF_SOUND


def peak(folder: Path, timeline: Timeline, media: dict[str, SourceFile]) -> int:
    """Bytes that a render and all its processes hold at most, shared pages counted once."""
    folder.mkdir()
    job = RenderJob(timeline, Output(), folder / "o.mp4", folder, media)
    write_job(ChildJob(job, ffmpeg.binary()), folder / "job")
    command = [sys.executable, "-m", "bot.engine.render.child", str(folder / "job")]
    most = 0
    with (folder / "words").open("wb") as words, subprocess.Popen(command, stdout=words, stderr=words) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            most = max(most, _held(root))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
    assert process.returncode == 0, (folder / "words").read_text()[-1000:]
    return most


def _held(root: psutil.Process) -> int:
    """What it and its children hold now; one that is just being started still looks like its parent."""
    try:
        words = root.cmdline()
        family = [root, *(child for child in root.children(recursive=True) if child.cmdline() != words)]
        return sum(process.memory_full_info().pss for process in family)
    except psutil.Error:
        return 0


@pytest.mark.long
def test_half_an_hour_takes_no_more_memory_than_three_minutes(tmp_path: Path) -> None:
    peaks = []
    for name, times in (("short", 3), ("long", 30)):
        source = looped(tmp_path / f"{name}.mp4", times)
        timeline = Timeline(CANVAS, cuts(source.facts.duration_ms, (5000, 20_000)))
        peaks.append(peak(tmp_path / name, timeline, {"m": source}))
    print(f"\n{peaks[0] / 1e6:.0f} MB for 3 minutes, {peaks[1] / 1e6:.0f} MB for half an hour")
    assert peaks[1] < peaks[0] + GROWN


def _heavy(kind: str, total: int) -> Timeline:
    """The whole of a source with something on all of it."""
    whole = Segment("s", "c", "m", "m", "video", 0, total)
    if kind == "overlays":
        over = tuple(
            Overlay(f"o{at}", "m", "m", "video", at, min(total, at + 60_000), size=30, volume=50, position=side)
            for at in range(0, total, 60_000)
            for side in ("top-left", "bottom-right")
        )
        return Timeline(CANVAS, (whole,), overlays=over)
    if kind == "look":
        return Timeline(CANVAS, (replace(whole, look=Look(preset="cinematic", grain=True)),), loudness=-14.0)
    if kind == "backwards":
        return Timeline(CANVAS, (replace(whole, reverse=True),))
    words = tuple(Word(at, at + 400, "word") for at in range(0, total - 500, 500))
    heard = (Heard("m", ((0, total),), words, "en"),)
    texts = tuple(Text(f"t{at}", "A title", at, at + 3000) for at in range(0, total - 3000, 20_000))
    return Timeline(CANVAS, (whole,), texts, heard=heard, subtitles=Subtitles(karaoke=True))


@pytest.mark.long
@pytest.mark.parametrize("kind", ["overlays", "look", "backwards", "subtitles"])
def test_heavy_effects_take_no_more_memory_in_the_longer(tmp_path: Path, kind: str) -> None:
    peaks = []
    for name, times in (("short", 2), ("long", 8)):
        source = looped(tmp_path / f"{name}.mp4", times)
        peaks.append(peak(tmp_path / name, _heavy(kind, source.facts.duration_ms), {"m": source}))
    print(f"\n{kind}: {peaks[0] / 1e6:.0f} MB for two minutes, {peaks[1] / 1e6:.0f} MB for eight")
    assert peaks[1] < peaks[0] * GROWTH
