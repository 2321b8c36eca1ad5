"""Cutting by time and by clip, values by hand."""

from typing import Any

import pytest

from bot.engine.timeline.model import Library, MediaItem, Timeline
from bot.engine.timeline.ops import (
    CutRange,
    DeleteClip,
    EditOp,
    KeepRange,
    MusicOp,
    Reorder,
    Speed,
    Split,
    TextOp,
    TransitionOp,
    TrimEnd,
    TrimStart,
)
from tests.engine.timeline.footage import (
    DEMO,
    PHOTO,
    TALK,
    VLOG,
    after,
    cores,
    points,
    refused,
    seconds,
    timeline_of,
    told,
    transitions,
)

ONE = timeline_of(TALK)
TWO = timeline_of(TALK, VLOG)
FAST = after(ONE, Speed(factor=2))


@pytest.mark.parametrize(
    ("timeline", "op", "expected"),
    [
        (ONE, TrimStart(seconds=5), [(5_000, 30_000)]),
        (ONE, TrimEnd(seconds=2.5), [(0, 27_500)]),
        (TWO, TrimStart(seconds=5, clip=2), [(0, 30_000), (5_000, 10_000)]),
        (TWO, TrimEnd(seconds=5, clip=1), [(0, 25_000), (0, 10_000)]),
        (TWO, TrimEnd(seconds=2, clip="each"), [(0, 28_000), (0, 8_000)]),
        (TWO, TrimStart(seconds=35), [(5_000, 10_000)]),
        (FAST, TrimStart(seconds=5), [(10_000, 30_000)]),  # five seconds as they are seen
        (ONE, CutRange(start=10, end=20), [(0, 10_000), (20_000, 30_000)]),
        (ONE, CutRange(start=0, end=20), [(20_000, 30_000)]),
        (ONE, CutRange(start=20, end=30.4), [(0, 20_000)]),  # people round up
        (TWO, CutRange(start=25, end=35), [(0, 25_000), (5_000, 10_000)]),
        (ONE, CutRange(start=0.01, end=20), [(20_000, 30_000)]),  # a rest shorter than a frame goes too
        (ONE, KeepRange(start=10, end=20), [(10_000, 20_000)]),
        (ONE, KeepRange(start=0, end=15), [(0, 15_000)]),
        (ONE, KeepRange(start=25), [(25_000, 30_000)]),
        (ONE, KeepRange(ranges=[(20, 25), (1, 3), (2, 4)]), [(1_000, 4_000), (20_000, 25_000)]),
        (TWO, KeepRange(start=0, end=5, clip="each"), [(0, 5_000), (0, 5_000)]),
        (TWO, KeepRange(start=0, end=12, clip="each"), [(0, 12_000), (0, 10_000)]),
        (TWO, KeepRange(start=2, end=5, clip=2), [(0, 30_000), (2_000, 5_000)]),
        (TWO, Split(at=[10]), [(0, 10_000), (10_000, 30_000), (0, 10_000)]),
        (TWO, DeleteClip(clip=1), [(0, 10_000)]),
        (TWO, Reorder(order=[2, 1]), [(0, 10_000), (0, 30_000)]),
    ],
)
def test_what_is_left(timeline: Timeline, op: EditOp, expected: list[tuple[int, int]]) -> None:
    assert points(after(timeline, op)) == expected


def test_clips_stay_what_they_are() -> None:
    cut = after(TWO, CutRange(start=10, end=20))
    assert [clip for clip, *_ in cores(cut)] == ["c1", "c1", "c2"]
    split = after(TWO, Split(at=[10, 20]))
    assert [clip for clip, *_ in cores(split)] == ["c1", "c3", "c4", "c2"]
    assert [one.id for one in split.segments] == ["s1", "s3", "s4", "s2"]
    # the third clip is now the talk's last third
    assert cores(after(split, DeleteClip(clip=3))) == [
        ("c1", "talk", 0, 10_000),
        ("c3", "talk", 10_000, 20_000),
        ("c2", "vlog", 0, 10_000),
    ]


def test_splitting_every_few_seconds_loses_nothing() -> None:
    split = after(TWO, Split(every=12))
    assert points(split) == [(0, 12_000), (12_000, 24_000), (24_000, 30_000), (0, 6_000), (6_000, 10_000)]
    assert seconds(split) == 40
    assert told(TWO, Split(every=12)).facts["cuts"] == 3  # at 12, 24 and 36 s; the one at 30 was there


def test_splitting_where_a_clip_begins_or_a_cut_is() -> None:
    assert told(TWO, Split(at=[30])).facts["cuts"] == 0
    cut = after(ONE, CutRange(start=10, end=20))
    split = after(cut, Split(at=[10]))
    assert cores(split) == [("c1", "talk", 0, 10_000), ("c2", "talk", 20_000, 30_000)]


def test_facts_have_the_numbers() -> None:
    assert told(ONE, CutRange(start=10, end=20)).facts == {
        "start_ms": 10_000, "end_ms": 20_000, "removed_ms": 10_000, "before_ms": 30_000, "after_ms": 20_000,
    }  # fmt: skip
    assert told(TWO, TrimStart(seconds=1, clip="each")).facts == {
        "clips": 2, "clip": "each", "removed_ms": 2_000, "before_ms": 40_000, "after_ms": 38_000,
    }  # fmt: skip
    assert told(TWO, DeleteClip(clip=2)).facts == {
        "clip": 2, "name": "vlog.mov", "clips": 1, "removed_ms": 10_000, "before_ms": 40_000, "after_ms": 30_000,
    }  # fmt: skip


def test_times_refer_to_what_the_operation_before_left() -> None:
    assert points(after(ONE, TrimStart(seconds=5), CutRange(start=5, end=10))) == [(5_000, 10_000), (15_000, 30_000)]


def test_neighbouring_ranges_are_one_list_of_places() -> None:
    """ "Cut 0:05-0:08 and 0:20-0:25" names places of the timeline its asker looked at, in any order."""
    wanted = [(0, 5_000), (8_000, 20_000), (25_000, 30_000)]
    ranges = [CutRange(start=5, end=8), CutRange(start=20, end=25)]
    assert points(after(ONE, *ranges)) == wanted
    assert points(after(ONE, *reversed(ranges))) == wanted
    assert points(after(ONE, CutRange(start=5, end=10), CutRange(start=8, end=20))) == [(0, 5_000), (20_000, 30_000)]
    assert told(ONE, CutRange(start=5, end=10), CutRange(start=8, end=20)).facts["removed_ms"] == 10_000
    # with something in between it is a new timeline
    assert points(after(ONE, CutRange(start=0, end=5), Speed(factor=1), CutRange(start=0, end=5))) == [(10_000, 30_000)]


@pytest.mark.parametrize(
    ("timeline", "op", "error"),
    [
        (Timeline(), TrimStart(seconds=1), ("no_footage", None, None)),
        (ONE, TrimStart(seconds=30), ("nothing_left", 30.0, 30.0)),
        (ONE, TrimStart(seconds=29.99), ("nothing_left", 29.99, 30.0)),
        (ONE, TrimStart(seconds=0), ("empty_range", 0.0, None)),
        (TWO, TrimStart(seconds=12, clip=2), ("beyond_end", 12.0, 10.0)),
        (TWO, TrimEnd(seconds=12, clip="each"), ("beyond_end", 12.0, 10.0)),
        (TWO, TrimEnd(seconds=1, clip=3), ("no_clip", 3, 2)),
        (ONE, CutRange(start=40, end=50), ("beyond_end", 40.0, 30.0)),
        (ONE, CutRange(start=20, end=31), ("beyond_end", 31.0, 30.0)),
        (ONE, CutRange(start=20, end=20), ("empty_range", 20.0, 20.0)),
        (ONE, CutRange(start=20, end=10), ("empty_range", 20.0, 10.0)),
        (ONE, CutRange(start=0, end=30), ("nothing_left", None, 30.0)),
        (ONE, KeepRange(), ("empty_range", None, None)),
        (ONE, KeepRange(start=31), ("beyond_end", 31.0, 30.0)),
        (TWO, KeepRange(start=10, end=20, clip="each"), ("beyond_end", 10.0, 10.0)),
        (ONE, Split(), ("empty_range", None, None)),
        (ONE, Split(at=[30]), ("beyond_end", 30.0, 30.0)),
        (ONE, Split(every=0.001), ("too_many", 30_000, 1_000)),
        (ONE, Split(every=0.0001), ("too_many", 30_000, 1_000)),
        (ONE, DeleteClip(clip=1), ("nothing_left", 1, 1)),
        (TWO, DeleteClip(clip=3), ("no_clip", 3, 2)),
        (TWO, Reorder(order=[1]), ("bad_order", "1", 2)),
        (TWO, Reorder(order=[1, 1]), ("bad_order", "1, 1", 2)),
        (TWO, Reorder(order=[1, 3]), ("no_clip", 3, 2)),
    ],
)
def test_refused(timeline: Timeline, op: EditOp, error: tuple[Any, ...]) -> None:
    assert refused(timeline, op) == [error]


def test_everything_wrong_is_told_at_once_and_nothing_is_done() -> None:
    errors = refused(TWO, CutRange(start=50, end=60), TextOp(content="hi"), DeleteClip(clip=7), TextOp(content=" "))
    assert [code for code, *_ in errors] == ["beyond_end", "no_clip", "no_content"]
    errors = refused(ONE, CutRange(start=5, end=50), CutRange(start=60, end=70))
    assert [value for _, value, _ in errors] == [50.0, 60.0]


def test_too_many_segments() -> None:
    media = MediaItem("long", "long.mp4", "video", 3_600_000, 640, 360, has_sound=True)
    library = Library({"long": media}, {})
    assert refused(timeline_of(media), Split(every=3), library=library) == [("too_many", 1_200, 1_000)]


def test_stills_can_be_cut_and_are_no_join_with_themselves() -> None:
    timeline = timeline_of(PHOTO, DEMO)
    cut = after(timeline, CutRange(start=1, end=3))
    assert seconds(cut) == 11
    assert told(cut, TransitionOp()).facts["joins"] == 1  # only the one to the next clip


class TestWithTransitions:
    JOINED = after(TWO, TransitionOp(seconds=1))  # one second of overlap: 39 s, the middle at 29.5 s

    def test_they_overlap_where_nothing_lies_beyond_the_cut(self) -> None:
        assert transitions(self.JOINED) == [(1_000, 0, 0)]
        assert seconds(self.JOINED) == 39

    @pytest.mark.parametrize(
        ("op", "length", "left"),
        [
            (CutRange(start=2, end=4), 37, [None, (1_000, 0, 0)]),  # far away: untouched
            (CutRange(start=27, end=32), 34, [None]),  # through it: both sides speak, nothing to borrow
            (TrimStart(seconds=2, clip=2), 37, [(500, 0, 0)]),  # what was cut is speech: shorter, and exactly 2 s less
            (TrimEnd(seconds=1, clip=1), 38, [(1_000, 500, 0)]),  # the talk's cut-off end is silent: borrowed
            (TrimEnd(seconds=2, clip=1), 37, [(500, 0, 0)]),  # up to 27.5 s somebody speaks
            (DeleteClip(clip=1), 10, []),
            (KeepRange(start=0, end=29.2), 29.2, []),
        ],
    )
    def test_a_cut_near_one_keeps_or_drops_it(
        self, op: EditOp, length: float, left: list[tuple[int, int, int] | None]
    ) -> None:
        cut = after(self.JOINED, op)
        assert seconds(cut) == length
        assert transitions(cut) == left

    def test_one_shrinks_with_its_segment(self) -> None:
        cut = after(self.JOINED, KeepRange(start=0, end=29.9))  # 0.4 s of the second clip's own are left
        assert transitions(cut) == [(450, 0, 0)]  # half of the 0.9 s that the clip has now

    def test_order_changes_and_transitions_stay_in_place(self) -> None:
        three = after(timeline_of(TALK, VLOG, DEMO), TransitionOp(between=(2, 3), style="wipe_left"))
        turned = after(three, Reorder(order=[3, 2, 1]))
        assert [one.media for one in turned.segments] == ["demo", "vlog", "talk"]
        assert [one.transition and one.transition.style for one in turned.segments] == [None, None, "wipe_left"]


class TestWhatLiesOverAndUnder:
    """A text from 10 to 14 s, music from 5 s to the end."""

    DRESSED = after(ONE, TextOp(content="Hi", start=10, end=14), MusicOp(file="rain", start=5))

    @pytest.mark.parametrize(
        ("op", "text", "music"),
        [
            (CutRange(start=2, end=4), (8_000, 12_000), (3_000, 28_000)),  # before it: moves along
            (CutRange(start=20, end=22), (10_000, 14_000), (5_000, 28_000)),  # after it: stays
            (CutRange(start=11, end=13), (10_000, 12_000), (5_000, 28_000)),  # inside: shorter
            (CutRange(start=8, end=11), (8_000, 11_000), (5_000, 27_000)),  # its start
            (CutRange(start=13, end=20), (10_000, 13_000), (5_000, 23_000)),  # its end
            (CutRange(start=4, end=6), (8_000, 12_000), (4_000, 28_000)),
            (CutRange(start=9, end=15), None, (5_000, 24_000)),  # all of it: gone
            (TrimEnd(seconds=18), (10_000, 12_000), (5_000, 12_000)),
        ],
    )
    def test_moves_with_the_picture(self, op: EditOp, text: tuple[int, int] | None, music: tuple[int, int]) -> None:
        cut = after(self.DRESSED, op)
        assert [(one.start, one.end) for one in cut.texts] == ([text] if text else [])
        assert [(one.start, one.end) for one in cut.music] == [music]

    def test_what_is_lost_is_told(self) -> None:
        assert told(self.DRESSED, CutRange(start=9, end=15)).facts["lost_texts"] == 1
        assert "lost_texts" not in told(self.DRESSED, CutRange(start=2, end=4)).facts

    def test_reordering_takes_texts_along_and_leaves_music(self) -> None:
        timeline = after(TWO, TextOp(content="a", start=1, end=3), TextOp(content="b", start=35), MusicOp(file="rain"))
        turned = after(timeline, Reorder(order=[2, 1]))
        assert [(one.content, one.start, one.end) for one in turned.texts] == [
            ("a", 11_000, 13_000),
            ("b", 5_000, 8_000),
        ]
        assert [(one.start, one.end) for one in turned.music] == [(0, 40_000)]
