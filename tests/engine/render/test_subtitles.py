"""Subtitles in the ASS file: what is drawn, and that nothing that was said is more than words there."""

import re
from fractions import Fraction
from itertools import pairwise

import pytest

from bot.engine.render.frame import Frame
from bot.engine.render.subtitles import events, language, taken, track
from bot.engine.render.texts import document
from bot.engine.timeline.model import Position, Text, Timeline, Word
from bot.engine.timeline.ops import Subtitle
from tests.engine.timeline.footage import TALK, after, timeline_of
from tests.engine.timeline.talking import hanzi, knowing, words

FRAME = Frame(1280, 720, Fraction(30), "pad")
SAID = words("One two three, four five.")


def _on(said: tuple[Word, ...] = SAID, lang: str = "en", **how: object) -> Timeline:
    return after(timeline_of(TALK), Subtitle(**how), library=knowing(lang, talk=said))


def _times(event: str) -> tuple[str, str]:
    found = re.match(r"Dialogue: 2,([\d:.]+),([\d:.]+),", event)
    assert found
    return found[1], found[2]


def _body(event: str) -> str:
    return re.sub(r"(?<!\\)\{[^}]*\}", "", event.split(",,", 2)[-1]).strip()


def test_one_line_of_the_file_a_cue() -> None:
    (event,) = events(_on(), FRAME)
    assert _times(event) == ("0:00:01.00", "0:00:03.05")
    assert "\\an2" in event
    assert _body(event).endswith("One two three, four five.")
    assert events(_on(burn=False), FRAME) == []
    assert events(timeline_of(TALK), FRAME) == []


def test_karaoke_lights_one_word_after_the_other_and_never_two_at_once() -> None:
    found = events(_on(karaoke=True), FRAME)
    lit = [re.findall(r"\{\\1c&H00D4FF&\}([^{]*)", event) for event in found]
    assert lit == [["One"], ["two"], ["three,"], ["four"], ["five."]]
    assert all(_body(event).endswith("One two three, four five.") for event in found)
    edges = [_times(event) for event in found]
    assert all(before[1] == following[0] for before, following in pairwise(edges))


def test_karaoke_of_a_script_without_spaces_and_in_two_lines() -> None:
    said = hanzi("我们今天来看一下这个新的功能，它可以自动给视频加字幕。")
    found = events(_on(said, "zh", karaoke=True), FRAME)
    assert all("{\\1c" in event for event in found)
    assert {_body(event).split("{")[0].replace("\\N", "") for event in found} == {
        "".join(word.text for word in said)
    } or len({_body(event) for event in found}) <= 3


def test_looks() -> None:
    (event,) = events(_on(uppercase=True, box=True, position="top", color="#ff8000"), FRAME)
    assert ",Box," in event
    assert "\\an8" in event
    assert "\\1c&H0080FF&" in event
    assert "ONE TWO THREE" in event
    small, large = (re.search(r"\\fs([\d.]+)", events(_on(size=size), FRAME)[0]) for size in (50, 100))
    assert small
    assert large
    assert float(small[1]) == pytest.approx(float(large[1]) / 2, abs=0.1)


@pytest.mark.parametrize("karaoke", [True, False])
@pytest.mark.parametrize("text", ["{\\an8}", "\\N", "a,b,c", "Dialogue:", "{\\p1}m 0 0", "\u2028x", "\x0bx"])
def test_nothing_said_is_a_command(text: str, karaoke: bool) -> None:
    for event in events(_on((Word(1_000, 1_500, text),), karaoke=karaoke), FRAME):
        assert event.count("\n") == 1
        assert event.startswith("Dialogue: 2,")
        own = re.findall(r"(?<!\\)\{([^}]*)\}", event)
        assert all(re.fullmatch(r"(\\(an|fs|fn|bord|shad|1c)[&\w.]*)+", tag) for tag in own), own


def test_a_word_wider_than_the_picture_is_made_smaller() -> None:
    (event,) = events(_on((Word(1_000, 1_500, "W" * 200),)), FRAME)
    found = re.search(r"\\fs([\d.]+)", event)
    assert found
    assert float(found[1]) < 15


def test_the_track_of_the_file() -> None:
    timeline = _on(burn=False)
    (packet,) = track(timeline)
    assert (packet.pts, packet.duration, packet.time_base) == (1_000, 2_050, Fraction(1, 1000))
    assert bytes(packet)[2:].decode() == "One two three, four five."
    assert language(timeline) == "eng"
    assert list(track(_on())) == []
    assert language(timeline_of(TALK)) == "und"


def test_texts_keep_off_the_subtitles() -> None:
    places: tuple[Position, ...] = ("bottom", "bottom-left", "top", "center")
    texts = [Text(place, "x", 0, 1_000, place) for place in places]

    def margins(**how: object) -> list[int]:
        script = document(texts, FRAME, (), taken(_on(SAID, "en", **how), FRAME))
        return [int(line.split(",")[7]) for line in script.splitlines() if line.startswith("Dialogue")]

    usual = margins(burn=False)
    assert len(set(usual)) == 1
    low, low_left, high, middle = margins()
    assert low == low_left > usual[0] + FRAME.height // 10
    assert (high, middle) == (usual[0], usual[0])
    assert margins(position="top")[2] > usual[0] + FRAME.height // 10
