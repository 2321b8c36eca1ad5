"""Music by mood and file, another sound for the video's own, effects, a voice."""

from typing import Any

import pytest

from bot.engine.agent.request import Context
from tests.engine.agent.planning import ONE, THREE, Ops, names, ops

SONG = Context(has_speech=True, attachments=("song.mp3",))


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("add some epic background music", "epic"), ("add playful music", "playful"),
        ("加一首浪漫的背景音乐", "romantic"),
        ("add inspiring music", "inspiring"), ("add nostalgic music", "nostalgic"), ("加点怀旧的音乐", "nostalgic"),
        ("配欢快的音乐", "happy"), ("add tense music", "tense"), ("加一段神秘的配乐", "mysterious"),
        ("加励志的bgm", "inspiring"),
        ("chill lofi beats in the background please", "chill"), ("some cinematic music in the background", "epic"),
        ("put a retro chiptune track under my gameplay", "electronic"), ("add soft piano music", "calm"),
        ("加摇滚音乐", "rock"), ("add jazz music", "jazz"), ("add an upbeat corporate track", "upbeat"),
    ],
)  # fmt: skip
def test_moods(text: str, mood: str) -> None:
    assert ops(text) == [{"op": "music", "mood": mood}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use song.mp3 as background music at 20%", [{"op": "music", "file": "song.mp3", "volume": 20}]),
        ("用song.mp3当背景音乐，音量30%",
         [{"op": "music", "file": "song.mp3"}, {"op": "volume", "target": "music", "percent": 30}]),
        ("replace the music with song.mp3", [{"op": "music", "file": "song.mp3", "replace": True}]),
        ("add music from 0:10 to 0:30", [{"op": "music", "file": "song.mp3", "start": 10, "end": 30}]),
        ("swap the audio for song.mp3", [{"op": "replace_audio", "file": "song.mp3"}]),
        ("replace the audio with song.mp3", [{"op": "replace_audio", "file": "song.mp3"}]),
        ("把原声换成song.mp3", [{"op": "replace_audio", "file": "song.mp3"}]),
        ("play song.mp3 as a sound effect at 0:05",
         [{"op": "music", "file": "song.mp3", "start": 5, "role": "effect"}]),
        ("在0:05加音效song.mp3", [{"op": "music", "file": "song.mp3", "start": 5, "role": "effect"}]),
    ],
)  # fmt: skip
def test_files(text: str, expected: Ops) -> None:
    assert ops(text, ONE, SONG) == expected


def test_another_sound_by_mood_silences_the_videos_own() -> None:
    made = [{"op": "mute", "target": "video"}, {"op": "music", "mood": "jazz"}]
    assert ops("replace the audio track with jazz") == made


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ('add a voice-over "Welcome back"', {"text": "Welcome back"}),
        ("add a voiceover saying 'Hello there' at 0:05", {"text": "Hello there", "start": 5}),
        ("加旁白：“欢迎来到我的频道”", {"text": "欢迎来到我的频道"}),
        ("加旁白：欢迎来到我的频道", {"text": "欢迎来到我的频道"}),
        ("read this out loud: 'Once upon a time'", {"text": "Once upon a time"}),
        ("remove the voice-over", {"remove": True}),
    ],
)
def test_voices(text: str, slots: dict[str, Any]) -> None:
    assert ops(text) == [{"op": "voice_over", **slots}]


@pytest.mark.parametrize(
    "text", ["add a voice over", "加旁白", "add a whoosh at 0:05", "replace the audio", "add a song by Taylor Swift"]
)
def test_what_is_missing_is_asked_for(text: str) -> None:
    assert set(names(text)) <= {"clarify", "unsupported"}


@pytest.mark.parametrize(
    "text",
    [
        "upbeat corporate", "lo-fi beats", "soft piano for a wedding clip", "chill lo-fi",
        "Generate a calm, lo-fi background track for my 3-minute meditation video", "cut to the beat of the music",
        "what music goes well with travel videos?", "convert this script to a natural voiceover in English",
        "clone my voice for the voice-over", "I need a warm, emotional acoustic piece for a wedding",
    ],
)  # fmt: skip
def test_no_sound_is_made_of_descriptions(text: str) -> None:
    assert not {"music", "replace_audio", "voice_over"} & set(names(text, THREE))
