"""Faster and slower."""

from typing import Any

import pytest

from tests.engine.agent.planning import THREE, ops, question


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("play it 25% faster", 1.25), ("make it 25% slower", 0.75), ("speed it up by 50%", 1.5), ("speed up 2x", 2),
        ("2x", 2), ("1.5x speed", 1.5), ("slow down to half speed", 0.5), ("half speed", 0.5), ("double the speed", 2),
        ("slow it down to 50%", 0.5), ("slow down by 50%", 0.5), ("2x slower", 0.5), ("play at 1.5x speed", 1.5),
        ("make it twice as fast", 2), ("speed调成1.5x", 1.5), ("加速2倍", 2), ("1.5倍速播放", 1.5), ("两倍速", 2),
        ("慢放一半", 0.5), ("速度调到0.5倍", 0.5), ("加快百分之五十", 1.5),
    ],
)  # fmt: skip
def test_factors(text: str, factor: float) -> None:
    assert ops(text) == [{"op": "speed", "factor": factor}]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("speed up clip 2 by 2x", {"clip": 2}),
        ("把第二个clip speed up到2倍", {"clip": 2}),
        ("make the second clip twice as fast", {"clip": 2}),
        ("speed up the first 10 seconds 2x", {"start": 0, "end": 10}),
        ("speed up 0:10 to 0:20 by 2x", {"start": 10, "end": 20}),
        ("Speed it up 2x but keep the pitch normal", {"keep_pitch": True}),
        ("2倍速，不变调", {"keep_pitch": True}),
    ],
)
def test_scopes(text: str, slots: dict[str, Any]) -> None:
    assert ops(text, THREE) == [{"op": "speed", "factor": 2, **slots}]


@pytest.mark.parametrize("text", ["speed it up", "make it faster", "slow motion", "放慢一点"])
def test_how_much_is_asked(text: str) -> None:
    assert ops(text)[0]["op"] == "clarify"
    assert len(question(text).options) == 3


def test_a_factor_beyond_what_can_be_done_is_asked_about() -> None:
    assert ops("speed up 500x") == [{"op": "clarify", "about": "out of range"}]
