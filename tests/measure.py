"""Measures a finished file by decoding it: what each frame shows, what is heard when, where it jumps or clicks."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from bot.media.ffmpeg import binary
from tests import counter, voices
from tests.footage import Footage

_BLACK = 20.0
_SEARCH_S = 0.5
_PROBE_S = 0.6


@dataclass(frozen=True)
class Watched:
    """Every frame as decoded: when it is shown (s), the number it carries (None in a dissolve), how bright it is."""

    times: NDArray[np.float64]
    numbers: tuple[int | None, ...]
    brightness: NDArray[np.float64]
    size: tuple[int, int]
    codec: str
    pix_fmt: str
    fps: Fraction

    @property
    def end(self) -> float:
        """When the last frame ends, s."""
        return float(self.times[-1] + 1 / self.fps)

    @property
    def black(self) -> list[float]:
        """When a frame is black, s."""
        return [float(at) for at in self.times[self.brightness < _BLACK]]

    def frozen(self, longest: int = 1) -> list[tuple[float, int]]:
        """Where one number stays for more than `longest` frames: (s, frames)."""
        found: list[tuple[float, int]] = []
        run = 0
        for index, number in enumerate(self.numbers):
            same = index > 0 and number is not None and number == self.numbers[index - 1]
            run = run + 1 if same else 1
            if run == longest + 1:
                found.append((float(self.times[index]), run))
            elif run > longest:
                found[-1] = (found[-1][0], run)
        return found

    def cuts(self, step: int = 1) -> list[float]:
        """When the numbers jump, s; a dissolve counts once, at its middle. `step` is how far a frame normally goes."""
        found: list[float] = []
        last: tuple[int, int] | None = None
        for index, number in enumerate(self.numbers):
            if number is None:
                continue
            if last is not None and number - last[1] != step * (index - last[0]):
                found.append(float(self.times[last[0] + 1] + self.times[index]) / 2)
            last = (index, number)
        return found

    def source_time(self, at: float, fps: Fraction) -> float | None:
        """The moment of the source (s, `fps` frames a second) that is seen at `at` s; None in a dissolve."""
        index = int(np.searchsorted(self.times, at + 1e-6, side="right")) - 1
        number = self.numbers[index] if index >= 0 else None
        return None if number is None else float(number / fps) + at - float(self.times[index])


def watch(path: Path) -> Watched:
    """Decode every frame. Fails when one cannot be decoded."""
    times: list[float] = []
    numbers: list[int | None] = []
    brightness: list[float] = []
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in source.decode(stream):
            grey = luma(frame)
            assert frame.time is not None
            times.append(frame.time)
            numbers.append(counter.read(grey))
            brightness.append(float(grey[::8, ::8].mean()))
        context = stream.codec_context
        rate = stream.average_rate or Fraction(30)
        size, codec, pixels = (context.width, context.height), context.codec.canonical_name, str(context.pix_fmt)
    return Watched(np.array(times), tuple(numbers), np.array(brightness), size, codec, pixels, rate)


def luma(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """The brightness of a frame of 8 bits, height x width."""
    plane = frame.planes[0]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]


def hear(path: Path, rate: int = voices.RATE) -> voices.Sound:
    """The sound in one channel, in step with its time stamps."""
    steps = f"aresample={rate}:async=1:first_pts=0"
    args = ["-v", "error", "-i", str(path), "-map", "0:a:0", "-af", steps, "-ac", "1", "-f", "f32le", "pipe:1"]
    done = subprocess.run([str(binary()), *args], capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32)


def decode_errors(path: Path) -> str:
    """What ffmpeg says while it decodes all pictures and sound of a file; nothing when all is well."""
    args = ["-v", "warning", "-xerror", "-i", str(path), "-map", "0", "-map", "-0:s", "-fps_mode", "passthrough"]
    args += ["-enc_time_base:v", "demux", "-f", "null", "-"]  # frames may follow each other closer than the rate says
    done = subprocess.run([str(binary()), *args], capture_output=True, check=False)
    return done.stderr.decode() or ("" if done.returncode == 0 else f"ended with {done.returncode}")


@dataclass(frozen=True)
class Heard:
    """One utterance found again: when (s of the output), and how late the sound is against the picture, ms."""

    utterance: int
    at: float
    late_ms: float


def in_step(watched: Watched, sound: voices.Sound, footage: Footage) -> list[Heard]:
    """Every utterance whose picture is there, and how far its sound is from it (within half a second)."""
    known = [(index, number) for index, number in enumerate(watched.numbers) if number is not None]
    numbers = np.array([number for _, number in known])
    found: list[Heard] = []
    for utterance, (start_ms, end_ms) in enumerate(footage.speech_ms):
        begin = start_ms + min(100, (end_ms - start_ms) // 4)  # its first frames may lie in a dissolve
        wanted = float(begin * footage.fps) / 1000
        nearest = int(np.argmin(np.abs(numbers - wanted)))
        if abs(int(numbers[nearest]) - wanted) > 2:
            continue  # it was cut away
        about = float(watched.times[known[nearest][0]])
        first = begin * voices.RATE // 1000
        voice = footage.sound[first : first + round(_PROBE_S * voices.RATE)]
        at = _found(sound, voice, about)
        seen = watched.source_time(at, footage.fps) if at is not None else None
        if at is not None and seen is not None:
            found.append(Heard(utterance, at, (seen - begin / 1000) * 1000))
    return found


def _found(sound: voices.Sound, voice: voices.Sound, about: float) -> float | None:
    """Where `voice` is heard best near `about` s; None when it is not."""
    first = max(0, round((about - _SEARCH_S) * voices.RATE))
    part = sound[first : round((about + _SEARCH_S) * voices.RATE) + len(voice)].astype(np.float64)
    if len(part) < len(voice):
        return None
    size = len(part) + len(voice)
    match = np.fft.irfft(np.fft.rfft(part, size) * np.conj(np.fft.rfft(voice, size)), size)
    match = match[: len(part) - len(voice) + 1]
    energy = np.convolve(part**2, np.ones(len(voice)), "valid")
    likeness = match / np.sqrt(np.maximum(energy, 1e-9) * float(np.sum(voice**2)))
    best = int(np.argmax(likeness))
    return (first + best) / voices.RATE if likeness[best] > 0.6 else None


def clicks(sound: voices.Sound, at: Sequence[float], rate: int = voices.RATE) -> list[tuple[float, float]]:
    """Where a jump of the sound stands out within 30 ms of the given moments: (s, how much louder than around it, dB).

    A click is a millisecond whose sharpest bend is far above that of the 60 ms around it, and that is over at once
    (the first sound of a word goes on).
    """
    bends = np.abs(np.diff(sound, 2, prepend=(0, 0)))
    block = rate // 1000
    found: list[tuple[float, float]] = []
    for moment in at:
        centre = round(moment * rate)
        low = max(0, centre - 60 * block)
        near = bends[low : centre + 60 * block]
        near = near[: len(near) // block * block]
        if len(near) < 20 * block:
            continue
        peaks = near.reshape(-1, block).max(axis=1)
        inside = slice(max(0, (centre - low) // block - 30), (centre - low) // block + 30)
        where = int(np.argmax(peaks[inside])) + inside.start
        usual = float(np.percentile(peaks, 90))
        louder = 20 * np.log10((float(peaks[where]) + 1e-9) / (usual + 1e-4))
        beside = np.concatenate((peaks[max(0, where - 5) : max(0, where - 1)], peaks[where + 2 : where + 6]))
        if louder > 12 and peaks[where] > 3 * beside.max(initial=0):
            found.append(((low + where * block) / rate, float(louder)))
    return found


def starts_fast(path: Path) -> bool:
    """Whether an MP4's index lies ahead of its media."""
    with path.open("rb") as file:
        while len(head := file.read(8)) == 8:
            size, kind = int.from_bytes(head[:4], "big"), head[4:]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            if size == 1:
                size = int.from_bytes(file.read(8), "big") - 8
            file.seek(size - 8, 1)
    return False


def lengths(path: Path) -> tuple[float, float]:
    """How long picture and sound are, s, by their packets."""
    ends = {"video": 0.0, "audio": 0.0}
    with av.open(str(path)) as source:
        for packet in source.demux(video=0, audio=0):
            if packet.pts is not None:
                end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                ends[packet.stream.type] = max(ends[packet.stream.type], end)
    return ends["video"], ends["audio"]


def chapters(path: Path) -> list[tuple[float, float, str]]:
    """The chapters of a file: from when, to when (s), and their titles."""
    with av.open(str(path)) as file:
        return [
            (float(one["start"] * base), float(one["end"] * base), one["metadata"]["title"])
            for one in file.chapters()
            if (base := one["time_base"]) is not None
        ]
