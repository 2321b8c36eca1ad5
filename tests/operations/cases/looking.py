"""What is done by looking and listening: black and still parts out, the liveliest kept."""

import numpy as np
import pytest

from bot.engine.timeline.ops import CutSeen, Highlight
from tests.operations.case import Case, Seen


def _black_gone(seen: Seen) -> None:
    assert seen.before.pictures[75].mean() < 20
    assert seen.after.numbers == [*range(60), *range(90, 120)]
    assert float(seen.after.pictures.mean(axis=(1, 2, 3)).min()) > 60
    assert seen.after.sound.size == pytest.approx(3 * 48_000, abs=2_000)


def _still_gone(seen: Seen) -> None:
    assert seen.before.numbers[30:75] == [30] * 45
    assert seen.after.numbers == [*range(30), *range(75, 120)]


def _liveliest_kept(seen: Seen) -> None:
    """The middle two seconds are noise to the eye and to the ear."""
    assert seen.after.seconds == pytest.approx(2, abs=0.05)
    moved = np.abs(np.diff(seen.after.pictures.mean(axis=3), axis=0)).mean(axis=(1, 2))
    assert float(np.median(moved)) > 10
    assert seen.after.level(0.2, 1.8) > seen.before.level(0.2, 1.8) + 10


CASES = (
    Case("cut_seen", "", (CutSeen(what="black"),), _black_gone, ("gap",)),
    Case("cut_seen", "", (CutSeen(what="frozen"),), _still_gone, ("stuck",)),
    Case("highlight", "make a 2 second highlight", (Highlight(seconds=2),), _liveliest_kept, ("party",)),
)
