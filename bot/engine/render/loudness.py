"""The loudness of the whole by EBU R128: measured, brought to what is asked, held below the true peak, measured again.

One gain for all of it, so that what was quiet beside what was loud stays so; only peaks that would go over are held.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.tool import Ffmpeg
from bot.media.facts import MediaError, MediaFault

INPUT = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0")

_PEAK = 0.8
"""-1.9 dB: what AAC adds to a peak leaves it below -1 dBTP."""

_SILENCE = -60.0
_MOST_GAIN = 30.0
_NEAR = 0.3
_ROUNDS = 3
_KEY = "lavfi.r128.I"
_FILE = "loudness.txt"


def held(gain_db: float) -> str:
    """The filter that applies a gain and holds true peaks: at four times the rate none hides between the samples."""
    rate = SAMPLE_RATE * 4
    limiter = f"alimiter=limit={_PEAK}:level=disabled:attack=5:release=80:latency=1"
    return f"volume={gain_db:.2f}dB,aresample={rate},{limiter},aresample={SAMPLE_RATE}"


def gain_for(ffmpeg: Ffmpeg, blocks: Callable[[], Iterable[bytes]], lufs: float) -> float:
    """The gain, dB, with which the sound comes to `lufs`; 0 for silence. `blocks` gives the sound from its start.

    Peaks that are held take loudness away: so what comes out is measured again and the rest made up for.
    """
    found = measured(ffmpeg, blocks(), "anull")
    if found < _SILENCE:
        return 0.0
    gain = min(_MOST_GAIN, lufs - found)
    for _ in range(_ROUNDS):
        rest = lufs - measured(ffmpeg, blocks(), held(gain))
        if abs(rest) < _NEAR:
            break
        gain = min(_MOST_GAIN, gain + rest)
    return gain


def measured(ffmpeg: Ffmpeg, blocks: Iterable[bytes], steps: str) -> float:
    """Integrated loudness after a filter, LUFS; -70 for silence. Raises MediaError(BROKEN)."""
    meter = f"{steps},ebur128=metadata=1,ametadata=mode=print:key={_KEY}:file={_FILE}"
    ffmpeg.consume([*INPUT, "-af", meter, "-f", "null", "-"], blocks)
    return _last(ffmpeg.folder / _FILE)


def _last(path: Path) -> float:
    """The last value that was written: each is of all the sound up to there."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 200))
        lines = [line for line in file.read().decode("ascii", "replace").split() if line.startswith(f"{_KEY}=")]
    path.unlink()
    if not lines:
        raise MediaError(MediaFault.BROKEN, "the loudness cannot be measured")
    return float(lines[-1].partition("=")[2])
