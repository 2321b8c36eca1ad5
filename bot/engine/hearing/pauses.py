"""From speech to the pauses that "trim the silences" takes out."""

from collections.abc import Sequence

Ranges = tuple[tuple[int, int], ...]

MIN_PAUSE_MS = 500
"""A shorter silence belongs to the way somebody speaks."""

HEAD_MS = 150
"""Kept ahead of a word: its first breath."""

TAIL_MS = 250
"""Kept after a word: its fading end."""

_LEAST_CUT_MS = 50
_MOST_KEPT = 0.8


def pauses(
    speech: Sequence[tuple[int, int]],
    duration_ms: int,
    min_pause_ms: int = MIN_PAUSE_MS,
    head_ms: int = HEAD_MS,
    tail_ms: int = TAIL_MS,
) -> Ranges:
    """What to remove, (start, end) in source ms, in order: silences of at least `min_pause_ms` less their margins.

    `speech` is in order. Silence before the first word and after the last one counts as well. Margins shrink where
    somebody asks for pauses that are hardly longer than them. Without any speech nothing is removed.
    """
    if not speech:
        return ()
    head, tail = margins(min_pause_ms, head_ms, tail_ms)
    found: list[tuple[int, int]] = []
    quiet_from, margin = 0, 0
    for start, end in (*speech, (duration_ms, duration_ms)):
        last = start >= duration_ms
        first_kept = duration_ms if last else start - head
        if min(start, duration_ms) - quiet_from >= min_pause_ms and first_kept - quiet_from - margin >= _LEAST_CUT_MS:
            found.append((quiet_from + margin, first_kept))
        if end > quiet_from:
            quiet_from, margin = end, tail
    return tuple(found)


def margins(min_pause_ms: int, head_ms: int, tail_ms: int) -> tuple[int, int]:
    """What is kept ahead of a word and after one, ms, where pauses are hardly longer than that."""
    keep = min(1.0, min_pause_ms * _MOST_KEPT / max(1, head_ms + tail_ms))
    return round(head_ms * keep), round(tail_ms * keep)
