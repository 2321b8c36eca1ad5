"""Which stretches of a sound are given to the speech model at once."""

from collections.abc import Sequence

from bot.engine.hearing.pauses import Ranges

MOST_MS = 28_000
"""The model hears 30 s at a time: this much, and what surrounds it."""

LONGEST_MS = 120_000
"""A longer stretch without any pause is parted, wherever that falls."""

EDGE_MS = 250


def windows(speech: Sequence[tuple[int, int]], duration_ms: int) -> Ranges:
    """Stretches in order, ms, that hold all speech: as few as can be, parted in pauses, with a little around them."""
    parts = [part for start, end in speech for part in _parted(start, min(end, duration_ms))]
    rows: list[tuple[int, int]] = []
    for start, end in parts:
        if rows and end - rows[-1][0] <= MOST_MS:
            rows[-1] = (rows[-1][0], end)
        else:
            rows.append((start, end))
    found = []
    for index, (start, end) in enumerate(rows):
        before = rows[index - 1][1] if index else 0
        after = rows[index + 1][0] if index + 1 < len(rows) else duration_ms
        found.append((max(start - EDGE_MS, (before + start) // 2), min(end + EDGE_MS, (end + after) // 2)))
    return tuple(found)


def _parted(start: int, end: int) -> list[tuple[int, int]]:
    return [(at, min(at + LONGEST_MS, end)) for at in range(start, end, LONGEST_MS)]
