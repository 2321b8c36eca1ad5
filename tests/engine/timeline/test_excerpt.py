"""A part of a timeline as a timeline of its own."""

import pytest

from bot.engine.timeline.excerpt import excerpt
from bot.engine.timeline.ops import FadeOp, TextOp
from tests.engine.timeline.footage import LIBRARY, TALK, VLOG, after, points, seconds, timeline_of

WHOLE = after(timeline_of(TALK, VLOG), FadeOp(kind="both", seconds=2), TextOp(content="Hi", start=31, end=35))


def test_a_part_of_the_middle_has_what_plays_there_and_no_fade_of_the_whole() -> None:
    part = excerpt(WHOLE, 28_000, 33_000, LIBRARY)
    assert points(part) == [(28_000, 30_000), (0, 3_000)]
    assert [(one.content, one.start, one.end) for one in part.texts] == [("Hi", 3_000, 5_000)]
    assert (part.fade_in, part.fade_out) == (None, None)


def test_the_fades_stay_at_their_own_edges() -> None:
    assert excerpt(WHOLE, None, 5_000, LIBRARY).fade_in == WHOLE.fade_in
    assert excerpt(WHOLE, 35_000, None, LIBRARY).fade_out == WHOLE.fade_out


@pytest.mark.parametrize(("start", "end"), [(40_000, None), (10**9, 10**9), (39_999, 40_000)])
def test_beyond_the_end_is_the_last_moment(start: int, end: int | None) -> None:
    assert 0 < seconds(excerpt(WHOLE, start, end, LIBRARY)) <= 0.05


def test_an_end_before_the_start_is_a_moment() -> None:
    assert 0 < seconds(excerpt(WHOLE, 5_000, 1_000, LIBRARY)) <= 0.05


def test_the_whole_is_the_whole() -> None:
    assert excerpt(WHOLE, None, None, LIBRARY) == WHOLE
    assert excerpt(WHOLE, 0, 10**9, LIBRARY) == WHOLE
