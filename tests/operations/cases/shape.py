"""The picture's shape and size."""

import numpy as np
import pytest

from bot.engine.timeline.ops import Aspect, Resize
from tests.operations.case import Case, Pictures, Seen


def _square(seen: Seen) -> None:
    assert seen.after.file.width == seen.after.file.height
    side = seen.after.file.height
    shown, whole = seen.after.at(1), seen.before.at(1)
    left = (whole.shape[1] - whole.shape[0]) // 2
    middle = whole[:, left : left + whole.shape[0]]
    assert np.abs(_small(shown, 20) - _small(middle, 20)).mean() < 12
    assert side >= seen.before.file.height


def _upright_on_blur(seen: Seen) -> None:
    assert seen.after.file.height > seen.after.file.width
    shown = seen.after.at(1)
    bar, inside = shown[: shown.shape[0] // 6], shown[shown.shape[0] * 2 // 5 : shown.shape[0] * 3 // 5]
    assert bar.mean() > 15  # not black
    assert _edges(bar) < _edges(inside) / 3  # but blurred


def _smaller(seen: Seen) -> None:
    assert (seen.after.file.width, seen.after.file.height) == (256, 144)
    assert np.abs(_small(seen.after.at(1), 16) - _small(seen.before.at(1), 16)).mean() < 6
    assert seen.after.seconds == pytest.approx(seen.before.seconds)


def _small(picture: Pictures, cells: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """The mean of each of `cells` by `cells` parts."""
    rows = [part.mean(axis=0) for part in np.array_split(picture.mean(axis=2), cells)]
    return np.array([[part.mean() for part in np.array_split(row, cells)] for row in rows])


def _edges(picture: Pictures) -> float:
    return float(np.abs(np.diff(picture.mean(axis=2), axis=1)).mean())


CASES = (
    Case("aspect", "make it square", (Aspect(ratio="1:1"),), _square, ("corners",), says_zh="改成方形"),
    Case(
        "aspect", "9:16 with blurred sides", (Aspect(ratio="9:16", mode="blur_pad"),), _upright_on_blur, ("count",)
    ),
    Case("resize", "make it 144p", (Resize(height=144),), _smaller, ("count",)),
)  # fmt: skip
