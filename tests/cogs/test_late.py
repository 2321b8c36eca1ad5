"""How late an interaction is, by a clock that may be wrong."""

import pytest

from cogs.late import Lateness


class Hand:
    """A clock set by hand; Discord's may be any distance away from it."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.now = 1000.0
        self.ahead = ahead

    def __call__(self) -> float:
        return self.now

    def made(self, ago: float) -> float:
        """When Discord made what reaches us now, so many seconds ago."""
        return self.now + self.ahead - ago


@pytest.mark.parametrize("ahead", [0.0, 7200.0, -7200.0, 1_700_000_000.0])
def test_only_the_distance_to_the_quickest_counts(ahead: float) -> None:
    clock = Hand(ahead)
    lateness = Lateness(clock)
    ages = [0.2, 0.1, 2.9, 3.0, 3.3, 60.0, 0.1]
    assert [lateness.late(clock.made(age)) for age in ages] == [False, False, False, False, True, True, False]
    assert lateness.dropped == 2


def test_a_clock_that_is_suddenly_ahead_drops_for_a_minute_at_most() -> None:
    clock = Hand()
    lateness = Lateness(clock)
    assert not lateness.late(clock.made(0.1))
    clock.ahead = -60.0
    for _ in range(13):
        clock.now += 5
        lateness.late(clock.made(0.1))
    assert lateness.dropped == 12
    assert not lateness.late(clock.made(0.1))
    assert lateness.late(clock.made(4.0))


def test_a_backlog_is_dropped_to_its_end() -> None:
    """A thousand that waited for five minutes, read within two seconds; then it goes on as before."""
    clock = Hand()
    lateness = Lateness(clock)
    assert not lateness.late(clock.made(0.1))
    clock.now += 300
    for number in range(1000):
        clock.now += 0.002
        assert lateness.late(clock.made(300 - number / 4)), number
    assert not lateness.late(clock.made(0.2))


def test_a_clock_that_is_suddenly_behind_drops_nothing() -> None:
    clock = Hand()
    lateness = Lateness(clock)
    assert not lateness.late(clock.made(0.1))
    clock.ahead = 60.0
    assert not lateness.late(clock.made(0.1))
    assert lateness.late(clock.made(4.0))


def test_after_a_long_silence_the_first_is_taken() -> None:
    clock = Hand()
    lateness = Lateness(clock)
    assert not lateness.late(clock.made(0.1))
    clock.now += 86_400
    assert not lateness.late(clock.made(5.0))
    assert not lateness.late(clock.made(0.1))
    assert lateness.late(clock.made(5.0))


def test_drops_are_logged_at_most_once_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Hand()
    lateness = Lateness(clock)
    lateness.late(clock.made(0.0))
    for _ in range(500):
        clock.now += 0.24
        assert lateness.late(clock.made(5.0))
        assert not lateness.late(clock.made(0.0))
    assert lateness.dropped == 500
    assert capsys.readouterr().out.count("too late to answer") == 2
