"""Mute, volume, music."""

from typing import Any

import pytest

from bot.engine.agent.request import Context
from tests.engine.agent.planning import ONE, THREE, names, ops


def mute(target: str = "all", **slots: Any) -> list[dict[str, Any]]:
    return [{"op": "mute", "target": target, **slots}]


def volume(**slots: Any) -> list[dict[str, Any]]:
    return [{"op": "volume", "target": "all", **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mute it", mute()),
        ("mute the video", mute()),
        ("turn off the sound", mute()),
        ("silence the video", mute()),
        ("把原声关掉", mute("video")),
        ("remove the audio", mute()),
        ("静音", mute()),
        ("去掉声音", mute()),
        ("mute clip 2", mute(clip=2)),
        ("mute beach", mute(clip=2)),
        ("mute from 0:10 to 0:20", mute(start=10, end=20)),
        ("mute the first 5 seconds", mute(start=0, end=5)),
        ("mute the music", mute("music")),
        ("unmute", mute(off=True)),
        ("mute everything except clip 2", [*mute(clip=1), *mute(clip=3)]),
        ("除了第一段，其他都静音", [*mute(clip=2), *mute(clip=3)]),
        ("silence the first 3 seconds", mute(start=0, end=3)),
        ("音乐音量加大20%", volume(target="music", percent=120)),
        ("取消静音", mute(off=True)),
        ("volume up", volume(direction="up")),
        ("make it louder", volume(direction="up")),
        ("声音大一点", volume(direction="up")),
        ("it's too quiet", volume(direction="up")),
        ("turn the volume down to 50%", volume(percent=50)),
        ("half the volume", volume(percent=50)),
        ("double the volume", volume(percent=200)),
        ("make it 50% louder", volume(percent=150)),
        ("make it 20% quieter", volume(percent=80)),
        ("音量调到50%", volume(percent=50)),
        ("increase volume by 6 dB", volume(db=6)),
        ("lower the volume by 3db", volume(db=-3)),
        ("lower the music to 20 percent", volume(target="music", percent=20)),
        ("the music is too loud", volume(target="music", direction="down")),
        ("背景音乐小一点", volume(target="music", direction="down")),
        ("音乐音量降低到百分之三十", volume(target="music", percent=30)),
        ("set BGM 1 volume to 30%", volume(target="music", percent=30)),
        ("remove the music", [{"op": "music", "remove": True}]),
        ("去掉背景音乐", [{"op": "music", "remove": True}]),
    ],
)
def test_sound(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add song.mp3 as background music", {"file": "song.mp3"}),
        ("use song.mp3 at 40%", {"file": "song.mp3", "volume": 40}),
        ("add some chill background music", {"mood": "chill"}),
        ("加一首轻快的背景音乐", {"mood": "happy"}),
        ("add background music", {}),
        ("replace the music with song.mp3", {"file": "song.mp3", "replace": True}),
    ],
)
def test_music(text: str, expected: dict[str, Any]) -> None:
    assert ops(text) == [{"op": "music", **expected}]


def test_the_sound_file_that_lies_ready_is_meant() -> None:
    there = Context(attachments=("logo.png", "My Song.mp3"))
    assert ops("add the music", ONE, there) == [{"op": "music", "file": "My Song.mp3"}]


def test_pronouns_and_bare_levels_are_those_of_the_music() -> None:
    assert ops("add background music to my video and fade it out at the end") == [
        {"op": "music"},
        {"op": "fade", "kind": "out", "target": "music"},
    ]
    assert ops("mute原声，加一段upbeat的bgm，volume 60%") == [
        {"op": "mute", "target": "all"},
        {"op": "music", "mood": "upbeat"},
        {"op": "volume", "target": "music", "percent": 60},
    ]


@pytest.mark.parametrize("text", ["lower the music", "mute the music", "remove the music", "音乐小声一点"])
def test_music_that_is_not_there_is_said(text: str) -> None:
    assert names(text, ONE) == ["clarify"]
