"""Colours laid down by what becomes of grey."""

import numpy as np
import pytest

from bot.engine.render.grade import Grade, graded, warmth
from tests.engine.render import clips

SIDE, EACH = 32, 8
TEAL = Grade(((0, 0, 0.05, 0.2), (0.5, 0.6, 0.5, 0.4), (1, 1, 0.95, 0.8)), 1.2)


def through(grade: Grade, picture: np.ndarray) -> np.ndarray:
    """A picture in RGB, each point so large that its neighbours' colours do not reach its middle, as it comes out."""
    large = picture.repeat(EACH, axis=0).repeat(EACH, axis=1)
    height, width = large.shape[:2]
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "pipe:0"]
    there = "scale=out_color_matrix=bt709:out_range=limited,format=yuv420p"
    back = "scale=in_color_matrix=bt709:in_range=limited:flags=accurate_rnd+full_chroma_int+neighbor,format=rgb24"
    graph = f"[0:v]{there},{graded(grade, 'c0')},{back}"
    args = [*given, "-filter_complex", graph, "-f", "rawvideo", "pipe:1"]
    made = np.frombuffer(clips.run(args, large.tobytes()), np.uint8).reshape(height, width, 3)
    return made[EACH // 2 :: EACH, EACH // 2 :: EACH].astype(int)


def test_grey_becomes_what_the_rows_say() -> None:
    levels = np.linspace(0, 255, SIDE).round().astype(np.uint8)
    grey = levels[None, :, None].repeat(SIDE, 0).repeat(3, 2)
    at = [row[0] * 255 for row in TEAL.rows]
    expected = np.stack([np.interp(levels, at, [row[channel] * 255 for row in TEAL.rows]) for channel in (1, 2, 3)])
    assert np.abs(through(TEAL, grey)[SIDE // 2] - expected.T).max() <= 4


def test_colours_keep_their_hue_and_no_value_wraps_round() -> None:
    colours = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    colours[0, :6] = [(255, 255, 0), (0, 255, 255), (255, 0, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255)]
    plain = through(Grade(((0, 0, 0, 0), (1, 1, 1, 1))), colours)
    assert np.abs(plain - colours).mean() < 2
    strong = through(Grade(((0, 0, 0, 0), (1, 1, 1, 1)), 1.5), colours)
    order = plain.argmax(axis=2) == strong.argmax(axis=2)
    clear = np.sort(plain, axis=2)[:, :, 2] - np.sort(plain, axis=2)[:, :, 1] > 20
    assert order[clear].mean() > 0.99
    assert np.ptp(strong, axis=2).mean() > np.ptp(plain, axis=2).mean() + 10


def test_without_colour_there_is_the_tint_alone() -> None:
    colours = np.random.default_rng(2).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    brown = through(Grade(((0, 0, 0, 0), (1, 1, 0.9, 0.7)), 0), colours)
    light = brown @ [0.2126, 0.7152, 0.0722]
    for channel, share in enumerate((1, 0.9, 0.7)):
        tint = share / (0.2126 + 0.7152 * 0.9 + 0.0722 * 0.7)
        assert np.abs(brown[:, :, channel] - light * tint).mean() < 3


@pytest.mark.parametrize("share", [0.25, -0.15])
def test_warmth_moves_red_and_blue_apart(share: float) -> None:
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    red, green, blue = through(warmth(share), grey)[9, 9]
    assert green == pytest.approx(128, abs=2)
    assert red == pytest.approx(128 * (1 + share), abs=3)
    assert blue == pytest.approx(128 * (1 - share), abs=3)
    white = through(warmth(share), np.full((SIDE, SIDE, 3), 255, np.uint8))[9, 9]
    assert white.max() >= 252, "white is not made darker"
