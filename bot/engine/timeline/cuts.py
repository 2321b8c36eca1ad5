"""Operations that take picture away, part it or put it into another order."""

from collections.abc import Sequence
from dataclasses import replace

from bot.engine.timeline.found import shots
from bot.engine.timeline.geometry import clips, duration_ms, layout, merged, without
from bot.engine.timeline.limits import MAX_CLIPS, MIN_PIECE_MS
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import DeleteClip, KeepRange, Reorder, Split, TrimEnd, TrimStart
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import clip_at, milliseconds, windows, within
from bot.engine.timeline.weave import Piece, cut, fresh_ids, part, parted, weave

Facts = dict[str, int | float | str]


def trim_start(timeline: Timeline, op: TrimStart, library: Library) -> tuple[Timeline, Facts]:
    """Remove so much from the start of the whole, of a clip or of each."""
    return _trimmed(timeline, op, library)


def trim_end(timeline: Timeline, op: TrimEnd, library: Library) -> tuple[Timeline, Facts]:
    """Remove so much from the end of the whole, of a clip or of each."""
    return _trimmed(timeline, op, library)


def _trimmed(timeline: Timeline, op: TrimStart | TrimEnd, library: Library) -> tuple[Timeline, Facts]:
    ms = milliseconds(op.seconds)
    if ms == 0:
        raise RefusedError("empty_range", op.seconds)
    stretches = windows(timeline, op.clip)
    shortest = min(last - first for first, last in stretches)
    if ms > shortest - MIN_PIECE_MS:
        code = "nothing_left" if len(clips(timeline)) == 1 or op.clip is None else "beyond_end"
        raise RefusedError(code, op.seconds, shortest / 1000)
    if op.op == "trim_start":
        ranges = [(first, first + ms) for first, _ in stretches]
    else:
        ranges = [(last - ms, last) for _, last in stretches]
    return _cut(timeline, ranges, library, {"clips": len(stretches)} | _clip_fact(op.clip))


def cut_ranges(
    timeline: Timeline, ranges: Sequence[tuple[int, int]], library: Library
) -> tuple[Timeline, tuple[Facts, ...]]:
    """Remove ranges (ms), all of them places on this timeline; facts for each, in order."""
    facts: list[Facts] = []
    for index, (start, end) in enumerate(ranges):
        fresh = without(start, end, merged(ranges[:index]))
        facts.append({"start_ms": start, "end_ms": end, "removed_ms": sum(stop - first for first, stop in fresh)})
    new = cut(timeline, merged(ranges), library)
    if len(facts) == 1:
        facts[0]["removed_ms"] = duration_ms(timeline) - duration_ms(new)
    return new, tuple(facts)


def keep_range(timeline: Timeline, op: KeepRange, library: Library) -> tuple[Timeline, Facts]:
    """Remove everything but one range or several; in a clip, or in each, only there."""
    wanted: list[tuple[float, float | None]] = [*op.ranges] if op.ranges else [(op.start or 0, op.end)]
    if not op.ranges and op.start is None and op.end is None:
        raise RefusedError("empty_range")
    gone: list[tuple[int, int]] = []
    count = 0
    for first, last in windows(timeline, op.clip):
        # "the first five seconds of each": a clip shorter than that is kept as it is
        ends = [
            (start, None if op.clip == "each" and end and milliseconds(end) > last - first else end)
            for start, end in wanted
        ]
        kept = merged([within(first, last, start, end) for start, end in ends])
        count += len(kept)
        gone.extend(without(first, last, kept))
    kept_ms = duration_ms(timeline) - sum(end - start for start, end in gone)
    return _cut(timeline, gone, library, {"ranges": count, "kept_ms": kept_ms} | _clip_fact(op.clip))


def delete_clip(timeline: Timeline, op: DeleteClip, library: Library) -> tuple[Timeline, Facts]:
    """Remove a whole clip."""
    view = clip_at(timeline, op.clip)
    if len(clips(timeline)) == 1:
        raise RefusedError("nothing_left", op.clip, 1)
    new, facts = _cut(timeline, [(view.start_ms, view.end_ms)], library, {"clip": op.clip, "name": view.name})
    return new, facts | {"clips": len(clips(new))}


def split(timeline: Timeline, op: Split, library: Library) -> tuple[Timeline, Facts]:
    """Part clips at given times, every so many seconds, into equal parts or where shots begin; nothing is removed.

    Refused as empty_range, beyond_end, too_many, no_shots.
    """
    total = duration_ms(timeline)
    if op.scenes:
        points = [at for at in shots(timeline, library) if at >= MIN_PIECE_MS]
        if not points:
            raise RefusedError("no_shots")
    elif op.parts is not None:
        if total < op.parts * MIN_PIECE_MS:
            raise RefusedError("too_many", op.parts, total // MIN_PIECE_MS)
        points = [total * number // op.parts for number in range(1, op.parts)]
    elif op.every is not None:
        step = milliseconds(op.every)
        if step < MIN_PIECE_MS or total // step > MAX_CLIPS:
            raise RefusedError("too_many", total // max(step, 1), MAX_CLIPS)
        points = list(range(step, total - MIN_PIECE_MS + 1, step))
    else:
        points = sorted({milliseconds(at) for at in op.at or []})
        if not points:
            raise RefusedError("empty_range")
        if points[-1] >= total:
            raise RefusedError("beyond_end", points[-1] / 1000, total / 1000)
    before = len(clips(timeline))
    new = weave(timeline, _split(timeline, points), library)
    count = len(clips(new))
    if count > MAX_CLIPS:
        raise RefusedError("too_many", count, MAX_CLIPS)
    return new, {"cuts": count - before, "clips": count}


def _split(timeline: Timeline, points: list[int]) -> list[Piece]:
    ids = iter(fresh_ids("c", (segment.clip for segment in timeline.segments)))
    pieces: list[Piece] = []
    here = there = ""  # the clip as it was, and the id that its present part has
    left = list(reversed(points))
    for one, stretches in parted(timeline, points):
        for from_ms, to_ms in stretches:
            wanted = False
            while left and left[-1] < from_ms + MIN_PIECE_MS:
                wanted = left.pop() > from_ms - MIN_PIECE_MS
            if one.segment.clip != here:
                here = there = one.segment.clip
            elif wanted:
                there = next(ids)
            pieces.append(Piece(replace(part(one, from_ms, to_ms), clip=there), from_ms, to_ms))
    return pieces


def reorder(timeline: Timeline, op: Reorder, library: Library) -> tuple[Timeline, Facts]:
    """Put the clips into a new order. Transitions between clips stay where they are: after the first, the second..."""
    views = clips(timeline)
    for number in op.order:
        if number > len(views):
            raise RefusedError("no_clip", number, len(views))
    if sorted(op.order) != list(range(1, len(views) + 1)):
        raise RefusedError("bad_order", ", ".join(map(str, op.order)), len(views))
    placed = layout(timeline)
    pieces = []
    for position, number in enumerate(op.order):
        view = views[number - 1]
        for one in placed[view.first : view.last + 1]:
            transition = one.segment.transition
            if one.index == view.first:
                transition = placed[views[position].first].segment.transition
            pieces.append(Piece(replace(one.segment, transition=transition), one.from_ms, one.to_ms))
    new = weave(timeline, pieces, library, follow="start")
    return new, {"order": ", ".join(map(str, op.order)), "clips": len(views)}


def _cut(timeline: Timeline, ranges: list[tuple[int, int]], library: Library, facts: Facts) -> tuple[Timeline, Facts]:
    new = cut(timeline, merged(ranges), library)
    return new, facts | {"removed_ms": duration_ms(timeline) - duration_ms(new)}


def _clip_fact(clip: int | str | None) -> Facts:
    return {} if clip is None else {"clip": clip}
