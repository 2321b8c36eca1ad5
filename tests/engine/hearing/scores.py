"""How well pauses were found: the share of the pauses that goes, the share of the speech that goes with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.engine.hearing.pauses import pauses
from tests import voices


@dataclass(frozen=True)
class Score:
    """All in percent, but `worst`, the most that one utterance lost (ms), and `hurt`, how many lost over 60 ms.

    `removed` is of all pause, `outside` of the pause outside the margins, which shall go whole; `cut` is of the speech.
    """

    removed: float
    outside: float
    cut: float
    worst: int
    hurt: int


def score(talk: voices.Talk, removed: Sequence[tuple[int, int]]) -> Score:
    """Hold what was removed (ms) against the truth."""
    length = len(talk.sound) * 1000 // voices.RATE
    speech, gone, due = np.zeros(length, bool), np.zeros(length, bool), np.zeros(length, bool)
    for mask, ranges in ((speech, talk.speech_ms), (gone, removed), (due, pauses(talk.speech_ms, length))):
        for start, end in ranges:
            mask[start:end] = True
    lost = [int(gone[start:end].sum()) for start, end in talk.speech_ms]
    return Score(
        outside=100 * float((gone & due).sum() / due.sum()),
        removed=100 * float((gone & ~speech).sum() / (~speech).sum()),
        cut=100 * float((gone & speech).sum() / speech.sum()),
        worst=max(lost),
        hurt=sum(one > 60 for one in lost),
    )
