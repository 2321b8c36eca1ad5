"""The loudness of the whole by EBU R128: measured, brought to what is asked, held below the true peak, measured again.

One gain for all of it, so that what was quiet beside what was loud stays so; only peaks that would go over are held.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.tool import Ffmpeg
from bot.media.facts import MediaError, MediaFault

INPUT = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0")

Blocks: TypeAlias = AbstractContextManager[Iterable[bytes]]

_PEAK = 0.8
"""-1.9 dB: what AAC adds to a peak leaves it below -1 dBTP."""

_SILENCE = -60.0
_MOST_GAIN = 30.0
_NEAR = 0.3
_ROUNDS = 4
_NOWHERE = ("-f", "null", "-")
_KEY = "lavfi.r128.I"
_FILE = "loudness.txt"


def held(gain_db: float) -> str:
    """The filter that applies a gain and holds true peaks: at four times the rate none hides between the samples."""
    rate = SAMPLE_RATE * 4
    limiter = f"alimiter=limit={_PEAK}:level=disabled:attack=5:release=80:latency=1"
    return f"volume={gain_db:.2f}dB,aresample={rate},{limiter},aresample={SAMPLE_RATE}"


def levelled(ffmpeg: Ffmpeg, blocks: Callable[[], Blocks], lufs: float, target: Sequence[str]) -> None:
    """Encode the sound, which `blocks` gives from its start, at `lufs`; `target` are ffmpeg's words for codec and file.

    Peaks that are held take loudness away: so what comes out is measured as it is encoded, and where it is not what was
    asked it is encoded again with the rest made up for. Silence stays as it is. Raises MediaError(BROKEN).
    """
    found = _measured(ffmpeg, blocks, "anull", _NOWHERE)
    gain = min(_MOST_GAIN, lufs - found) if found >= _SILENCE else 0.0
    for _ in range(_ROUNDS):
        rest = lufs - _measured(ffmpeg, blocks, held(gain), target)
        if found < _SILENCE or abs(rest) < _NEAR or (rest > 0 and gain == _MOST_GAIN):
            break
        gain = min(_MOST_GAIN, gain + rest)


def _measured(ffmpeg: Ffmpeg, blocks: Callable[[], Blocks], steps: str, target: Sequence[str]) -> float:
    """Integrated loudness after a filter, of what goes to `target`, LUFS; -70 for silence."""
    meter = f"{steps},ebur128=metadata=1,ametadata=mode=print:key={_KEY}:file={_FILE}"
    with blocks() as given:
        ffmpeg.consume([*INPUT, "-af", meter, *target], given)
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
