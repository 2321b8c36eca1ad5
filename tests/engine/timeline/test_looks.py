"""Looks on the timeline: turns upon turns, edges as they are seen, regions in their source, zooms over cuts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.timeline.framing import Rect, in_picture, in_source
from bot.engine.timeline.model import Library, Look
from bot.engine.timeline.ops import (
    Aspect,
    Blur,
    Bw,
    Color,
    Crop,
    CutRange,
    Flip,
    Letterbox,
    PictureInPicture,
    Rotate,
    SplitScreen,
    Watermark,
    ZoomOp,
)
from tests.engine.timeline.footage import DEMO, LIBRARY, PHOTO, TALK, VLOG, after, refused, seconds, timeline_of, told

LOOKS = st.builds(
    Look,
    left=st.integers(0, 400),
    right=st.integers(0, 400),
    top=st.integers(0, 400),
    bottom=st.integers(0, 400),
    rotate=st.sampled_from((0, 90, 180, 270)),
    flip_across=st.booleans(),
    flip_down=st.booleans(),
)


@given(LOOKS)
def test_a_place_of_the_picture_is_the_same_place_of_the_source(look: Look) -> None:
    rect = Rect(0.1, 0.2, 0.5, 0.9)
    back = in_picture(in_source(rect, look), look)
    assert (back.left, back.top, back.right, back.bottom) == pytest.approx((0.1, 0.2, 0.5, 0.9))


def test_turning_a_mirrored_picture_turns_what_is_seen() -> None:
    """Four ways to the same picture."""
    timeline = timeline_of(TALK)
    across = after(timeline, Flip(axis="horizontal"), Rotate(degrees=90))
    down = after(timeline, Rotate(degrees=90), Flip(axis="vertical"))
    point = Rect(0.1, 0.2, 0.1, 0.2)
    seen = [in_picture(point, one.segments[0].look) for one in (across, down)]
    assert (seen[0].left, seen[0].top) == pytest.approx((seen[1].left, seen[1].top))
    assert (seen[0].left, seen[0].top) == pytest.approx((0.8, 0.9))
    assert after(timeline, *[Rotate(degrees=90)] * 4) == timeline
    assert (across.canvas.width, across.canvas.height) == (1080, 1920)


def test_edges_are_those_of_what_is_seen() -> None:
    timeline = timeline_of(TALK)
    turned = after(timeline, Rotate(degrees=90), Crop(left=0.25))
    look = turned.segments[0].look
    assert (look.left, look.top, look.right, look.bottom) == (0, 0, 0, 250)
    assert (turned.canvas.width, turned.canvas.height) == (810, 1920)
    twice = after(timeline, Crop(left=0.5), Crop(left=0.5)).segments[0].look
    assert twice.left == 750
    square = after(timeline, Aspect(ratio="1:1"), Crop(right=0.5)).segments[0].look
    assert (square.left, square.right) == (219, 500), "what the crop to a square hid stays hidden"


def test_bars_go_and_the_canvas_with_them_or_it_is_filled() -> None:
    barred = Library(LIBRARY.media, bars={"talk": (0, 125, 0, 125)})
    plain = after(timeline_of(TALK), Crop(auto="black_bars"), library=barred)
    assert (plain.canvas.width, plain.canvas.height) == (1920, 810)
    padded = after(timeline_of(TALK), Aspect(ratio="1:1", mode="pad"), Crop(auto="black_bars"), library=barred)
    assert padded.canvas.fit == "crop"
    assert (padded.canvas.width, padded.canvas.height) == (1080, 1080)
    assert after(timeline_of(TALK), Letterbox(), Crop(auto="black_bars")).letterbox is None
    assert refused(timeline_of(TALK), Crop(auto="black_bars"))[0][0] == "no_bars"
    back = after(plain, Crop(remove=True))
    assert (back.canvas, back.segments[0].look) == (timeline_of(TALK).canvas, Look())


def test_a_region_lies_where_it_is_seen() -> None:
    upright = after(timeline_of(TALK), Aspect(ratio="9:16"), Blur(region=(0, 0, 1, 0.5)))
    (cover,) = upright.segments[0].look.covers
    (box,) = cover.boxes
    assert abs(box.x - 342) <= 1
    assert abs(box.w - 317) <= 2
    assert (box.y, box.h) == (0, 500)


def test_a_zoom_goes_on_over_a_cut() -> None:
    timeline = after(timeline_of(TALK), CutRange(start=10, end=20), ZoomOp(kind="in", start=5, end=15, percent=200))
    first, second, third, fourth = (one.look.zoom for one in timeline.segments)
    assert (first, fourth) == (None, None)
    assert second is not None
    assert third is not None
    assert (second.start, second.end) == (5_000, 15_000)
    assert (third.start, third.end) == (15_000, 25_000), "ten seconds were cut out: it began at 15 of the source"


def test_colours_go_on_by_steps_and_back_to_plain() -> None:
    timeline = timeline_of(TALK, VLOG)
    new = after(timeline, Color(brightness="up"), Color(brightness="up", clip=1), Color(contrast=-30, preset="noir"))
    assert [one.look.brightness for one in new.segments] == [40, 20]
    assert {one.look.contrast for one in new.segments} == {-30}
    assert after(new, Color(remove=True)).segments == timeline.segments
    assert after(timeline, Bw(start=5, end=10), Bw(off=True)).segments == timeline.segments
    assert refused(timeline, Color(), Color(remove=True), Bw(off=True), Blur(remove=True), Blur(target="faces")) == [
        ("no_colours", None, None), ("no_look", None, None), ("no_look", None, None), ("no_cover", None, None),
        ("no_vision", None, None),
    ]  # fmt: skip


def test_a_picture_that_was_dropped_for_it_leaves_the_row_as_a_logo() -> None:
    timeline = timeline_of(TALK, PHOTO)
    new = after(timeline, Watermark())
    assert seconds(new) == 30
    (logo,) = new.overlays
    assert (logo.media, logo.start, logo.end) == ("photo", 0, 30_000)
    assert refused(timeline_of(PHOTO), Watermark())[0][0] == "no_picture_file"
    assert after(new, Watermark(remove=True)).overlays == ()


def test_a_clip_laid_over_takes_its_cuts_along() -> None:
    timeline = after(timeline_of(TALK, VLOG), CutRange(start=32, end=34))
    new = after(timeline, PictureInPicture(clip=2, start=5))
    assert [(one.start, one.end, one.offset) for one in new.overlays] == [(5_000, 7_000, 0), (7_000, 13_000, 4_000)]
    assert seconds(new) == 30
    assert refused(timeline_of(TALK), PictureInPicture(clip=1)) == [("only_clip", None, None)]


def test_a_split_screen_is_as_long_as_its_longest_and_the_first_is_heard() -> None:
    timeline = timeline_of(VLOG, TALK, DEMO)
    new = after(timeline, SplitScreen(clips=[1, 2], layout="row"))
    assert seconds(new) == 38
    assert [one.look.cell for one in new.segments] == [(500, 0, 500, 1000), None]
    assert new.segments[0].muted
    (over,) = new.overlays
    assert (over.cell, over.volume, over.start, over.end) == ((0, 0, 500, 1000), 100, 0, 10_000)
    assert refused(timeline_of(TALK), SplitScreen()) == [("two_clips", None, None)]
    assert told(timeline, SplitScreen()).facts["layout"] == "column", "the canvas is upright"
