"""A frame's number as a strip of grey cells along its lower edge: survives x264, scaling and a change of rate.

Twenty cells: dark and bright, fifteen bits with the lowest first, one for even parity, bright and dark again. Where two
frames lie over each other (a dissolve) the cells are neither, and the frame carries no number.
"""

import numpy as np
from numpy.typing import NDArray

CELLS = 20
BITS = 15
SHARE = 1 / 40
"""Height of the strip, as a share of the picture's."""

_SIDE = 0.3
_LEAST_CONTRAST = 20.0


def strip_height(height: int) -> int:
    """Height of the strip in a picture so high: even, at least 4 pixels."""
    return max(4, 2 * round(height * SHARE / 2))


def cells(number: int) -> list[bool]:
    """Which cells are bright."""
    bits = [bool(number >> bit & 1) for bit in range(BITS)]
    return [False, True, *bits, sum(bits) % 2 == 1, True, False]


def draw_strip(number: int, width: int, height: int, dark: int = 16, bright: int = 235) -> NDArray[np.uint8]:
    """The strip alone, grey, `strip_height(height)` high."""
    edges = np.linspace(0, width, CELLS + 1).round().astype(int)
    row = np.repeat(np.where(cells(number), bright, dark).astype(np.uint8), np.diff(edges))
    return np.tile(row, (strip_height(height), 1))


def read(luma: NDArray[np.uint8]) -> int | None:
    """The number that a picture carries (its brightness, height x width); None when it carries none for sure."""
    height, width = luma.shape
    strip = height * SHARE
    rows = luma[round(height - strip * (1 - _SIDE)) : max(round(height - strip * _SIDE), 1)]
    edges = np.linspace(0, width, CELLS + 1)
    step = width / CELLS
    levels = np.array([rows[:, round(at + step * _SIDE) : round(at + step * (1 - _SIDE))].mean() for at in edges[:-1]])
    dark, bright = (levels[0] + levels[-1]) / 2, (levels[1] + levels[-2]) / 2
    if bright - dark < _LEAST_CONTRAST:
        return None
    places = (levels[2:-2] - dark) / (bright - dark)
    if np.any((places > 0.3) & (places < 0.7)) or np.any((places < -0.3) | (places > 1.3)):
        return None
    on = places > 0.5
    if on.sum() % 2:
        return None
    return int(sum(1 << bit for bit in range(BITS) if on[bit]))
