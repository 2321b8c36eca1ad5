"""A part of a timeline as a timeline of its own."""

from dataclasses import replace

from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.limits import MIN_PIECE_MS
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.weave import cut


def excerpt(timeline: Timeline, from_ms: int | None, to_ms: int | None, library: Library) -> Timeline:
    """What plays from `from_ms` to `to_ms` (timeline ms); None: from the start, to the end.

    A place beyond the end is the last moment. The fades of the whole stay where its own edges are.
    """
    total = duration_ms(timeline)
    start = min(max(0, from_ms or 0), max(0, total - MIN_PIECE_MS))
    end = total if to_ms is None else min(max(to_ms, start + MIN_PIECE_MS), total)
    inner = replace(
        timeline,
        fade_in=timeline.fade_in if start == 0 else None,
        fade_out=timeline.fade_out if end == total else None,
    )
    gone = [(0, start), (end, total)]
    return cut(inner, [(a, b) for a, b in gone if b > a], library)
