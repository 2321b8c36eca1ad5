"""Playing backwards."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.engine.timeline.geometry import timeless
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import Reverse
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import span
from bot.engine.timeline.weave import Piece, part, parted, weave

Facts = dict[str, int | float | str]


def reverse(timeline: Timeline, op: Reverse, library: Library) -> tuple[Timeline, Facts]:
    """Play everything, a clip or a range backwards, picture and sound; what plays backwards already goes forwards.

    Over several clips the last one comes first. Texts, chapters and music keep their places: they are no part of the
    footage. `off` turns round only what plays backwards. Refused as only_stills, not_reversed, and as a range.
    """
    start, end = span(timeline, op.start, op.end, op.clip)
    row = [Piece(part(one, *edges), *edges) for one, parts in parted(timeline, (start, end)) for edges in parts]
    first = sum((piece.from_ms + piece.to_ms) / 2 < start for piece in row)
    last = sum((piece.from_ms + piece.to_ms) / 2 < end for piece in row)
    inside = row[first:last]
    if not inside:
        raise RefusedError("empty_range", start / 1000, end / 1000)
    if all(timeless(piece.segment) for piece in inside):
        raise RefusedError("only_stills")
    new = weave(timeline, _in_place([*row[:first], *_turned(inside, op), *row[last:]]), library)
    facts: Facts = {"start_ms": start, "end_ms": end, "off": int(bool(op.off))}
    return new, facts | ({} if op.clip is None else {"clip": op.clip})


def _turned(row: Sequence[Piece], op: Reverse) -> list[Piece]:
    if not op.off:
        return backwards(row)
    moving = [piece.segment.reverse for piece in row if not timeless(piece.segment)]
    if not any(moving):
        raise RefusedError("not_reversed")
    if all(moving):
        return backwards(row)
    runs = [(turned, list(run)) for turned, run in groupby(row, lambda piece: piece.segment.reverse)]
    return [piece for turned, run in runs for piece in (backwards(run) if turned else run)]


def _in_place(row: Sequence[Piece]) -> list[Piece]:
    """The pieces as if each had always lain where it lies now, so that nothing over them moves."""
    placed, at = [], 0
    for piece in row:
        placed.append(replace(piece, from_ms=at, to_ms=at + piece.to_ms - piece.from_ms))
        at = placed[-1].to_ms
    return placed


def backwards(row: Sequence[Piece]) -> list[Piece]:
    """The same pieces from their end to their start; the transition into the first of them stays at the front."""
    turned = []
    for index, piece in enumerate(reversed(row)):
        segment = piece.segment
        transition = row[-index].segment.transition  # at 0 that of the first
        if index and transition is not None:
            transition = replace(transition, lead_out=transition.lead_in, lead_in=transition.lead_out)
        segment = replace(
            segment,
            reverse=not segment.reverse and not timeless(segment),
            transition=transition,
            sound_early=segment.sound_late,
            sound_late=segment.sound_early,
        )
        turned.append(replace(piece, segment=segment))
    return turned
