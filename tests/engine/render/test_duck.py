"""How music gives way to speech."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.render.duck import dip
from bot.engine.render.lines import SAMPLE_RATE as RATE


def test_it_is_down_at_the_first_word_and_up_again_a_while_after_the_last() -> None:
    curve = np.asarray(dip([(2 * RATE, 4 * RATE)], 0.3).between(0, 8 * RATE))
    assert curve[int(1.7 * RATE)] == 1
    assert np.allclose(curve[2 * RATE : 4 * RATE], 0.3)
    assert curve[int(4.3 * RATE)] == pytest.approx(0.3), "it does not come up between two sentences"
    assert curve[int(5.3 * RATE)] == 1
    assert np.abs(np.diff(curve)).max() < 1 / 5_000, "nothing clicks"


def test_it_stays_down_in_a_pause_that_is_too_short_to_come_up_in() -> None:
    curve = dip([(RATE, 2 * RATE), (4 * RATE, 5 * RATE)], 0.3).between(RATE, 5 * RATE)
    assert np.allclose(curve, 0.3)


def test_without_speech_nothing_is_done() -> None:
    assert dip([], 0.3).between(0, 1000) == 1


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 5 * RATE), st.integers(1, 3 * RATE)), max_size=5),
    st.floats(0, 1),
    st.integers(9_000, 1 << 17),
)
def test_blocks_join_to_one_curve_between_low_and_one(steps: list[tuple[int, int]], low: float, size: int) -> None:
    speech, at = [], 0
    for gap, length in steps:
        speech.append((at + gap, at + gap + length))
        at += gap + length
    made, end = dip(speech, low), at + 3 * RATE
    whole = np.broadcast_to(made.between(0, end), end)
    parts = [np.broadcast_to(made.between(a, min(end, a + size)), min(end, a + size) - a) for a in range(0, end, size)]
    assert np.allclose(np.concatenate(parts), whole, atol=1e-5)
    assert whole.min() >= low - 1e-6
    assert whole.max() <= 1
    for first, last in speech:
        assert np.allclose(whole[first:last], low, atol=1e-5)
