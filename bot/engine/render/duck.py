"""Music that goes down while somebody speaks: early enough to be down at the first word, slowly up after the last."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.pcm import Block

_DOWN = SAMPLE_RATE // 4
"""It goes down over a quarter of a second, ahead of the first word."""

_STAYS = SAMPLE_RATE * 2 // 5
_UP = SAMPLE_RATE * 4 // 5
_LEAST = SAMPLE_RATE
"""A pause in which it would be up for less than this is no reason to come up: it would pump."""


@dataclass(frozen=True)
class Dip:
    """A curve of straight lines: `levels` at the samples `at`."""

    at: NDArray[np.int64]
    levels: NDArray[np.float64]

    def between(self, first: int, end: int) -> Block | np.float32:
        """The factor for each sample from `first` up to `end`, or one for all of them."""
        if not len(self.at):
            return np.float32(1)
        inner = np.searchsorted(self.at, (first, end))
        edges = np.interp((first, end - 1), self.at, self.levels)
        if inner[0] == inner[1] and edges[0] == edges[1]:
            return np.float32(edges[0])
        return np.interp(np.arange(first, end), self.at, self.levels).astype(np.float32)


def dip(spoken: Sequence[tuple[int, int]], low: float) -> Dip:
    """Down to `low` times the level at the stretches `spoken` (samples, in order), up between them."""
    merged: list[tuple[int, int]] = []
    for first, end in spoken:
        begin, stop = first - _DOWN, end + _STAYS + _UP
        if merged and begin - merged[-1][1] < _LEAST:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((begin, stop))
    points = [
        point
        for begin, stop in merged
        for point in ((begin, 1.0), (begin + _DOWN, low), (stop - _UP, low), (stop, 1.0))
    ]
    return Dip(np.array([at for at, _ in points], np.int64), np.array([level for _, level in points], np.float64))
