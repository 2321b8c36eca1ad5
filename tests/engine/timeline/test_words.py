"""Text: the places and times of roles, changing and removing."""

from typing import Any

import pytest

from bot.engine.timeline.model import Timeline
from bot.engine.timeline.ops import EditOp, TextOp, TrimEnd
from tests.engine.timeline.footage import DEMO, TALK, VLOG, after, refused, timeline_of, told

ONE = timeline_of(TALK)
TWO = timeline_of(TALK, VLOG)


@pytest.mark.parametrize(
    ("op", "start", "end", "position"),
    [
        (TextOp(content="x"), 0, 3_000, "center"),
        (TextOp(content="x", role="title"), 0, 3_000, "center"),
        (TextOp(content="x", role="title_card"), 0, 3_000, "center"),
        (TextOp(content="x", role="lower_third"), 0, 4_000, "bottom-left"),
        (TextOp(content="x", role="caption"), 0, 40_000, "bottom"),
        (TextOp(content="x", role="meme"), 0, 40_000, "top"),
        (TextOp(content="x", role="caption", start=5), 5_000, 9_000, "bottom"),
        (TextOp(content="x", position="top-right"), 0, 3_000, "top-right"),
        (TextOp(content="x", start=5), 5_000, 8_000, "center"),
        (TextOp(content="x", start=5, end=20), 5_000, 20_000, "center"),
        (TextOp(content="x", end=20), 0, 20_000, "center"),
        (TextOp(content="x", end=20, seconds=5), 15_000, 20_000, "center"),
        (TextOp(content="x", start=5, seconds=1.5), 5_000, 6_500, "center"),
        (TextOp(content="x", seconds=100), 0, 40_000, "center"),
        (TextOp(content="x", start=39), 39_000, 40_000, "center"),
        (TextOp(content="x", start=39, end=90), 39_000, 40_000, "center"),
        (TextOp(content="x", start=39.99), 39_900, 40_000, "center"),
        (TextOp(content="x", clip=2), 30_000, 33_000, "center"),
        (TextOp(content="x", clip=2, start=2, end=4), 32_000, 34_000, "center"),
        (TextOp(content="x", clip=2, role="meme"), 30_000, 40_000, "top"),
        (TextOp(content="x", clip=2, start=9), 39_000, 40_000, "center"),
    ],
)
def test_when_and_where(op: TextOp, start: int, end: int, position: str) -> None:
    text = after(TWO, op).texts[0]
    assert (text.start, text.end, text.position) == (start, end, position)
    assert (text.color, text.role) == ("white", op.role or "title")


@pytest.mark.parametrize(
    ("op", "size", "colour", "fade"),
    [
        (TextOp(content="x"), 100, "white", 300),
        (TextOp(content="x", size="small", color="red", fade=False), 70, "#ff0000", 0),
        (TextOp(content="x", size="large", color="Light Blue"[-4:], fade=True), 150, "#0000ff", 300),
        (TextOp(content="x", size="larger", color="#FA0"), 133, "#ffaa00", 300),
        (TextOp(content="x", size="smaller", color="#FFaa00"), 75, "#ffaa00", 300),
        (TextOp(content="x", size=9_999), 400, "white", 300),
        (TextOp(content="x", size=-1), 10, "white", 300),
        (TextOp(content="x", seconds=0.2), 100, "white", 100),
    ],
)
def test_how(op: TextOp, size: int, colour: str, fade: int) -> None:
    text = after(ONE, op).texts[0]
    assert (text.size, text.color, text.fade) == (size, colour, fade)


def test_words_are_cleaned_of_what_cannot_be_drawn() -> None:
    text = after(ONE, TextOp(content="  a\x00b\x1b[31m\r\nc\td\u009f 你好 🎬 ")).texts[0]
    assert text.content == "ab[31m\nc d 你好 🎬"


TITLED = after(
    TWO,
    TextOp(content="Golden Hour", start=2, end=6, color="red"),
    TextOp(content="The End", role="lower_third", start=20, end=24),
)


@pytest.mark.parametrize(
    ("op", "first"),
    [
        (TextOp(target="golden hour", content="Blue Hour"), ("Blue Hour", 2_000, 6_000, "center", "#ff0000")),
        (TextOp(target="golden", start=10), ("Golden Hour", 10_000, 14_000, "center", "#ff0000")),
        (TextOp(target="GOLDEN", end=10), ("Golden Hour", 2_000, 10_000, "center", "#ff0000")),
        (TextOp(target="golden", seconds=1), ("Golden Hour", 2_000, 3_000, "center", "#ff0000")),
        (TextOp(target="golden", position="top"), ("Golden Hour", 2_000, 6_000, "top", "#ff0000")),
        (TextOp(target="golden", color="white"), ("Golden Hour", 2_000, 6_000, "center", "white")),
        (TextOp(target="title", role="meme"), ("Golden Hour", 2_000, 6_000, "top", "#ff0000")),
        (TextOp(edit=True, role="title", content="New"), ("New", 2_000, 6_000, "center", "#ff0000")),
        (TextOp(target="golden", clip=2), ("Golden Hour", 30_000, 33_000, "center", "#ff0000")),
    ],
)
def test_changing(op: TextOp, first: tuple[Any, ...]) -> None:
    changed = after(TITLED, op)
    text = changed.texts[0]
    assert (text.content, text.start, text.end, text.position, text.color) == first
    assert changed.texts[1] == TITLED.texts[1]
    assert text.id == TITLED.texts[0].id


def test_changing_the_size_step_by_step() -> None:
    sizes = [after(TITLED, *[TextOp(target="golden", size="larger")] * n).texts[0].size for n in (1, 2, 9)]
    assert sizes == [133, 177, 400]


def test_the_only_text_needs_no_name() -> None:
    single = after(ONE, TextOp(content="Hi"))
    assert after(single, TextOp(edit=True, content="Ho")).texts[0].content == "Ho"
    assert after(single, TextOp(remove=True)).texts == ()


def test_removing() -> None:
    assert [one.content for one in after(TITLED, TextOp(remove=True, target="the end")).texts] == ["Golden Hour"]
    assert [one.content for one in after(TITLED, TextOp(remove=True, role="title")).texts] == ["The End"]
    assert after(TITLED, TextOp(remove=True, target="all")).texts == ()
    assert told(TITLED, TextOp(remove=True, target="all")).facts["count"] == 2
    twice = after(ONE, TextOp(content="Hi"), TextOp(content="Hi", start=5))
    assert after(twice, TextOp(remove=True, target="Hi")).texts == ()


@pytest.mark.parametrize(
    ("timeline", "op", "error"),
    [
        (ONE, TextOp(), ("no_content", None, None)),
        (ONE, TextOp(content=" \n\x00 "), ("no_content", None, None)),
        (ONE, TextOp(content="x", start=30), ("beyond_end", 30.0, 30.0)),
        (ONE, TextOp(content="x", start=5, end=4), ("empty_range", 5.0, 4.0)),
        (ONE, TextOp(content="x", clip=2), ("no_clip", 2, 1)),
        (TWO, TextOp(content="x", clip=2, start=11), ("beyond_end", 11.0, 10.0)),
        (ONE, TextOp(edit=True, content="x"), ("no_text", None, None)),
        (ONE, TextOp(remove=True), ("no_text", None, None)),
        (TITLED, TextOp(remove=True), ("ambiguous_text", None, "Golden Hour, The End")),
        (TITLED, TextOp(edit=True, content="x"), ("ambiguous_text", None, "Golden Hour, The End")),
        (TITLED, TextOp(target="e", content="x"), ("ambiguous_text", "e", "Golden Hour, The End")),
        (TITLED, TextOp(target="nowhere", content="x"), ("no_text", "nowhere", "Golden Hour, The End")),
        (TITLED, TextOp(target="golden", content="\t"), ("no_content", None, None)),
    ],
)
def test_refused(timeline: Timeline, op: EditOp, error: tuple[Any, ...]) -> None:
    assert refused(timeline, op) == [error]


def test_an_unknown_colour_is_refused_with_some_that_are_known() -> None:
    ((code, value, limit),) = refused(ONE, TextOp(content="x", color="red;drawtext=" + "x" * 100))
    assert code == "bad_color"
    assert len(str(value)) == 40
    assert str(limit).startswith("black, white, red")


def test_so_many_texts_and_no_more() -> None:
    full = after(ONE, *[TextOp(content="x")] * 200)
    assert refused(full, TextOp(content="x")) == [("too_many", 201, 200)]


def test_shortened_texts_fade_within_their_length() -> None:
    text = after(timeline_of(DEMO), TextOp(content="x", start=5), TrimEnd(seconds=2.6)).texts[0]
    assert (text.start, text.end, text.fade) == (5_000, 5_400, 200)
