"""What an operation means: clips by number, ranges in seconds, in ms of the timeline; or a RefusedError."""

from typing import Literal

from bot.engine.timeline.geometry import ClipView, clips, duration_ms
from bot.engine.timeline.model import Timeline
from bot.engine.timeline.refusal import RefusedError

ROUNDED_MS = 500
"""People read 0:40 off a timeline of 39.7 s: an end beyond the end by less than this is the end."""


def clip_at(timeline: Timeline, number: int) -> ClipView:
    """A clip by its number, or no_clip."""
    views = clips(timeline)
    if number > len(views):
        raise RefusedError("no_clip", number, len(views))
    return views[number - 1]


def windows(timeline: Timeline, clip: int | Literal["each"] | None) -> tuple[tuple[int, int], ...]:
    """The stretches meant: the whole timeline, a clip, or each clip."""
    if clip is None:
        return ((0, duration_ms(timeline)),)
    if clip == "each":
        return tuple((view.start_ms, view.end_ms) for view in clips(timeline))
    view = clip_at(timeline, clip)
    return ((view.start_ms, view.end_ms),)


def span(timeline: Timeline, start: float | None, end: float | None, clip: int | None = None) -> tuple[int, int]:
    """A range, counted from the start of the clip where one is named; without an edge it reaches to the end.

    Refused as empty_range, beyond_end (with the length as limit), no_clip.
    """
    ((first, last),) = windows(timeline, clip)
    return within(first, last, start, end)


def within(first: int, last: int, start: float | None, end: float | None) -> tuple[int, int]:
    """A range counted from `first` in the stretch `first` to `last`. Refused as empty_range, beyond_end."""
    length = last - first
    begin = milliseconds(start) if start is not None else 0
    stop = milliseconds(end) if end is not None else length
    if begin >= length:
        raise RefusedError("beyond_end", start, length / 1000)
    if stop <= begin:
        raise RefusedError("empty_range", start or 0, end)
    if stop > length + ROUNDED_MS:
        raise RefusedError("beyond_end", end, length / 1000)
    return first + begin, first + min(stop, length)


def milliseconds(seconds: float) -> int:
    """Seconds in whole ms."""
    return round(seconds * 1000)
