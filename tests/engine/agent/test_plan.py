"""Whole requests: several clauses, corrections, prohibitions, the gate, validation, the open question."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.agent.masking import LIMIT
from bot.engine.agent.plan import plan
from bot.engine.agent.request import Context, Option, Question, TimelineFacts
from bot.engine.timeline.ops import KeepRange, TrimStart, Undo
from tests.engine.agent.planning import ONE, SURROUNDINGS, THREE, names, ops, planned, question

FLAGSHIP = [{"op": "trim_silence"}, {"op": "transition", "between": "all"}, {"op": "export"}]


@pytest.mark.parametrize(
    "text",
    [
        "trim the silences, add transitions, and export",
        "Trim the silences, add transitions, and export.",
        "trim silence + transitions + export",
        "1. trim the silences 2. add transitions 3. export",
        "- cut the pauses\n- add transitions\n- export",
        "Remove the dead air then add transitions then export it please",
        "automatically cut silences, add transitions, and export a clean video",
        "trim the pauses, add transitions, and export a clean final cut",
        "trim the silences, add transitions, and export without uploading to the cloud",
        "去掉静音，加转场，导出",
        "去除静音、添加过渡效果并导出",
        "帮我剪掉停顿，然后加上转场，最后导出",
        "剪切停顿、添加转场、导出干净成品",
        "trim一下silence，加个transition，然后export",
    ],
)
def test_the_main_job(text: str) -> None:
    assert ops(text) == FLAGSHIP


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it 720p and trim the first 5 seconds", ["resize", "trim_start"]),
        ("could you please remove the silences and make it vertical", ["trim_silence", "aspect"]),
        ("把视频变成竖屏并加快1.5倍", ["aspect", "speed"]),
        ("crop成1:1 然后export under 8MB", ["aspect", "export"]),
        ("make every clip 5 seconds long then add transitions", ["keep_range", "transition"]),
        ("把第二个clip speed up到2倍，再加个crossfade", ["speed", "transition"]),
        ("trim the silent parts, add captions, and export for Instagram", ["trim_silence", "subtitle", "export"]),
        ('delete clip 2, mute it and add the title "A, B and C"', ["delete_clip", "mute", "text"]),
        ("Trim first 30 seconds; fade out; export as 1080p", ["trim_start", "fade", "export"]),
        ("add a fade out and make it square and double the speed", ["fade", "aspect", "speed"]),
    ],
)
def test_several_at_once_keep_their_order(text: str, expected: list[str]) -> None:
    assert names(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't export 先，帮我加个fade out", [{"op": "fade", "kind": "out"}]),
        ("不要剪开头，把结尾5秒去掉", [{"op": "trim_end", "seconds": 5}]),
        ("trim the last 5 seconds but don't export yet", [{"op": "trim_end", "seconds": 5}]),
        ("add transitions, no wait, mute it", [{"op": "mute", "target": "all"}]),
        ("speed it up 2x, no wait, 3x", [{"op": "speed", "factor": 3}]),
        ("add transitions. scratch that", [{"op": "none"}]),
        ("cut the first 5 seconds, nvm", [{"op": "none"}]),
        ("加转场，算了", [{"op": "none"}]),
        ("cut the last 5 seconds and mute it, actually skip that", [{"op": "trim_end", "seconds": 5}]),
    ],
)
def test_prohibitions_and_corrections(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text) == expected


def test_what_was_not_understood_beside_an_edit_is_told() -> None:
    made = planned("trim the silences, add transitions, make it 9:16, mute it, speed up 2x, frobnicate")
    assert [op.op for op in made.ops] == ["trim_silence", "transition", "aspect", "mute", "speed"]
    assert made.notices == ("not_understood:frobnicate",)


def test_half_understood_is_offered_not_done() -> None:
    made = planned("trim the silences and speed it up 2x and sprinkle fairy dust over granny")
    assert [op.op for op in made.ops] == ["clarify"]
    assert [op.op for op in made.offered] == ["trim_silence", "speed"]
    apply, reword = made.questions[0].options
    assert apply.ops == made.offered
    assert reword.ops == ()
    assert 0.4 <= made.coverage < 0.75


def test_below_that_nothing_is_offered() -> None:
    made = planned("granny sprinkles fairy dust over pigeons near lovely mountains, then mute")
    assert not made.offered
    assert [op.op for op in made.ops] == ["clarify"]
    assert len(made.questions[0].options) == 3


def test_a_limit_on_where_an_edit_goes_is_never_ignored() -> None:
    """A time, a clip or a condition that the reading does not explain keeps an edit from being made at once."""
    for text in (
        "mute it whenever the dog barks",
        "cut the dead air at the end of clip 2 unless she waves",
        "add transitions but not between clips 1 and 2",
        "reverse everything except clip 2",
        "mute everything but the first 5 seconds",
        "mute clip 2 instead of deleting it",
        "if the video is longer than a minute, cut the first 5 seconds",
    ):
        assert names(text, THREE) in (["clarify"], ["unsupported"]), text


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("cut from 3:00 to 4:00", "beyond_end"),
        ("cut from 1:50 to 2:30", "end_beyond"),
        ("cut from 0:45 to 0:30", "backwards"),
        ("split at 5:00", "beyond_end"),
        ("trim the first 3 minutes", "too_much"),
        ("mute from 3:00 to 3:10", "beyond_end"),
        ('add the text "x" at 9:00', "beyond_end"),
        ("delete clip 4", "no_clip"),
        ("delete clip 1", "nothing_left"),
        ("keep 2:10 to 2:20", "beyond_end"),
        ("undo 10 times", "fewer_undo"),
    ],
)
def test_what_the_timeline_does_not_hold_becomes_one_question(text: str, key: str) -> None:
    made = planned(text)
    assert [op.op for op in made.ops] == ["clarify"]
    assert question(text).id == key


def test_a_plan_is_whole_or_not_at_all() -> None:
    assert names("mute it and cut from 3:00 to 4:00") == ["clarify"]


def test_without_footage_an_edit_asks_for_some() -> None:
    assert planned("trim the silences", TimelineFacts()).questions[0].id == "no_footage"


def test_the_other_reading_of_a_range_is_one_click_away() -> None:
    made = planned("cut from 0:30 to 0:45")
    assert made.offered == (KeepRange(start=30, end=45),)
    assert made.questions[0].options[0].ops == (Undo(count=1), KeepRange(start=30, end=45))


ASKED = Question(
    "how_much_start", "How much?", (Option("a", "3 seconds", (TrimStart(seconds=3),)), Option("b", "No", ()))
)


@pytest.mark.parametrize(
    "text", ["1. How much?: 3 seconds", "3 seconds", " 3 SECONDS. ", "1", "1.", "option 1", "How much?: 3 seconds"]
)
def test_an_answer_settles_the_open_question(text: str) -> None:
    made = plan(text, ONE, replace(SURROUNDINGS, open_question=ASKED))
    assert made.ops == (TrimStart(seconds=3),)
    assert made.source == "answer"


def test_an_option_without_ops_leaves_everything() -> None:
    assert ops("2", ONE, replace(SURROUNDINGS, open_question=ASKED)) == [{"op": "none"}]


@pytest.mark.parametrize("text", ["mute it", "3", "7", "export", "How much?", "1. something else: 3 seconds"])
def test_anything_else_is_a_new_request(text: str) -> None:
    with_question = plan(text, ONE, replace(SURROUNDINGS, open_question=ASKED))
    assert with_question == plan(text, ONE, SURROUNDINGS)


def test_an_answer_is_held_against_the_timeline_as_it_is_now() -> None:
    short = TimelineFacts((replace(ONE.clips[0], seconds=2.0),))
    assert names("1", short, replace(SURROUNDINGS, open_question=ASKED)) == ["clarify"]


def test_a_long_message_is_cut_with_a_word() -> None:
    made = planned("trim the silences. " + "and so on " * 50_000)
    assert f"cut_to:{LIMIT}" in made.notices


def test_questions_are_worded_in_the_session_language() -> None:
    asked = question("trim 5 seconds", ONE, Context(language="zh-CN"))
    assert asked.prompt == "去掉开头还是结尾？"
    assert question("trim 5 seconds", ONE, Context(language="fr")).prompt == "Off the start or off the end?"


def test_an_exception_that_was_not_read_makes_the_plan_wait() -> None:
    much = "trim the silences, add transitions, make it vertical, mute it, and fade out"
    for fence in ("except the first 10 seconds", "but not clip 2", "but don't touch clip 2", "除了第二个片段"):
        made = planned(f"{much}, {fence}", THREE)
        assert [op.op for op in made.ops] == ["clarify"], fence
