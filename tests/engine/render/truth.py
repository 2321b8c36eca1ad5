"""What a file shows and sounds at each moment, decoded without any code of the engine's; times are in s."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tests.engine.render import clips, corpus

_LIKE = 0.6
_RATE = clips.RATE


@dataclass(frozen=True)
class Shown:
    """Frames in order: when each begins, and its picture as people see it (upright, grey)."""

    times: NDArray[np.float64]
    pictures: Sequence[NDArray[np.uint8]]

    @cached_property
    def numbers(self) -> list[int]:
        """The number each frame carries."""
        return [clips.numbers(picture[None])[0] for picture in self.pictures]

    def index(self, at: float) -> int:
        """The frame on show at a time; the first one before it."""
        return max(0, int(np.searchsorted(self.times, at, side="right")) - 1)

    def number(self, at: float) -> int:
        """The number on show at a time."""
        return self.numbers[self.index(at)]


def shown(path: Path) -> Shown:
    """Decode every frame from the beginning but what is damaged; times count from the container's own start."""
    times: list[float] = []
    pictures: list[NDArray[np.uint8]] = []
    with av.open(str(path)) as file:
        stream = next(one for one in file.streams.video if not one.disposition & av.stream.Disposition.attached_pic)
        zero = (file.start_time or 0) / av.time_base
        for frame in _decoded(file, stream.index):
            assert isinstance(frame, VideoFrame)
            assert frame.time is not None
            if frame.is_corrupt:
                continue
            times.append(frame.time - zero)
            pictures.append(upright(frame))
    order = np.argsort(np.array(times), kind="stable")
    return Shown(np.array(times)[order], [pictures[at] for at in order])


def upright(frame: VideoFrame) -> NDArray[np.uint8]:
    """A frame as people see it, grey."""
    grey = frame.to_ndarray(format="gray").astype(np.uint8)
    return np.rot90(grey, round(frame.rotation / 90))


def _decoded(file: InputContainer, index: int) -> "list[object]":
    """All frames of a stream; what cannot be decoded is left out."""
    found: list[object] = []
    for packet in file.demux(file.streams[index]):
        try:
            found += packet.decode()
        except FFmpegError:
            continue
    return found


def sound(path: Path) -> NDArray[np.float32]:
    """The first sound in one channel, 48 kHz, each block at its time stamp after the container's own start."""
    blocks: list[tuple[int, NDArray[np.float32]]] = []
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        zero = (file.start_time or 0) / av.time_base
        resampler = AudioResampler("fltp", "mono", _RATE)
        first: float | None = None
        length = 0
        for frame in _decoded(file, stream.index):
            assert isinstance(frame, av.AudioFrame)
            assert frame.time is not None
            if first is None or abs(frame.time - zero - first - length / frame.sample_rate) > 0.02:
                resampler = AudioResampler("fltp", "mono", _RATE)
                first, length = frame.time - zero, 0
                blocks.append((round(first * _RATE), np.zeros(0, np.float32)))
            length += frame.samples
            got = [part.to_ndarray()[0] for part in resampler.resample(frame)]
            blocks[-1] = (blocks[-1][0], np.concatenate((blocks[-1][1], *got)))
    whole = np.zeros(max((at + len(block) for at, block in blocks), default=0), np.float32)
    for at, block in blocks:
        begin = max(0, at)
        whole[begin : at + len(block)] = block[begin - at :]
    return whole


def marks(heard: NDArray[np.float32]) -> list[tuple[float, bool]]:
    """When each chirp of `corpus.marks` begins, to a sample, and whether it rises."""
    found: list[tuple[float, bool]] = []
    for rising in (True, False):
        mark = corpus.chirp(_RATE, rising=rising).astype(np.float64)
        if len(heard) < len(mark):
            continue
        size = len(heard) + len(mark)
        match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(mark, size)), size)
        match = match[: len(heard) - len(mark) + 1]
        power = np.concatenate(([0.0], np.cumsum(heard.astype(np.float64) ** 2)))
        energy = power[len(mark) :] - power[: -len(mark)]
        likeness = np.abs(match) / np.sqrt(np.maximum(energy, 0.05) * float(np.sum(mark**2)))
        while len(likeness) and likeness.max() > _LIKE:
            best = int(np.argmax(likeness))
            found.append((best / _RATE, rising))
            likeness[max(0, best - _RATE // 5) : best + _RATE // 5] = 0
    return sorted(found)


def patches(path: Path, at: float) -> NDArray[np.float64]:
    """The colours of the patches at a time, RGB, as ffmpeg shows them to a viewer."""
    raw = clips.run(["-i", str(path), "-map", "0:V:0", "-ss", f"{at:.3f}", "-frames:v", "1",
                     "-vf", "scale=320:180:flags=bicubic+accurate_rnd+full_chroma_int", "-f", "rawvideo",
                     "-pix_fmt", "rgb24", "pipe:1"])  # fmt: skip
    picture = np.frombuffer(raw, np.uint8).reshape(180, 320, 3).astype(np.float64)
    count = len(corpus.PATCHES)
    edges = [round(320 * index / count) for index in range(count + 1)]
    band = picture[int(180 * corpus.PATCH_TOP) + 12 : 172]
    return np.array([band[:, left + 16 : right - 16].mean(axis=(0, 1)) for left, right in pairwise(edges)])
