"""Words on the picture."""

import numpy as np
from numpy.typing import NDArray

from bot.engine.timeline.ops import TextOp
from tests.operations.case import Case, Seen


def _drawn(seen: Seen, at: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs(seen.after.at(at).astype(int) - seen.before.at(at)).max(axis=2) > 60)


def _middle(seen: Seen, at: float) -> tuple[float, float]:
    """Where the middle of what is drawn lies, in shares of the picture."""
    rows, columns = np.nonzero(_drawn(seen, at))
    return float(np.ptp(columns) / 2 + columns.min()) / 320, float(np.ptp(rows) / 2 + rows.min()) / 180


def _title(seen: Seen) -> None:
    assert _drawn(seen, 1.5).sum() > 200
    assert _drawn(seen, 3.5).sum() == 0, "three seconds, no more"
    across, down = _middle(seen, 1.5)
    assert abs(across - 0.5) < 0.05
    assert abs(down - 0.5) < 0.1


def _below_in_yellow(seen: Seen) -> None:
    assert _drawn(seen, 0.5).sum() == 0
    assert _drawn(seen, 1.5).sum() > 100
    assert _middle(seen, 1.5)[1] > 0.8
    lit = seen.after.at(1.5)[_drawn(seen, 1.5)]
    assert ((lit[:, 0] > 150) & (lit[:, 1] > 150) & (lit[:, 2] < 110)).mean() > 0.2


def _at_the_left(seen: Seen) -> None:
    across, down = _middle(seen, 1.5)
    assert across < 0.35
    assert abs(down - 0.5) < 0.1


def _gone(seen: Seen) -> None:
    assert _drawn(seen, 1.5).sum() > 200, "it was there before"
    assert np.abs(np.diff(seen.after.at(1.5)[100:108, 40:60].astype(int), axis=1)).max() < 40


CASES = (
    Case("text", 'add the title "Hello, $5: it\'s 50% off"', (TextOp(content="Hello, $5: it's 50% off", role="title"),),
         _title, ("red", "red")),
    Case("text", 'add the text "こんにちは 你好 🎉" at the bottom in yellow from 0:01 to 0:03',
         (TextOp(content="こんにちは 你好 🎉", position="bottom", color="yellow", start=1, end=3),),
         _below_in_yellow),
    Case("text", 'add the text "Left" on the left', (TextOp(content="Left", position="left"),),
         _at_the_left),
    Case("text", "remove the title", (TextOp(target="Hello", remove=True),), _gone, ("red",),
         first=(TextOp(content="Hello"),)),
)  # fmt: skip
