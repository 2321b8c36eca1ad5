"""Hundreds of short cuts: a few programs make them, and every frame is the one that it would be by itself."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bot.engine.render.job import Output, SourceFile
from bot.engine.render.plan import RenderPlan, plan
from bot.engine.render.spans import Body
from bot.engine.timeline.model import Canvas, Look, Segment, Text, Timeline, Transition, Zoom
from bot.media import sniff
from bot.media.facts import MediaFacts, Picture
from tests import measure
from tests.engine.render import clips, corpus, kinds, truth
from tests.engine.render.conftest import Make

CANVAS = Canvas(320, 180, 30, 1)
SOURCE = SourceFile(Path("m"), MediaFacts("video", "mov", 1, 600_000, Picture(320, 180, 30, 1, "hevc", "yuv420p")))


def cut(start: int, end: int, **more: object) -> Segment:
    return Segment(f"s{start}", "c", "m", "name", "video", start, end, **more)  # type: ignore[arg-type]  # by name


def short(count: int, step: int = 200, kept: int = 120) -> tuple[Segment, ...]:
    return tuple(cut(at * step, at * step + kept) for at in range(count))


def bodies(timeline: Timeline, output: Output | None = None, source: SourceFile = SOURCE) -> list[int]:
    """How many cuts each span has."""
    made = plan(timeline, output or Output(), {"m": source})
    assert [span.first for span in made.spans] == [0, *(span.end for span in made.spans[:-1])]
    return [max(1, len(span.cuts)) if isinstance(span, Body) else 0 for span in made.spans]


def test_five_hundred_cuts_a_minute_for_ten_minutes_are_a_few_spans() -> None:
    found = bodies(Timeline(CANVAS, short(2900)))
    assert sum(found) == 2900
    assert len(found) <= 20, "no more than there are pieces of 20 seconds"


def test_what_is_not_the_same_or_not_near_is_not_taken_together() -> None:
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400)))) == [2]
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(2600, 3000)))) == [1, 1], "far away"
    assert bodies(Timeline(CANVAS, (cut(900, 1400), cut(0, 500)))) == [1, 1], "back again"
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(400, 900)))) == [1, 1], "a part is seen twice"
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 2400)))) == [1, 1], "long enough by itself"
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400, speed=2.0)))) == [1, 1]
    assert bodies(Timeline(CANVAS, (cut(0, 500, speed=2.0), cut(900, 1400, speed=2.0)))) == [2]
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400, reverse=True)))) == [1, 1]
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400, look=Look(bw=True))))) == [1, 1]
    grey, zoomed = Look(bw=True), Look(zoom=Zoom(0, 1000, 100, 150))
    assert bodies(Timeline(CANVAS, (cut(0, 5000, look=grey), cut(5500, 9000, look=grey)))) == [2]
    assert bodies(Timeline(CANVAS, (cut(0, 5000, look=grey), cut(5500, 25_000, look=grey)))) == [1, 1], "too long"
    assert bodies(Timeline(CANVAS, (cut(0, 500, look=grey), cut(900, 1400, look=Look(bw=True, grain=True))))) == [1, 1]
    assert bodies(Timeline(CANVAS, (cut(0, 500, look=zoomed), cut(900, 1400, look=zoomed)))) == [1, 1]
    joined = Transition("crossfade", 200, 100, 100)
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400, transition=joined)))) == [1, 0, 1]
    text = (Text("t", "Title", 0, 1000),)
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400)), text)) == [2]
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400))), Output(quality="preview", keyframes=True)) == [1, 1]
    picture = SOURCE.facts.picture
    assert picture is not None
    uneven = replace(SOURCE, facts=replace(SOURCE.facts, picture=replace(picture, variable_rate=True)))
    assert bodies(Timeline(CANVAS, (cut(0, 500), cut(900, 1400))), source=uneven) == [1, 1]


KINDS: dict[str, Callable[[Path], None]] = {
    "hevc.mp4": partial(corpus.write, video=corpus.X265),
    "thousandths.mkv": partial(corpus.write, fps=kinds.NTSC, video=corpus.X265),
    "fast.mp4": partial(corpus.write, fps=60, frames=300, video=kinds.x264(gop=60)),
    "slow.mp4": partial(corpus.write, fps=25, frames=125, video=kinds.x264()),
    "offset.ts": partial(corpus.write, extra=("-output_ts_offset", "100"), video=corpus.X265),
    "edit list.mp4": next(one.write for one in kinds.KINDS if one.file == "edit list.mp4"),
    "interlaced.ts": partial(kinds.fields, video=("-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", *kinds.IN_FIELDS)),
    "hlg phone.mov": next(one.write for one in kinds.KINDS if one.file == "hlg phone.mov"),
}
WAYS: dict[str, tuple[Segment, ...]] = {
    "many": tuple(cut(137 + at * 183, 137 + at * 183 + 70 + at * 7) for at in range(16)),
    "hardly anything left out": tuple(cut(200 + at * 150, 200 + at * 150 + 120) for at in range(24)),
    "twice as fast": tuple(cut(100 + at * 300, 100 + at * 300 + 240, speed=2.0) for at in range(14)),
}


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", KINDS)
async def test_every_frame_is_the_one_it_should_be(make: Make, folder: Path, name: str, way: str) -> None:
    path = folder / f"montage {name}"
    if not path.exists():
        KINDS[name](path)
    source = clips.probed(path, sniff.container_in(path))
    facts = source.facts.picture
    assert facts is not None
    rate = Fraction(facts.fps_num, facts.fps_den)
    canvas = Canvas(*((180, 320) if facts.rotation else (320, 180)), 30, 1)
    segments = tuple(one for one in WAYS[way] if one.end < source.facts.duration_ms - 100)
    made = await make(Timeline(canvas, segments, (Text("t", ".", 0, 60_000, "top", size=20, fade=0),)), {"m": source})
    assert sum(max(1, len(one.cuts)) for one in made.plan.spans if isinstance(one, Body)) == len(segments)
    assert len(made.plan.spans) <= max(3, len(segments) // 3), "most are taken together"
    assert measure.decode_errors(made.file.path) == ""
    due = numbers_due(made.plan, truth.shown(path), float(rate))
    shown = truth.shown(made.file.path).numbers
    assert len(shown) == made.plan.frames == len(due)
    wrong = [(at, one, other) for at, (one, other) in enumerate(zip(shown, due, strict=True)) if one not in other]
    assert wrong == []


def numbers_due(made: RenderPlan, shown: truth.Shown, rate: float) -> list[set[int]]:
    """The numbers that may stand at each frame of the output: those of what is on show then, times being rounded."""
    fps, found = float(made.frame.fps), []
    for span in made.spans:
        assert isinstance(span, Body)
        begins = [(cut.frame, float(cut.later)) for cut in span.cuts] or [(0, 0.0)]
        for frame in range(span.frames):
            begin, later = next(one for one in reversed(begins) if one[0] <= frame)
            at = float(span.stretch.at) + later + (frame - begin) / fps * float(span.stretch.speed)
            into = min(1 / rate, float(span.stretch.speed) / fps) / 4
            found.append({shown.number(at + into + slack) for slack in (-0.0011, 0.0011)})
    return found


def test_cuts_begin_where_the_timeline_has_them() -> None:
    segments = short(60, 183, 90)
    made = plan(Timeline(CANVAS, segments), Output(), {"m": SOURCE})
    begins = [span.stretch.at + one.later for span in made.spans if isinstance(span, Body) for one in span.cuts]
    assert len(begins) == len(segments)
    off = np.abs(np.array([float(one) for one in begins]) - [one.start / 1000 for one in segments])
    assert off.max() <= 1 / 30, "half a picture of the source, and half a frame of the file"
