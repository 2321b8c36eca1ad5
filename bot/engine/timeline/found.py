"""What was found out of the sources, where it lies on the timeline as it is now edited."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from bot.engine.timeline.geometry import Placed, layout, merged, shown_at, timeless
from bot.engine.timeline.model import Library, Segment, Timeline

Ranges = Sequence[tuple[int, int]]


def black(library: Library) -> Callable[[Segment], Ranges]:
    """The black stretches of a segment's source, source ms."""
    return lambda segment: library.looked[segment.media].black if segment.media in library.looked else ()


def frozen(library: Library) -> Callable[[Segment], Ranges]:
    """The stretches of a segment's source that stand still, source ms."""
    return lambda segment: library.looked[segment.media].frozen if segment.media in library.looked else ()


def inside(segment: Segment, ranges: Ranges) -> list[tuple[int, int]]:
    """What of these stretches of its source a segment shows, source ms; a still or a held picture has none."""
    if timeless(segment):
        return []
    clipped = ((max(start, segment.start), min(end, segment.end)) for start, end in ranges)
    return [(start, end) for start, end in clipped if start < end]


def shown(timeline: Timeline, of: Callable[[Segment], Ranges]) -> tuple[tuple[int, int], ...]:
    """Stretches of the sources where they are shown: timeline ms, in order, what touches is one."""
    found = [
        _placed(one, start, end) for one in layout(timeline) for start, end in inside(one.segment, of(one.segment))
    ]
    return merged(found)


def shots(timeline: Timeline, library: Library) -> tuple[int, ...]:
    """Where shots begin on the timeline, ms: at the cuts inside a source, and where another source or shot follows."""
    begins: set[int] = set()
    last: tuple[str, int] | None = None
    for one in layout(timeline):
        segment = one.segment
        looked = library.looked.get(segment.media)
        cuts = looked.shots if looked is not None and not timeless(segment) else ()
        first, beyond = bisect_right(cuts, segment.start), bisect_left(cuts, segment.end)
        ends = ((segment.clip, first), (segment.clip, beyond))
        if segment.reverse:
            ends = (ends[1], ends[0])
        if last != ends[0]:
            begins.add(one.from_ms)
        begins.update(_placed(one, at, at)[0] for at in cuts[first:beyond])
        last = ends[1]
    return tuple(sorted(begins))


def _placed(one: Placed, start: int, end: int) -> tuple[int, int]:
    edges = shown_at(one, start), shown_at(one, end)
    return min(edges), max(edges)
