"""Marks from pictures whose truth is known, without a file: noise, flashes, drifts and turmoil are no shots."""

from collections.abc import Iterator

import numpy as np
import pytest

from bot.engine.looking.marks import SIDES, Blocks, Marks, Watch

FPS = 25
DICE = np.random.default_rng(7)


def scene(seed: int, spread: float = 40) -> Blocks:
    """A picture like no other."""
    dice = np.random.default_rng(seed)
    blocks = dice.normal(128, spread, (3, *SIDES))
    blocks[1:] = 128 + (blocks[1:] - 128) / 3
    return np.clip(blocks, 16, 235).astype(np.float32)


def held(picture: Blocks, seconds: float, noise: float = 0.3) -> Iterator[Blocks]:
    """A picture that stands still, as a camera or an encoder sees it."""
    for _ in range(round(seconds * FPS)):
        yield picture + DICE.normal(0, noise, picture.shape).astype(np.float32)


def moving(seed: int, seconds: float, step: int = 1) -> Iterator[Blocks]:
    """A scene that drifts by so many blocks a frame."""
    picture = scene(seed, 12)
    for number in range(round(seconds * FPS)):
        yield np.roll(picture, number * step, axis=2)


def seen(*parts: Iterator[Blocks]) -> Marks:
    watch, number = Watch(), 0
    for part in parts:
        for blocks in part:
            watch.see(number * 1000 // FPS, blocks)
            number += 1
    return watch.marks(number * 1000 // FPS)


BLACK = np.stack([np.full(SIDES, level, np.float32) for level in (17, 128, 128)])
WHITE = np.stack([np.full(SIDES, level, np.float32) for level in (235, 128, 128)])


def test_shots_begin_at_cuts() -> None:
    found = seen(held(scene(1), 2), moving(2, 2), held(scene(3), 1.2), moving(4, 1))
    assert found.shots == [0, 2000, 4000, 5200]


@pytest.mark.parametrize("frames", [1, 3])
def test_a_flash_is_no_shot(frames: int) -> None:
    found = seen(moving(2, 2), held(WHITE, frames / FPS), moving(2, 2))
    assert found.shots == [0]


def test_turmoil_is_one_shot() -> None:
    assert seen(moving(5, 4, step=9)).shots == [0]


def test_black_is_told_to_the_frame_and_parts_shots() -> None:
    found = seen(moving(1, 1), held(BLACK, 0.6), moving(2, 1), held(BLACK, 0.12), moving(3, 1), held(BLACK, 1))
    assert found.black == [(1000, 1600), (3720, 4720)]
    assert found.shots[:2] == [0, 1000]
    assert 1600 in found.shots


def test_what_stands_still_does_so_in_spite_of_noise() -> None:
    found = seen(moving(1, 1), held(scene(2), 2), moving(3, 1), held(scene(4), 0.6))
    assert found.frozen == [(1000, 3000)]


def test_a_slow_change_is_not_still() -> None:
    picture = scene(6)
    found = seen(iter([picture + number * 0.2 for number in range(100)]))
    assert found.frozen == []


def test_motion_is_told_by_the_second() -> None:
    quiet, lively = seen(held(scene(1), 2), moving(2, 2)).motion[:2], seen(moving(2, 3, step=3)).motion
    assert max(quiet) < min(lively) / 4
    assert len(lively) == 3
