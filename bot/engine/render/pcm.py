"""Decoded sound in the scratch folder: 48 kHz stereo, 16 bit, read through a memory map."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.engine.render.job import SourceFile
from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.runs import SoundRun
from bot.engine.render.sound_source import Part, begins, decoded, seconds
from bot.engine.render.tool import Ffmpeg

Block: TypeAlias = NDArray[np.float32]
"""Samples by channels, full scale 1.0."""

CHANNELS = 2
SCALE = np.float32(1 / 32768)
_FRAME_BYTES = 2 * CHANNELS
_MARGIN = Fraction(1)
"""Seconds beyond what is used on either side that are turned round with it."""

_TURNED = 1 << 18
"""Samples that are turned round at once."""

_FORMAT = ("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", str(CHANNELS))


class Sound(Protocol):
    """Decoded sound, wherever it lies."""

    def read(self, first: int, end: int) -> Block:
        """Samples `first` up to `end`; what there is not is silence."""
        ...


@dataclass(frozen=True)
class Pcm:
    """A stretch of decoded sound; `start` is the sample number of its first one. What lies outside is silence."""

    path: Path
    start: int = 0

    @property
    def length(self) -> int:
        """Samples in the file."""
        return self.path.stat().st_size // _FRAME_BYTES

    def read(self, first: int, end: int) -> Block:
        """Samples `first` up to `end`."""
        block = np.zeros((end - first, CHANNELS), np.float32)
        low, high = max(first, self.start), min(end, self.start + self.length)
        if high > low:
            data = np.memmap(self.path, np.int16, "r", (low - self.start) * _FRAME_BYTES, (high - low, CHANNELS))
            block[low - first : high - first] = data * SCALE
        return block


def decode(source: SourceFile, part: Part, target: Path, on_part: Callable[[float], None]) -> Pcm:
    """Decode a part of the sound (from, to, s of the source) into a file. Raises MediaError(BROKEN), OSError."""
    done, length = 0, seconds(part) * SAMPLE_RATE * _FRAME_BYTES
    with target.open("wb") as file, decoded(source, part) as blocks:
        for block in blocks:
            file.write(block)
            done += len(block)
            on_part(min(1.0, done / length))
    return Pcm(target, begins(part))


def stretched(ffmpeg: Ffmpeg, run: SoundRun, pcm: Pcm, target: Path) -> Pcm:
    """A run's sound at its speed, on the output's own sample numbers."""
    start = run.offset + Fraction(run.first, SAMPLE_RATE) * run.speed
    first = max(0, floor(start * SAMPLE_RATE) - pcm.start)
    seconds = float(Fraction(run.end - run.first, SAMPLE_RATE) * run.speed) + 1
    factor = float(run.speed)
    if run.keep_pitch:
        change = f"rubberband=tempo={factor:.6f}:channels=together:transients=crisp:window=short"
    else:
        change = f"asetrate={round(SAMPLE_RATE * factor)},aresample={SAMPLE_RATE}"
    args = [
        "-skip_initial_bytes",
        str(first * _FRAME_BYTES),
        *_FORMAT,
        "-t",
        f"{seconds:.3f}",
        "-i",
        f"file:{pcm.path}",
    ]
    ffmpeg.produce([*args, "-af", f"{change},apad=pad_dur=1", *_FORMAT, "pipe:1"], target)
    lead = floor(start * SAMPLE_RATE) - pcm.start
    return Pcm(target, run.first + (floor(-lead / run.speed) if lead < 0 else 0))


def mirrored(run: SoundRun, pcm: Pcm, target: Path) -> tuple[SoundRun, Pcm]:
    """A run that plays backwards as one that plays forwards, out of a file whose time runs the other way."""
    edges = [run.offset + Fraction(at, SAMPLE_RATE) * run.speed for at in (run.first, run.end)]
    first = max(pcm.start, floor((min(edges) - _MARGIN) * SAMPLE_RATE))
    end = min(pcm.start + pcm.length, ceil((max(edges) + _MARGIN) * SAMPLE_RATE))
    with target.open("wb") as file:
        for stop in range(end, first, -_TURNED):
            start = max(first, stop - _TURNED)
            shape = (stop - start, CHANNELS)
            piece = np.memmap(pcm.path, np.int16, "r", (start - pcm.start) * _FRAME_BYTES, shape)
            file.write(np.ascontiguousarray(piece[::-1]).tobytes())
    return replace(run, offset=-run.offset, speed=-run.speed), Pcm(target, -max(first, end))
