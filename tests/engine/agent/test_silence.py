"""Pauses: cut, shortened, sped up, cut more or less closely."""

from typing import Any

import pytest

from bot.engine.agent.request import Context
from bot.engine.timeline.ops import EditOp, TransitionOp, TrimSilence
from tests.engine.agent.planning import ONE, THREE, Ops, names, ops


def after(*steps: EditOp) -> Context:
    return Context(has_speech=True, undo_depth=3, last=steps)


def trim(**slots: Any) -> Ops:
    return [{"op": "trim_silence", **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trim the silences", trim()),
        ("jump cut it, kill the gaps", trim()),
        ("把停顿都剪掉", trim()),
        ("去掉超过两秒的静音", trim(min_seconds=2)),
        ("shorten the pauses to 0.3 s", trim(keep_seconds=0.3)),
        ("shorten every silence over 2 sec to half a second", trim(min_seconds=2, keep_seconds=0.5)),
        ("cut the silences but leave 0.2 s", trim(keep_seconds=0.2)),
        ("make all pauses 0.5 seconds long", trim(keep_seconds=0.5)),
        ("把停顿缩短到0.3秒", trim(keep_seconds=0.3)),
        ("超过1秒的停顿缩短到0.5秒", trim(min_seconds=1, keep_seconds=0.5)),
        ("trim silences but keep pauses under one second", trim(min_seconds=1)),
        ("strip silence > 1s", trim(min_seconds=1)),
        ("tighten up the pauses", trim()),
        ("play silent sections at double speed", trim(speed=2)),
        ("skip the silent parts at 8x", trim(speed=8)),
        ("delet the pauses longer then 2s", trim(min_seconds=2)),
        ("leave a quarter second at each pause and cut the rest", trim(keep_seconds=0.25)),
        ("speed up the silences", trim(speed=4)),
        ("speed up the silent parts 6x instead of cutting them", trim(speed=6)),
        ("play the pauses at 3x", trim(speed=3)),
        ("静音部分加速到5倍", trim(speed=5)),
        ("cut the silences aggressively", trim(strength="strong")),
        ("trim the pauses gently", trim(strength="gentle")),
        ("cut the silences a bit less aggressively", trim(strength="gentle")),
        ("cut the silences in clip 2", trim(clip=2)),
        ("trim the pauses except in the first 10 seconds", trim(except_ranges=[[0, 10]])),
        ("no字幕，只去掉停顿", trim()),
    ],
)
def test_pauses(text: str, expected: Ops) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("a bit less aggressive", "gentle"), ("too choppy", "gentle"), ("that was too aggressive", "gentle"),
        ("more breathing room please", "gentle"), ("剪得太紧了", "gentle"), ("松一点", "gentle"),
        ("cut tighter", "strong"), ("more aggressive", "strong"), ("再紧凑一点", "strong"),
    ],
)  # fmt: skip
def test_closeness_is_about_the_last_step(text: str, strength: str) -> None:
    anew = [{"op": "undo", "count": 1}, *trim(min_seconds=1, strength=strength)]
    assert ops(text, ONE, after(TrimSilence(min_seconds=1))) == anew


def test_what_else_the_last_step_did_is_done_again() -> None:
    last = after(TrimSilence(strength="strong"), TransitionOp(between="all"))
    again = [*trim(strength="normal"), {"op": "transition", "between": "all"}]
    assert ops("a bit less aggressive", ONE, last) == [{"op": "undo", "count": 1}, *again]


def test_beyond_gentle_pauses_stay_and_beyond_strong_nothing_goes() -> None:
    gentle = ops("still too choppy", ONE, after(TrimSilence(strength="gentle")))
    assert gentle[1:] == trim(strength="gentle", keep_seconds=0.5)
    assert names("tighter", ONE, after(TrimSilence(strength="strong"))) == ["clarify"]


def test_closeness_of_nothing_is_asked_about() -> None:
    assert names("a bit less aggressive") == ["clarify"]


@pytest.mark.parametrize(
    "text",
    [
        "unmute the silent part",
        "取消静音",
        "shorten it",
        "pause",
        "where are the pauses?",
        "don't cut the pauses",
        "drop the volume of the music when she's talking",
        "cut the parts where I talk",
    ],
)
def test_no_pauses_are_cut(text: str) -> None:
    assert "trim_silence" not in names(text, THREE)
