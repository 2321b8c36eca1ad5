"""Keep the liveliest passages: whole sentences where somebody speaks, whole shots elsewhere.

How lively a passage is, is measured against the rest of the same timeline: how loud it is, how much moves in it, how
much of it is spoken. The same footage gives the same highlights.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.engine.hearing.pauses import HEAD_MS, TAIL_MS
from bot.engine.timeline.found import inside
from bot.engine.timeline.geometry import Placed, duration_ms, layout, merged, shown_at, timeless, without
from bot.engine.timeline.model import Library, Looked, Timeline
from bot.engine.timeline.ops import Highlight
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.report import places
from bot.engine.timeline.scope import milliseconds
from bot.engine.timeline.weave import cut

Facts = dict[str, int | float | str]
Ranges = Sequence[tuple[int, int]]

_USUAL_MS = 30_000
_USUAL_SHARE = 3
"""Asked without a length, it becomes half a minute, and of a short video a third."""
_SHORTEST_MS = 1_000
_LONGEST_MS = 12_000
"""A longer passage is parted where it is quietest, so that one monologue does not fill it all."""
_FULL = 0.8
"""Where whole passages fill less of what was asked for, the next one is cut off to fit."""
_LOUD, _MOVING, _SPOKEN = 0.4, 0.35, 0.25
_STILL_SCORE = 0.3
"""Of a photo or a card, in which nothing can move: people put it there on purpose."""


@dataclass(frozen=True)
class _Passage:
    """Timeline ms, and how lively it is, 0 to 1."""

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class _Scale:
    """From a measure to 0 (as in the dullest tenth of the timeline) to 1 (as in the liveliest)."""

    low: float
    high: float

    def __call__(self, value: float) -> float:
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low))) if self.high > self.low else 0.5


def highlight(timeline: Timeline, op: Highlight, library: Library) -> tuple[Timeline, Facts]:
    """Keep the liveliest passages, as many as fit into `seconds`, in their order.

    Refused as already_short, too_short.
    """
    total = duration_ms(timeline)
    usual = min(_USUAL_MS, max(_SHORTEST_MS, total // _USUAL_SHARE))
    budget = milliseconds(op.seconds) if op.seconds is not None else usual
    if budget >= total:
        raise RefusedError("already_short", budget / 1000, total / 1000)
    if budget < _SHORTEST_MS:
        raise RefusedError("too_short", budget / 1000, _SHORTEST_MS / 1000)
    kept = merged(_chosen(_passages(timeline, library, min(_LONGEST_MS, budget)), budget))
    new = cut(timeline, without(0, total, kept), library)
    left = duration_ms(new)
    return new, {"ranges": len(kept), "kept_ms": left, "removed_ms": total - left} | places(kept)


def _chosen(passages: Sequence[_Passage], budget: int) -> list[tuple[int, int]]:
    best = sorted(passages, key=lambda one: (-one.score, one.start))
    room, chosen, left = budget, [], []
    for one in best:
        if one.end - one.start <= room:
            chosen.append((one.start, one.end))
            room -= one.end - one.start
        else:
            left.append(one)
    if left and room > budget * (1 - _FULL):
        chosen.append((left[0].start, left[0].start + room))
    return chosen


def _passages(timeline: Timeline, library: Library, longest: int) -> list[_Passage]:
    placed = layout(timeline)
    loud, moving = _scales(placed, library)
    passages = []
    for one in placed:
        if timeless(one.segment):
            passages.append(_Passage(one.from_ms, one.to_ms, _STILL_SCORE))
            continue
        speech = () if one.segment.muted else inside(one.segment, library.speech.get(one.segment.media, ()))
        for start, end in _parts(one, speech, library.looked.get(one.segment.media), longest):
            score = _score(one, (start, end), library, loud, moving)
            edges = sorted((shown_at(one, start), shown_at(one, end)))
            passages.append(_Passage(edges[0], edges[1], score))
    return passages


def _parts(one: Placed, speech: Ranges, looked: Looked | None, longest: int) -> Iterator[tuple[int, int]]:
    """A segment's source in passages that can stand alone: a sentence with its breath, or a shot."""
    segment = one.segment
    shots = looked.shots if looked is not None else ()
    spoken = merged([(max(segment.start, start - HEAD_MS), min(segment.end, end + TAIL_MS)) for start, end in speech])
    edges = {segment.start, segment.end, *(edge for sentence in spoken for edge in sentence)}
    for start, end in without(segment.start, segment.end, spoken):
        edges.update(shots[bisect_right(shots, start) : bisect_left(shots, end)])
    most = max(1, round(longest * segment.speed))
    for start, end in pairwise(_joined(sorted(edges), round(_SHORTEST_MS * segment.speed))):
        yield from _parted(start, end, most, speech)


def _joined(edges: Sequence[int], shortest: int) -> list[int]:
    """The edges without those that would leave a passage too short to be seen."""
    kept = [edges[0]]
    for edge in edges[1:-1]:
        if edge - kept[-1] >= shortest and edges[-1] - edge >= shortest:
            kept.append(edge)
    return [*kept, edges[-1]]


def _parted(start: int, end: int, most: int, speech: Ranges) -> Iterator[tuple[int, int]]:
    """A passage that is too long, parted in the widest gap between words, or else in the middle."""
    if end - start <= most:
        yield start, end
        return
    gaps = [(later - sooner, (sooner + later) // 2) for (_, sooner), (later, _) in pairwise(_near(speech, start, end))]
    near = [(width, at) for width, at in gaps if start + most // 4 < at < end - most // 4]
    at = max(near)[1] if near else (start + end) // 2
    yield from _parted(start, at, most, speech)
    yield from _parted(at, end, most, speech)


def _score(one: Placed, part: tuple[int, int], library: Library, loud: _Scale, moving: _Scale) -> float:
    media = one.segment.media
    looked = library.looked.get(media)
    spoken = _share(library.speech.get(media, ()), part)
    score = 0.0
    if media in library.levels and not one.segment.muted:
        score += _LOUD * _mean([loud(value) for value in _seconds(library.levels[media], part)]) + _SPOKEN * spoken
    if looked is not None:
        score += _MOVING * _mean([moving(value) for value in _seconds(looked.motion, part)])
        dead = merged([*inside(one.segment, looked.black), *(() if spoken else inside(one.segment, looked.frozen))])
        score *= 1 - _share(dead, part)
    return round(score, 6)


def _scales(placed: Sequence[Placed], library: Library) -> tuple[_Scale, _Scale]:
    loud: list[int] = []
    moving: list[int] = []
    for one in placed:
        segment = one.segment
        if timeless(segment):
            continue
        part = (segment.start, segment.end)
        looked = library.looked.get(segment.media)
        moving.extend(_seconds(looked.motion if looked is not None else (), part))
        loud.extend(() if segment.muted else _seconds(library.levels.get(segment.media, ()), part))
    return _scale(loud), _scale(moving)


def _scale(values: list[int]) -> _Scale:
    if not values:
        return _Scale(0, 0)
    ordered = sorted(values)
    return _Scale(ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 20])


def _seconds(values: Sequence[int], part: tuple[int, int]) -> Sequence[int]:
    """What was measured in the seconds that a part of the source touches."""
    return values[part[0] // 1000 : max(part[0] // 1000 + 1, round(part[1] / 1000))]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _share(ranges: Ranges, part: tuple[int, int]) -> float:
    start, end = part
    covered = sum(max(0, min(end, stop) - max(start, begin)) for begin, stop in _near(ranges, start, end))
    return covered / max(1, end - start)


def _near(ranges: Ranges, start: int, end: int) -> Ranges:
    """Those of the ranges, which are in order, that reach into this stretch, and perhaps one beside it."""
    return ranges[max(0, bisect_left(ranges, (start, 0)) - 1) : bisect_right(ranges, (end, 0))]
