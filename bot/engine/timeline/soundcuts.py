"""J and L cuts: the sound of a clip begins before its picture, or goes on behind it."""

from dataclasses import replace

from bot.engine.timeline.fitting import quiet_room
from bot.engine.timeline.geometry import Placed, layout, timeless
from bot.engine.timeline.joins import chosen
from bot.engine.timeline.limits import MIN_PIECE_MS
from bot.engine.timeline.model import Library, Segment, Timeline
from bot.engine.timeline.ops import SoundCut
from bot.engine.timeline.scope import milliseconds
from bot.engine.timeline.weave import Piece, weave

Facts = dict[str, int | float | str]

DEFAULT_MS = 500


def sound_cut(timeline: Timeline, op: SoundCut, library: Library) -> tuple[Timeline, Facts]:
    """Let the sound lead (J) or lag (L) its picture at joins, over the neighbour's own; or undo that.

    What lies beyond the cut and holds no words is used first. Where that is not enough, the picture gives way: it
    begins later, or ends earlier, than its sound, by at most half of its segment. A join without room stays as it is
    and is counted as skipped. Refused as no_join, no_clip, not_neighbours.
    """
    indexes = chosen(timeline, op.between, library)
    pieces = [Piece(one.segment, one.from_ms, one.to_ms) for one in layout(timeline)]
    placed = layout(timeline)
    ms = milliseconds(op.seconds) if op.seconds is not None else DEFAULT_MS
    lengths: list[int] = []
    removed = 0
    for index in indexes:
        before, after = pieces[index - 1], pieces[index]
        had = bool(before.segment.sound_late or after.segment.sound_early)
        before = replace(before, segment=replace(before.segment, sound_late=0))
        after = replace(after, segment=replace(after.segment, sound_early=0))
        if op.remove:
            removed += had
        else:
            lead = _lead(before.segment, after.segment, op, ms, library)
            if lead is None:
                continue
            lengths.append(lead[0])
            if op.kind == "j":
                after = _later(after, placed[index], *lead)
            else:
                before = _earlier(before, placed[index - 1], *lead)
        pieces[index - 1 : index + 1] = [before, after]
    facts: Facts = {"kind": op.kind, "joins": len(indexes)}
    if op.remove:
        facts["removed"] = removed
    else:
        facts |= {"moved": len(lengths), "skipped": len(indexes) - len(lengths), "ms": max(lengths, default=0)}
    return weave(timeline, pieces, library), facts


def _lead(before: Segment, after: Segment, op: SoundCut, ms: int, library: Library) -> tuple[int, int] | None:
    """By how much the sound leads or lags, and how much of that the picture gives way by, ms; None without room."""
    out, into = quiet_room(before, after, library)
    own, room, other = (after, into, before) if op.kind == "j" else (before, out, after)
    if timeless(own) or own.muted or not library.media[own.media].has_sound:
        return None
    ms = min(ms, other.ms // 2, room + own.ms // 2)
    return (ms, max(0, ms - room)) if ms >= MIN_PIECE_MS else None


def _later(piece: Piece, one: Placed, lead: int, cut: int) -> Piece:
    """The picture begins `cut` ms later, the sound `lead` ms before it."""
    source = round(cut * one.segment.speed)
    segment = piece.segment
    if segment.reverse:
        segment = replace(segment, end=segment.end - source)
    else:
        segment = replace(segment, start=segment.start + source)
    return replace(piece, segment=replace(segment, sound_early=lead), from_ms=min(piece.from_ms + cut, piece.to_ms - 1))


def _earlier(piece: Piece, one: Placed, lead: int, cut: int) -> Piece:
    """The picture ends `cut` ms earlier, the sound `lead` ms after it."""
    source = round(cut * one.segment.speed)
    segment = piece.segment
    if segment.reverse:
        segment = replace(segment, start=segment.start + source)
    else:
        segment = replace(segment, end=segment.end - source)
    return replace(piece, segment=replace(segment, sound_late=lead), to_ms=max(piece.to_ms - cut, piece.from_ms + 1))
