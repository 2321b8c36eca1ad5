"""The render beside ffmpeg doing the plainest thing: one transcode of as much footage, same encoder, same quality."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.run import render
from bot.engine.timeline.model import Canvas, Segment, Text, Timeline, Transition
from tests.engine.render import clips

SECONDS = 60
KEPT_MS = 3500
EVERY_MS = 5000


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> SourceFile:
    """A minute of 1080p with a moving picture, a keyframe every two seconds."""
    path = tmp_path_factory.mktemp("bench") / "recording.mp4"
    picture = f"testsrc2=s=1920x1080:r=30:d={SECONDS}"
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-g", "60", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    clips.run(["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=d={SECONDS}", *coded, str(path)])
    return clips.probed(path, "mov")


def parts(join: Transition | None = None) -> tuple[Segment, ...]:
    starts = range(250, SECONDS * 1000 - EVERY_MS + 1, EVERY_MS)
    return tuple(
        Segment(f"s{at}", "c", "m", "name", "video", at, at + KEPT_MS, transition=join if at > 250 else None)
        for at in starts
    )


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


@pytest.mark.bench
async def test_beside_a_plain_transcode(
    tmp_path: Path, recording: SourceFile, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Segment("w", "c", "m", "name", "video", 0, len(parts()) * KEPT_MS)
    preview = "one piece, as a preview"
    timelines = {
        "one piece, no cut": Timeline(Canvas(), (whole,)),
        preview: Timeline(Canvas(), (whole,)),
        "pauses cut": Timeline(Canvas(), parts()),
        "pauses cut, a crossfade at each join": Timeline(Canvas(), parts(Transition("crossfade", 500, 250, 250))),
        "one piece, a title for 3 s": Timeline(Canvas(), (whole,), (Text("t", "A title", 3000, 6000),)),
    }

    async def plain() -> None:
        length = str(whole.end / 1000)
        coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-c:a", "aac", "-b:a", "192k"]
        clips.run(["-i", str(recording.path), "-t", length, *coded, str(tmp_path / "plain.mp4")])

    lines = []
    base = await timed(plain)
    for name, timeline in timelines.items():
        output = Output(quality="preview") if name == preview else Output()
        job = RenderJob(timeline, output, tmp_path / "out.mp4", tmp_path / "scratch", {"m": recording})
        took = await timed(lambda job=job: render(job))  # type: ignore[misc]  # bound in the loop
        lines.append(f"{name:<40} {took / base:5.2f} x plain transcode")
    with capsys.disabled():
        print("\n" + "\n".join(lines))
