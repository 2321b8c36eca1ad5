"""Duck, normalize, denoise."""

from typing import Any

import pytest

from tests.engine.agent.planning import THREE, names, ops


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duck the music when people talk", {"op": "duck", "target": "music"}),
        ("make the music quieter during dialogue", {"op": "duck", "target": "music"}),
        ("lower the music while I'm speaking", {"op": "duck", "target": "music"}),
        ("music is drowning out my voice, fix that", {"op": "duck", "target": "music"}),
        ("I can't hear myself over the music", {"op": "duck", "target": "music"}),
        ("duck it to 20%", {"op": "duck", "percent": 20}),
        ("说话的时候压低音乐", {"op": "duck", "target": "music"}),
        ("说话时duck一下bgm", {"op": "duck", "target": "music"}),
        ("stop ducking the music", {"op": "duck", "off": True}),
        ("normalize the audio", {"op": "normalize"}),
        ("normalize to -14 LUFS", {"op": "normalize", "lufs": -14}),
        ("响度做到-16 LUFS", {"op": "normalize", "lufs": -16}),
        ("even out the volume", {"op": "normalize"}),
        ("the audio levels are all over the place", {"op": "normalize"}),
        ("level the audio", {"op": "normalize"}),
        ("loudness -16", {"op": "normalize", "lufs": -16}),
        ("让声音大小一致", {"op": "normalize"}),
        ("make the volume consistent across all clips", {"op": "normalize"}),
        ("声音忽大忽小，统一一下音量", {"op": "normalize"}),
        ("don't normalize", None),
        ("remove the background noise", {"op": "denoise"}),
        ("clean up the audio, there's a fan humming", {"op": "denoise"}),
        ("denoise clip 2", {"op": "denoise", "clip": 2}),
        ("get rid of the hiss", {"op": "denoise"}),
        ("降噪", {"op": "denoise"}),
        ("去掉风扇的声音", {"op": "denoise"}),
        ("去掉背景噪音", {"op": "denoise"}),
        ("turn off the noise reduction", {"op": "denoise", "off": True}),
    ],
)
def test_mixing(text: str, expected: dict[str, Any] | None) -> None:
    assert ops(text, THREE) == ([expected] if expected else [{"op": "none"}])


@pytest.mark.parametrize(
    "text",
    [
        "a rubber duck", "lower the music to 30%", "make the music quieter", "add some noise", "remove the echo",
        "add film grain", "fix the white balance", "make it louder", "mute the background noise from 0:10 to 0:20",
    ],
)  # fmt: skip
def test_none_of_them(text: str) -> None:
    assert not {"duck", "normalize", "denoise"} & set(names(text, THREE))
