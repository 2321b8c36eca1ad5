"""From how the frames of a source differ to what is told of it: shots, black stretches, stretches that stand still.

A frame is known here by a picture of `SIDES` blocks in luma and colour difference. All of it is numbers: no picture
is kept.
"""

from array import array
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SIDES = (36, 64)
"""Rows and columns of blocks."""

Blocks = NDArray[np.float32]
"""Luma and both colour differences, 0-255: 3 x rows x columns."""

Ranges = list[tuple[int, int]]

SHORTEST_BLACK_MS = 200
SHORTEST_FROZEN_MS = 1_000

_DARK = 32.0
"""Luma of what still counts as black: black is 16, and compression makes it uneven."""
_DARK_SHARE = 0.98
_STILL = 3.0
"""No block of a picture that stands still is further from where it began: compression and noise move less."""
_FLOOR = 7.0
"""A change of shot changes the picture by more than this on average, in levels of 255."""
_PEAK = 3.0
"""... and by so much more than the frames around it do, which in a pan or in turmoil all change a lot."""
_AROUND = 6
_FLASH = 5
"""A flash is shorter than so many frames: then the picture is as it was ahead of it."""
_SHORTEST_SHOT_MS = 300
_LIVELIEST = 20.0


@dataclass(frozen=True)
class Marks:
    """Times are ms. `motion` is by how many levels the picture changes in each second."""

    shots: list[int]
    black: Ranges
    frozen: Ranges
    motion: list[int]


@dataclass
class Watch:
    """Sees one frame after the other; keeps five numbers of each."""

    _times: "array[int]" = field(default_factory=lambda: array("q"))
    _change: "array[float]" = field(default_factory=lambda: array("f"))
    _beyond: "array[float]" = field(default_factory=lambda: array("f"))
    _black: Ranges = field(default_factory=list)
    _frozen: Ranges = field(default_factory=list)
    _last: "deque[Blocks]" = field(default_factory=lambda: deque(maxlen=_FLASH))
    _dark_from: int | None = None
    _still_from: int = 0
    _still: Blocks | None = None

    def see(self, time_ms: int, blocks: Blocks) -> None:
        """The next frame, later than the one before."""
        change = float(np.abs(blocks - self._last[-1]).mean(axis=(1, 2)) @ _WEIGHTS) if self._last else 0.0
        beyond = float(np.abs(blocks - self._last[0]).mean(axis=(1, 2)) @ _WEIGHTS) if self._last else 0.0
        self._last.append(blocks)
        self._times.append(time_ms)
        self._change.append(change)
        self._beyond.append(beyond)
        self._see_dark(time_ms, blocks)
        if self._still is None or np.abs(blocks - self._still).max() > _STILL:
            self._end_still(time_ms)
            self._still, self._still_from = blocks, time_ms

    def marks(self, end_ms: int) -> Marks:
        """What was seen; the last frame is shown until `end_ms`."""
        if self._dark_from is not None:
            _note(self._black, self._dark_from, end_ms, SHORTEST_BLACK_MS)
            self._dark_from = None
        if self._still is not None:
            self._end_still(end_ms)
            self._still = None
        times, change = np.array(self._times, np.int64), np.array(self._change, np.float32)
        cuts = _cuts(times, change, np.array(self._beyond, np.float32))
        return Marks(_shots(cuts, self._black, end_ms), self._black, self._frozen, _motion(times, change, end_ms))

    def _see_dark(self, time_ms: int, blocks: Blocks) -> None:
        dark = float((blocks[0] <= _DARK).mean()) >= _DARK_SHARE
        if dark and self._dark_from is None:
            self._dark_from = time_ms
        elif not dark and self._dark_from is not None:
            _note(self._black, self._dark_from, time_ms, SHORTEST_BLACK_MS)
            self._dark_from = None

    def _end_still(self, time_ms: int) -> None:
        if self._still is not None:
            _note(self._frozen, self._still_from, time_ms, SHORTEST_FROZEN_MS)


_WEIGHTS = np.array((0.6, 0.2, 0.2), np.float32)


def _note(ranges: Ranges, start: int, end: int, shortest: int) -> None:
    if end - start >= shortest:
        ranges.append((start, end))


def _cuts(times: NDArray[np.int64], change: NDArray[np.float32], beyond: NDArray[np.float32]) -> list[int]:
    """Where the picture becomes another at once."""
    found: list[int] = []
    for index in np.flatnonzero(change >= _FLOOR).tolist():
        first = max(1, index - _AROUND)
        around = np.delete(change[first : index + _AROUND + 1], index - first)
        if len(around) and change[index] < _PEAK * float(np.median(around)):
            continue
        if beyond[[index, min(index + _FLASH - 1, len(beyond) - 1)]].min() < change[index] / 2:
            continue  # a flash, or its end: what came before comes again
        if not found or times[index] - found[-1] >= _SHORTEST_SHOT_MS:
            found.append(int(times[index]))
    return found


def _shots(cuts: list[int], black: Ranges, end_ms: int) -> list[int]:
    """Where shots begin: at the start, at every cut, and where it is light again after black."""
    begins = [0]
    for time in sorted({*cuts, *(end for start, end in black if start > 0 and end < end_ms)}):
        if time - begins[-1] >= _SHORTEST_SHOT_MS:
            begins.append(time)
    return begins


def _motion(times: NDArray[np.int64], change: NDArray[np.float32], end_ms: int) -> list[int]:
    """A cut counts as no more than a lively frame: else shots were all that counted."""
    seconds = max(1, -(-end_ms // 1000))
    where = np.clip(times // 1000, 0, seconds - 1)
    sums = np.bincount(where, weights=np.minimum(change, _LIVELIEST), minlength=seconds)
    return [round(one) for one in sums.tolist()]
