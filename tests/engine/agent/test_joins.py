"""Transitions and fades."""

from typing import Any

import pytest

from tests.engine.agent.planning import THREE, ops


def transition(**slots: Any) -> list[dict[str, Any]]:
    return [{"op": "transition", "between": "all", **slots}]


def fade(kind: str, **slots: Any) -> list[dict[str, Any]]:
    return [{"op": "fade", "kind": kind, **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add transitions", transition()),
        ("add some transitons pls", transition()),
        ("put smooth transitions between all clips", transition()),
        ("加转场", transition()),
        ("给每个片段之间加上过渡效果", transition()),
        ("put a crossfade between every clip", transition(style="crossfade")),
        ("每个片段之间加交叉淡化", transition(style="crossfade")),
        ("dissolve between the clips", transition(style="crossfade")),
        ("add a fade to black transition between clips", transition(style="fade_black")),
        ("use wipe transitions", transition(style="wipe")),
        ("slide transitions please", transition(style="slide")),
        ("half-second crossfades", transition(style="crossfade", seconds=0.5)),
        ("add a 1 second crossfade between clips 1 and 2", transition(style="crossfade", seconds=1, between=[1, 2])),
        ("在第一个和第二个片段之间加1秒的叠化", transition(style="crossfade", seconds=1, between=[1, 2])),
        ("remove the transitions", transition(remove=True)),
        ("去掉转场", transition(remove=True)),
        ("add a fade between scenes", transition(style="fade")),
        ("wipe left between the clips", transition(style="wipe_left")),
        ("fade through black between the clips", transition(style="fade_black")),
        ("第一段和第二段之间加个闪黑", transition(style="fade_black", between=[1, 2])),
        ("二三段之间用擦除转场", transition(style="wipe", between=[2, 3])),
        ("circle wipe between clips", transition(style="circle")),
        ("make the transitions longer, 1.5 seconds", transition(seconds=1.5)),
        ("no transitions between clips 2 and 3", transition(between=[2, 3], remove=True)),
        ("crossfade the rest", transition(style="crossfade")),
    ],
)
def test_transitions(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fade in", fade("in")),
        ("add a fade-in", fade("in")),
        ("fade in and out", fade("both")),
        ("fade out at the end", fade("out")),
        ("fade to black at the end", fade("out", color="black")),
        ("fade out to white", fade("out", color="white")),
        ("fade in from black at the start", fade("in", color="black")),
        ("fade out over the last 3 seconds", fade("out", seconds=3)),
        ("add a 2 second fade out", fade("out", seconds=2)),
        ("fade the music out at the end", fade("out", target="music")),
        ("淡入淡出", fade("both")),
        ("结尾加2秒淡出", fade("out", seconds=2)),
        ("开头加个淡入", fade("in")),
        ("remove the fade in", fade("in", remove=True)),
    ],
)
def test_fades(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("add a J-cut between clips 1 and 2", {"kind": "j", "between": [1, 2]}),
        ("J cuts everywhere", {"kind": "j", "between": "all"}),
        ("make every cut an L-cut of 0.5 seconds", {"kind": "l", "seconds": 0.5, "between": "all"}),
        ("声音提前1秒进", {"kind": "j", "seconds": 1, "between": "all"}),
        ("第一段和第二段之间用L剪辑", {"kind": "l", "between": [1, 2]}),
        ("remove the J-cuts", {"kind": "j", "between": "all", "remove": True}),
    ],
)
def test_sound_cuts(text: str, slots: dict[str, Any]) -> None:
    assert ops(text, THREE) == [{"op": "sound_cut", **slots}]


def test_fading_in_and_out_is_one_fade() -> None:
    assert ops("fade in at the start and out at the end") == [{"op": "fade", "kind": "both"}]
