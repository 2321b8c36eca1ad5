"""The child process of `bot.media.peaks`: its argument is a path, its result is Peaks, the bytes in hex."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.media.child import serve
from bot.media.facts import MediaError, MediaFault
from bot.media.glance import MOST_STEPS
from bot.media.limits import MAX_MS
from bot.media.sniff import STILLS, container_in

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_FINEST_MS = 25.0
_HEARD_MS = 150.0
_HEARD_PACKETS = 5
"""How much of a longer step is decoded: whichever of the two is more."""
_WARM = 2
"""Frames after a gap that are not counted: a decoder that missed what came before starts with a thump."""

Floats = NDArray[np.float32]


def main() -> None:
    """Hear one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    path = Path(args[0]).absolute()
    container = container_in(path)
    steps = _Steps()
    if container not in STILLS:
        from bot.media.streams import opened, sound_of  # noqa: PLC0415 - an image does without

        with opened(path, container) as source:
            stream = sound_of(source)
            if stream is not None:
                _hear(source, stream, steps)
    return {"step_ms": steps.ms, "peak": _scaled(steps.peaks()).hex(), "mean": _scaled(steps.means()).hex()}


def _scaled(amplitudes: Floats) -> bytes:
    return (np.clip(np.nan_to_num(amplitudes), 0, 1) * 255).round().astype(np.uint8).tobytes()


class _Steps:
    """Peak and power by step. Where they would get too many, two become one: no header's length is trusted."""

    def __init__(self) -> None:
        self.ms = _FINEST_MS
        self._peak, self._power, self._count = (np.zeros(MOST_STEPS, np.float64) for _ in range(3))
        self._used = 0

    def expect(self, ms: float) -> None:
        """Take steps that are long enough from the start, so that all of the file is heard alike."""
        while ms / self.ms > MOST_STEPS:
            self.ms *= 2

    def add(self, at_ms: float, length_ms: float, samples: Floats) -> None:
        """Samples of all channels (one row each), the first at `at_ms`."""
        for part, block in enumerate(np.array_split(samples, max(1, round(length_ms / self.ms)), axis=1)):
            step = int((at_ms + part * self.ms) / self.ms)
            while step >= MOST_STEPS:
                self._halve()
                step = int(at_ms / self.ms)
            self._peak[step] = max(self._peak[step], float(np.abs(block).max(initial=0)))
            self._power[step] += float(np.square(block, dtype=np.float64).sum())
            self._count[step] += block.size
            self._used = max(self._used, step + 1)

    def peaks(self) -> Floats:
        """The loudest sample of each step."""
        return self._peak[: self._used].astype(np.float32)

    def means(self) -> Floats:
        """The root of the mean square of each step."""
        power = self._power[: self._used] / np.maximum(self._count[: self._used], 1)
        return np.sqrt(power).astype(np.float32)

    def _halve(self) -> None:
        rest = np.zeros(MOST_STEPS // 2)
        self._peak = np.concatenate((self._peak.reshape(-1, 2).max(axis=1), rest))
        self._power = np.concatenate((self._power.reshape(-1, 2).sum(axis=1), rest))
        self._count = np.concatenate((self._count.reshape(-1, 2).sum(axis=1), rest))
        self._used = (self._used + 1) // 2
        self.ms *= 2


def _hear(source: "InputContainer", stream: "AudioStream", steps: _Steps) -> None:
    from av.error import FFmpegError  # noqa: PLC0415 - an image does without

    steps.expect((source.duration or 0) / 1000)
    zero = (source.start_time or 0) / 1_000_000
    try:
        for frame in _decoded(source, stream, zero, steps):
            at = (0.0 if frame.time is None else float(frame.time) - zero) * 1000
            if 0 <= at <= MAX_MS and frame.sample_rate:
                steps.add(at, frame.samples * 1000 / frame.sample_rate, _samples(frame))
    except FFmpegError as error:
        if not len(steps.peaks()):
            raise MediaError(MediaFault.BROKEN, "the sound cannot be decoded") from error


def _decoded(source: "InputContainer", stream: "AudioStream", zero: float, steps: _Steps) -> "Iterator[AudioFrame]":
    from av.error import FFmpegError  # noqa: PLC0415 - as above

    cold = 0
    for packet in source.demux(stream):
        at = None if packet.pts is None or packet.time_base is None else float(packet.pts * packet.time_base) - zero
        heard = max(_HEARD_MS, _HEARD_PACKETS * float((packet.duration or 0) * (packet.time_base or 0)) * 1000)
        if at is not None and steps.ms > 2 * heard and at * 1000 % steps.ms > heard:
            cold = _WARM
            continue
        try:
            frames = packet.decode()
        except FFmpegError:  # one bad packet, or one that needs what was left out before it
            continue
        for frame in frames:
            if cold:
                cold -= 1
                continue
            yield frame


def _samples(frame: "AudioFrame") -> Floats:
    """The samples of each channel, full scale 1."""
    samples: NDArray[Any] = frame.to_ndarray()
    loud: Floats = samples.astype(np.float32)
    if samples.dtype == np.uint8:
        loud = (loud - np.float32(128)) / np.float32(128)
    elif samples.dtype.kind == "i":
        loud /= np.float32(2 ** (samples.dtype.itemsize * 8 - 1))
    return loud


if __name__ == "__main__":
    main()
