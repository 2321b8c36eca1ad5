"""Where a cover lies, as a small grey film beside the span: white where something is hidden.

A film rather than numbers in the graph: a face has a place for every moment, and a graph stays small.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.engine.render.looks import Pace
from bot.engine.timeline.framing import ALL, WHOLE, Rect, in_picture
from bot.engine.timeline.model import Box, Cover, Look

_SIDE = 192
_AHEAD_MS = 1_000
"""So long before its time a box is hidden already, and the one before it still: nothing peeps out in between."""


def mask_args(
    covers: Sequence[Cover], look: Look, pace: Pace, frames: int, fps: Fraction, size: tuple[int, int], path: Path
) -> list[str]:
    """Write the film of some covers to `path`; returns the ffmpeg arguments that read it. `size` is the picture's."""
    scale = _SIDE / max(size)
    across, down = (max(2, round(side * scale)) for side in size)
    rows = [[(box.at, in_picture(_rect(box), look).within(ALL)) for box in cover.boxes] for cover in covers]
    still = all(len(row) == 1 for row in rows)
    with path.open("wb") as film:
        for frame in range(1 if still else frames):
            ms = float((pace.at + frame * pace.step) * 1000)
            film.write(_drawn([rect for row in rows for rect in _shown(row, ms)], across, down).tobytes())
    given = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{across}x{down}", "-r", f"{fps.numerator}/{fps.denominator}"]
    return [*given, "-i", f"file:{path}"]


def _rect(box: Box) -> Rect:
    return Rect(box.x / WHOLE, box.y / WHOLE, (box.x + box.w) / WHOLE, (box.y + box.h) / WHOLE)


def _shown(row: Sequence[tuple[int, Rect]], ms: float) -> Iterator[Rect]:
    """What a cover hides at a source time."""
    now = bisect_right(row, ms, key=itemgetter(0)) - 1
    if now >= 0:
        yield row[now][1]
    if now + 1 < len(row) and row[now + 1][0] - ms < _AHEAD_MS:
        yield row[now + 1][1]


def _drawn(rects: Sequence[Rect], across: int, down: int) -> NDArray[np.uint8]:
    """Outward to whole dots: what is to be hidden is hidden to its edge."""
    picture = np.zeros((down, across), np.uint8)
    for rect in rects:
        if rect.width > 0 and rect.height > 0:
            rows = slice(floor(rect.top * down), ceil(rect.bottom * down))
            picture[rows, floor(rect.left * across) : ceil(rect.right * across)] = 255
    return picture
