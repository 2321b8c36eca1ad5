"""Faster and slower."""

from typing import Any

import pytest

from tests.engine.agent.planning import THREE, ops, question


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("play it 25% faster", 1.25), ("make it 25% slower", 0.75), ("speed it up by 50%", 1.5), ("speed up 2x", 2),
        ("quarter speed", 0.25),
        ("play at 75% speed", 0.75),
        ("速度放慢到四分之一", 0.25),
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


@pytest.mark.parametrize("text", ["speed it up", "make it faster", "slower", "放慢一点"])
def test_how_much_is_asked(text: str) -> None:
    assert ops(text)[0]["op"] == "clarify"
    assert len(question(text).options) == 3


def test_a_factor_beyond_what_can_be_done_is_asked_about() -> None:
    assert ops("speed up 500x") == [{"op": "clarify", "about": "out of range"}]


@pytest.mark.parametrize("text", ["slow motion", "put it in slow-mo", "慢动作", "slow mo from 0:20 to 0:25"])
def test_slow_motion_is_half_the_speed(text: str) -> None:
    assert [op["factor"] for op in ops(text)] == [0.5]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("ramp the speed up to 3x", {"factor": 3, "ramp": "in"}),
        ("add a speed ramp to 2x from 0:10 to 0:20", {"factor": 2, "start": 10, "end": 20, "ramp": "in"}),
        ("speed ramp from normal to 50% at the 8-second mark", {"factor": 0.5, "start": 8, "ramp": "in"}),
        ("ramp the speed down to 40% around 0:08", {"factor": 0.4, "start": 8, "ramp": "in"}),
        ("ramp up to 4x and back to normal", {"factor": 4, "ramp": "both"}),
        ("ramp from 1x to 3x", {"factor": 3, "ramp": "in"}),
        ("gradually speed up to 2x", {"factor": 2, "ramp": "in"}),
        ("曲线变速到2倍", {"factor": 2, "ramp": "in"}),
    ],
)
def test_ramps(text: str, slots: dict[str, Any]) -> None:
    assert ops(text) == [{"op": "speed", **slots}]


def test_a_ramp_without_a_factor_asks_for_one() -> None:
    assert [o.ops[0].ramp for o in question("add a speed ramp").options] == ["in", "in", "in"]  # type: ignore[union-attr]  # they are all speeds
