"""Cut out what shows nothing: black stretches, or those that stand still."""

from bot.engine.timeline.found import black, frozen, inside, shown
from bot.engine.timeline.geometry import duration_ms, layout, without
from bot.engine.timeline.limits import MIN_PIECE_MS
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import CutSeen
from bot.engine.timeline.weave import carve

Facts = dict[str, int | float | str]


def cut_seen(timeline: Timeline, op: CutSeen, library: Library) -> tuple[Timeline, Facts]:
    """Remove the black (or still) stretches of the footage; stills, cards and held pictures are meant to stand still.

    Refused as nothing_left where all of it is like that.
    """
    of = black(library) if op.what == "black" else frozen(library)
    stretches = shown(timeline, of)
    facts: Facts = {"what": op.what, "stretches": len(stretches), "removed_ms": 0}
    if not stretches:
        return timeline, facts
    kept = []
    for one in layout(timeline):
        segment = one.segment
        rest = without(segment.start, segment.end, inside(segment, of(segment)))
        whole = rest == [(segment.start, segment.end)]
        parts = [part for part in rest if whole or part[1] - part[0] >= MIN_PIECE_MS]
        kept.append(parts[::-1] if segment.reverse else parts)
    new = carve(timeline, kept, library)
    return new, facts | {"removed_ms": duration_ms(timeline) - duration_ms(new)}
