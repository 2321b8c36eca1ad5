"""Held pictures."""

from dataclasses import replace

from bot.engine.timeline.geometry import Placed, at, duration_ms, layout, source_at, timeless
from bot.engine.timeline.model import Library, Segment, Timeline
from bot.engine.timeline.ops import Freeze
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import ROUNDED_MS, milliseconds
from bot.engine.timeline.weave import put_in

Facts = dict[str, int | float | str]

DEFAULT_MS = 2_000


def freeze(timeline: Timeline, op: Freeze, library: Library) -> tuple[Timeline, Facts]:
    """Hold the picture at a time (the last one where none is named) in silence; then it goes on. Refused as beyond_end.

    What lies behind moves back, what lies over it stays over it, music goes on.
    """
    total = duration_ms(timeline)
    time = milliseconds(op.at) if op.at is not None else total
    if time > total + ROUNDED_MS:
        raise RefusedError("beyond_end", op.at, total / 1000)
    time = min(time, total)
    ms = milliseconds(op.seconds) if op.seconds is not None else DEFAULT_MS
    one, _ = at(layout(timeline), time)
    new = put_in(timeline, time, _held(one, time, ms), library)
    return new, {"at_ms": time, "ms": duration_ms(new) - total}


def _held(one: Placed, time: int, ms: int) -> Segment:
    """The picture that a segment shows at a time, as a segment of its own."""
    plain = replace(one.segment, speed=1.0, reverse=False, sound_early=0, sound_late=0)
    if one.segment.freeze or not timeless(one.segment):
        point = source_at(one, time)
        # where the source is left, and backwards everywhere, the picture on show is the one that begins before
        if one.segment.reverse or (time >= one.to_ms and not one.segment.freeze):
            point = max(one.segment.start, point - 1)
        return replace(plain, start=point, end=point + ms, freeze=True)
    return replace(plain, start=0, end=ms)
