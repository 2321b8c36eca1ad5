"""Transitions and fades."""

import numpy as np
import pytest

from bot.engine.timeline.ops import FadeOp, TransitionOp
from tests.operations.case import Case, Seen


def _blended(seen: Seen) -> None:
    assert seen.before.seconds == pytest.approx(4, abs=0.05)
    assert seen.after.seconds == pytest.approx(3.5, abs=0.05)
    middle = seen.after.at(1.75).mean(axis=(0, 1))
    assert middle[0] > 60  # red goes
    assert middle[1] > 40  # green comes
    assert seen.after.at(0.5).mean(axis=(0, 1))[1] < 20
    assert seen.after.at(3.0).mean(axis=(0, 1))[0] < 20


def _half_and_half(seen: Seen) -> None:
    middle = seen.after.at(seen.after.seconds / 2)
    left, right = middle[:, :100].mean(axis=(0, 1)), middle[:, -100:].mean(axis=(0, 1))
    assert {int(np.argmax(left)), int(np.argmax(right))} == {0, 1}


def _through_black(seen: Seen) -> None:
    assert min(float(picture.mean()) for picture in seen.after.pictures) < 6
    assert min(float(picture.mean()) for picture in seen.before.pictures) > 30


def _from_and_to_black(seen: Seen) -> None:
    assert seen.after.at(0).mean() < 12
    assert seen.after.at(seen.after.seconds).mean() < 12
    assert seen.after.at(2).mean() == pytest.approx(seen.before.at(2).mean(), abs=3)
    assert seen.after.level(0, 0.1) < seen.before.level(0, 0.1) - 15


def _to_white(seen: Seen) -> None:
    assert seen.after.at(seen.after.seconds).mean() > 235


CASES = (
    Case(
        "transition", "add transitions", (TransitionOp(),), _blended, ("red", "green"), says_zh="添加转场",
    ),
    Case("transition", "add a wipe between clips", (TransitionOp(style="wipe"),), _half_and_half, ("red", "green")),
    Case(
        "transition", "fade to black between the clips", (TransitionOp(style="fade_black"),), _through_black,
        ("red", "green"),
    ),
    Case("fade", "fade in and out", (FadeOp(kind="both"),), _from_and_to_black, ("tone",), says_zh="淡入淡出"),
    Case("fade", "fade out to white", (FadeOp(kind="out", color="white"),), _to_white),
)  # fmt: skip
