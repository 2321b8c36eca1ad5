"""How the picture looks: colours, black and white, blur, zoom, turns, edges; and marks over the whole."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.timeline.ops import (
    Blur,
    Bw,
    Color,
    Crop,
    Flip,
    Fps,
    Letterbox,
    ProgressBar,
    Rotate,
    Stabilize,
    Timecode,
    ZoomOp,
)
from tests.operations.case import Case, Pictures, Seen, Watched

Floats = NDArray[np.float64]


def _mean(picture: Pictures) -> Floats:
    return np.asarray(picture.mean(axis=(0, 1)), np.float64)


def _saturation(picture: Pictures) -> float:
    return float((picture.max(axis=2).astype(int) - picture.min(axis=2)).mean())


def _edges(picture: Pictures) -> float:
    """How sharply neighbouring points differ."""
    grey = picture.mean(axis=2)
    return float((np.diff(grey, axis=0) ** 2).mean() + (np.diff(grey, axis=1) ** 2).mean())


def _alike(one: Pictures, other: Pictures) -> float:
    """By how much two pictures differ, of 255."""
    return float(np.abs(one.astype(int) - other).mean())


def _brighter(seen: Seen) -> None:
    assert _mean(seen.after.at(1)).mean() > _mean(seen.before.at(1)).mean() + 10


def _warmer(seen: Seen) -> None:
    shift = _mean(seen.after.at(1)) - _mean(seen.before.at(1))
    assert shift[0] > 2, "less than blue: these colours are near what red can be"
    assert shift[2] < -6
    assert shift[0] > shift[1] + 4 > shift[2] + 8


def _brown(seen: Seen) -> None:
    red, green, blue = _mean(seen.after.at(1))
    assert red > green + 8 > blue + 16
    quarters = [seen.after.at(1)[20:70, 20:140], seen.after.at(1)[20:70, 180:300]]
    assert all(_mean(one)[0] > _mean(one)[2] for one in quarters), "no colour of its own is left"


def _grey(seen: Seen) -> None:
    assert _saturation(seen.before.at(1)) > 100
    assert _saturation(seen.after.at(1)) < 4


def _grey_but_one(seen: Seen) -> None:
    assert [_saturation(seen.after.at(at)) > 60 for at in (1, 3, 5)] == [False, True, False]


def _soft(seen: Seen) -> None:
    assert _edges(seen.after.at(1)) < _edges(seen.before.at(1)) / 3


def _soft_in_part(seen: Seen) -> None:
    assert _alike(seen.after.at(0.5), seen.before.at(0.5)) < 2
    assert _edges(seen.after.at(2)) < _edges(seen.before.at(2)) / 3
    assert _alike(seen.after.at(3.5), seen.before.at(3.5)) < 2


def _square_hidden(seen: Seen) -> None:
    before, after = seen.before.at(1), seen.after.at(1)
    inside = slice(60, 120), slice(100, 220)
    assert _edges(after[inside]) < _edges(before[inside]) / 3
    assert _alike(after[:40], before[:40]) < 3
    assert _alike(after[:, :70], before[:, :70]) < 3


def _larger(seen: Seen) -> None:
    first, last = seen.after.pictures[0], seen.after.pictures[-1]
    assert _alike(first, seen.before.pictures[0]) < 3, "it begins as it was"
    assert _bit_width(last) == pytest.approx(1.2 * _bit_width(seen.before.pictures[-1]), rel=0.03)


def _bit_width(picture: Pictures) -> float:
    """How wide the number of a counted frame is, of which every bit is lit or dark on grey."""
    row = picture[85:95].mean(axis=(0, 2))
    return float(np.flatnonzero(np.abs(row - 90) > 40)[[0, -1]] @ [-1, 1])


def _glides(seen: Seen) -> None:
    """The edge between the blue and the white quarter goes left by the same part of a point each frame."""
    grey = seen.after.pictures[:, 130:140].mean(axis=1) @ [0.2126, 0.7152, 0.0722]
    low, high = grey[0, 20], grey[0, 200]
    places = np.clip((high - grey) / (high - low), 0, 1).sum(axis=1)
    assert (places[0], places[-1]) == (pytest.approx(80, abs=2), pytest.approx(60, abs=2))
    steps = np.diff(places)
    assert np.abs(steps - steps.mean()).max() < 0.25


def _turned_right(seen: Seen) -> None:
    assert (seen.after.file.width, seen.after.file.height) == (180, 320)
    assert _alike(seen.after.at(1), np.rot90(seen.before.at(1), -1)) < 6


def _mirrored(seen: Seen) -> None:
    assert _alike(seen.after.at(1), seen.before.at(1)[:, ::-1]) < 4
    assert _alike(seen.after.at(1), seen.before.at(1)) > 40


def _left_gone(seen: Seen) -> None:
    assert (seen.after.file.width, seen.after.file.height) == (160, 180)
    assert _alike(seen.after.at(1), seen.before.at(1)[:, 160:]) < 4


def _steadier(seen: Seen) -> None:
    assert len(seen.after.pictures) == len(seen.before.pictures)
    assert _motion(seen.after) < _motion(seen.before) / 2
    assert (seen.after.at(1).max(axis=2) < 20).mean() < 0.01, "no black edges"


def _motion(watched: Watched) -> float:
    """By how much the picture moves from frame to frame, points."""
    spectra = [np.fft.rfft2(frame.mean(axis=2)[20:160, 30:290]) for frame in watched.pictures]
    steps = []
    for one, other in pairwise(spectra):
        cross = one * np.conj(other)
        peak = np.fft.irfft2(cross / (np.abs(cross) + 1e-9), (140, 260))
        down, across = np.unravel_index(peak.argmax(), peak.shape)
        steps.append(np.hypot(min(down, 140 - down), min(across, 260 - across)))
    return float(np.mean(steps))


def _bars_gone(seen: Seen) -> None:
    assert (seen.after.file.width, seen.after.file.height) == (320, 120)
    assert _alike(seen.after.at(1), seen.before.at(1)[30:150]) < 5


def _cinema(seen: Seen) -> None:
    before, after = seen.before.at(1), seen.after.at(1)
    bar = (180 - 320 / 2.39) / 2
    assert after[: int(bar) - 1].max() < 20
    assert after[180 - int(bar) + 1 :].max() < 20
    assert _alike(after[30:150], before[30:150]) < 3


def _clock_runs(seen: Seen) -> None:
    places = [np.s_[:30, 200:], np.s_[40:, :]]
    for at in (0.5, 2.5):
        assert _alike(seen.after.at(at)[places[0]], seen.before.at(at)[places[0]]) > 10
        assert _alike(seen.after.at(at)[places[1]], seen.before.at(at)[places[1]]) < 2
    still = [seen.after.at(at)[places[0]] for at in (0.5, 0.5 + 1 / 30, 1.5)]
    assert _alike(still[0], still[1]) > 0.3
    assert _alike(still[0], still[2]) > 0.3


def _grows(seen: Seen) -> None:
    lit = [(seen.after.at(at)[-3].astype(int) @ [1, 1, -1] > 250).mean() for at in (0, 1, 2, 3.95)]
    assert lit == pytest.approx([0, 0.25, 0.5, 1], abs=0.03)


def _half_as_many(seen: Seen) -> None:
    assert seen.after.fps == 15
    assert seen.after.seconds == pytest.approx(seen.before.seconds, abs=0.07)
    assert seen.after.numbers[:4] == [0, 2, 4, 6]


CASES = (
    Case("color", "make it brighter", (Color(brightness="up"),), _brighter, says_zh="画面亮一点"),
    Case("color", "make it warmer", (Color(temperature="warm"),), _warmer, ("corners",)),
    Case("color", "give it a sepia look", (Color(preset="sepia"),), _brown, ("corners",)),
    Case("bw", "make it black and white", (Bw(),), _grey, ("corners",), says_zh="变成黑白"),
    Case("bw", "make everything black and white except clip 2", (Bw(except_clips=[2]),), _grey_but_one,
         ("red", "green", "blue")),
    Case("blur", "blur the whole video", (Blur(),), _soft),
    Case("blur", "blur it from 0:01 to 0:03", (Blur(start=1, end=3),), _soft_in_part),
    Case("blur", "pixelate the center",
         (Blur(target="region", region=(0.3, 0.3, 0.4, 0.4), style="pixelate"),), _square_hidden, ("talk",)),
    Case("zoom", "slowly zoom in", (ZoomOp(kind="in"),), _larger),
    Case("zoom", "slowly zoom in to 150%", (ZoomOp(kind="in", percent=150),), _glides, ("corners",),
         first=(Crop(left=0.25),)),
    Case("rotate", "rotate it 90 degrees", (Rotate(degrees=90),), _turned_right, ("corners",)),
    Case("flip", "mirror it", (Flip(axis="horizontal"),), _mirrored, ("corners",)),
    Case("crop", "crop left 50%", (Crop(left=0.5),), _left_gone, ("corners",)),
    Case("crop", "remove the black bars", (Crop(auto="black_bars"),), _bars_gone, ("barred",), says_zh="去掉黑边"),
    Case("stabilize", "stabilize the video", (Stabilize(),), _steadier, ("shaky",), says_zh="防抖"),
    Case("letterbox", "add cinematic bars", (Letterbox(),), _cinema, ("corners",)),
    Case("timecode", "add a timecode", (Timecode(),), _clock_runs),
    Case("progress_bar", "add a progress bar", (ProgressBar(),), _grows),
    Case("fps", "make it 15 fps", (Fps(value=15),), _half_as_many),
)  # fmt: skip
