"""The one way in which operations change the picture's track: a new row of pieces, and everything else moved with it.

A piece is a segment with the stretch of the old timeline it comes from. Weaving joins pieces that play straight on,
fits the transitions to their new neighbours, gives new segments an id, and moves along what lies over the picture.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.engine.timeline.fitting import fitted, problem, settled
from bot.engine.timeline.geometry import Placed, duration_ms, layout, plays_on, point_at, shown_at, without
from bot.engine.timeline.ids import fresh_ids
from bot.engine.timeline.limits import MAX_CLIPS, MAX_DURATION_MS, MAX_SEGMENTS, MIN_PIECE_MS
from bot.engine.timeline.model import Fade, Library, Music, Segment, Timeline, Transition
from bot.engine.timeline.moving import Follow, Stretch, moved
from bot.engine.timeline.refusal import RefusedError

__all__ = ["Piece", "carve", "change", "cut", "end_at", "fresh_ids", "part", "parted", "put_in", "tidy", "weave"]


@dataclass(frozen=True)
class Piece:
    """A segment of the new timeline and the stretch of the old one, `from_ms` to `to_ms`, that it shows.

    What is put in shows none: both are where it comes in. `copy` counts from 1 what is shown once more, `back` says
    that this is from its end to its start.
    """

    segment: Segment
    from_ms: int
    to_ms: int
    copy: int = 0
    back: bool = False


def weave(timeline: Timeline, pieces: Iterable[Piece], library: Library, follow: Follow = "picture") -> Timeline:
    """The timeline with these pieces for its picture. Raises RefusedError: nothing_left, too_many, too_long."""
    row = _numbered(_joined(pieces))
    if not row:
        raise RefusedError("nothing_left", None, duration_ms(timeline) / 1000)
    if len(row) > MAX_SEGMENTS:
        raise RefusedError("too_many", len(row), MAX_SEGMENTS)
    segments = [replace(row[0].segment, transition=None)]
    for piece in row[1:]:
        segments.append(replace(piece.segment, transition=settled(segments[-1], piece.segment, library)))
    if (count := len({segment.clip for segment in segments})) > MAX_CLIPS:
        raise RefusedError("too_many", count, MAX_CLIPS)
    new = replace(timeline, segments=tuple(segments))
    if duration_ms(new) > MAX_DURATION_MS:
        raise RefusedError("too_long", duration_ms(new) / 1000, MAX_DURATION_MS / 1000)
    stretches = [_stretch(piece, one) for piece, one in zip(row, layout(new), strict=True)]
    return tidy(moved(timeline, new, stretches, follow))


def _stretch(piece: Piece, one: Placed) -> Stretch:
    new_from, new_to = (one.to_ms, one.from_ms) if piece.back else (one.from_ms, one.to_ms)
    return Stretch(piece.from_ms, piece.to_ms, new_from, new_to, piece.copy, piece.segment.kind == "card")


def carve(timeline: Timeline, kept: Sequence[Sequence[tuple[int, int]]], library: Library) -> Timeline:
    """Keep of every segment these source ranges (in order, inside it) and nothing else.

    A transition stays at a seam where one was, fitted to what now meets there. Raises RefusedError as `weave`.
    """
    pieces: list[Piece] = []
    last: Placed | None = None
    for one, ranges in zip(layout(timeline), kept, strict=True):
        for number, (low, high) in enumerate(reversed(ranges) if one.segment.reverse else ranges):
            piece = _carved(one, low, high)
            if number == 0 and last is not None:
                transition = _at_seam(timeline, last, pieces[-1], one, piece, library)
                piece = replace(piece, segment=replace(piece.segment, transition=transition))
            pieces.append(piece)
            last = one
    return weave(timeline, pieces, library)


def _carved(one: Placed, low: int, high: int) -> Piece:
    """What plays of a segment between two points of it, without a transition."""
    segment = one.segment
    enter, leave = (high, low) if segment.reverse else (low, high)
    first, last = (segment.end, segment.start) if segment.reverse else (segment.start, segment.end)
    from_ms = one.from_ms if enter == first else shown_at(one, enter)
    to_ms = one.to_ms if leave == last else shown_at(one, leave)
    return Piece(replace(_slice(one, low, high, from_ms, to_ms), transition=None), from_ms, to_ms)


def cut(timeline: Timeline, ranges: Sequence[tuple[int, int]], library: Library) -> Timeline:
    """Take ranges of the timeline (ms, in order, without overlaps) out. Raises RefusedError as `weave`."""
    kept = []
    for one in layout(timeline):
        own = without(one.from_ms, one.to_ms, ranges)
        whole = own == [(one.from_ms, one.to_ms)]
        kept.append(sorted(_points(one, *part) for part in own if whole or part[1] - part[0] >= MIN_PIECE_MS))
    return carve(timeline, kept, library)


def end_at(timeline: Timeline, ms: int, library: Library) -> Timeline:
    """Take off what lies behind a time, to the millisecond as far as the sources have them. As `weave`."""
    before = duration_ms(timeline) + 1
    while before > duration_ms(timeline) > ms:  # a transition at the new end may lose its room: what it saved is back
        before = duration_ms(timeline)
        kept = []
        for one in layout(timeline):
            stop = min(one.to_ms, ms)
            kept.append([_points(one, one.from_ms, stop)] if stop > one.from_ms else [])
        timeline = carve(timeline, kept, library)
    return timeline


def change(
    timeline: Timeline,
    start: int,
    end: int,
    how: Callable[[Segment], Segment],
    library: Library,
    follow: Follow = "picture",
) -> Timeline:
    """Change the segments from `start` to `end` (timeline ms), parting those that reach beyond.

    Raises RefusedError: empty_range, and as `weave`.
    """
    pieces, touched = [], False
    for piece in _parts(timeline, (start, end), library):
        inside = start <= (piece.from_ms + piece.to_ms) / 2 < end
        pieces.append(replace(piece, segment=how(piece.segment)) if inside else piece)
        touched = touched or inside
    if not touched:
        raise RefusedError("empty_range", start / 1000, end / 1000)
    return weave(timeline, pieces, library, follow)


def put_in(timeline: Timeline, at_ms: int, segment: Segment, library: Library) -> Timeline:
    """Put a segment in at a time: what plays there goes on behind it; a transition there leads into it.

    Raises RefusedError as `weave`.
    """
    pieces: list[Piece] = []
    waiting = True
    for piece in _parts(timeline, (at_ms,), library):
        here = piece
        if waiting and piece.from_ms > at_ms - MIN_PIECE_MS:
            put = replace(segment, transition=piece.segment.transition)
            pieces.append(Piece(put, piece.from_ms, piece.from_ms))
            here = replace(piece, segment=replace(piece.segment, transition=None))
            waiting = False
        pieces.append(here)
    if waiting:
        end = duration_ms(timeline)
        pieces.append(Piece(replace(segment, transition=None), end, end))
    return weave(timeline, pieces, library)


def _parts(timeline: Timeline, points: Sequence[int], library: Library) -> list[Piece]:
    """The whole picture, parted at `points` (in order), exactly as long as before.

    A transition that is too long for the part at its side gets shorter, or none; then what was seen through it goes.
    """
    placed: list[Placed] = []
    row: list[Piece] = []
    for one, parts in parted(timeline, points):
        for from_ms, to_ms in parts:
            piece = Piece(part(one, from_ms, to_ms), from_ms, to_ms)
            transition = piece.segment.transition
            if row and transition and problem(row[-1].segment, piece.segment, transition, library) is not None:
                before, after = _ends_own(placed[-1], row[-1].segment), _begins_own(one, piece.segment)
                shorter = fitted(before, after, transition.style, transition.ms, library, 0)
                row[-1] = replace(row[-1], segment=before)
                piece = replace(piece, segment=replace(after, transition=shorter))
            placed.append(one)
            row.append(piece)
    return row


def _ends_own(one: Placed, segment: Segment) -> Segment:
    """A last part of a segment that ends where the segment's own stretch does."""
    beyond = abs(point_at(one, one.end_ms) - point_at(one, one.to_ms))
    if one.segment.reverse and not one.segment.freeze:
        return replace(segment, start=segment.start + beyond)
    return replace(segment, end=segment.end - beyond)


def _begins_own(one: Placed, segment: Segment) -> Segment:
    """A first part of a segment that begins where the segment's own stretch does."""
    before = abs(point_at(one, one.from_ms) - point_at(one, one.start_ms))
    if one.segment.reverse or one.segment.freeze:
        return replace(segment, end=segment.end - before)
    return replace(segment, start=segment.start + before)


def parted(timeline: Timeline, points: Sequence[int]) -> Iterable[tuple[Placed, list[tuple[int, int]]]]:
    """Every segment with its own stretch parted at `points` (in order); no part is shorter than a frame."""
    for one in layout(timeline):
        first = bisect_left(points, one.from_ms + MIN_PIECE_MS)
        edges = [one.from_ms]
        for point in points[first:]:
            if point > one.to_ms - MIN_PIECE_MS:
                break
            if point - edges[-1] >= MIN_PIECE_MS:
                edges.append(point)
        yield one, list(pairwise([*edges, one.to_ms]))


def part(one: Placed, from_ms: int, to_ms: int) -> Segment:
    """The part of a segment that shows this part of its own stretch; the transition stays with the first."""
    segment = _slice(one, *_points(one, from_ms, to_ms), from_ms, to_ms)
    return segment if from_ms == one.from_ms else replace(segment, transition=None)


def tidy(timeline: Timeline) -> Timeline:
    """Fades no longer than what they are on."""
    total = duration_ms(timeline)
    return replace(
        timeline,
        texts=tuple(replace(text, fade=min(text.fade, (text.end - text.start) // 2)) for text in timeline.texts),
        music=tuple(_music_tidy(item) for item in timeline.music),
        fade_in=_fade_within(timeline.fade_in, timeline.fade_out, total),
        fade_out=_fade_within(timeline.fade_out, timeline.fade_in, total),
    )


def _points(one: Placed, from_ms: int, to_ms: int) -> tuple[int, int]:
    """The points of a segment that this part of its own stretch lies between, the lower one first."""
    first, last = (one.segment.end, one.segment.start) if one.segment.reverse else (one.segment.start, one.segment.end)
    enter = first if from_ms == one.from_ms else point_at(one, from_ms)
    leave = last if to_ms == one.to_ms else point_at(one, to_ms)
    return (leave, enter) if one.segment.reverse else (enter, leave)


def _slice(one: Placed, low: int, high: int, from_ms: int, to_ms: int) -> Segment:
    """The segment from one point to the other; what is held stays held at the same picture."""
    segment = one.segment
    start = segment.start if segment.freeze else low
    return replace(
        segment,
        start=start,
        end=start + high - low,
        sound_early=segment.sound_early if from_ms == one.from_ms else 0,
        sound_late=segment.sound_late if to_ms == one.to_ms else 0,
    )


def _at_seam(
    timeline: Timeline, last: Placed, before: Piece, one: Placed, after: Piece, library: Library
) -> Transition | None:
    """The transition between what is left of two segments: the nearest of those that stood between them."""
    between = [timeline.segments[index].transition for index in range(one.index, last.index, -1)]
    found = next((transition for transition in between if transition is not None), None)
    whole_before, whole_after = before.to_ms == last.to_ms, after.from_ms == one.from_ms
    if found is None or (whole_before and whole_after and one.index == last.index + 1):
        return found
    # exactly what was asked for goes: no more overlap than the uncut sides had beyond their own stretch
    overlap = (last.end_ms - last.to_ms) * whole_before + (one.from_ms - one.start_ms) * whole_after
    return fitted(before.segment, after.segment, found.style, found.ms, library, overlap)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that play straight on in the same way become one."""
    row: list[Piece] = []
    for piece in pieces:
        last = row[-1] if row else None
        if piece.segment.end <= piece.segment.start:
            continue
        if last is not None and _follow_on(last, piece) and _one_piece(last.segment, piece.segment):
            both = _both(last.segment, piece.segment)
            row[-1] = Piece(
                both, min(last.from_ms, piece.from_ms), max(last.to_ms, piece.to_ms), piece.copy, piece.back
            )
        else:
            row.append(piece)
    return row


def _follow_on(before: Piece, after: Piece) -> bool:
    """Whether the pieces are neighbours on the old timeline, or were both put in there."""
    put_in = (before.from_ms == before.to_ms, after.from_ms == after.to_ms)
    order = before.from_ms == after.to_ms if after.back else before.to_ms == after.from_ms
    return order and (before.copy, before.back) == (after.copy, after.back) and put_in[0] == put_in[1]


def _one_piece(before: Segment, after: Segment) -> bool:
    if not plays_on(before, after) or before.sound_late or after.sound_early:
        return False
    if before.freeze:
        meet = before.start == after.start
    else:
        meet = after.end == before.start if before.reverse else before.end == after.start
    same = replace(
        before,
        id=after.id,
        start=after.start,
        end=after.end,
        transition=None,
        sound_early=0,
        sound_late=after.sound_late,
    )
    return meet and after == same


def _both(before: Segment, after: Segment) -> Segment:
    if before.freeze:
        start, end = before.start, before.end + after.end - after.start
    else:
        start, end = min(before.start, after.start), max(before.end, after.end)
    return replace(before, start=start, end=end, sound_late=after.sound_late)


def _numbered(row: Sequence[Piece]) -> list[Piece]:
    """Every segment with an id of its own, every run of a clip with one: what lies apart is two clips."""
    ids = iter(fresh_ids("s", (piece.segment.id for piece in row)))
    clips = iter(fresh_ids("c", (piece.segment.clip for piece in row)))
    seen: set[str] = set()
    runs: set[str] = set()
    here = there = ""  # the clip as it was, and the id that this run of it has
    numbered = []
    for piece in row:
        segment = piece.segment
        if segment.clip != here:
            here = segment.clip
            there = next(clips) if here in runs else here
            runs.add(here)
        segment = replace(segment, id=next(ids) if segment.id in seen else segment.id, clip=there)
        seen.add(segment.id)
        numbered.append(replace(piece, segment=segment))
    return numbered


def _music_tidy(item: Music) -> Music:
    length = item.end - item.start
    if item.fade_in + item.fade_out <= length:
        return item
    return replace(item, fade_in=min(item.fade_in, length // 2), fade_out=min(item.fade_out, length // 2))


def _fade_within(fade: Fade | None, other: Fade | None, total: int) -> Fade | None:
    if fade is None or fade.ms + (other.ms if other else 0) <= total:
        return fade
    ms = min(fade.ms, total // 2)
    return replace(fade, ms=ms) if ms > 0 else None
