"""What is taken back, put right or ruled out: the last word counts, and nothing more is done than it says."""

from typing import Any

import pytest

from tests.engine.agent.planning import THREE, ops


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add a fade out, hmm actually no, forget that", [{"op": "none"}]),
        ("加淡出，哦算了", [{"op": "none"}]),
        ("cut the first 5 seconds, sorry, I meant the first 8", [{"op": "trim_start", "seconds": 8}]),
        ("trim 10 seconds off the end - wait, 12", [{"op": "trim_end", "seconds": 12}]),
        ("make it square, or no, vertical", [{"op": "aspect", "ratio": "9:16"}]),
        ("add music. no wait, don't. just normalize the audio", [{"op": "normalize"}]),
        ("mute clip 2. I mean clip 3", [{"op": "mute", "target": "all", "clip": 3}]),
        ("静音第二段，不对，第三段", [{"op": "mute", "target": "all", "clip": 3}]),
        ("delete clip 1, oops, clip 2", [{"op": "delete_clip", "clip": 2}]),
        ("删掉第一段，哦不，第二段", [{"op": "delete_clip", "clip": 2}]),
        ("speed it up, no, slow it down to half", [{"op": "speed", "factor": 0.5}]),
        ("加速，算了，放慢到一半", [{"op": "speed", "factor": 0.5}]),
        ("rotate it right... no, left", [{"op": "rotate", "degrees": 270}]),
        ("转90度……不，270度", [{"op": "rotate", "degrees": 270}]),
        ("speed 2x，no，3x吧", [{"op": "speed", "factor": 3}]),
        ("trim the first 2 seconds, actually mute it",
         [{"op": "trim_start", "seconds": 2}, {"op": "mute", "target": "all"}]),
    ],
)  # fmt: skip
def test_the_last_word_counts(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't mute clip 2, mute clip 3", [{"op": "mute", "target": "all", "clip": 3}]),
        ("别静音第二段，静音第三段", [{"op": "mute", "target": "all", "clip": 3}]),
        ("leave the music as it is and mute the video", [{"op": "mute", "target": "video"}]),
        ("音乐不动，视频静音", [{"op": "mute", "target": "video"}]),
        ("mute everything except the music", [{"op": "mute", "target": "video"}]),
        ("保留原声，去掉音乐", [{"op": "music", "remove": True}]),
        ("not black and white, sepia", [{"op": "color", "preset": "sepia"}]),
        ("不是square，是vertical", [{"op": "aspect", "ratio": "9:16"}]),
        ("keep clip 1 and 3, drop clip 2", [{"op": "delete_clip", "clip": 2}]),
    ],
)
def test_what_is_ruled_out_stays(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize("text", ["mute clip 2. oops, the flurb", "delete clip 1, no wait, the other frumious one"])
def test_what_is_put_right_in_unknown_words_is_not_done(text: str) -> None:
    assert [op["op"] for op in ops(text, THREE)] == ["clarify"]
