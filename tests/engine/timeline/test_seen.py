"""cut_seen and report: what was found in sources, where it lies on a timeline that was edited since."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.timeline.model import Library, Looked
from bot.engine.timeline.ops import CutRange, CutSeen, DeleteClip, Report, Speed, Split, TextOp, Volume
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.report import report
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
    timeline_of,
    told,
)

SEEN = replace(
    LIBRARY,
    looked={
        "talk": Looked((0, 10_000, 15_000), ((0, 1_000), (14_000, 15_000)), ((14_000, 18_000),)),
        "demo": Looked((0,), ((0, 8_000),), ()),
    },
    loudness={"talk": -20.0, "vlog": -30.0},
)
ONE = timeline_of(TALK)


def _reported(what: Any, timeline: Any = ONE, library: Library = SEEN) -> dict[str, Any]:
    facts = report(timeline, Report(what=what), library)
    return {key: value for key, value in facts.items() if key not in ("what", "before_ms", "after_ms", "more")}


def test_black_goes_and_the_rest_stays() -> None:
    assert points(after(ONE, CutSeen(what="black"), library=SEEN)) == [(1_000, 14_000), (15_000, 30_000)]
    done = told(ONE, CutSeen(what="black"), library=SEEN)
    assert (done.facts["stretches"], done.facts["removed_ms"]) == (2, 2_000)


def test_a_second_run_finds_nothing() -> None:
    once = after(ONE, CutSeen(what="frozen"), library=SEEN)
    assert points(once) == [(0, 14_000), (18_000, 30_000)]
    assert after(once, CutSeen(what="frozen"), library=SEEN) == once
    assert told(once, CutSeen(what="frozen"), library=SEEN).facts["stretches"] == 0


def test_only_what_is_on_the_timeline_is_cut_and_counted() -> None:
    cut = after(ONE, CutRange(start=0, end=14.5), Split(at=[0.25]), library=SEEN)
    done = told(cut, CutSeen(what="black"), library=SEEN)
    assert (done.facts["stretches"], done.facts["removed_ms"]) == (1, 500)


def test_stills_and_cards_are_meant_to_stand_still() -> None:
    timeline = timeline_of(PHOTO, TALK)
    assert points(after(timeline, CutSeen(what="frozen"), library=SEEN)) == [(0, 5_000), (0, 14_000), (18_000, 30_000)]


def test_all_black_leaves_nothing() -> None:
    assert [code for code, *_ in refused(timeline_of(DEMO), CutSeen(what="black"), library=SEEN)] == ["nothing_left"]
    both = after(timeline_of(DEMO, TALK), CutSeen(what="black"), library=SEEN)
    assert seconds(both) == 28


def test_a_text_moves_with_what_it_lay_on() -> None:
    new = after(ONE, TextOp(content="A", start=20, end=22), CutSeen(what="black"), library=SEEN)
    assert [(text.start, text.end) for text in new.texts] == [(18_000, 20_000)]


def test_a_report_tells_times_of_the_edited_timeline() -> None:
    assert _reported("shots") == {"shots": 3, "places": "0 10000 15000"}
    faster = after(ONE, CutRange(start=2, end=4), Speed(factor=2), library=SEEN)
    assert _reported("shots", faster) == {"shots": 3, "places": "0 4000 6500"}
    assert _reported("black", faster) == {"stretches": 2, "total_ms": 1_000, "places": "0-500 6000-6500"}
    assert _reported("shots", timeline_of(TALK, PHOTO, VLOG)) == {"shots": 5, "places": "0 10000 15000 30000 35000"}


def test_a_shot_that_follows_a_gap_begins_there() -> None:
    cut = after(ONE, CutRange(start=9, end=12), library=SEEN)
    assert _reported("shots", cut)["places"] == "0 9000 12000"
    within = after(ONE, CutRange(start=2, end=3), library=SEEN)
    assert _reported("shots", within)["places"] == "0 9000 14000"


def test_pauses_are_those_that_a_trim_would_take() -> None:
    facts = _reported("pauses")
    assert (facts["pauses"], facts["total_ms"]) == (4, 11_800)
    assert facts["longest_ms"] == 7_600
    assert facts["places"] == "0-850 4250-5850 12250-19850 28250-30000"


def test_loudness_is_of_what_is_heard() -> None:
    assert _reported("loudness") == {"lufs": -20.0}
    two = timeline_of(TALK, VLOG)
    assert _reported("loudness", two) | {"lufs": 0} == {
        "lufs": 0, "loudest": 1, "loudest_lufs": -20.0, "quietest": 2, "quietest_lufs": -30.0,
    }  # fmt: skip
    quieter = after(two, Volume(percent=50, clip=1), library=SEEN)
    assert _reported("loudness", quieter)["loudest_lufs"] == pytest.approx(-26, abs=0.05)
    with pytest.raises(RefusedError, match="no_sound"):
        _reported("loudness", timeline_of(PHOTO))


def test_many_places_are_named_in_part() -> None:
    many = replace(SEEN, looked={"talk": Looked(tuple(range(0, 30_000, 500)))})
    facts = report(ONE, Report(what="shots"), many)
    assert (facts["shots"], facts["more"], len(str(facts["places"]).split())) == (60, 48, 12)
    assert _reported("shots", after(timeline_of(TALK, VLOG), DeleteClip(clip=1), library=many))["shots"] == 1
