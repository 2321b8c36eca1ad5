"""The same once more, held and backwards: what moves along, and what is refused."""

from dataclasses import replace

import pytest

from bot.engine.timeline.geometry import clips, layout, source_at
from bot.engine.timeline.model import Chapter, Overlay, Timeline
from bot.engine.timeline.ops import (
    CutRange,
    Duplicate,
    Freeze,
    Loop,
    MusicOp,
    Reorder,
    Reverse,
    Split,
    TextOp,
    TransitionOp,
)
from tests.engine.timeline.footage import DEMO, PHOTO, TALK, VLOG, after, points, refused, seconds, timeline_of, told


def texts(timeline: Timeline) -> list[tuple[str, int, int]]:
    return [(one.content, one.start, one.end) for one in timeline.texts]


def shown(timeline: Timeline, step: int = 1000) -> list[int]:
    """The source ms shown at every second."""
    placed = layout(timeline)
    return [source_at(one, at) for one in placed for at in range(-(-one.from_ms // step) * step, one.to_ms, step)]


def logo(timeline: Timeline) -> Timeline:
    return replace(
        timeline, overlays=(Overlay("o1", "photo", "photo.jpg", "image", 0, round(seconds(timeline) * 1000)),)
    )


def test_a_clip_is_there_twice_with_what_lies_on_it() -> None:
    timeline = after(timeline_of(VLOG, DEMO), TextOp(content="a", start=2, end=4), TextOp(content="b", start=9, end=12))
    twice = after(timeline, Duplicate(clip=1))
    assert [(view.name, view.start_ms) for view in clips(twice)] == [
        ("vlog.mov", 0),
        ("vlog.mov", 10_000),
        ("demo.mkv", 20_000),
    ]
    assert texts(twice) == [("a", 2_000, 4_000), ("a", 12_000, 14_000), ("b", 9_000, 22_000)]
    assert told(timeline, Duplicate(clip=1)).facts["name"] == "vlog.mov"


def test_everything_loops_with_its_texts_and_under_its_music() -> None:
    timeline = logo(after(timeline_of(DEMO), MusicOp(), TextOp(content="a", start=0, end=3)))
    thrice = after(timeline, Loop(times=3))
    assert seconds(thrice) == 24
    assert texts(thrice) == [("a", at, at + 3_000) for at in (0, 8_000, 16_000)]
    assert [(one.start, one.end) for one in thrice.music] == [(0, 24_000)]
    assert [(one.start, one.end) for one in thrice.overlays] == [(0, 24_000)]
    assert len(clips(thrice)) == 3


def test_a_loop_fills_exactly_what_was_asked_for() -> None:
    assert seconds(after(timeline_of(DEMO), Loop(seconds=30.5))) == 30.5
    one = after(timeline_of(DEMO, VLOG), Loop(seconds=20, clip=1))
    assert seconds(one) == 30
    assert [view.end_ms for view in clips(one)] == [8_000, 16_000, 20_000, 30_000]


def test_there_and_back() -> None:
    both = after(timeline_of(DEMO), TextOp(content="a", start=1, end=3), Loop(boomerang=True))
    assert shown(both) == [*range(0, 8_000, 1_000), *range(8_000, 0, -1_000)]
    assert texts(both) == [("a", 1_000, 3_000), ("a", 13_000, 15_000)]
    assert refused(both, TransitionOp()) == [("no_join", None, 1)], "the turning point is no cut"
    two = after(timeline_of(DEMO, VLOG), Loop(boomerang=True))
    assert [(view.name, view.start_ms) for view in clips(two)] == [
        ("demo.mkv", 0),
        ("vlog.mov", 8_000),
        ("demo.mkv", 28_000),
    ]


@pytest.mark.parametrize("op", [Loop(seconds=36_000), Loop(times=1000)])
def test_a_loop_to_ten_hours_names_the_limit(op: Loop) -> None:
    ((code, value, limit),) = refused(timeline_of(TALK, VLOG), op)
    assert (code, limit) == ("too_long", 4 * 3600)
    assert value == (36_000 if op.seconds else 40_000)


def test_a_loop_of_hundreds_of_cuts_names_the_limit() -> None:
    cut = after(timeline_of(TALK), *(CutRange(start=at / 10, end=at / 10 + 0.05) for at in range(290, 0, -5)))
    assert refused(cut, Loop(times=100)) == [("too_many", 5_900, 5_000)]


def test_a_loop_that_is_shorter_than_what_is_there() -> None:
    assert refused(timeline_of(TALK), Loop(seconds=20)) == [("long_enough", 20, 30)]


def test_a_held_picture_moves_what_lies_behind_and_keeps_what_lies_over_it() -> None:
    timeline = logo(
        after(
            timeline_of(DEMO),
            MusicOp(),
            *(TextOp(content=c, start=a, end=b) for c, a, b in (("a", 1, 3), ("b", 3, 5), ("c", 2, 4))),
        )
    )
    timeline = replace(timeline, chapters=(Chapter("h1", 0, "One"), Chapter("h2", 3_000, "Two")))
    held = after(timeline, Freeze(at=3, seconds=2))
    assert points(held) == [(0, 3_000), (3_000, 5_000), (3_000, 8_000)]
    assert [one.freeze for one in held.segments] == [False, True, False]
    assert texts(held) == [("a", 1_000, 3_000), ("b", 5_000, 7_000), ("c", 2_000, 6_000)]
    assert [(one.start, one.title) for one in held.chapters] == [(0, "One"), (5_000, "Two")]
    assert (held.music[0].end, held.overlays[0].end) == (10_000, 10_000)
    assert len(clips(held)) == 1
    assert refused(held, TransitionOp()) == [("no_join", None, 1)], "a held picture is no cut"


def test_the_last_picture_is_held_where_no_time_is_named() -> None:
    timeline = logo(after(timeline_of(DEMO), TextOp(content="a", start=5, end=8)))
    held = after(timeline, Freeze(seconds=3))
    assert points(held) == [(0, 8_000), (7_999, 10_999)]
    assert texts(held) == [("a", 5_000, 11_000)]
    assert held.overlays[0].end == 11_000
    assert points(after(timeline, Freeze(at=8.2, seconds=3))) == points(held), "0:08 was read off the timeline"
    assert refused(timeline, Freeze(at=9)) == [("beyond_end", 9, 8)]


def test_a_still_is_held_by_lasting_longer() -> None:
    held = after(timeline_of(PHOTO, DEMO), Freeze(at=2, seconds=4))
    assert seconds(held) == 17
    assert not any(one.freeze for one in held.segments)
    assert len(clips(held)) == 2


def test_a_held_picture_at_a_join_takes_the_transition() -> None:
    timeline = after(timeline_of(VLOG, DEMO), TransitionOp())
    held = after(timeline, Freeze(at=seconds(timeline) - 8 + 0.25, seconds=2))
    assert [one.transition is not None for one in held.segments] == [False, True, False]


def test_a_clip_plays_backwards_and_forwards_again() -> None:
    timeline = after(timeline_of(DEMO, VLOG), Split(at=[4]), TextOp(content="a", start=0, end=2))
    turned = after(timeline, Reverse(clip=1))
    assert shown(turned)[:4] == [4_000, 3_000, 2_000, 1_000]
    assert shown(turned)[4:] == shown(timeline)[4:]
    assert texts(turned) == texts(timeline)
    assert after(turned, Reverse(clip=1)) == after(turned, Reverse(clip=1, off=True)) == timeline
    assert refused(timeline, Reverse(off=True)) == [("not_reversed", None, None)]


def test_everything_backwards_begins_with_the_end_of_the_last_clip() -> None:
    timeline = after(timeline_of(DEMO, VLOG), TransitionOp(seconds=1))
    turned = after(timeline, Reverse())
    assert [(one.media, one.reverse) for one in turned.segments] == [("vlog", True), ("demo", True)]
    assert seconds(turned) == seconds(timeline)
    assert after(turned, Reverse()) == timeline


def test_a_range_backwards_over_two_clips() -> None:
    turned = after(timeline_of(DEMO, VLOG), Reverse(start=6, end=10))
    assert [(one.media, one.start, one.end, one.reverse) for one in turned.segments] == [
        ("demo", 0, 6_000, False),
        ("vlog", 0, 2_000, True),
        ("demo", 6_000, 8_000, True),
        ("vlog", 2_000, 10_000, False),
    ]
    assert len(clips(turned)) == 4, "what lies apart is two clips"


def test_a_cut_in_what_plays_backwards() -> None:
    turned = after(timeline_of(DEMO), Reverse(), CutRange(start=1, end=3))
    assert points(turned) == [(7_000, 8_000), (0, 5_000)]
    assert shown(turned) == [8_000, 5_000, 4_000, 3_000, 2_000, 1_000]


def test_pictures_that_do_not_move_have_no_backwards() -> None:
    assert refused(timeline_of(PHOTO), Reverse()) == [("only_stills", None, None)]
    assert [one.media for one in after(timeline_of(PHOTO, DEMO), Reverse()).segments] == ["demo", "photo"]


def test_overlays_and_chapters_go_with_the_picture() -> None:
    timeline = replace(
        timeline_of(DEMO, VLOG),
        overlays=(Overlay("o1", "photo", "photo.jpg", "image", 9_000, 11_000),),
        chapters=(Chapter("h1", 0, "One"), Chapter("h2", 8_000, "Two"), Chapter("h3", 9_500, "Three")),
    )
    cut = after(timeline, CutRange(start=2, end=9))
    assert [(one.start, one.end) for one in cut.overlays] == [(2_000, 4_000)]
    assert [(one.start, one.title) for one in cut.chapters] == [(0, "One"), (2_000, "Two"), (2_500, "Three")]
    gone = after(timeline, CutRange(start=8, end=18))
    assert (gone.overlays, [one.title for one in gone.chapters]) == ((), ["One"])
    swapped = after(timeline, Reorder(order=[2, 1]))
    assert [(one.start, one.title) for one in swapped.chapters] == [(0, "Two"), (1_500, "Three"), (10_000, "One")]
