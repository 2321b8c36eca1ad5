"""Loudness by the standard's own yardstick: a stereo sine of 1 kHz at -20 dB of full scale is -20 LUFS."""

from pathlib import Path

import pytest

from bot.engine.hearing.loudness import SILENT_LUFS, levels, loudness
from bot.media.probe import probe
from tests import footage


def _sine(target: Path, db: float, seconds: float = 4, channels: str = "stereo", gate: str = "anull") -> Path:
    source = f"aevalsrc='{10 ** (db / 20)}*sin(2*PI*1000*t)':s=48000:d={seconds},{gate},aformat=channel_layouts=mono"
    pan = "pan=stereo|c0=c0|c1=c0" if channels == "stereo" else "anull"
    footage.ffmpeg(["-f", "lavfi", "-i", f"{source},{pan}", str(target)])
    return target


@pytest.mark.parametrize(("db", "channels", "lufs"), [(-20, "stereo", -20), (-33, "stereo", -33), (-20, "mono", -23)])
async def test_a_sine_measures_as_the_standard_says(tmp_path: Path, db: float, channels: str, lufs: float) -> None:
    path = _sine(tmp_path / "sine.wav", db, channels=channels)
    assert await loudness(path, await probe(path)) == pytest.approx(lufs, abs=0.2)


async def test_silence_does_not_count_and_alone_is_the_scales_end(tmp_path: Path) -> None:
    half = _sine(tmp_path / "half.wav", -20, seconds=8, gate="volume='lt(t,4)':eval=frame")
    assert await loudness(half, await probe(half)) == pytest.approx(-20, abs=0.3)
    found = await levels(half, await probe(half))
    assert len(found) == 8
    assert found[1] == pytest.approx(-20, abs=1)
    assert max(found[5:]) == SILENT_LUFS
    none = _sine(tmp_path / "none.wav", -200)
    assert await loudness(none, await probe(none)) == SILENT_LUFS
    video = footage.silent(tmp_path / "video.mp4")
    assert await loudness(video, await probe(video)) == SILENT_LUFS
