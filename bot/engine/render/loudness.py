"""The loudness of the whole by EBU R128: measured, brought to what is asked, held below the true peak, measured again.

One gain for all of it, so that what was quiet beside what was loud stays so; only peaks that would go over are held.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import numpy as np

from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.tool import Ffmpeg
from bot.media.facts import MediaError, MediaFault

INPUT = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0")

Blocks: TypeAlias = AbstractContextManager[Iterable[bytes]]

_PEAK = 0.8
"""-1.9 dB: what AAC adds to a peak leaves it below -1 dBTP."""

_FREE = _PEAK / 2
"""Samples below this have no peak between them that would be held."""

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


def levelled(ffmpeg: Ffmpeg, blocks: Callable[[], Blocks], lufs: float, target: Sequence[str]) -> None:
    """Encode the sound, which `blocks` gives from its start, at `lufs`; `target` are ffmpeg's words for codec and file.

    Peaks that are held take loudness away: so what comes out is measured again and the rest made up for. Where no peak
    comes near what is held there is nothing to measure. Silence stays as it is. Raises MediaError(BROKEN).
    """
    peak = _Peak()
    found = _measured(ffmpeg, lambda: peak.within(blocks()), "anull")
    gain = min(_MOST_GAIN, lufs - found) if found >= _SILENCE else 0.0
    steps = f"volume={gain:.2f}dB"
    if peak.highest * 10 ** (gain / 20) > _FREE:
        for _ in range(_ROUNDS):
            rest = lufs - _measured(ffmpeg, blocks, held(gain))
            if abs(rest) < _NEAR or (rest > 0 and gain == _MOST_GAIN):
                break
            gain = min(_MOST_GAIN, gain + rest)
        steps = held(gain)
    with blocks() as given:
        ffmpeg.consume([*INPUT, "-af", steps, *target], given)


class _Peak:
    """Looks for the highest sample of what passes."""

    def __init__(self) -> None:
        self.highest = 0.0

    @contextmanager
    def within(self, blocks: Blocks) -> Iterator[Iterable[bytes]]:
        with blocks as given:
            yield (self._seen(block) for block in given)

    def _seen(self, block: bytes) -> bytes:
        self.highest = max(self.highest, float(np.abs(np.frombuffer(block, np.float32)).max(initial=0)))
        return block


def _measured(ffmpeg: Ffmpeg, blocks: Callable[[], Blocks], steps: str) -> float:
    """Integrated loudness after a filter, LUFS; -70 for silence."""
    meter = f"{steps},ebur128=metadata=1,ametadata=mode=print:key={_KEY}:file={_FILE}"
    with blocks() as given:
        ffmpeg.consume([*INPUT, "-af", meter, "-f", "null", "-"], given)
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
