"""What the speech model hears at once: all speech, parted in pauses."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.hearing.windows import LONGEST_MS, MOST_MS, windows

RANGES = st.lists(st.integers(1, 40_000), max_size=40).map(
    lambda steps: [(sum(steps[:index]), sum(steps[: index + 1])) for index in range(1, len(steps) - 1, 2)]
)


@given(RANGES)
def test_all_speech_is_heard_once(ranges: list[tuple[int, int]]) -> None:
    found = windows(ranges, 10_000_000)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    for start, end in ranges:
        assert any(begin <= start and end <= stop for begin, stop in found)
    assert all(end - start <= LONGEST_MS + 1_000 for start, end in found)


def test_as_few_as_can_be() -> None:
    short = [(at, at + 1_500) for at in range(0, 60_000, 2_000)]
    found = windows(short, 60_000)
    assert len(found) == 3
    assert all(end - start <= MOST_MS + 500 for start, end in found)
    assert windows([(500, 300_000)], 300_000)[0][1] == LONGEST_MS + 500
    assert windows([], 5_000) == ()
