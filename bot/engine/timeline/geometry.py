"""Where everything lies: durations, places on the timeline, what the user counts as clips, where segments meet.

All times are whole milliseconds. A segment's *core* is what lies between its in and out point. A transition makes the
cores of two neighbours overlap by `overlap`, and is seen from `lead_in` before the later core starts until `lead_out`
after the earlier core ends:

    earlier core ─────────────────────┤· · lead_out
                      lead_in · · ├──────────────────── later core
                              │ transition │

For everything a user counts (times, clips, cuts) the boundary is the transition's middle: up to there the time is the
earlier segment's *own*, from there the later one's. The own stretches cover the timeline without gap or overlap.

A segment that plays backwards is entered at its out point and left at its in point. One that is held (`freeze`) shows
its in point all the time; a still and a card have no time of their own. What they are as long as, `start` to `end`,
is parted like any other stretch.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.engine.timeline.model import Library, Segment, Timeline


@dataclass(frozen=True)
class Placed:
    """A segment on the timeline: its core from `start_ms` to `end_ms`, its own stretch from `from_ms` to `to_ms`."""

    index: int
    segment: Segment
    start_ms: int
    end_ms: int
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class ClipView:
    """What a user counts, from 1: the segments `first` up to `last` (inclusive), and their own stretch."""

    number: int
    id: str
    name: str
    start_ms: int
    end_ms: int
    first: int
    last: int


@dataclass(frozen=True)
class Join:
    """Segment `index` does not simply play on from the one before it; `at_ms` is where the user sees the boundary.

    `room_out` and `room_in` are how many ms of the timeline the earlier segment could run on and the later one start
    early, with source material that lies beyond the cut.
    """

    index: int
    at_ms: int
    room_out: int
    room_in: int


def layout(timeline: Timeline) -> tuple[Placed, ...]:
    """Every segment with its place, in order."""
    starts, boundaries = [], []
    end = 0
    for index, segment in enumerate(timeline.segments):
        transition = segment.transition if index else None
        start = end - (transition.overlap if transition else 0)
        middle = (transition.overlap + transition.lead_out - transition.lead_in) // 2 if transition else 0
        starts.append(start)
        boundaries.append(start + middle)
        end = start + segment.ms
    boundaries.append(end)
    return tuple(
        Placed(index, segment, starts[index], starts[index] + segment.ms, boundaries[index], boundaries[index + 1])
        for index, segment in enumerate(timeline.segments)
    )


def duration_ms(timeline: Timeline) -> int:
    """Length of the timeline; what lies over or under it (texts, music) does not lengthen it."""
    overlaps = sum(segment.transition.overlap for segment in timeline.segments[1:] if segment.transition)
    return sum(segment.ms for segment in timeline.segments) - overlaps


def clips(timeline: Timeline) -> tuple[ClipView, ...]:
    """The clips in order, as a user counts them. Their lengths add up to the timeline's."""
    views: list[ClipView] = []
    for one in layout(timeline):
        last = views[-1] if views else None
        if last is not None and last.id == one.segment.clip:
            views[-1] = ClipView(last.number, last.id, last.name, last.start_ms, one.to_ms, last.first, one.index)
        else:
            name, number = one.segment.name, len(views) + 1
            views.append(ClipView(number, one.segment.clip, name, one.from_ms, one.to_ms, one.index, one.index))
    return tuple(views)


def entered_at(segment: Segment) -> int:
    """The source ms that a segment shows first."""
    return segment.end if segment.reverse else segment.start


def left_at(segment: Segment) -> int:
    """The source ms at which a segment is left."""
    return segment.start if segment.reverse or segment.freeze else segment.end


def timeless(segment: Segment) -> bool:
    """Whether it shows one picture all the time, and has no sound."""
    return segment.kind != "video" or segment.freeze


def plays_on(before: Segment, after: Segment) -> bool:
    """Whether the boundary is neither seen nor heard: one clip, one source, not a millisecond left out."""
    if (before.clip, before.media, before.kind) != (after.clip, after.media, after.kind):
        return False
    if before.kind == "card":
        return before.color == after.color
    # a picture that is held at the very end of its clip is the last one, which begins before the out point
    held = before.freeze or after.freeze
    return before.kind == "image" or abs(left_at(before) - entered_at(after)) <= held


def joins(timeline: Timeline, library: Library) -> tuple[Join, ...]:
    """Every boundary that is a join, in order."""
    return tuple(
        Join(after.index, after.from_ms, *room(before.segment, after.segment, library))
        for before, after in pairwise(layout(timeline))
        if not plays_on(before.segment, after.segment)
    )


def room(before: Segment, after: Segment, library: Library) -> tuple[int, int]:
    """Material beyond a cut, in ms of the timeline: how far `before` could run on, how early `after` could start.

    Between two stretches of one source it is what was left out between them; elsewhere it ends with the media.
    What shows one picture all the time shows nothing new beyond its edges and has none.
    """
    out, into = material_behind(before, library), material_ahead(after, library)
    if before.kind == after.kind == "video" and before.media == after.media:
        gap = entered_at(after) - left_at(before)
        left_out = max(0, -gap if before.reverse else gap) if before.reverse == after.reverse else 0
        out, into = min(out, left_out), min(into, left_out)
    return max(0, int(out / before.speed)), max(0, int(into / after.speed))


def material_behind(segment: Segment, library: Library) -> int:
    """How many source ms could play on behind a segment."""
    if timeless(segment):
        return 0
    return segment.start if segment.reverse else library.media[segment.media].duration_ms - segment.end


def material_ahead(segment: Segment, library: Library) -> int:
    """How many source ms could play ahead of a segment."""
    if timeless(segment):
        return 0
    return library.media[segment.media].duration_ms - segment.end if segment.reverse else segment.start


def at(placed: Sequence[Placed], time_ms: int) -> tuple[Placed, int]:
    """The segment that a time of the timeline belongs to, and the source ms it shows there.

    `placed` is a layout that is not empty; times before or beyond it count as its first or last.
    """
    index = bisect_right(placed, time_ms, key=lambda one: one.from_ms) - 1
    one = placed[max(index, 0)]
    return one, source_at(one, time_ms)


def point_at(placed: Placed, time_ms: int) -> int:
    """The point between `start` and `end` that a segment has come to at a time of the timeline."""
    segment = placed.segment
    run = round((time_ms - placed.start_ms) * segment.speed)
    position = segment.end - run if segment.reverse else segment.start + run
    return min(max(position, segment.start), segment.end)


def source_at(placed: Placed, time_ms: int) -> int:
    """The source ms that a segment shows at a time of the timeline, within its in and out points."""
    return placed.segment.start if placed.segment.freeze else point_at(placed, time_ms)


def shown_at(placed: Placed, point: int) -> int:
    """The time of the timeline at which a segment comes to a point between `start` and `end`, in its own stretch."""
    segment = placed.segment
    run = segment.end - point if segment.reverse else point - segment.start
    time = placed.start_ms + round(run / segment.speed)
    return min(max(time, placed.from_ms), placed.to_ms)


def timeline_at(placed: Sequence[Placed], media: str, source_ms: int) -> int | None:
    """The first time of the timeline at which a moment of a source is shown; None where it was cut out."""
    for one in placed:
        segment = one.segment
        if segment.media == media and not timeless(segment) and segment.start <= source_ms < segment.end:
            return shown_at(one, source_ms)
    return None


def merged(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The union of ranges, in order; empty ones fall away."""
    union: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return tuple(union)


def without(start: int, end: int, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of `start` to `end` lies outside the ranges, which are in order and do not overlap."""
    left: list[tuple[int, int]] = []
    at_ms = start
    for begin, stop in ranges[max(0, bisect_right(ranges, (start, start)) - 1) :]:
        if begin >= end:
            break
        if begin > at_ms:
            left.append((at_ms, begin))
        at_ms = max(at_ms, stop)
    if at_ms < end:
        left.append((at_ms, end))
    return left


def covered(time_ms: int, ranges: Sequence[tuple[int, int]]) -> int:
    """How many ms before `time_ms` the ranges cover; they do not overlap."""
    return sum(max(0, min(time_ms, end) - start) for start, end in ranges)
