"""What is removed, given where somebody speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.hearing.pauses import HEAD_MS, TAIL_MS, pauses


def test_margins_stay_around_words() -> None:
    speech = ((1000, 2000), (4000, 5000))
    assert pauses(speech, 8000) == ((0, 1000 - HEAD_MS), (2000 + TAIL_MS, 4000 - HEAD_MS), (5000 + TAIL_MS, 8000))


def test_short_pauses_stay() -> None:
    assert pauses(((0, 1000), (1499, 2000)), 2000) == ()
    assert pauses(((0, 1000), (1500, 2000)), 2000) == ((1250, 1350),)


def test_edges_without_silence_stay() -> None:
    assert pauses(((100, 900),), 1000) == ()


def test_without_speech_nothing_is_removed() -> None:
    assert pauses((), 60_000) == ()


def test_margins_shrink_with_the_pauses_that_are_asked_for() -> None:
    assert pauses(((0, 1000), (1300, 2000)), 2000, min_pause_ms=300) == ((1150, 1210),)
    assert pauses(((0, 1000), (3000, 4000)), 4000, min_pause_ms=2000) == ((1250, 2850),)


def test_speech_that_ends_after_the_picture_or_overlaps() -> None:
    assert pauses(((1000, 5000), (2000, 3000), (7000, 9100)), 9000) == ((0, 850), (5250, 6850))
    assert pauses(((1000, 2000), (9500, 9900)), 9000) == ((0, 850), (2250, 9000))


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), max_size=30),
    st.integers(1, 30_000),
    st.integers(1, 3000),
    st.sampled_from([0, 100, 400]),
)
def test_what_is_removed_is_ordered_and_holds_no_word(
    steps: list[tuple[int, int]], duration: int, least: int, margin: int
) -> None:
    speech, at = [], 0
    for gap, length in steps:
        speech.append((at + gap, at + gap + length))
        at += gap + length
    found = pauses(speech, duration, least, margin, margin)
    flat = [at for pair in found for at in pair]
    assert flat == sorted(flat)
    assert all(0 <= at <= duration for at in flat)
    assert all(end > start for start, end in found)
    assert not any(start < word_end and word < end for start, end in found for word, word_end in speech)


@pytest.mark.parametrize("least", [100, 500, 2000])
def test_a_longer_least_pause_removes_no_more(least: int) -> None:
    speech = tuple((at, at + 700) for at in (300, 1200, 3000, 3900, 9000))

    def removed(value: int) -> int:
        return sum(end - start for start, end in pauses(speech, 12_000, value))

    assert removed(least) >= removed(2 * least)
