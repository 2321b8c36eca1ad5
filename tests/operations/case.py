"""An operation to try: what is said, what is done, and how it is seen in the finished file."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from bot.engine.render.job import Rendered
from bot.engine.timeline.apply import Done
from bot.engine.timeline.model import Timeline
from bot.engine.timeline.ops import EditOp
from bot.media.ffmpeg import binary
from tests.engine.render import clips

Pictures = NDArray[np.uint8]
Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Watched:
    """A finished file, decoded."""

    file: Rendered
    timeline: Timeline

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.file.path

    @cached_property
    def pictures(self) -> Pictures:
        """Every frame: number, row, column, red green blue."""
        args = ["-i", str(self.path), "-map", "0:v:0", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
        return np.frombuffer(clips.run(args), np.uint8).reshape(-1, self.file.height, self.file.width, 3)

    @cached_property
    def fps(self) -> float:
        """Frames a second."""
        with av.open(str(self.path)) as container:
            return float(container.streams.video[0].average_rate or 0)

    def at(self, seconds: float) -> Pictures:
        """The frame on show at a time."""
        return np.asarray(self.pictures[min(len(self.pictures) - 1, int(seconds * self.fps + 1e-6))])

    @cached_property
    def numbers(self) -> list[int]:
        """The number each frame of counted footage carries."""
        return clips.numbers(self.pictures.mean(axis=3).astype(np.uint8))

    @cached_property
    def sound(self) -> Sound:
        """Its left channel, 48 kHz."""
        return clips.heard(self.path)

    def level(self, start: float, end: float) -> float:
        """How loud a stretch (s) is, dB of full scale (RMS)."""
        piece = self.sound[round(start * clips.RATE) : round(end * clips.RATE)]
        return float(20 * np.log10(np.sqrt(np.mean(piece.astype(np.float64) ** 2)) + 1e-9))

    def power(self, start: float, end: float, frequency: float) -> float:
        """The height of one frequency between two times (s)."""
        piece = self.sound[round(start * clips.RATE) : round(end * clips.RATE)]
        turn = np.exp(-2j * np.pi * frequency * np.arange(len(piece)) / clips.RATE)
        return float(2 * np.abs(np.mean(piece * turn)))

    def loudness(self) -> tuple[float, float]:
        """Integrated loudness (LUFS) and true peak (dBTP), as ffmpeg's own meter finds them."""
        meter = "ebur128=peak=true:framelog=quiet"
        args = [str(binary()), "-hide_banner", "-nostats", "-i", str(self.path), "-af", meter, "-f", "null", "-"]
        told = subprocess.run(args, capture_output=True, check=True).stderr.decode().rpartition("Summary:")[2]
        found = dict(re.findall(r"(I|Peak): +(-?[0-9.]+|-inf)", told))
        return float(found["I"]), float(found["Peak"])

    def pitch(self, start: float, end: float) -> float:
        """The strongest frequency of a stretch (s), Hz."""
        piece = self.sound[round(start * clips.RATE) : round(end * clips.RATE)]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece))))
        return float(np.argmax(spectrum) * clips.RATE / len(piece))

    @property
    def seconds(self) -> float:
        """Length of the picture."""
        return len(self.pictures) / self.fps


@dataclass(frozen=True)
class Seen:
    """The same project rendered before and after an operation, and what was told of it."""

    before: Watched
    after: Watched
    done: tuple[Done, ...]


@dataclass(frozen=True)
class Case:
    """`says` is a sentence that plans to `ops` (`says_zh` in Chinese, where there is one).

    `footage` (names in `footage.py`) is on the timeline in this order, `waiting` lies ready and is not used yet.
    `first` is done before, and is in both files. `check` asserts on the finished files alone. `extra` names the extra
    that it needs; a language model translates as `translates` does.
    """

    op: str
    says: str
    ops: tuple[EditOp, ...]
    check: Callable[[Seen], None]
    footage: tuple[str, ...] = ("count",)
    waiting: tuple[str, ...] = ()
    first: tuple[EditOp, ...] = ()
    says_zh: str | None = None
    extra: str | None = None
    translates: Callable[[str], str] | None = None

    @property
    def name(self) -> str:
        """For the test's id."""
        return f"{self.op}: {self.says}"
