"""Cuts beside pauses on keyframes: what moves, by how much at most, and that the render's frames are just those."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bot.engine.render.job import SourceFile
from bot.engine.render.lines import lines_of
from bot.engine.timeline.model import Keyframes, Library, MediaItem
from bot.engine.timeline.ops import Speed, TrimSilence
from bot.engine.timeline.snapping import snapped
from bot.media.facts import MediaFacts, Picture
from tests.engine.timeline.footage import LIBRARY, TALK, after, points, timeline_of, told

MARGINS = (150, 250)


def places(gop: int, mini: int, fps: Fraction = Fraction(30), seconds: int = 30) -> Keyframes:
    """Keyframes every `gop` frames, and a place to end at every `mini`."""
    frames = int(seconds * fps)
    starts, ends = ([round(at * 1000 / fps) for at in range(0, frames, step)] for step in (gop, mini))
    return Keyframes(tuple(starts), tuple(ends))


def near(pause: tuple[int, int], keyframes: Keyframes) -> tuple[int, int]:
    return next(iter(snapped([pause], keyframes, TALK, MARGINS)))


def test_an_in_point_goes_back_to_a_keyframe_in_the_pause_or_on_to_one_in_the_margin() -> None:
    at = Keyframes((0, 5000, 9000), ())
    assert near((3000, 5150), at) == (3000, 5000)
    assert near((3000, 5240), at) == (3000, 5000)
    assert near((3000, 5241), at) == (3000, 5241)
    assert near((3000, 4940), at) == (3000, 5000)
    assert near((3000, 4900), at) == (3000, 4900)


def test_it_goes_back_no_further_than_what_that_spares_is_worth() -> None:
    assert near((3000, 5190), Keyframes((0, 5000, 5500), ())) == (3000, 5190)
    assert near((3000, 5060), Keyframes((0, 5000, 5500), ())) == (3000, 5000)


def test_an_out_point_goes_to_where_copying_can_end() -> None:
    assert near((3000, 5000), Keyframes((), (2900, 3020))) == (2900, 5000), "within the margin rather than the pause"
    assert near((3000, 5000), Keyframes((), (2899, 3090))) == (3090, 5000)
    assert near((3000, 5000), Keyframes((), (2899, 3101))) == (3000, 5000)


def test_a_short_pause_is_still_cut() -> None:
    start, end = near((3000, 3120), Keyframes((3010, 3050, 6000), (3070,)))
    assert end - start >= 60


def test_edges_of_the_file_stay() -> None:
    assert near((0, 5000), Keyframes((), (40, 80))) == (0, 5000)
    assert near((28_000, 30_000), Keyframes((29_900,), ())) == (28_000, 30_000)


def test_trimming_snaps_says_what_it_cut_and_finds_nothing_more() -> None:
    library = replace(LIBRARY, keyframes={"talk": Keyframes((0, 5_800, 19_700, 25_000), (4_200, 12_300))})
    one = timeline_of(TALK)
    trimmed = after(one, TrimSilence(), library=library)
    assert points(trimmed) == [(850, 4_200), (5_800, 12_300), (19_700, 28_250)]
    assert told(one, TrimSilence(), library=library).facts["removed_ms"] == 30_000 - 3_350 - 6_500 - 8_550
    assert after(trimmed, TrimSilence(), library=library) == trimmed
    assert told(trimmed, TrimSilence(), library=library).facts["pauses"] == 0


@pytest.mark.parametrize("op", [TrimSilence(keep_seconds=0.6), TrimSilence(speed=4)])
def test_exact_wishes_are_left_alone(op: TrimSilence) -> None:
    library = replace(LIBRARY, keyframes={"talk": places(6, 2)})
    assert after(timeline_of(TALK), op, library=library) == after(timeline_of(TALK), op)


def test_what_cannot_be_copied_is_left_alone() -> None:
    library = replace(LIBRARY, keyframes={"talk": places(6, 2)})
    one = timeline_of(TALK)
    fast, other = after(one, Speed(factor=2)), replace(one, canvas=replace(one.canvas, fps_num=25))
    for timeline in (fast, other):
        assert after(timeline, TrimSilence(), library=library) == after(timeline, TrimSilence())


@pytest.mark.parametrize("fps", [Fraction(30), Fraction(30_000, 1001), Fraction(60), Fraction(25)])
def test_the_render_shows_just_the_frames_that_were_meant(fps: Fraction) -> None:
    """Over hundreds of cuts at odd times, rounded to ms: the first frame is a keyframe, the last one before a place."""
    dice = np.random.default_rng(int(fps))
    edges = np.cumsum(dice.integers(900, 5000, 800)).tolist()
    total = edges[-1] + 1000
    item = MediaItem("m", "m", "video", total, 320, 180, fps.numerator, fps.denominator, has_sound=True)
    keyframes = places(int(fps), 3, fps, total // 1000)
    library = Library({"m": item}, {"m": tuple(pairwise(edges))[::2]}, keyframes={"m": keyframes})
    trimmed = after(timeline_of(item), TrimSilence(), library=library)
    picture = Picture(320, 180, fps.numerator, fps.denominator, "h264", "yuv420p")
    source = SourceFile(Path("none"), MediaFacts("video", "mov", 1, total, picture))
    lines, frames = lines_of(trimmed, fps, {"m": source})
    starts, ends = set(keyframes.starts), set(keyframes.ends)
    begun = ended = met = 0
    for line, end in zip(lines, [*(line.start for line in lines[1:]), frames], strict=True):
        first, stop = (line.stretch(at, fps).at * fps for at in (line.start, end))
        assert first.denominator == stop.denominator == 1
        if line.segment.start in starts:
            begun += 1
            met += first % int(fps) == 0
        if line.segment.end in ends:
            ended += 1
            met += stop % 3 == 0
    assert begun > 60
    assert ended > 300
    assert met >= 0.97 * (begun + ended), "but for those that ms cannot tell"
