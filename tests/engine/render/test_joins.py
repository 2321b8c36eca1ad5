"""Transitions in parts, so that what runs backwards is never held whole: they look just as in one piece."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.render.footage import Colours
from bot.engine.render.frame import Frame
from bot.engine.render.graph import Feed, graph
from bot.engine.render.job import Output
from bot.engine.render.lines import Stretch
from bot.engine.render.plan import plan
from bot.engine.render.spans import BACKWARDS_PIXELS, Join, chunks
from bot.engine.render.treatment import treat_join
from bot.engine.timeline.model import Canvas, Segment, Timeline, Transition, TransitionStyle
from tests.engine.render import clips
from tests.engine.render.test_plan import MEDIA

FPS = Fraction(30)
FRAME = Frame(320, 180, FPS, "pad")
COLOURS = Colours("bt709", False)
STYLES: tuple[TransitionStyle, ...] = (
    "crossfade",
    "fade_black",
    "fade_white",
    "wipe_left",
    "circle",
    "dissolve",
    "zoom",
)


def drawn(join: Join, files: tuple[Path, Path]) -> NDArray[np.uint8]:
    feeds = []
    for stretch in (join.before, join.after):
        first = stretch.at if stretch.speed > 0 else stretch.at - (join.frames - 1) / FPS
        feeds.append(Feed(320, 180, FPS, first, stretch.speed, COLOURS, hdr=False))
    given = [word for path in files for word in ("-i", str(path))]
    words = graph(join, tuple(feeds), FRAME, 1000, Timeline(Canvas(320, 180)))
    args = ["-copyts", *given, "-filter_complex", words, "-map", "[out]", "-frames:v", str(join.frames)]
    return np.frombuffer(clips.run([*args, "-f", "rawvideo", "pipe:1"]), np.uint8).reshape(join.frames, -1)


def test_a_long_transition_backwards_is_cut_into_pieces_that_fit_in_memory() -> None:
    fade = Transition("fade_black", 5000)
    rows = [Segment(f"s{at}", "c", "m", "m", "video", at, at + 20_000, reverse=True) for at in (0, 30_000)]
    rows[1] = Segment("s2", "d", "m", "m", "video", 30_000, 50_000, reverse=True, transition=fade)
    made = plan(Timeline(Canvas(1920, 1080, 60, 1), tuple(rows)), Output(), MEDIA)
    joins = [span for span in made.spans if isinstance(span, Join)]
    assert len(joins) > 1
    assert {join.length for join in joins} == {300}
    assert [join.done for join in joins] == [join.first - joins[0].first for join in joins]
    assert all(join.frames * made.frame.pixels * 2 <= BACKWARDS_PIXELS for join in joins)
    at = [join.before.at + join.before.speed * n / 60 for join in joins for n in range(join.frames)]
    assert at == [at[0] - Fraction(n, 60) for n in range(300)]


@pytest.mark.long
@pytest.mark.parametrize("style", STYLES)
def test_a_transition_looks_the_same_in_parts(tmp_path: Path, style: TransitionStyle) -> None:
    files = tmp_path / "a.mp4", tmp_path / "b.mp4"
    for path, picture in zip(files, ("testsrc2=s=320x180:r=30", "mandelbrot=s=320x180:r=30"), strict=True):
        clips.run(["-f", "lavfi", "-i", picture, "-t", "5", "-pix_fmt", "yuv420p", str(path)])
    before, after = (Stretch("m", Fraction(at), Fraction(speed)) for at, speed in ((4, -1), (3, 1)))
    whole = Join(0, 31, before, after, style, treat_join(text=False, fade=False))
    large = Frame(3840, 2160, FPS, "pad")
    parts = list(chunks(whole, large))
    assert len(parts) > 3
    expected = drawn(whole, files)
    assert len({frame.tobytes() for frame in expected}) > 25
    assert np.array_equal(np.concatenate([drawn(part, files) for part in parts if isinstance(part, Join)]), expected)
