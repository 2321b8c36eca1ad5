"""Cut the pauses out, by voice."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from bot.engine.hearing.pauses import HEAD_MS, MIN_PAUSE_MS, TAIL_MS, pauses
from bot.engine.hearing.pauses import margins as kept_around
from bot.engine.timeline.geometry import Placed, duration_ms, layout, merged, shown_at, source_at, timeless, without
from bot.engine.timeline.limits import MIN_PIECE_MS
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import TrimSilence
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import clip_at, milliseconds, span
from bot.engine.timeline.snapping import copies, snapped
from bot.engine.timeline.weave import Piece, carve, part, parted, weave

Facts = dict[str, int | float | str]
Ranges = Sequence[tuple[int, int]]
_GENTLE, _STRONG = (900, 250, 400), (350, 100, 170)
_CLOSENESS = {
    "gentle": _GENTLE,
    "gentler": _GENTLE,  # the planner counts steps from what was done before; without that it is one from normal
    "normal": (MIN_PAUSE_MS, HEAD_MS, TAIL_MS),
    "strong": _STRONG,
    "stronger": _STRONG,
}
"""By strength, ms: the shortest pause that goes, and what is kept ahead of a word and after it."""


def trim_silence(timeline: Timeline, op: TrimSilence, library: Library) -> tuple[Timeline, Facts]:
    """Remove the pauses of what is spoken; what nobody speaks in (stills, music, silent footage) is left alone.

    Edges move by a few frames where that spares encoding.
    With `keep_seconds` each pause that is longer becomes that long; with `speed` pauses stay and play faster. Where a
    pause lies is decided on the whole source, so a second run finds nothing more to remove. Refused as no_sound,
    no_speech, no_clip, and as a range for `except_ranges`.
    """
    placed = layout(timeline)
    if op.clip is not None:
        view = clip_at(timeline, op.clip)
        placed = placed[view.first : view.last + 1]
    chosen = {one.index for one in placed if not timeless(one.segment) and library.media[one.segment.media].has_sound}
    if not chosen:
        raise RefusedError("no_sound", op.clip)
    if not any(library.speech.get(one.segment.media) for one in placed if one.index in chosen):
        raise RefusedError("no_speech", op.clip)
    spared = merged([span(timeline, start, end) for start, end in op.except_ranges or []])
    silent = _silences(timeline, op, library, chosen)
    gone: list[list[tuple[int, int]]] = []
    count, open_pause = 0, False
    for one in layout(timeline):
        segment = one.segment
        found = _removable(one, silent[one.index], spared) if one.index in silent else []
        gone.append(found)
        count += len(found)
        if found and open_pause and found[0][0] == segment.start and _follows(timeline, one.index):
            count -= 1  # one pause, parted by a boundary that nobody sees
        open_pause = bool(found) and found[-1][1] == segment.end
    before = duration_ms(timeline)
    facts: Facts = {} if op.clip is None else {"clip": op.clip}
    if op.strength not in (None, "normal"):
        facts["closeness"] = op.strength.removesuffix("er")
    if op.keep_seconds is not None:
        facts["keep_ms"] = milliseconds(op.keep_seconds)
    elif op.speed is not None:
        facts["factor"] = op.speed
    if not count:
        return timeline, facts | {"pauses": 0, "removed_ms": 0}
    if op.speed is not None and op.keep_seconds is None:
        new = _faster(timeline, gone, op.speed, library)
    else:
        kept = [without(one.start, one.end, found) for one, found in zip(timeline.segments, gone, strict=True)]
        new = carve(timeline, kept, library)
    return new, facts | {"pauses": count, "removed_ms": before - duration_ms(new)}


def _faster(timeline: Timeline, pauses_in: Sequence[Ranges], speed: float, library: Library) -> Timeline:
    """The timeline with these stretches of each segment (source ms) at a higher pace."""
    ranges = merged(
        [
            (min(edges), max(edges))
            for one, found in zip(layout(timeline), pauses_in, strict=True)
            for edges in ((shown_at(one, low), shown_at(one, high)) for low, high in found)
        ]
    )
    starts = [start for start, _ in ranges]
    pieces = []
    for one, parts in parted(timeline, sorted({edge for pair in ranges for edge in pair})):
        for from_ms, to_ms in parts:
            segment, middle = part(one, from_ms, to_ms), (from_ms + to_ms) / 2
            at = bisect_right(starts, middle) - 1
            if at >= 0 and middle < ranges[at][1] and pauses_in[one.index]:
                segment = replace(segment, speed=max(segment.speed, speed))
            pieces.append(Piece(segment, from_ms, to_ms))
    return weave(timeline, pieces, library)


def _silences(timeline: Timeline, op: TrimSilence, library: Library, chosen: set[int]) -> dict[int, Ranges]:
    """The pauses of the whole source of each chosen segment in which somebody speaks, source ms."""
    least, head, tail = _CLOSENESS[op.strength or "normal"]
    shortest = milliseconds(op.min_seconds) if op.min_seconds is not None else least
    if op.keep_seconds is not None:  # what is kept around the words is the pause that is left
        keep = milliseconds(op.keep_seconds)
        head = round(keep * head / (head + tail))
        tail = keep - head
        shortest = max(shortest, keep * 5 // 4)  # margins of pauses hardly longer than they would shrink
    known: dict[tuple[str, int], Ranges] = {}
    exact = op.keep_seconds is not None or op.speed is not None
    silent: dict[int, Ranges] = {}
    for index in sorted(chosen):
        segment = timeline.segments[index]
        speech = library.speech.get(segment.media)
        if not speech:
            continue
        # a pause is as long as it is heard: at double speed it must be twice as long in the source
        key = (segment.media, max(1, round(shortest * segment.speed)))
        if key not in known:
            pace = segment.speed if op.keep_seconds is not None else 1
            around = (round(head * pace), round(tail * pace))
            item, places = library.media[segment.media], library.keyframes.get(segment.media)
            found: Ranges = pauses(speech, item.duration_ms, key[1], *around)
            if places is not None and not exact and segment.speed == 1 and copies(timeline.canvas, item):
                found = tuple(snapped(found, places, item, kept_around(key[1], *around)))
            known[key] = found
        silent[index] = known[key]
    return silent


def _removable(one: Placed, silent: Ranges, spared: Ranges) -> list[tuple[int, int]]:
    """What of these pauses goes from a segment, in source ms."""
    segment = one.segment
    near = [(start, end) for start, end in spared if start < one.to_ms and end > one.from_ms]
    edges = [sorted((source_at(one, start), source_at(one, end))) for start, end in near]
    keep = sorted((low, high) for low, high in edges)
    found: list[tuple[int, int]] = []
    for start, end in silent[max(0, bisect_left(silent, (segment.start, 0)) - 1) :]:
        if start >= segment.end:
            break
        begin, stop = max(start, segment.start), min(end, segment.end)
        if begin < stop:
            found.extend(without(begin, stop, keep))
    return [pause for pause in found if pause[1] - pause[0] >= MIN_PIECE_MS]


def _follows(timeline: Timeline, index: int) -> bool:
    before, after = timeline.segments[index - 1], timeline.segments[index]
    return before.media == after.media and before.end == after.start
