"""Where segments lie: values by hand. Two clips of 30 and 10 s, the first without its last second."""

from dataclasses import replace

import pytest

from bot.engine.timeline.geometry import at, clips, duration_ms, joins, layout, merged, timeline_at, without
from bot.engine.timeline.model import Timeline, Transition
from tests.engine.timeline.footage import DEMO, LIBRARY, PHOTO, TALK, VLOG, timeline_of


def _with(transition: Transition | None) -> Timeline:
    timeline = timeline_of(TALK, VLOG)
    first, second = timeline.segments
    return replace(timeline, segments=(replace(first, end=29_000), replace(second, transition=transition)))


@pytest.mark.parametrize(
    ("transition", "core", "own", "total"),
    [
        (None, 29_000, 29_000, 39_000),
        (Transition("crossfade", 600), 28_400, 28_700, 38_400),  # 600 of overlap; the middle lies 300 in
        (Transition("crossfade", 600, lead_out=300), 28_700, 29_000, 38_700),
        (Transition("crossfade", 600, lead_out=300, lead_in=300), 29_000, 29_000, 39_000),
        (Transition("crossfade", 600, lead_in=300), 28_700, 28_700, 38_700),
    ],
)
def test_a_transition_overlaps_by_what_it_does_not_borrow(
    transition: Transition | None, core: int, own: int, total: int
) -> None:
    first, second = layout(_with(transition))
    assert (first.start_ms, first.end_ms, first.from_ms, first.to_ms) == (0, 29_000, 0, own)
    assert (second.start_ms, second.end_ms, second.from_ms, second.to_ms) == (core, total, own, total)
    assert duration_ms(_with(transition)) == total


def test_speed_shortens_a_segment_and_its_material() -> None:
    timeline = _with(None)
    first = replace(timeline.segments[0], speed=2.0)
    timeline = replace(timeline, segments=(first, timeline.segments[1]))
    assert duration_ms(timeline) == 14_500 + 10_000
    placed = layout(timeline)
    assert at(placed, 1_000) == (placed[0], 2_000)
    assert at(placed, 15_000) == (placed[1], 500)
    assert timeline_at(placed, "talk", 2_000) == 1_000
    (join,) = joins(timeline, LIBRARY)
    assert join.room_out == 500  # one source second at double speed


def test_a_time_inside_a_transition_belongs_to_the_side_of_its_middle() -> None:
    placed = layout(_with(Transition("crossfade", 600)))
    assert at(placed, 28_699) == (placed[0], 28_699)
    assert at(placed, 28_700) == (placed[1], 300)
    assert at(placed, -5)[0] is placed[0]
    assert at(placed, 99_999) == (placed[1], 10_000)


def test_material_that_was_cut_out_has_no_time() -> None:
    placed = layout(_with(None))
    assert timeline_at(placed, "talk", 29_000) is None
    assert timeline_at(placed, "vlog", 1_000) == 30_000
    assert timeline_at(placed, "photo", 0) is None


def test_clips_are_counted_as_runs_and_add_up() -> None:
    timeline = _with(Transition("crossfade", 600))
    first, second = clips(timeline)
    assert (first.number, first.name, first.start_ms, first.end_ms) == (1, "talk.mp4", 0, 28_700)
    assert (second.number, second.name, second.start_ms, second.end_ms) == (2, "vlog.mov", 28_700, 38_400)


def test_a_join_knows_the_material_beyond_it() -> None:
    timeline = timeline_of(TALK)
    whole = timeline.segments[0]
    parts = (
        replace(whole, end=5_000),
        replace(whole, id="s2", start=5_000, end=6_000),  # plays on: no join
        replace(whole, id="s3", start=8_000, end=9_000),  # two seconds were left out
        replace(whole, id="s4", start=2_000, end=3_000),  # jumps back: nothing was left out
    )
    found = joins(replace(timeline, segments=parts), LIBRARY)
    assert [(one.index, one.at_ms, one.room_out, one.room_in) for one in found] == [
        (2, 6_000, 2_000, 2_000),
        (3, 7_000, 0, 0),
    ]


def test_a_still_has_nothing_beyond_its_edges() -> None:
    (first, second) = joins(timeline_of(DEMO, PHOTO, TALK), LIBRARY)
    assert (first.room_out, first.room_in, second.room_out, second.room_in) == (0, 0, 0, 0)


def test_ranges() -> None:
    assert merged([(5, 7), (1, 3), (2, 4), (9, 9)]) == ((1, 4), (5, 7))
    assert without(0, 10, ((1, 4), (5, 7))) == [(0, 1), (4, 5), (7, 10)]
    assert without(2, 6, ((1, 4), (5, 7))) == [(4, 5)]
    assert without(2, 3, ((1, 4),)) == []
    assert without(4, 5, ((1, 4), (5, 7))) == [(4, 5)]
