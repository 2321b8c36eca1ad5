"""Previews beside what they may take, 2 s and 2 % of the timeline: out of proxies, and of keyframes before those are.

    uv run python -m tests.bench.preview                        3 and 10 minutes of 1080p, three times each
    uv run python -m tests.bench.preview --seconds 60 --once    a minute, once
    uv run python -m tests.bench.preview --footage FILE         somebody's own footage

A ratio up to 1.00 keeps the promise. What a proxy costs stands beside decoding its clip once. Seconds are of this
machine and its other work.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.proxy import proxy_job, sketched, stand_in
from bot.engine.render.run import render
from bot.engine.timeline.canvas import canvas_for
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Canvas, Look, MediaItem, Segment, Text, Timeline, Transition
from bot.media import ffmpeg
from bot.media.ffmpeg import input_args
from bot.media.probe import probe
from bot.media.process import run
from bot.media.sandbox import Reach
from tests.bench.rendering.material import made

BASE_S, SHARE = 2.0, 0.02
EVERY_MS, KEPT_MS = 5_000, 3_650
"""Of five seconds so much is kept: what is left of a talk without its pauses."""
CLIP = "clip"
JOIN = Transition("crossfade", 500, 250, 250)


def parts(length_ms: int, join: Transition | None = None, look: Look | None = None) -> Iterator[Segment]:
    """What is kept of the footage."""
    for start in range(311, length_ms - EVERY_MS, EVERY_MS):
        yield Segment(
            f"s{start}", CLIP, CLIP, CLIP, "video", start, start + KEPT_MS,
            transition=join if start > EVERY_MS else None, look=look or Look(),
        )  # fmt: skip


def timelines(canvas: Canvas, length_ms: int) -> Mapping[str, Timeline]:
    """What is previewed."""
    title = (Text("t", "A title of some words", 3_000, 6_000),)
    return {
        "as it is": Timeline(canvas, (Segment("s", CLIP, CLIP, CLIP, "video", 0, length_ms),)),
        "pauses cut": Timeline(canvas, tuple(parts(length_ms))),
        "a cross-fade at each join": Timeline(canvas, tuple(parts(length_ms, JOIN))),
        "a title for 3 s": Timeline(canvas, tuple(parts(length_ms)), title),
        "a look over everything": Timeline(canvas, tuple(parts(length_ms, look=Look(preset="cinematic")))),
    }


async def timed(work: Callable[[], Awaitable[object]], times: int) -> float:
    """The median, s."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


async def measure(path: Path, folder: Path, times: int) -> list[str]:
    """The lines of one footage."""
    source = SourceFile(path, await probe(path))
    picture = source.facts.picture
    assert picture is not None
    length = source.facts.duration_ms
    item = MediaItem(CLIP, CLIP, "video", length, picture.width, picture.height, picture.fps_num, picture.fps_den)
    target, scratch = folder / "out.mp4", folder / "scratch"
    proxy = folder / "proxy.mp4"

    async def decode() -> None:
        command = [str(ffmpeg.binary()), "-v", "error", *input_args(source.facts, path), "-f", "null", "-"]
        await run(command, reach=Reach(reads=(path,)), wall_s=3600)

    decoding = await timed(decode, times)
    making = await timed(lambda: render(proxy_job(source, proxy, scratch)), 1)
    share = proxy.stat().st_size / path.stat().st_size
    lines = [
        f"{length / 1000:.0f} s of {picture.width}x{picture.height}, {path.stat().st_size / length * 0.008:.1f} Mbit/s",
        f"  {'a proxy':<34} {making / decoding:6.2f} x decoding   {share:.2f} x the size",
    ]
    for name, timeline in timelines(canvas_for(item), length).items():
        allowed = BASE_S + SHARE * duration_ms(timeline) / 1000
        smooth = RenderJob(timeline, Output(quality="preview"), target, scratch, {CLIP: stand_in(source, proxy)})
        few = Output(quality="preview", keyframes=True)
        sparse = replace(smooth, timeline=sketched(timeline), output=few, media={CLIP: source})
        took = [await timed(lambda job=job: render(job), times) for job in (smooth, sparse)]  # type: ignore[misc]
        lines.append(f"  {name:<34} {took[0] / allowed:6.2f} of the promise   {took[1] / allowed:.2f} by keyframes")
        sys.stdout.write(f"{lines[-1]}\n")
    return lines


def main() -> int:
    """Measure, and print the lines."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--footage", type=Path)
    given.add_argument("--seconds", type=int, nargs="+", default=[180, 600])
    given.add_argument("--once", action="store_true")
    given.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "threadcut-bench")
    told = given.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    footage = [told.footage] if told.footage else [made(told.folder, length, 60).path for length in told.seconds]
    lines: list[str] = []
    for path in footage:
        desk = Path(tempfile.mkdtemp(dir=told.folder))
        try:
            lines += asyncio.run(measure(path.absolute(), desk, 1 if told.once else 3))
        finally:
            shutil.rmtree(desk, ignore_errors=True)
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
