"""What the quick AAC coder would spoil is found and made by the slower one; speech is not."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.plan import plan
from bot.engine.render.sound import make_sound
from bot.engine.render.tones import spoilt
from bot.engine.render.tool import Ffmpeg
from bot.engine.timeline.model import Canvas, Segment, Timeline
from bot.media import ffmpeg
from tests import voices
from tests.engine.render import clips
from tests.engine.render.conftest import Make

Sound = NDArray[np.float32]
BLOCK = 8192


def stereo(sound: Sound, right: float = 1.0) -> Sound:
    """Both sides, as 16 bits leave them."""
    both = np.stack((sound, right * sound), axis=1)
    return (np.round(both * 32767) / 32768).astype(np.float32)


def found(sound: Sound) -> bool:
    return any(spoilt(sound[at : at + BLOCK]) for at in range(0, len(sound), BLOCK))


@pytest.mark.parametrize("frequency", [40, 440, 1000, 5000])
def test_a_loud_tone_by_itself_is_found(frequency: int) -> None:
    assert found(stereo(clips.tone(1, frequency, 0.5)))
    assert found(stereo(clips.tone(1, frequency, 0.95), right=0.0))
    assert found(stereo(clips.tone(1, frequency, 0.5) + np.float32(0.3) * clips.tone(1, 3 * frequency, 0.5)))
    assert not found(stereo(clips.tone(1, frequency, 0.3)))


def test_speech_as_loud_as_it_can_be_is_not() -> None:
    talk = voices.talk(60, 5).sound
    loud = np.repeat(talk / np.abs(talk).max(), 3)  # 48 kHz, and nothing above 8 kHz
    assert not found(stereo(loud))


def test_a_tone_in_music_is_not() -> None:
    noise = np.random.default_rng(1).normal(0, 0.003, clips.RATE).astype(np.float32)
    assert not found(stereo(clips.tone(1, 440, 0.8) + noise))


@pytest.fixture
def loud(hum: SourceFile, tmp_path: Path) -> SourceFile:
    """A second of silence, then two of a loud tone."""
    path = tmp_path / "loud.mp4"
    sound = np.concatenate([np.zeros(clips.RATE, np.float32), clips.tone(2, 1000, 0.95)])
    given = ["-i", str(hum.path), "-f", "f32le", "-ar", str(clips.RATE), "-ac", "1", "-i", "pipe:0"]
    clips.run(
        [*given, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "alac", "-t", "3", str(path)], sound.tobytes()
    )
    return clips.probed(path, "mov")


CUT = Timeline(Canvas(320, 180), (Segment("s", "c", "m", "n", "video", 500, 2900),))


def test_what_is_told_goes_on_where_the_slower_coder_begins_anew(loud: SourceFile, tmp_path: Path) -> None:
    media, told = {"m": loud}, list[float]()
    job = RenderJob(CUT, Output(), tmp_path / "o.mp4", tmp_path, media)
    todo = plan(CUT, job.output, media)
    make_sound(job, todo, Ffmpeg(ffmpeg.binary(), tmp_path), tmp_path, told.append)
    assert told == sorted(told)
    assert len(set(told)) > todo.samples // BLOCK, "each block of both times is heard of"
    assert (told[0], told[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("quality", ["high", "preview"])
async def test_a_loud_tone_is_as_loud_in_the_file(make: Make, loud: SourceFile, quality: str) -> None:
    made = await make(CUT, {"m": loud}, Output(quality=quality))  # type: ignore[arg-type]
    heard = made.sound[clips.RATE : 2 * clips.RATE]
    assert np.sqrt(2 * np.mean(heard**2)) == pytest.approx(0.95, rel=0.05), "the quick coder leaves 0.7"
