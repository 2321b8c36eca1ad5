"""The sound track: levels, music, silence, gaps and offsets of the source, nothing over full scale."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.render.job import SourceFile
from bot.engine.timeline.model import Canvas, Heard, Music, Overlay, Segment, Timeline, Transition
from tests.engine.render import clips
from tests.engine.render.conftest import Make

SMALL = Canvas(320, 180)


def cut(start: int, end: int, media: str = "m", **more: object) -> Segment:
    return Segment(f"s{start}", "c", media, "name", "video", start, end, **more)  # type: ignore[arg-type]  # fields by name


def level(sound: NDArray[np.float32], start: float, end: float) -> float:
    """The height of a tone between two times, away from the edges."""
    part = sound[round(start * clips.RATE) : round(end * clips.RATE)]
    return float(np.sqrt(np.mean(part**2)) * np.sqrt(2))


def power(sound: NDArray[np.float32], start: float, end: float, frequency: float) -> float:
    """The height of one frequency between two times."""
    part = sound[round(start * clips.RATE) : round(end * clips.RATE)]
    turn = np.exp(-2j * np.pi * frequency * np.arange(len(part)) / clips.RATE)
    return float(2 * np.abs(np.mean(part * turn)))


@pytest.fixture(scope="module")
def song(folder: Path) -> SourceFile:
    return clips.music(folder / "song.wav", clips.tone(3, 1000, 0.8))


@pytest.fixture(scope="module")
def quiet(folder: Path) -> SourceFile:
    """Footage without sound."""
    return clips.footage(folder / "quiet.mp4", frames=150)


async def test_volume_and_mute_by_segment(make: Make, hum: SourceFile) -> None:
    segments = (cut(0, 1000), cut(1000, 2000, volume=50), cut(2000, 3000, muted=True), cut(3000, 4000, volume=200))
    made = await make(Timeline(SMALL, segments), {"m": hum})
    sound = made.sound
    assert level(sound, 0.1, 0.9) == pytest.approx(0.3, rel=0.05)
    assert level(sound, 1.1, 1.9) == pytest.approx(0.15, rel=0.05)
    assert level(sound, 2.1, 2.9) < 0.002
    assert level(sound, 3.1, 3.9) == pytest.approx(0.6, rel=0.05)


async def test_master_volume_and_a_boundary_that_plays_on(make: Make, hum: SourceFile) -> None:
    made = await make(Timeline(SMALL, (cut(0, 1013), cut(1013, 2000)), volume=50), {"m": hum})
    assert level(made.sound, 0.1, 1.9) == pytest.approx(0.15, rel=0.03)
    around = made.sound[round(0.98 * clips.RATE) : round(1.05 * clips.RATE)]
    assert np.abs(np.diff(around)).max() < 1.2 * 2 * np.pi * 440 / clips.RATE * 0.15, "nothing at all is heard of it"


async def test_nothing_goes_over_full_scale(make: Make, hum: SourceFile, song: SourceFile) -> None:
    loud = Music("a", "song", "song", 0, 3000, volume=200)
    made = await make(Timeline(SMALL, (cut(0, 3000, volume=300),), music=(loud,)), {"m": hum, "song": song})
    assert np.abs(made.sound).max() <= 1.0, "2.5 before"
    assert level(made.sound, 0.2, 2.8) > 0.6


async def test_music_lies_under_the_talk_loops_and_fades(make: Make, hum: SourceFile, song: SourceFile) -> None:
    music = Music("a", "song", "song", 1000, 8000, volume=25, fade_in=1000, fade_out=1000)
    made = await make(Timeline(SMALL, (cut(0, 10_000),), music=(music,)), {"m": hum, "song": song})
    sound = made.sound
    assert power(sound, 0.1, 0.9, 1000) < 0.002
    assert power(sound, 2.1, 3.5, 1000) == pytest.approx(0.2, rel=0.05)
    assert power(sound, 2.1, 3.5, 440) == pytest.approx(0.3, rel=0.05)
    assert power(sound, 1.45, 1.55, 1000) == pytest.approx(0.1, rel=0.2)
    assert power(sound, 7.45, 7.55, 1000) == pytest.approx(0.1, rel=0.2)
    assert power(sound, 8.1, 9.9, 1000) < 0.002
    tenths = [power(sound, at, at + 0.1, 1000) for at in np.arange(2.1, 6.8, 0.1)]
    assert min(tenths) > 0.05, "no hole where it starts again"


async def test_music_begins_at_its_offset(make: Make, quiet: SourceFile, folder: Path) -> None:
    two = np.concatenate((clips.tone(2, 600, 0.4), clips.tone(3, 1500, 0.4)))
    media = {"m": quiet, "song": clips.music(folder / "two.wav", two)}
    made = await make(Timeline(SMALL, (cut(0, 4000),), music=(Music("a", "song", "s", 0, 2000, 1000, 100),)), media)
    assert power(made.sound, 0.1, 0.9, 600) == pytest.approx(0.4, rel=0.05)
    assert power(made.sound, 1.1, 1.9, 1500) == pytest.approx(0.4, rel=0.05)
    assert level(made.sound, 2.1, 3.9) < 0.001


async def test_a_jingle_shorter_than_its_fade_loops(make: Make, quiet: SourceFile, folder: Path) -> None:
    media = {"m": quiet, "song": clips.music(folder / "jingle.wav", clips.tone(0.1, 1000, 0.4))}
    made = await make(Timeline(SMALL, (cut(0, 2000),), music=(Music("a", "song", "s", 0, 2000, 0, 100),)), media)
    assert level(made.sound, 0.1, 1.9) == pytest.approx(0.4, rel=0.05)


async def test_without_any_sound_the_track_is_silent(make: Make, quiet: SourceFile) -> None:
    made = await make(Timeline(SMALL, (cut(0, 1000), cut(3000, 4000))), {"m": quiet})
    assert len(made.sound) == pytest.approx(96_000, abs=48)
    assert np.abs(made.sound).max() < 0.001


async def test_a_crossfade_keeps_the_level(make: Make, hum: SourceFile, folder: Path) -> None:
    other = clips.footage(folder / "other.mp4", frames=150, sound=clips.tone(5, 613))
    segments = (cut(0, 2000), cut(1000, 3000, "n", transition=Transition("crossfade", 600)))
    made = await make(Timeline(SMALL, segments), {"m": hum, "n": other})
    assert level(made.sound, 1.4, 2.0) == pytest.approx(0.3, rel=0.12)
    assert power(made.sound, 1.6, 1.8, 440) == pytest.approx(power(made.sound, 1.6, 1.8, 613), rel=0.15)


async def test_a_sound_that_starts_late_or_has_a_hole_stays_with_the_picture(
    make: Make, talk: SourceFile, folder: Path
) -> None:
    late = folder / "late.mkv"
    args = ["-i", str(talk.path), "-itsoffset", "0.75", "-i", str(talk.path), "-map", "0:v", "-map", "1:a"]
    clips.run([*args, "-c", "copy", str(late)])
    hole = folder / "hole.mkv"
    drop = "noise=drop='gt(pts*tb,4)*lt(pts*tb,6)'"
    clips.run(["-i", str(talk.path), "-c", "copy", "-bsf:a", drop, str(hole)])
    for path, shift in ((late, 0.25), (hole, 0.0)):
        source = clips.probed(path, "matroska")
        made = await make(Timeline(SMALL, (cut(0, 1500), cut(8000, 12_000))), {"m": source})
        marks = [at - 1.5 for at in clips.onsets(made.sound) if at > 1.6]
        assert len(marks) >= 7
        errors = [at - shift - round((at - shift) * 2) / 2 for at in marks]
        assert max(map(abs, errors)) < 0.02


async def test_an_effect_is_heard_once_and_does_not_give_way(make: Make, quiet: SourceFile, folder: Path) -> None:
    beep = clips.music(folder / "beep.wav", clips.tone(0.5, 2000, 0.4))
    effect = Music("a", "beep", "beep", 1000, 3000, volume=100, role="effect", duck=0)
    heard = (Heard("m", ((0, 4000),)),)
    made = await make(Timeline(SMALL, (cut(0, 4000),), music=(effect,), heard=heard), {"m": quiet, "beep": beep})
    assert level(made.sound, 1.05, 1.45) == pytest.approx(0.4, rel=0.05)
    assert level(made.sound, 0.1, 0.95) < 0.001
    assert level(made.sound, 1.6, 3.9) < 0.001


async def test_music_gives_way_where_speech_was_moved_to(make: Make, quiet: SourceFile, song: SourceFile) -> None:
    """Somebody speaks at 4 to 5 s of the source, which is 3 to 4 s of the timeline; the second clip is muted."""
    segments = (cut(1000, 5000), cut(0, 1000, "m", muted=True))
    music = Music("a", "song", "song", 0, 5000, volume=50, duck=20)
    heard = (Heard("m", ((0, 500), (4000, 5000))),)
    made = await make(Timeline(SMALL, segments, music=(music,), heard=heard), {"m": quiet, "song": song})
    assert level(made.sound, 0.2, 2.3) == pytest.approx(0.4, rel=0.05)
    assert level(made.sound, 3.05, 3.95) == pytest.approx(0.08, rel=0.05)


@pytest.mark.long
async def test_an_overlay_is_heard_as_loud_as_it_shall_be(make: Make, quiet: SourceFile, hum: SourceFile) -> None:
    over = Overlay("o", "hum", "hum", "video", 1000, 2000, offset=500, volume=50)
    made = await make(Timeline(SMALL, (cut(0, 3000),), overlays=(over,)), {"m": quiet, "hum": hum})
    assert level(made.sound, 1.1, 1.9) == pytest.approx(0.15, rel=0.05)
    assert level(made.sound, 0.1, 0.9) < 0.001
    assert level(made.sound, 2.1, 2.9) < 0.001


@pytest.mark.long
async def test_loudness_is_reached_in_step_with_the_picture_and_silence_stays(
    make: Make, talk: SourceFile, quiet: SourceFile
) -> None:
    """Short bursts are all peak: what the limiter takes is made up for as far as it goes, and nothing is late."""
    loud = await make(Timeline(SMALL, (cut(0, 6000),), loudness=-14.0), {"m": talk})
    assert np.abs(loud.sound).max() < 10 ** (-1 / 20)
    marks = clips.onsets(loud.sound)
    assert marks == pytest.approx([at / 2 for at in range(12)], abs=0.012)
    silent = await make(Timeline(SMALL, (cut(0, 1000),), loudness=-14.0), {"m": quiet})
    assert np.abs(silent.sound).max() < 0.001


@pytest.mark.long
async def test_loudness_is_that_of_the_whole(make: Make, hum: SourceFile) -> None:
    """A tone on both channels of -20 LUFS is 0.1 high at 1 kHz; at 440 Hz, which counts 0.7 dB less, 0.108."""
    made = await make(Timeline(SMALL, (cut(0, 3000, volume=10),), loudness=-20.0), {"m": hum})
    assert level(made.sound, 0.2, 2.8) == pytest.approx(0.108, rel=0.04)


@pytest.mark.long
@pytest.mark.parametrize("right", [1.0, -0.8, 0.0], ids=["both alike", "against each other", "one silent"])
async def test_each_side_of_the_finest_sound_is_as_it_was(
    make: Make, hum: SourceFile, folder: Path, right: float
) -> None:
    left = clips.tone(4, 330, 0.3) + clips.tone(4, 1250, 0.2) + clips.tone(4, 5100, 0.1)
    sides = np.stack((left, right * left), axis=1).astype(np.float32)
    both = folder / f"sides{right}.mp4"
    given = ["-i", str(hum.path), "-f", "f32le", "-ar", str(clips.RATE), "-ac", "2", "-i", "pipe:0"]
    clips.run(
        [*given, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "alac", "-t", "4", str(both)], sides.tobytes()
    )
    made = await make(Timeline(SMALL, (cut(500, 3500),)), {"m": clips.probed(both, "mov")})
    raw = clips.run(["-i", str(made.file.path), "-vn", "-f", "f32le", "-ar", str(clips.RATE), "-ac", "2", "pipe:1"])
    heard = np.frombuffer(raw, np.float32).reshape(-1, 2)[clips.RATE // 5 : -clips.RATE // 5]
    begin = clips.RATE // 2 + clips.RATE // 5
    off = heard - sides[begin : begin + len(heard)]
    assert 10 * np.log10(np.mean(heard**2) / np.mean(off**2)) > 20
