"""Loudness along a file: louder where it is louder, in every kind of sound, and bounded for the longest file."""

from pathlib import Path

import pytest

from bot.media.facts import MediaError, MediaFault
from bot.media.glance import MOST_STEPS
from bot.media.peaks import Peaks, hear_peaks
from tests import footage
from tests.footage import ffmpeg
from tests.pictures.studio import two_hours


def level(levels: bytes, peaks: Peaks, first_s: float, last_s: float) -> float:
    """The mean level between two moments, full scale 1."""
    part = levels[round(first_s * 1000 / peaks.step_ms) : round(last_s * 1000 / peaks.step_ms)]
    return sum(part) / len(part) / 255


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", ["-c:a", "pcm_s16le"]),
        ("b.wav", ["-c:a", "pcm_u8"]),
        ("c.wav", ["-c:a", "pcm_f32le"]),
        ("d.flac", []),
        ("e.mp3", []),
        ("f.ogg", ["-c:a", "libopus"]),
        ("g.m4a", ["-ac", "2"]),
    ],
)
async def test_it_is_loud_where_the_sound_is_loud(name: str, options: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    tone = "aevalsrc='if(lt(t,1),0,if(lt(t,2),0.2,0.8))*sin(880*PI*t)':s=48000:d=3"
    ffmpeg(["-f", "lavfi", "-i", tone, *options, str(path)])
    peaks = await hear_peaks(path)
    assert len(peaks.peak) == len(peaks.mean) == pytest.approx(3000 / peaks.step_ms, abs=5)
    quiet, low, loud = (level(peaks.peak, peaks, at + 0.15, at + 0.85) for at in range(3))
    assert quiet < 0.02
    assert loud == pytest.approx(0.8 if "-ac" not in options else 0.57, abs=0.1)  # of one channel made several
    assert low == pytest.approx(loud / 4, abs=0.05)
    assert level(peaks.mean, peaks, 2.2, 2.8) < loud


async def test_a_file_without_sound_has_no_steps(tmp_path: Path) -> None:
    assert (await hear_peaks(footage.silent(tmp_path / "a.mp4"))).peak == b""
    assert (await hear_peaks(footage.huge_png(tmp_path / "a.png"))).peak == b""


@pytest.mark.long
async def test_two_hours_are_heard_in_bounded_steps_that_are_still_in_their_places(tmp_path: Path) -> None:
    peaks = await hear_peaks(two_hours(tmp_path / "long.mp4"))
    assert 3000 < len(peaks.peak) <= MOST_STEPS
    assert len(peaks.peak) * peaks.step_ms == pytest.approx(7_200_000, rel=0.01)
    loud = [level(peaks.peak, peaks, at, at + 60) for at in (1, 3500)]
    faint = [level(peaks.peak, peaks, at, at + 60) for at in (3610, 7100)]
    assert min(loud) > 10 * max(faint) > 0


async def test_what_is_no_media_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        await hear_peaks(footage.playlist(tmp_path / "a.mp4", tmp_path / "secret"))
    assert caught.value.fault is MediaFault.UNSUPPORTED
