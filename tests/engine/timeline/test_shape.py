"""Fades at the ends, the picture's shape and size."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.timeline.model import Fade, Timeline
from bot.engine.timeline.ops import Aspect, EditOp, FadeOp, KeepRange, MusicOp, Resize
from tests.engine.timeline.footage import DEMO, TALK, VLOG, after, refused, timeline_of, told

ONE = timeline_of(TALK)
SCORED = after(ONE, MusicOp())


@pytest.mark.parametrize(
    ("op", "first", "last", "music"),
    [
        (FadeOp(kind="in"), Fade(1_000), None, (0, 1_500)),
        (FadeOp(kind="out", seconds=2, color="white"), None, Fade(2_000, "white"), (0, 1_500)),
        (FadeOp(kind="both", color="#F00"), Fade(1_000, "#ff0000"), Fade(1_000, "#ff0000"), (0, 1_500)),
        (FadeOp(kind="both", seconds=30), Fade(15_000), Fade(15_000), (0, 1_500)),
        (FadeOp(kind="in", seconds=29), Fade(15_000), None, (0, 1_500)),
        (FadeOp(kind="out", target="music", seconds=3), None, None, (0, 3_000)),
        (FadeOp(kind="both", target="music", seconds=29), None, None, (15_000, 15_000)),
        (FadeOp(kind="in", target="all"), Fade(1_000), None, (1_000, 1_500)),
        (FadeOp(kind="out", target="music", remove=True), None, None, (0, 0)),
    ],
)
def test_fades(op: FadeOp, first: Fade | None, last: Fade | None, music: tuple[int, int]) -> None:
    faded = after(SCORED, op)
    assert (faded.fade_in, faded.fade_out) == (first, last)
    assert [(one.fade_in, one.fade_out) for one in faded.music] == [music]


def test_fades_go_and_shrink() -> None:
    faded = after(ONE, FadeOp(kind="both", seconds=4))
    assert after(faded, FadeOp(kind="both", remove=True)) == ONE
    assert told(faded, FadeOp(kind="in", remove=True)).facts["removed"] == 1
    short = after(faded, KeepRange(start=0, end=6))
    assert (short.fade_in, short.fade_out) == (Fade(3_000), Fade(3_000))


def _sized(width: int, height: int) -> Timeline:
    return timeline_of(replace(TALK, width=width, height=height))


@pytest.mark.parametrize(
    ("timeline", "ratio", "size"),
    [
        (ONE, "16:9", (1920, 1080)),
        (ONE, "9:16", (1080, 1920)),
        (ONE, "1:1", (1080, 1080)),
        (ONE, "4:5", (1080, 1350)),
        (ONE, "4:3", (1440, 1080)),
        (ONE, "3:4", (1080, 1440)),
        (ONE, "21:9", (1920, 822)),
        (ONE, "4:1", (1920, 480)),
        (_sized(1280, 720), "9:16", (720, 1280)),
        (_sized(1080, 1920), "16:9", (1920, 1080)),
        (_sized(642, 362), "1:1", (362, 362)),
    ],
)
def test_shapes(timeline: Timeline, ratio: str, size: tuple[int, int]) -> None:
    canvas = after(timeline, Aspect(ratio=ratio)).canvas
    assert (canvas.width, canvas.height, canvas.fit) == (*size, "crop")
    assert canvas.width % 2 == canvas.height % 2 == 0


def test_how_footage_fits() -> None:
    assert after(ONE, Aspect(ratio="9:16", mode="blur_pad")).canvas.fit == "blur_pad"
    assert told(ONE, Aspect(ratio="9:16")).facts == {
        "ratio": "9:16", "mode": "crop", "width": 1080, "height": 1920, "before_width": 1920, "before_height": 1080,
        "before_ms": 30_000, "after_ms": 30_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("timeline", "height", "size"),
    [
        (ONE, 720, (1280, 720)),
        (ONE, 1080, (1920, 1080)),
        (ONE, 2160, (3840, 2160)),
        (ONE, 481, (854, 480)),
        (timeline_of(VLOG), 720, (720, 1280)),
        (after(ONE, Aspect(ratio="1:1")), 480, (480, 480)),
        (after(ONE, Aspect(ratio="4:1")), 2160, (3840, 960)),
    ],
)
def test_sizes_are_of_the_short_side(timeline: Timeline, height: int, size: tuple[int, int]) -> None:
    canvas = after(timeline, Resize(height=height)).canvas
    assert (canvas.width, canvas.height) == size


@pytest.mark.parametrize(
    ("op", "error"),
    [
        (Aspect(ratio="99:1"), ("bad_ratio", "99:1", "4:1")),
        (Aspect(ratio="1:5"), ("bad_ratio", "1:5", "4:1")),
        (FadeOp(kind="in", target="music"), ("no_music", None, None)),
    ],
)
def test_refused(op: EditOp, error: tuple[Any, ...]) -> None:
    assert refused(timeline_of(DEMO), op) == [error]


def test_an_unknown_colour() -> None:
    assert refused(ONE, FadeOp(kind="in", color="blurple"))[0][:2] == ("bad_color", "blurple")
