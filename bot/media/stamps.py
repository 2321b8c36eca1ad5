"""What the time stamps of a picture stream say: its rate, and whether it has one."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median

_STANDARD = tuple(Fraction(rate) for rate in (12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120)) + tuple(
    Fraction(rate * 1000, 1001) for rate in (24, 30, 60, 120)
)
_CLOSE = Fraction(1, 400)
_LEAST, _MOST = Fraction(1), Fraction(120)
_UNKNOWN = Fraction(30)
_OFF_SHARE = 0.005
_OFF_BY = 0.12
_USUAL = 0.4
_FINE = 4
_HOLE = 5


@dataclass(frozen=True)
class Rate:
    """Frames a second; `variable` when the distances between frames are not all alike."""

    fps: Fraction
    variable: bool


def rate_of(stamps: Iterable[int], time_base: Fraction) -> Rate:
    """The rate of frames shown at `stamps` (any order, in `time_base` s)."""
    gaps = [later - earlier for earlier, later in pairwise(sorted(set(stamps)))]
    if not gaps:
        return Rate(_UNKNOWN, variable=False)
    middle = median(gaps)
    # On a container's own grid (Matroska: 1 ms) neighbours differ by a tick; where a frame is a tick, that is a frame.
    tolerance = max(1.01 if middle > _FINE else 0, middle * _OFF_BY)
    alike = [gap for gap in gaps if abs(gap - middle) <= tolerance]
    off = len(gaps) - len(alike)
    variable = off > max(1, len(gaps) * _OFF_SHARE) or max(gaps) > _HOLE * middle + 1
    usual = [gap for gap in gaps if abs(gap - middle) <= middle * _USUAL] if variable else alike
    gap = Fraction(sum(usual), len(usual))  # a phone's frames come early and late, and on average in time
    return Rate(_tidy(1 / (gap * time_base), exact=not variable), variable)


def _tidy(fps: Fraction, *, exact: bool) -> Fraction:
    fps = min(max(fps, _LEAST), _MOST)
    nearest = min(_STANDARD, key=lambda standard: abs(standard - fps))
    if abs(nearest - fps) <= nearest * _CLOSE * (1 if exact else 8):
        return nearest
    return fps.limit_denominator(1001)
