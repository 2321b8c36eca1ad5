"""The waveform: how loud each column of pixels is, and how that looks."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.media.peaks import Peaks
from bot.pictures.colours import rgb
from bot.pictures.plan import Span

Floats = NDArray[np.float64]

_SHAPE = 0.7
"""Lifts what is quiet: half as loud is not half as high."""
_PALE = 0.5
"""How much of the colour a peak has; the mean below it has all."""


def waveform(
    spans: Sequence[Span], left: int, width: int, height: int, peaks: Peaks, ground: str, colour: str, gain: float
) -> Image.Image:
    """The sound of the spans as a picture whose left edge is at `left`; `gain` is how loud it is played, 1 as it is."""
    peak, mean = (np.zeros(width), np.zeros(width))
    for span in spans:
        first, last = max(span.left, left), min(span.right, left + width)
        if last > first:
            columns = slice(first - left, last - left)
            peak[columns] = _columns(span, first, last, peaks.peak, peaks.step_ms)
            mean[columns] = _columns(span, first, last, peaks.mean, peaks.step_ms)
    away = np.abs(np.arange(height) - (height - 1) / 2)[:, None] / (height / 2)
    back, pale, full = (np.array(rgb(one), np.float64) for one in (ground, ground, colour))
    pale = back + (full - back) * _PALE
    picture = np.broadcast_to(back, (height, width, 3)).copy()
    picture[away <= np.maximum(_high(peak, gain), 1 / height)] = pale
    picture[away <= np.maximum(_high(mean, gain), 1 / height)] = full
    return Image.fromarray(picture.astype(np.uint8), "RGB")


def _high(level: Floats, gain: float) -> Floats:
    return np.clip(level / 255 * gain, 0, 1) ** _SHAPE


def _columns(span: Span, first: int, last: int, levels: bytes, step_ms: float) -> Floats:
    """The loudest step in each column of pixels from `first` to `last`."""
    known = np.frombuffer(levels, np.uint8).astype(np.float64)
    known = np.append(known, 0.0)  # past the end there is silence
    times = np.array([span.source_at(x) for x in range(first, last + 1)])
    steps = np.clip(times / step_ms, 0, len(known) - 1).astype(np.intp)
    return np.maximum.reduceat(known, steps)[:-1]
