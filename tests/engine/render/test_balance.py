"""Colours moved apart in dark and bright parts: the same picture as ffmpeg's own filter makes."""

import numpy as np
import pytest

from bot.engine.render.balance import Balance, balanced
from tests.engine.render import clips

SIDE = 400
COLOURS = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def through(steps: str) -> np.ndarray:
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIDE}x{SIDE}", "-i", "pipe:0"]
    args = [*given, "-filter_complex", f"[0:v]format=gbrp,{steps},format=rgb24", "-f", "rawvideo", "pipe:1"]
    return np.frombuffer(clips.run(args, COLOURS.tobytes()), np.uint8).astype(int)


@pytest.mark.long
@pytest.mark.parametrize(
    ("balance", "words"),
    [
        (Balance(red=(-0.06, 0, 0.06), blue=(0.07, 0, -0.06)), "rs=-0.06:bs=0.07:rh=0.06:bh=-0.06"),
        (Balance((-0.2, 0.06, 0.2), (0.02, 0, 0), (0.18, -0.06, -0.2)),
         "rs=-0.2:gs=0.02:bs=0.18:rm=0.06:bm=-0.06:rh=0.2:bh=-0.2"),
    ],
)  # fmt: skip
def test_it_is_colorbalance_to_a_unit(balance: Balance, words: str) -> None:
    expected = through(f"colorbalance={words}")
    assert np.abs(expected - COLOURS.ravel()).max() > 8
    assert np.abs(through(balanced(balance, "c0")) - expected).max() <= 1
