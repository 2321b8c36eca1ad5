"""Texts: really in the picture, to the letter, only as long as they should be."""

import re

import numpy as np
from numpy.typing import NDArray

from bot.engine.render.frame import Frame, frame_of
from bot.engine.render.job import Output, SourceFile
from bot.engine.render.texts import clean, colour, document, escaped, fitted, wrapped
from bot.engine.timeline.model import Canvas, Position, Segment, Text, Timeline
from tests.engine.render.conftest import Make

SMALL = Canvas(320, 180)
FULL = frame_of(Canvas(), Output())
WHOLE = Segment("s", "c", "m", "name", "video", 0, 3000)


def box_of(changed: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what changed."""
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


async def test_the_text_is_in_the_picture_for_its_time_only(make: Make, talk: SourceFile) -> None:
    plain = (await make(Timeline(SMALL, (WHOLE,)), {"m": talk})).pictures.astype(np.int16)
    text = Text("t", "Hello 你好", 1000, 2000, fade=0)
    drawn = (await make(Timeline(SMALL, (WHOLE,), (text,)), {"m": talk})).pictures.astype(np.int16)
    changed = (np.abs(drawn - plain) > 60).sum(axis=(1, 2))
    assert (changed[:30] == 0).all()
    assert (changed[30:60] > 300).all()
    assert (changed[60:] == 0).all()


PLACES: tuple[tuple[Position, tuple[float, float], tuple[float, float]], ...] = (
    ("top-left", (0, 0.5), (0, 0.4)),
    ("top", (0.3, 0.7), (0, 0.4)),
    ("center", (0.3, 0.7), (0.3, 0.7)),
    ("bottom", (0.3, 0.7), (0.6, 1)),
    ("bottom-right", (0.5, 1), (0.6, 1)),
)


async def test_positions(make: Make, talk: SourceFile) -> None:
    one = Segment("s", "c", "m", "name", "video", 0, 1000)
    texts = tuple(
        Text(place, "Word", at * 200, at * 200 + 200, place, fade=0, color="#ff0000")
        for at, (place, _, _) in enumerate(PLACES)
    )
    plain = (await make(Timeline(SMALL, (one,)), {"m": talk})).pictures.astype(np.int16)
    drawn = (await make(Timeline(SMALL, (one,), texts), {"m": talk})).pictures.astype(np.int16)
    for at, (_, across, down) in enumerate(PLACES):
        left, top, right, bottom = box_of(np.abs(drawn[at * 6 + 3] - plain[at * 6 + 3]) > 40)
        assert across[0] * 320 <= left < right <= across[1] * 320
        assert down[0] * 180 <= top < bottom <= down[1] * 180


async def test_in_another_shape_of_the_file_a_title_is_whole_and_in_its_place(make: Make, talk: SourceFile) -> None:
    """Laid out for the shape it is in, not cropped with the footage."""
    upright = Output(ratio="9:16")
    text = Text("t", "A title of a few words", 0, 1000, "bottom", fade=0, color="#ff0000")
    one = Segment("s", "c", "m", "name", "video", 0, 1000)
    plain = (await make(Timeline(SMALL, (one,)), {"m": talk}, upright)).pictures.astype(np.int16)
    drawn = (await make(Timeline(SMALL, (one,), (text,)), {"m": talk}, upright)).pictures.astype(np.int16)
    assert plain.shape[1:] == (320, 180)
    left, top, right, bottom = box_of(np.abs(drawn[9] - plain[9]) > 40)
    assert 5 < left < right < 175, "nothing of it is cut off"
    assert abs((left + right) / 2 - 90) < 6
    assert 220 < top < bottom < 316
    assert plain[5][:, :20].mean() > 30, "the footage fills the picture"


async def test_a_title_card_covers_the_picture(make: Make, talk: SourceFile) -> None:
    text = Text("t", "Chapter", 1000, 2000, role="title_card", fade=0)
    light = (await make(Timeline(SMALL, (WHOLE,), (text,)), {"m": talk})).pictures
    assert light[45, :30].mean() < 20
    assert light[45].max() > 200
    assert light[15].mean() > 50


async def test_a_text_fades_in_and_out(make: Make, talk: SourceFile) -> None:
    text = Text("t", "WWWWW", 0, 3000, fade=1000, size=200)
    shown = (await make(Timeline(SMALL, (WHOLE,), (text,)), {"m": talk})).pictures
    bright = (shown[:, 70:110] > 245).sum(axis=(1, 2)).astype(int)
    bright -= bright[0]
    assert bright[45] > 400
    assert abs(bright[2]) < bright[45] / 4
    assert abs(bright[-2]) < bright[45] / 4


SCRIPTS = ("😀", "🎉", "ש", "ל", "ส", "ภ", "न", "म", "字", "文", "Ж", "Ф")


async def test_every_script_has_letters_of_its_own(make: Make, talk: SourceFile) -> None:
    """Letters that no font has look all the same: a box."""
    one = Segment("s", "c", "m", "name", "video", 0, len(SCRIPTS) * 200)
    texts = tuple(
        Text(str(at), letter, at * 200, at * 200 + 200, "top-left", fade=0, size=200)
        for at, letter in enumerate(SCRIPTS)
    )
    plain = (await make(Timeline(SMALL, (one,)), {"m": talk})).pictures.astype(np.int16)
    drawn = (await make(Timeline(SMALL, (one,), texts), {"m": talk})).pictures.astype(np.int16)
    letters = [np.abs(drawn[at * 6 + 3] - plain[at * 6 + 3])[:70, :90] > 60 for at in range(len(SCRIPTS))]
    assert all(letter.sum() > 60 for letter in letters)
    assert all((one != other).sum() > 40 for one, other in zip(letters[::2], letters[1::2], strict=True))


def test_another_font_is_named_around_what_it_has() -> None:
    assert escaped("Hi 😀!") == "Hi {\\fnNoto Emoji}😀{\\fnNoto Sans SC}!"
    assert escaped("你好") == "你好"


async def test_hostile_words_are_drawn_and_nothing_else(make: Make, talk: SourceFile) -> None:
    words = "{\\an7\\fs400}%{n} ':,;[out]\\N\n\u202eعربي\u202c " + "字" * 300 + "\\"
    text = Text("t", words, 0, 1000, role="lower_third", color="'; drop")
    made = await make(Timeline(SMALL, (Segment("s", "c", "m", "n", "video", 0, 1000),), (text,)), {"m": talk})
    assert made.plan.spans[0].treatment.text


def test_words_are_escaped_to_the_letter() -> None:
    assert escaped("a{b}c") == "a\\{b\\}c"
    assert escaped("\\N") == "\\\u2060N"
    script = document((Text("t", "x\r\nDialogue: 0,evil\x00{\\p1}", 0, 1000),), FULL)
    lines = [line for line in script.splitlines() if line.startswith("Dialogue")]
    assert len(lines) == 1
    assert "\\NDialogue: 0,evil\\{\\\u2060p1\\}" in lines[0]
    assert "\x00" not in script


def test_clean_keeps_writing_only() -> None:
    assert clean("  a\tb\x07\ud800c\n") == "a bc"


def test_colours() -> None:
    assert colour("#ff8000") == "&H0080FF&"
    assert colour("red") == "&H0000FF&"
    assert colour("no colour at all") == "&HFFFFFF&"
    assert colour("navy") == "&H800000&"


def test_long_words_wrap_and_shrink_until_they_fit() -> None:
    for words in ("word " * 100, "字" * 500, "x" * 500, "line\n" * 100):
        lines, em = fitted(words.strip(), 0.1, FULL)
        assert len(lines) * em * 1.448 <= FULL.height
        assert "".join("".join(lines).split()) == "".join(words.split())
        assert em >= 4


def test_punctuation_stays_with_its_character() -> None:
    assert all(line[0] not in "，。" for line in wrapped("你好，世界。" * 20, 7.2))
    assert wrapped("one two three", 4.2) == ["one two", "three"]


def test_texts_too_short_or_empty_leave_nothing() -> None:
    assert "Dialogue" not in document((Text("t", "  ", 0, 1000), Text("u", "x", 500, 500)), FULL)


def test_times_are_hundredths_of_a_second() -> None:
    script = document((Text("t", "x", 3_661_230, 7_322_456),), Frame(320, 180, FULL.fps, "pad"))
    assert re.search(r"Dialogue: 1,1:01:01\.23,2:02:02\.46,", script)
