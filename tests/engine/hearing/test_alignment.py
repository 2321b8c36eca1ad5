"""Words get their edges from the sound itself: the model's own are a tenth of a second off."""

import numpy as np

from bot.engine.hearing.alignment import Spelled, aligned, levels
from bot.engine.hearing.voice import RATE, Floats

TRUTH = ((200, 500), (620, 900), (1_900, 2_300))
"""Three words: one soon after the other, then a pause of a second."""


def _spoken() -> Floats:
    sound = np.random.default_rng(1).normal(0, 3e-4, 3 * RATE).astype(np.float32)
    time = np.arange(len(sound)) / RATE
    for start, end in TRUTH:
        piece = slice(start * RATE // 1000, end * RATE // 1000)
        sound[piece] += (0.3 * np.sin(2 * np.pi * 220 * time[piece])).astype(np.float32)
    return sound


def _guessed(*edges: tuple[int, int]) -> list[Spelled]:
    return [Spelled(start, end, "word", 1.0) for start, end in edges]


def test_edges_go_to_where_the_sound_is() -> None:
    found = aligned(_guessed((90, 560), (560, 1_050), (1_500, 2_250)), levels(_spoken()))
    for word, (start, end) in zip(found, TRUTH, strict=True):
        assert abs(word.start - start) <= 30, found
        assert abs(word.end - end) <= 30, found


def test_words_without_a_pause_between_them_meet_where_it_is_least_loud() -> None:
    sound = np.full(RATE, 0.3, np.float32) * np.sin(np.arange(RATE) / 8).astype(np.float32)
    dip = slice(RATE * 48 // 100, RATE * 52 // 100)
    sound[dip] *= 0.4
    before, after = aligned(_guessed((0, 420), (420, 1_000)), levels(sound))
    assert 440 <= before.end <= after.start <= 560


def test_words_stay_words() -> None:
    """Whatever the model guessed: in order, none without length, all within the sound."""
    dice = np.random.default_rng(5)
    for _ in range(200):
        edges = np.sort(dice.integers(0, 3_000, 12))
        words = _guessed(*((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a))
        found = aligned(words, levels(_spoken()))
        assert len(found) == len(words)
        assert all(word.end > word.start for word in found), found


def test_silence_moves_nothing_out_of_it() -> None:
    assert aligned([], levels(_spoken())) == ()
    assert aligned(_guessed((0, 10)), levels(np.zeros(0, np.float32))) == tuple(_guessed((0, 10)))
