"""highlight: what is lively stays, in whole sentences and shots, within the length that was asked for."""

from dataclasses import replace

import pytest

from bot.engine.timeline.model import Library, Looked
from bot.engine.timeline.ops import Highlight, Mute, Speed, Split, TrimSilence
from tests.engine.timeline.footage import (
    DEMO,
    LIBRARY,
    PHOTO,
    TALK,
    VLOG,
    after,
    points,
    refused,
    seconds,
    spoken,
    timeline_of,
    told,
)

QUIET, LOUD = -40, -15
LIVELY = replace(
    LIBRARY,
    speech={"talk": LIBRARY.speech["talk"]},
    looked={
        "talk": Looked((0, 14_000), (), (), (20,) * 14 + (300,) * 4 + (20,) * 12),
        "vlog": Looked((0, 3_000, 6_000), ((6_000, 10_000),), (), (10,) * 3 + (400,) * 7),
        "demo": Looked((0, 4_000), (), ((0, 4_000),), (0,) * 4 + (200,) * 4),
    },
    levels={"talk": (QUIET,) * 20 + (LOUD,) * 8 + (QUIET,) * 2, "vlog": (QUIET,) * 3 + (LOUD,) * 7},
)
"""The talk is loud where its last passage is spoken, and something moves in the pause from 14 to 18 s."""
ONE = timeline_of(TALK)


def test_the_loudest_words_stay() -> None:
    kept = after(ONE, Highlight(seconds=9), library=LIVELY)
    assert points(kept) == [(19_850, 28_250)]
    done = told(ONE, Highlight(seconds=9), library=LIVELY)
    assert done.facts == {
        "ranges": 1, "kept_ms": 8_400, "removed_ms": 21_600, "places": "19850-28250", "more": 0,
        "before_ms": 30_000, "after_ms": 8_400,
    }  # fmt: skip


@pytest.mark.parametrize("length", [4, 7, 9, 12, 16, 20, 25])
def test_it_is_no_longer_than_asked_and_mostly_as_long(length: float) -> None:
    for timeline in (ONE, timeline_of(TALK, VLOG, DEMO, PHOTO), after(ONE, TrimSilence(), Speed(factor=1.5))):
        if seconds(timeline) > length:
            found = seconds(after(timeline, Highlight(seconds=length), library=LIVELY))
            assert length * 0.75 <= found <= length


def test_words_stay_whole_where_whole_passages_fill_it() -> None:
    kept = after(ONE, Highlight(seconds=20), library=LIVELY)
    whole = [("talk", start, end) for start, end in LIVELY.speech["talk"]]
    assert set(spoken(kept, LIVELY)) <= set(whole)


def test_black_and_still_parts_are_not_lively() -> None:
    kept = after(timeline_of(VLOG), Highlight(seconds=3), library=LIVELY)
    assert points(kept) == [(3_000, 6_000)]
    assert points(after(timeline_of(DEMO), Highlight(seconds=4), library=LIVELY)) == [(4_000, 8_000)]


def test_what_stays_keeps_its_order_and_a_monologue_is_parted() -> None:
    endless = Library(LIVELY.media, {"talk": ((0, 12_000), (12_100, 30_000))}, levels={"talk": tuple(range(-40, -10))})
    kept = after(ONE, Highlight(seconds=10), library=endless)
    assert points(kept) == sorted(points(kept))
    assert seconds(kept) == pytest.approx(9, abs=1)
    assert points(kept)[-1][1] == 30_000


def test_the_same_footage_gives_the_same_highlights_backwards_and_muted_too() -> None:
    timeline = after(ONE, Split(at=[15]), Mute(clip=2))
    assert after(timeline, Highlight(), library=LIVELY) == after(timeline, Highlight(), library=LIVELY)
    assert seconds(after(timeline, Highlight(), library=LIVELY)) == pytest.approx(10, abs=2)


def test_nothing_known_of_the_footage_still_gives_that_length() -> None:
    unknown = Library(LIVELY.media)
    assert seconds(after(ONE, Highlight(seconds=10), library=unknown)) == pytest.approx(10, abs=2.5)


@pytest.mark.parametrize(("length", "code"), [(30, "already_short"), (90, "already_short"), (0.2, "too_short")])
def test_a_length_that_makes_no_sense_is_refused(length: float, code: str) -> None:
    assert [found for found, *_ in refused(ONE, Highlight(seconds=length), library=LIVELY)] == [code]


def test_without_a_length_it_is_a_third() -> None:
    assert seconds(after(ONE, Highlight(), library=LIVELY)) <= 10


def test_backwards_it_is_the_same_moment() -> None:
    backwards = replace(ONE, segments=(replace(ONE.segments[0], reverse=True),))
    assert points(after(backwards, Highlight(seconds=9), library=LIVELY)) == [(19_850, 28_250)]
