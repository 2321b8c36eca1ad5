"""The one way in which operations change the picture's track: a new row of pieces, and everything else moved with it.

A piece is a segment with the stretch of the old timeline it comes from. Weaving joins pieces that play straight on,
fits the transitions to their new neighbours, gives new segments an id, and moves texts and music along.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from bot.engine.timeline.fitting import fitted, settled
from bot.engine.timeline.geometry import Placed, duration_ms, layout, plays_on, shown_at, source_at, without
from bot.engine.timeline.limits import MAX_DURATION_MS, MAX_SEGMENTS, MIN_PIECE_MS, MIN_TEXT_MS
from bot.engine.timeline.model import Fade, Library, Music, Segment, Timeline, Transition
from bot.engine.timeline.refusal import RefusedError

Follow = Literal["picture", "start"]
"""How texts move: with what they lay on at both edges, or at their start only, keeping their length."""


@dataclass(frozen=True)
class Piece:
    """A segment of the new timeline and the stretch of the old one, `from_ms` to `to_ms`, that it shows."""

    segment: Segment
    from_ms: int
    to_ms: int


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
    new = replace(timeline, segments=tuple(segments))
    if duration_ms(new) > MAX_DURATION_MS:
        raise RefusedError("too_long", duration_ms(new) / 1000, MAX_DURATION_MS / 1000)
    return _moved(timeline, new, row, follow)


def carve(timeline: Timeline, kept: Sequence[Sequence[tuple[int, int]]], library: Library) -> Timeline:
    """Keep of every segment these source ranges (in order, inside it) and nothing else.

    A transition stays at a seam where one was, fitted to what now meets there. Raises RefusedError as `weave`.
    """
    pieces: list[Piece] = []
    last: Placed | None = None
    for one, ranges in zip(layout(timeline), kept, strict=True):
        for number, (start, end) in enumerate(ranges):
            segment = replace(one.segment, start=start, end=end, transition=None)
            if number == 0 and last is not None:
                transition = _at_seam(timeline, last, pieces[-1].segment, one, segment, library)
                segment = replace(segment, transition=transition)
            from_ms = one.from_ms if start == one.segment.start else shown_at(one, start)
            to_ms = one.to_ms if end == one.segment.end else shown_at(one, end)
            pieces.append(Piece(segment, from_ms, to_ms))
            last = one
    return weave(timeline, pieces, library)


def cut(timeline: Timeline, ranges: Sequence[tuple[int, int]], library: Library) -> Timeline:
    """Take ranges of the timeline (ms, in order, without overlaps) out. Raises RefusedError as `weave`."""
    kept = []
    for one in layout(timeline):
        own = without(one.from_ms, one.to_ms, ranges)
        whole = own == [(one.from_ms, one.to_ms)]
        kept.append([_source(one, *part) for part in own if whole or part[1] - part[0] >= MIN_PIECE_MS])
    return carve(timeline, kept, library)


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
    for one, parts in parted(timeline, (start, end)):
        for from_ms, to_ms in parts:
            segment = part(one, from_ms, to_ms)
            if start <= (from_ms + to_ms) / 2 < end:
                segment, touched = how(segment), True
            pieces.append(Piece(segment, from_ms, to_ms))
    if not touched:
        raise RefusedError("empty_range", start / 1000, end / 1000)
    return weave(timeline, pieces, library, follow)


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
    start, end = _source(one, from_ms, to_ms)
    transition = one.segment.transition if from_ms == one.from_ms else None
    return replace(one.segment, start=start, end=end, transition=transition)


def fresh_ids(prefix: str, used: Iterable[str]) -> Iterable[str]:
    """Ids that nobody has yet, the same ones for the same timeline."""
    numbers = [int(one[len(prefix) :]) for one in used if re.fullmatch(rf"{prefix}[0-9]{{1,9}}", one)]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{prefix}{number}"


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


def _source(one: Placed, from_ms: int, to_ms: int) -> tuple[int, int]:
    start = one.segment.start if from_ms == one.from_ms else source_at(one, from_ms)
    end = one.segment.end if to_ms == one.to_ms else source_at(one, to_ms)
    return start, end


def _at_seam(
    timeline: Timeline, last: Placed, before: Segment, one: Placed, after: Segment, library: Library
) -> Transition | None:
    """The transition between what is left of two segments: the nearest of those that stood between them."""
    between = [timeline.segments[index].transition for index in range(one.index, last.index, -1)]
    found = next((transition for transition in between if transition is not None), None)
    whole_before, whole_after = before.end == last.segment.end, after.start == one.segment.start
    if found is None or (whole_before and whole_after and one.index == last.index + 1):
        return found
    # exactly what was asked for goes: no more overlap than the uncut sides had beyond their own stretch
    overlap = (last.end_ms - last.to_ms) * whole_before + (one.from_ms - one.start_ms) * whole_after
    return fitted(before, after, found.style, found.ms, library, overlap)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that play straight on in the same way become one."""
    row: list[Piece] = []
    for piece in pieces:
        last = row[-1] if row else None
        if piece.segment.end <= piece.segment.start:
            continue
        if last is not None and last.to_ms == piece.from_ms and _one_piece(last.segment, piece.segment):
            row[-1] = Piece(replace(last.segment, end=piece.segment.end), last.from_ms, piece.to_ms)
        else:
            row.append(piece)
    return row


def _one_piece(before: Segment, after: Segment) -> bool:
    return (
        plays_on(before, after)
        and before.end == after.start
        and after == replace(before, id=after.id, start=after.start, end=after.end, transition=None)
    )


def _numbered(row: Sequence[Piece]) -> list[Piece]:
    ids = iter(fresh_ids("s", (piece.segment.id for piece in row)))
    seen: set[str] = set()
    numbered = []
    for piece in row:
        known = piece.segment.id in seen
        segment = replace(piece.segment, id=next(ids)) if known else piece.segment
        seen.add(segment.id)
        numbered.append(replace(piece, segment=segment))
    return numbered


class _Ways:
    """Where the times of the old timeline went: straight lines, one a piece."""

    def __init__(self, row: Sequence[Piece], placed: Sequence[Placed], old_ms: int, new_ms: int) -> None:
        lines = sorted(
            (piece.from_ms, piece.to_ms, one.from_ms, one.to_ms) for piece, one in zip(row, placed, strict=True)
        )
        self._lines = lines
        self._starts = [line[0] for line in lines]
        self._old_ms, self._new_ms = old_ms, new_ms

    def start(self, time: int) -> int:
        return self._point(time, bisect_right(self._starts, time) - 1)

    def end(self, time: int) -> int:
        return self._new_ms if time >= self._old_ms else self._point(time, bisect_left(self._starts, time) - 1)

    def _point(self, time: int, index: int) -> int:
        if index < 0:
            return 0
        start, end, to_start, to_end = self._lines[index]
        if time >= end:
            return to_end
        return to_start + round((time - start) * (to_end - to_start) / (end - start))


def _moved(old: Timeline, new: Timeline, row: Sequence[Piece], follow: Follow) -> Timeline:
    total = duration_ms(new)
    ways = _Ways(row, layout(new), duration_ms(old), total)
    texts, music = [], []
    for text in old.texts:
        start = ways.start(text.start)
        end = min(start + text.end - text.start, total) if follow == "start" else ways.end(text.end)
        if end - start >= min(MIN_TEXT_MS, text.end - text.start):
            texts.append(replace(text, start=start, end=end))
    in_order = all(one.from_ms <= other.from_ms for one, other in pairwise(row))
    for item in old.music:
        start, end = (ways.start(item.start), ways.end(item.end)) if in_order else (item.start, min(item.end, total))
        if end - start >= min(MIN_TEXT_MS, item.end - item.start):
            music.append(replace(item, start=start, end=end))
    return tidy(replace(new, texts=tuple(texts), music=tuple(music)))


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
