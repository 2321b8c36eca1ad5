"""From what was measured in a sound to where somebody speaks.

A voice detector finds speech under a fan, under music and between key clicks, but loses its faint first and last
sounds. So its ranges are the core, and near their edges a sound stays speech as long as either the detector is not
sure of silence or the level stands out from what surrounds it.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bot.engine.hearing.pauses import Ranges

RATE = 16_000
VOICE_SAMPLES = 512
LEVEL_SAMPLES = 256

_LEVELS = VOICE_SAMPLES // LEVEL_SAMPLES
_LEVEL_MS = LEVEL_SAMPLES * 1000 / RATE

_ON, _OFF = 0.5, 0.2
_MAYBE_BEFORE, _MAYBE_AFTER = 0.05, 0.15
"""The detector is slow to believe in a word, and slow to give it up."""
_MAYBE_HEAD, _MAYBE_TAIL = 10, 12  # voice steps, 32 ms each
_SHORTEST = 3
_LATE = 3  # level steps by which an end is found too late, in the median of a quiet room
_LOUDER_DB = 4.0
_LOUD_HEAD, _LOUD_TAIL, _LOUD_GAP = 22, 19, 2  # level steps, 16 ms each
_FLOOR_BLOCK = 125
_FLOOR_LEAST = 20
_NEAR_HEAD, _NEAR_TAIL = 3, 6

Floats = NDArray[np.float32]


def speech_ranges(voice: Floats, level: Floats) -> Ranges:
    """Where somebody speaks, (start, end) in ms, in order, apart from each other.

    `voice` is the detector's score for each 512 samples at 16 kHz, `level` the power in dB of each 256 samples
    (high frequencies raised); two of these for each of those.
    """
    cores = [(first, end) for first, end in _cores(voice) if end - first >= _SHORTEST]
    grown = [_while_unsure(voice, first, end) for first, end in cores]
    loud = level > _floor(level, grown) + _LOUDER_DB
    merged: list[tuple[int, int]] = []
    for first, end in (_while_loud(loud, first * _LEVELS, end * _LEVELS) for first, end in grown):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return tuple((round(first * _LEVEL_MS), round((end - _LATE) * _LEVEL_MS)) for first, end in merged)


def level_db(samples: Floats) -> Floats:
    """The level of each 256 samples; high frequencies count more, since faint ends of words are hisses."""
    whole = len(samples) // LEVEL_SAMPLES * LEVEL_SAMPLES
    raised = np.diff(samples[:whole], prepend=samples[:1]).reshape(-1, LEVEL_SAMPLES)
    power: Floats = 10 * np.log10(np.mean(raised * raised, axis=1) + np.float32(1e-12))
    return power.astype(np.float32)


def _cores(voice: Floats) -> Iterator[tuple[int, int]]:
    """Stretches that begin at a sure score and last until a low one."""
    first: int | None = None
    for step, score in enumerate(voice):
        if first is None and score >= _ON:
            first = step
        elif first is not None and score < _OFF:
            yield first, step
            first = None
    if first is not None:
        yield first, len(voice)


def _while_unsure(voice: Floats, first: int, end: int) -> tuple[int, int]:
    earliest, latest = max(0, first - _MAYBE_HEAD), min(len(voice), end + _MAYBE_TAIL)
    while first > earliest and voice[first - 1] >= _MAYBE_BEFORE:
        first -= 1
    while end < latest and voice[end] >= _MAYBE_AFTER:
        end += 1
    return first, end


def _floor(level: Floats, spoken: list[tuple[int, int]]) -> Floats:
    """What it sounds like where nobody speaks, about here: the median of two seconds' blocks and their neighbours."""
    quiet = np.ones(len(level), bool)
    for first, end in spoken:
        quiet[max(0, first - _NEAR_HEAD) * _LEVELS : (end + _NEAR_TAIL) * _LEVELS] = False
    floor = np.empty(len(level), np.float32)
    for at in range(0, len(level), _FLOOR_BLOCK):
        near = slice(max(0, at - 2 * _FLOOR_BLOCK), at + 3 * _FLOOR_BLOCK)
        heard = level[near][quiet[near]]
        enough = len(heard) > _FLOOR_LEAST
        floor[at : at + _FLOOR_BLOCK] = np.median(heard) if enough else np.percentile(level[near], 10)
    return floor


def _while_loud(loud: NDArray[np.bool_], first: int, end: int) -> tuple[int, int]:
    """Grow over loud steps and gaps of up to two quiet ones, so far and no further."""
    before = np.flatnonzero(loud[max(0, first - _LOUD_HEAD) : first][::-1])
    after = np.flatnonzero(loud[end : end + _LOUD_TAIL])
    return first - _reach(before), end + _reach(after)


def _reach(loud_at: NDArray[np.intp]) -> int:
    reached = 0
    for at in loud_at:
        if at - reached > _LOUD_GAP:
            break
        reached = int(at) + 1
    return reached
