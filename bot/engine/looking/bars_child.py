"""The child process of `bot.engine.looking.bars`: arguments CONTAINER DURATION_MS PATH, result the edges.

A few frames over the whole length are decoded; a bar is what is black in every one of them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from bot.media.child import progress, serve
from bot.media.facts import MediaError, MediaFault
from bot.media.sniff import STILLS
from bot.media.streams import opened, picture_of
from bot.media.upright import still, upright

_MOMENTS = 16
_TRIED = 200
"""Frames that may be decoded for one moment: a long group of pictures before it."""
_BLACK = 20.0
"""Light of 255 up to which a line is black: a bar has some noise."""
_LEAST = 0.01
"""A rim of fewer parts of a side is no bar."""
_MICRO = 1_000_000
_SIDE = 960

Luma = NDArray[np.float32]


def main() -> None:
    """Look at one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    container, duration_ms, path = args[0], int(args[1]), Path(args[2]).absolute()
    if container in STILLS:
        return {"bars": edges(_luma(still(path, container, _SIDE)))}
    brightest: Luma | None = None
    with opened(path, container) as source:
        stream = picture_of(source)
        if stream is None:
            raise MediaError(MediaFault.UNSUPPORTED, "there is no picture in it")
        for luma in _moments(source, stream, max(1, duration_ms)):
            brightest = luma if brightest is None else np.maximum(brightest, luma)
    if brightest is None:
        raise MediaError(MediaFault.BROKEN, "no picture can be decoded")
    return {"bars": edges(brightest)}


def _moments(source: InputContainer, stream: VideoStream, duration_ms: int) -> Iterator[Luma]:
    zero = source.start_time or 0
    for number in range(_MOMENTS):
        at = zero + round(duration_ms * 1000 * (number + 0.5) / _MOMENTS)
        try:
            source.seek(at)
            for tried, frame in enumerate(source.decode(stream)):
                if frame.pts is None or float(frame.time) * _MICRO >= at or tried >= _TRIED:
                    yield _luma(upright(frame, stream, _SIDE))
                    break
        except FFmpegError:
            continue
        progress((number + 1) / _MOMENTS)


def _luma(image: Image.Image) -> Luma:
    return np.asarray(image.convert("L"), np.float32)


def edges(brightest: Luma) -> list[int]:
    """Left, top, right, bottom in 1/1000: lines that are black nearly all along (a logo's noise does not count)."""
    found = []
    for lines in (brightest.T, brightest, brightest.T[::-1], brightest[::-1]):
        lit = np.percentile(lines, 98, axis=1) > _BLACK
        first = int(lit.argmax()) if lit.any() else 0
        share = first / len(lines)
        found.append(round(1000 * share) if share >= _LEAST else 0)
    return found


if __name__ == "__main__":
    main()
