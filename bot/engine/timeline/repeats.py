"""The same once more: duplicates, loops, there and back."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice

from bot.engine.timeline.backwards import backwards
from bot.engine.timeline.geometry import clips, duration_ms, layout
from bot.engine.timeline.ids import fresh_ids
from bot.engine.timeline.limits import MAX_LOOP_MS, MAX_SEGMENTS
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import Duplicate, Loop
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import clip_at, milliseconds
from bot.engine.timeline.weave import Piece, cut, end_at, weave

Facts = dict[str, int | float | str]


def duplicate(timeline: Timeline, op: Duplicate, library: Library) -> tuple[Timeline, Facts]:
    """A clip (none: everything) once more behind itself, with the texts on it. Refused as no_clip, too_many."""
    new = _again(timeline, op.clip, (False, False), library)
    facts: Facts = {"clips": len(clips(new))}
    if op.clip is not None:
        facts |= {"clip": op.clip, "name": clip_at(timeline, op.clip).name}
    return new, facts


def loop(timeline: Timeline, op: Loop, library: Library) -> tuple[Timeline, Facts]:
    """Everything, or a clip, so many times in all or until so many seconds are filled.

    A boomerang plays there and back each time. Music goes on under it, and what lies over the whole stays over it.
    Refused as no_clip, too_long (with the longest as limit), too_many, long_enough.
    """
    start, end = 0, duration_ms(timeline)
    if op.clip is not None:
        view = clip_at(timeline, op.clip)
        start, end = view.start_ms, view.end_ms
    wanted = milliseconds(op.seconds) if op.seconds is not None else None
    turns = (False, True) if op.boomerang else (False,)
    times = op.times or (1 if op.boomerang else 2)
    count = times * len(turns)
    if wanted is not None:
        if wanted <= end - start:
            raise RefusedError("long_enough", op.seconds, (end - start) / 1000)
        count = -(-wanted // (end - start))
    longest = (wanted or count * (end - start)) + duration_ms(timeline) - (end - start)
    if longest > MAX_LOOP_MS:
        raise RefusedError("too_long", longest / 1000, MAX_LOOP_MS / 1000)
    new = _again(timeline, op.clip, tuple(islice(cycle(turns), count)), library)
    if wanted is not None:
        spare = duration_ms(new) - duration_ms(timeline) + end - start - wanted
        if op.clip is None:
            new = end_at(new, wanted, library)
        elif spare > 0:
            new = cut(new, [(start + wanted, start + wanted + spare)], library)
    facts: Facts = {"boomerang": int(bool(op.boomerang))}
    facts |= {"times": times} if wanted is None else {"length_ms": wanted}
    return new, facts | ({} if op.clip is None else {"clip": op.clip})


def _again(timeline: Timeline, clip: int | None, turns: Sequence[bool], library: Library) -> Timeline:
    """A clip (None: everything) as often as there are turns, backwards in those that are True. As `weave`."""
    placed = layout(timeline)
    first, last = 0, len(placed)
    if clip is not None:
        view = clip_at(timeline, clip)
        first, last = view.first, view.last + 1
    count = len(placed) + (len(turns) - 1) * (last - first)
    if count > MAX_SEGMENTS:
        raise RefusedError("too_many", count, MAX_SEGMENTS)
    row = [Piece(one.segment, one.from_ms, one.to_ms) for one in placed]
    ids = iter(fresh_ids("c", (one.segment.clip for one in placed)))
    names = {one.segment.clip: one.segment.clip for one in placed[first:last]}
    repeated: list[Piece] = []
    for copy, back in enumerate(turns):
        pieces = backwards(row[first:last]) if back else row[first:last]
        if copy and not back:  # there and back is one clip
            names = {name: next(ids) for name in names}
        for index, piece in enumerate(pieces):
            segment = replace(piece.segment, clip=names[piece.segment.clip])
            if copy and index == 0:
                segment = replace(segment, transition=None)
            repeated.append(replace(piece, segment=segment, copy=copy, back=back))
    return weave(timeline, [*row[:first], *repeated, *row[last:]], library)
