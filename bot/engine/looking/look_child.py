"""The child process of `bot.engine.looking.look`: arguments CONTAINER DURATION_MS PATH, result the marks.

Every frame is decoded, none is kept: of each remain a few numbers.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from bot.engine.looking.marks import SIDES, Blocks, Watch
from bot.media.child import progress, serve
from bot.media.facts import MediaError, MediaFault
from bot.media.streams import opened, picture_of

_PLANAR = ("yuv420p", "yuvj420p")
_SAMPLES = 4
"""So many pixels of a block's side are looked at: noise evens out, and a frame takes a fraction of a millisecond."""
_TELL_EVERY = 100


def main() -> None:
    """Look at one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    container, duration_ms, path = args[0], max(1, int(args[1])), Path(args[2]).absolute()
    watch, seen, last = Watch(), 0, -1
    with opened(path, container) as source:
        stream = picture_of(source)
        if stream is None:
            raise MediaError(MediaFault.UNSUPPORTED, "there is no picture in it")
        zero = (source.start_time or 0) / 1_000_000
        for packet in source.demux(stream):
            try:
                frames = packet.decode()
            except FFmpegError:  # one bad packet; what is shown meanwhile is the frame before
                continue
            for frame in frames:
                time_ms = last if frame.pts is None else max(0, round((float(frame.time) - zero) * 1000))
                if time_ms <= last or time_ms >= duration_ms:
                    continue
                watch.see(time_ms, blocks_of(frame))
                seen, last = seen + 1, time_ms
                if seen % _TELL_EVERY == 0:
                    progress(min(1.0, time_ms / duration_ms))
    if not seen:
        raise MediaError(MediaFault.BROKEN, "no picture can be decoded")
    return asdict(watch.marks(duration_ms))


def blocks_of(frame: VideoFrame) -> Blocks:
    """The frame as the mean luma and colour of its blocks."""
    planar = frame if frame.format.name in _PLANAR else frame.reformat(format="yuv420p")
    return np.stack([_means(plane) for plane in planar.planes[:3]])


def _means(plane: VideoPlane) -> NDArray[np.float32]:
    pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
    rows, columns = (
        np.arange(side * _SAMPLES) * length // (side * _SAMPLES)
        for side, length in zip(SIDES, pixels.shape, strict=True)
    )
    picked = pixels[rows[:, None], columns].astype(np.float32)
    means: NDArray[np.float32] = picked.reshape(SIDES[0], _SAMPLES, SIDES[1], _SAMPLES).mean(axis=(1, 3))
    return means


if __name__ == "__main__":
    main()
