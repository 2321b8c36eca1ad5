"""Duplicate, loop, reverse, freeze."""

from typing import Any

import pytest

from tests.engine.agent.planning import ONE, THREE, names, ops


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duplicate clip 3", {"op": "duplicate", "clip": 3}),
        ("make a copy of the beach clip", {"op": "duplicate", "clip": 2}),
        ("复制第一段", {"op": "duplicate", "clip": 1}),
        ("loop it 3 times", {"op": "loop", "times": 3}),
        ("loop it", {"op": "loop", "times": 2}),
        ("play it twice", {"op": "loop", "times": 2}),
        ("loop clip 2 for 30 seconds", {"op": "loop", "seconds": 30, "clip": 2}),
        ("loop the video until it is 5 minutes long", {"op": "loop", "seconds": 300}),
        ("make it a boomerang", {"op": "loop", "boomerang": True}),
        ("循环播放三遍", {"op": "loop", "times": 3}),
        ("播放两遍", {"op": "loop", "times": 2}),
        ("play it 3 times in a row", {"op": "loop", "times": 3}),
        ("extend it to 5 minutes by looping", {"op": "loop", "seconds": 300}),
        ("reverse it", {"op": "reverse"}),
        ("整个视频倒过来播放", {"op": "reverse"}),
        ("play the second clip backwards", {"op": "reverse", "clip": 2}),
        ("reverse the first 5 seconds", {"op": "reverse", "start": 0, "end": 5}),
        ("倒放第二段", {"op": "reverse", "clip": 2}),
        ("play it forwards again", {"op": "reverse", "off": True}),
        ("取消倒放", {"op": "reverse", "off": True}),
        ("freeze the frame at 0:10 for 2 seconds", {"op": "freeze", "at": 10, "seconds": 2}),
        ("freeze the last frame for 3 seconds", {"op": "freeze", "seconds": 3}),
        ("hold on the last frame for 2s", {"op": "freeze", "seconds": 2}),
        ("freeze frame at the end", {"op": "freeze"}),
        ("freeze 0:20 for two seconds", {"op": "freeze", "at": 20, "seconds": 2}),
        ("hold at 5s for 1.5 seconds", {"op": "freeze", "at": 5, "seconds": 1.5}),
        ("freeze at 0:05", {"op": "freeze", "at": 5}),
        ("pause the video at 0:05 for 2 seconds", {"op": "freeze", "at": 5, "seconds": 2}),
        ("put a 5 second pause at 0:30", {"op": "freeze", "at": 30, "seconds": 5}),
        ("make it play forwards then backwards", {"op": "loop", "boomerang": True}),
        ("loop两遍", {"op": "loop", "times": 2}),
        ("在第8秒定格2秒", {"op": "freeze", "at": 8, "seconds": 2}),
        ("第10秒freeze 2秒", {"op": "freeze", "at": 10, "seconds": 2}),
    ],
)
def test_repeats(text: str, expected: dict[str, Any]) -> None:
    assert ops(text, THREE) == [expected]


@pytest.mark.parametrize("text", ["loop it for ten hours", "循环播放十个小时"])
def test_a_loop_beyond_the_limit_is_asked_about(text: str) -> None:
    assert names(text) == ["clarify"]


@pytest.mark.parametrize(
    "text",
    [
        "reverse the clip order", "copy the look from clip 1", "a looping background of northern lights",
        "don't loop "
        "it", "freeze", "a boomerang flying over a "
                        "beach", "reverse engineering tutorial", "rewind and tell me what he said", "repeat after me",
    ],
)  # fmt: skip
def test_none_of_them(text: str) -> None:
    assert not {"duplicate", "loop", "reverse"} & set(names(text, ONE))


def test_two_copies_are_two_operations() -> None:
    assert ops("duplicate the last clip twice", THREE) == [{"op": "duplicate", "clip": 3}] * 2
