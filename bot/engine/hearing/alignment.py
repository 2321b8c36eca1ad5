"""From where a speech model puts words to where they are: their edges moved into the quiet between them.

The model's times are a tenth of a second off, and it lets words last over the pauses beside them. Cuts at such edges
would clip the neighbours, so each boundary goes to the quietest place nearby.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.engine.hearing.voice import Floats

STEP_MS = 10
RATE_STEP = 160
"""Samples of a step at 16 kHz."""

_NEAR_MS = 350
_FAR_DB_PER_MS = 0.03
_QUIET_DB = 7.0
_SOFTER_DB = 15.0
_DIP_DB = 2.0
_LEAST_WORD_MS = 30


@dataclass(frozen=True)
class Spelled:
    """A word as the model heard it, ms; it may not be there at all where the model is hardly `sure` (0 to 1)."""

    start: int
    end: int
    text: str
    sure: float


def levels(samples: Floats) -> Floats:
    """How loud each 10 ms of a 16 kHz sound are, dB, smoothed over 30 ms."""
    whole = len(samples) // RATE_STEP * RATE_STEP
    power = np.mean(samples[:whole].reshape(-1, RATE_STEP).astype(np.float64) ** 2, axis=1)
    smooth = np.convolve(np.pad(power, 1, mode="edge"), np.full(3, 1 / 3), "valid") if len(power) else power
    found: Floats = (10 * np.log10(smooth + 1e-10)).astype(np.float32)
    return found


def aligned(words: Sequence[Spelled], level: Floats) -> tuple[Spelled, ...]:
    """The words with their edges where the sound becomes quiet; words and levels count from the same moment."""
    if not words or not len(level):
        return tuple(words)
    quiet = min(float(np.percentile(level, 10)) + _QUIET_DB, float(np.percentile(level, 90)) - _SOFTER_DB)
    row = list(words)
    total = len(level) * STEP_MS
    for index in range(len(row) + 1):
        before = row[index - 1] if index else None
        after = row[index] if index < len(row) else None
        first = (before.start + before.end) // 2 if before else 0
        last = (after.start + after.end) // 2 if after else total
        if before and before.end + _NEAR_MS < last:
            last = max(before.end + _NEAR_MS, after.start if after else 0)
        if after and after.start - _NEAR_MS > first:
            first = min(after.start - _NEAR_MS, before.end if before else total)
        near = (before.end if before else first), (after.start if after else last)
        edges = (before.start if before else 0), (after.end if after else total)
        end, start = _gap(level, (first, min(last, total)), near, edges, quiet)
        if before:
            row[index - 1] = replace(before, end=max(end, before.start + _LEAST_WORD_MS))
        if after:
            row[index] = replace(after, start=min(start, after.end - _LEAST_WORD_MS))
    return tuple(row)


def _gap(
    level: Floats, within: tuple[int, int], near: tuple[int, int], edges: tuple[int, int], quiet: float
) -> tuple[int, int]:
    """Where one word has ended and the next has not begun, ms: about the quietest place `within`.

    `near` are the model's own end and start: farther away it has to be quieter. `edges` are the far ends of both
    words: silence is followed as far as there.
    """
    begin, stop = max(0, within[0] // STEP_MS), min(len(level), -(-within[1] // STEP_MS))
    if stop - begin < 2:
        return near
    times = np.arange(begin, stop) * STEP_MS + STEP_MS // 2
    away = np.maximum(0, np.maximum(near[0] - times, times - near[1]))
    lowest = begin + int(np.argmin(level[begin:stop] + away * _FAR_DB_PER_MS))
    calm = level <= max(quiet, float(level[lowest]) + _DIP_DB)
    calm[:begin], calm[stop:] = level[:begin] <= quiet, level[stop:] <= quiet
    left, right = lowest, lowest + 1
    while left > edges[0] // STEP_MS and calm[left - 1]:
        left -= 1
    while right < min(len(level), edges[1] // STEP_MS) and calm[right]:
        right += 1
    return left * STEP_MS, right * STEP_MS
