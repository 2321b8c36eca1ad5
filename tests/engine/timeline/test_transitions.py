"""Transitions at joins: how long they get, what they borrow. Values by hand."""

from typing import Any

import pytest

from bot.engine.timeline.apply import Done
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Timeline
from bot.engine.timeline.ops import CutRange, EditOp, Speed, Split, TransitionOp, TrimSilence, TrimStart
from tests.engine.timeline.footage import (
    DEMO,
    PHOTO,
    TALK,
    VLOG,
    after,
    refused,
    timeline_of,
    told,
    transitions,
)

ONE = timeline_of(TALK)
THREE = timeline_of(TALK, VLOG, DEMO)
TRIMMED = after(ONE, TrimSilence())
"""0.85-4.25, 5.85-12.25, 19.85-28.25 s of the talk."""


@pytest.mark.parametrize(
    ("timeline", "op", "expected"),
    [
        # out of a removed pause both sides borrow half: nothing gets shorter
        (TRIMMED, TransitionOp(), [(500, 250, 250), (500, 250, 250)]),
        (TRIMMED, TransitionOp(seconds=0.333), [(332, 166, 166), (332, 166, 166)]),
        (TRIMMED, TransitionOp(seconds=1.2), [(1_200, 600, 600), (1_200, 600, 600)]),
        # from 4.25 s only 1.6 s are left out, and 5.85 s is as far from the word before at 4 s: words stay unheard
        (TRIMMED, TransitionOp(seconds=5), [(1_700, 850, 850), (3_200, 1_600, 1_600)]),
        # untouched files have nothing beyond their ends: all overlap
        (THREE, TransitionOp(), [(500, 0, 0), (500, 0, 0)]),
        # half of the shorter neighbour at most; 0.6 to 1 s is silent, from 9.3 to 12 s somebody speaks
        (after(ONE, CutRange(start=0.6, end=10)), TransitionOp(seconds=1), [(300, 150, 0)]),
        # shorter than a tenth of a second: no transition
        (after(ONE, CutRange(start=0.15, end=10)), TransitionOp(), [None]),
        # never more than half of each, never more than five seconds
        (THREE, TransitionOp(seconds=5), [(5_000, 0, 0), (4_000, 0, 0)]),
        # at least a tenth of a second
        (THREE, TransitionOp(seconds=0.01), [(100, 0, 0), (100, 0, 0)]),
        # pairs by the clips' numbers, in any order
        (THREE, TransitionOp(between=(2, 3)), [None, (500, 0, 0)]),
        (THREE, TransitionOp(between=(2, 1)), [(500, 0, 0), None]),
        (THREE, TransitionOp(between=[(1, 2), (2, 3)]), [(500, 0, 0), (500, 0, 0)]),
        # stills show nothing new beyond their edges
        (timeline_of(PHOTO, DEMO), TransitionOp(), [(500, 0, 0)]),
        # a cut inside a clip is a join too, a split that plays on as well: it makes two clips
        (after(ONE, Split(at=[10])), TransitionOp(), [(500, 0, 0)]),
        # double speed needs twice the material: 0.9 s before 0.9 s is silent
        (after(ONE, TrimStart(seconds=0.9), Speed(factor=2), Split(at=[5])), TransitionOp(), [(500, 0, 0)]),
    ],
)
def test_lengths_and_leads(timeline: Timeline, op: EditOp, expected: list[tuple[int, int, int] | None]) -> None:
    made = after(timeline, op)
    assert transitions(made) == expected
    overlap = sum(ms - out - into for ms, out, into in filter(None, expected))
    assert duration_ms(made) == duration_ms(timeline) - overlap


def test_borrowing_ends_with_the_gap_that_was_removed() -> None:
    """A quarter of a second was cut out of the pause from 12 to 20 s: each side can borrow that much."""
    cut = after(ONE, CutRange(start=15, end=15.25))
    assert transitions(after(cut, TransitionOp(seconds=2))) == [(2_000, 250, 250)]


def test_words_that_were_cut_out_are_not_heard_again() -> None:
    """6.2 to 8.8 s is speech: nothing is borrowed from it."""
    cut = after(ONE, CutRange(start=6.2, end=8.8))
    assert transitions(after(cut, TransitionOp())) == [(500, 0, 0)]


def test_facts() -> None:
    assert told(TRIMMED, TransitionOp()).facts == {
        "joins": 2, "made": 2, "skipped": 0, "shortened": 0, "style": "crossfade", "ms": 500, "shortest_ms": 500,
        "before_ms": 18_200, "after_ms": 18_200,
    }  # fmt: skip
    short = after(ONE, CutRange(start=0.15, end=10), CutRange(start=10.6, end=20))
    done: Done = told(short, TransitionOp(style="dissolve"))
    assert (done.facts["joins"], done.facts["made"], done.facts["skipped"], done.facts["shortened"]) == (2, 1, 1, 1)


def test_what_is_not_said_stays() -> None:
    wipes = after(THREE, TransitionOp(style="wipe_left", seconds=1, between=(1, 2)))
    both = after(wipes, TransitionOp())
    assert [one.transition and (one.transition.style, one.transition.ms) for one in both.segments[1:]] == [
        ("wipe_left", 1_000),
        ("crossfade", 500),
    ]
    longer = after(both, TransitionOp(seconds=2))
    assert [one.transition and (one.transition.style, one.transition.ms) for one in longer.segments[1:]] == [
        ("wipe_left", 2_000),
        ("crossfade", 2_000),
    ]


def test_removing_brings_the_cut_back() -> None:
    joined = after(THREE, TransitionOp())
    assert after(joined, TransitionOp(remove=True)) == THREE
    assert told(joined, TransitionOp(remove=True, between=(1, 2))).facts["removed"] == 1


@pytest.mark.parametrize(
    ("timeline", "op", "error"),
    [
        (ONE, TransitionOp(), ("no_join", None, 1)),
        (ONE, TransitionOp(between=(1, 2)), ("no_clip", 2, 1)),
        (THREE, TransitionOp(between=(1, 3)), ("not_neighbours", "1, 3", 3)),
        (THREE, TransitionOp(between=[]), ("no_join", None, 3)),
    ],
)
def test_refused(timeline: Timeline, op: EditOp, error: tuple[Any, ...]) -> None:
    assert refused(timeline, op) == [error]


def test_nothing_to_join_does_not_undo_the_rest_of_a_plan() -> None:
    shorter = after(ONE, TrimStart(seconds=1), TransitionOp())

    assert duration_ms(shorter) == duration_ms(ONE) - 1_000
    assert transitions(shorter) == []
