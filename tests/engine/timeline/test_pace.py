"""Lengths and paces: exactly so long, gliding, pauses shortened or faster, equal parts."""

from bisect import bisect_right
from itertools import pairwise

import pytest

from bot.engine.timeline.geometry import clips, layout
from bot.engine.timeline.model import Library, Looked, Timeline
from bot.engine.timeline.ops import CutRange, ExactLength, Speed, Split, TextOp, TransitionOp, TrimSilence
from tests.engine.timeline.footage import DEMO, LIBRARY, TALK, VLOG, after, points, refused, seconds, timeline_of, told


def pace_at(timeline: Timeline, ms: int) -> float:
    placed = layout(timeline)
    return placed[bisect_right(placed, ms, key=lambda one: one.from_ms) - 1].segment.speed


@pytest.mark.parametrize(
    ("target", "how"),
    [(28, None), (32.5, None), (24.001, None), (20, None), (20, "speed"), (40, "speed"), (5.5, "speed"), (25, "cut")],
)
def test_exactly_so_long(target: float, how: str | None) -> None:
    cut = after(
        timeline_of(TALK), CutRange(start=10, end=10.7), CutRange(start=20, end=20.3), TransitionOp(seconds=0.4)
    )
    whole = timeline_of(TALK)
    for timeline in (whole, cut):
        new = after(timeline, ExactLength.model_validate({"seconds": target, "how": how}))
        assert seconds(new) == pytest.approx(target, abs=0.002)
        by_speed = how == "speed" or (how is None and target != 20)
        assert (new.segments[0].speed != 1) == by_speed


def test_what_lies_over_it_keeps_to_the_picture() -> None:
    timeline = after(timeline_of(TALK), TextOp(content="a", start=10, end=20))
    assert [(one.start, one.end) for one in after(timeline, ExactLength(seconds=27)).texts] == [(9_000, 18_000)]


def test_lengths_that_cannot_be() -> None:
    timeline = timeline_of(TALK)
    assert refused(timeline, ExactLength(seconds=60)) == [("too_short_for", 60, 37.5)]
    assert refused(timeline, ExactLength(seconds=60, how="cut")) == [("too_short_for", 60, 30)]
    assert refused(timeline, ExactLength(seconds=1, how="speed")) == [("bad_pace", 1, 1.5)]
    assert refused(timeline, ExactLength(seconds=400, how="speed")) == [("bad_pace", 400, pytest.approx(300))]


def test_a_ramp_glides_there_and_back() -> None:
    new = after(timeline_of(TALK), Speed(factor=4, start=10, end=20, ramp="both"))
    speeds = [one.speed for one in new.segments]
    top = speeds.index(4)
    assert speeds[0] == speeds[-1] == 1
    assert speeds[: top + 1] == sorted(speeds[: top + 1])
    assert speeds[top:] == sorted(speeds[top:], reverse=True)
    assert len(speeds) >= 11
    assert all(after / before < 1.35 for before, after in pairwise(speeds[1:top]))
    assert pace_at(new, 10_000 + 2_000) == 4
    assert len(clips(new)) == 1, "nothing is cut"
    assert points(new)[0][0] == 0
    assert points(new)[-1][1] == 30_000


@pytest.mark.parametrize(("ramp", "first", "last"), [("in", 1, 3), ("out", 3, 1)])
def test_a_ramp_of_the_whole_begins_or_ends_at_the_old_pace(ramp: str, first: float, last: float) -> None:
    new = after(timeline_of(DEMO), Speed.model_validate({"factor": 3, "ramp": ramp}))
    assert new.segments[0].speed == pytest.approx(first, rel=0.1)
    assert new.segments[-1].speed == pytest.approx(last, rel=0.1)


def test_pauses_are_shortened_to_what_is_asked_for() -> None:
    timeline = timeline_of(TALK)
    new = after(timeline, TrimSilence(keep_seconds=1))
    spoken = [(1_000, 4_000), (6_000, 9_000), (9_300, 12_000), (20_000, 28_000)]
    gaps = [right[0] - left[1] for left, right in pairwise(points(new))]
    assert gaps == [2_000 - 1_000, 8_000 - 1_000]
    assert all(any(start <= a and b <= end for start, end in points(new)) for a, b in spoken)
    assert after(new, TrimSilence(keep_seconds=1)) == new
    assert told(timeline, TrimSilence(keep_seconds=1)).facts["keep_ms"] == 1_000
    assert told(timeline, TrimSilence(keep_seconds=10)).facts["pauses"] == 0


def test_pauses_play_faster_and_nothing_is_lost() -> None:
    timeline = timeline_of(TALK)
    new = after(timeline, TrimSilence(speed=4))
    assert [one.speed for one in new.segments] == [4, 1, 4, 1, 4, 1, 4]
    assert all(left[1] == right[0] for left, right in pairwise(points(new)))
    cut = after(timeline, TrimSilence())
    assert seconds(new) == pytest.approx(seconds(cut) + (30 - seconds(cut)) / 4, abs=0.01)
    assert len(clips(new)) == 1
    assert after(new, TrimSilence(speed=4)) == new


def test_equal_parts_and_shots() -> None:
    assert [view.end_ms for view in clips(after(timeline_of(TALK), Split(parts=4)))] == [7_500, 15_000, 22_500, 30_000]
    looked = Library(LIBRARY.media, looked={"talk": Looked((0, 4_000, 12_500)), "demo": Looked((0,))})
    new = after(timeline_of(TALK, DEMO), Split(scenes=True), library=looked)
    assert [view.end_ms for view in clips(new)] == [4_000, 12_500, 30_000, 38_000]
    assert refused(timeline_of(DEMO), Split(scenes=True), library=looked) == [("no_shots", None, None)]
    assert refused(after(timeline_of(VLOG), CutRange(start=1, end=9)), Split(parts=100)) == [("too_many", 100, 50)]
