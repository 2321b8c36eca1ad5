"""What lies over the picture (texts, overlays, chapters) and under it (music) moves along when the picture changes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.ids import fresh_ids
from bot.engine.timeline.limits import MAX_CHAPTERS, MAX_OVERLAYS, MAX_TEXTS, MIN_TEXT_MS
from bot.engine.timeline.model import Chapter, Music, Overlay, Text, Timeline
from bot.engine.timeline.refusal import RefusedError

_Laid = TypeVar("_Laid", Text, Overlay)

Follow = Literal["picture", "start"]
"""How texts move: with what they lay on at both edges, or at their start only, keeping their length.

The words of a title card always stay on it.
"""


@dataclass(frozen=True)
class Stretch:
    """A stretch of the old timeline, `from_ms` to `to_ms`, lies from `new_from` to `new_to` now.

    What was put in has no old stretch: both are where it came in. `copy` counts from 1 what is there once more; from
    its end to its start where `new_from` is the later one.
    """

    from_ms: int
    to_ms: int
    new_from: int
    new_to: int
    copy: int = 0
    card: bool = False


def moved(old: Timeline, new: Timeline, row: Sequence[Stretch], follow: Follow) -> Timeline:
    """`new` with everything beside the picture where it belongs; `row` is the picture's new order.

    What lies within a stretch that is there several times is there as often; what lay over the whole does so still,
    but no text reaches over a card that is put in. Raises RefusedError: too_many.
    """
    copies = range(1 + max(one.copy for one in row))
    ways = [_Ways([one for one in row if one.copy == copy]) for copy in copies]
    total = duration_ms(new)
    pictures = [one for one in row if not (one.card and one.from_ms == one.to_ms)]
    ends = (
        max((one.new_to for one in pictures if one.copy == 0), default=total),
        max((max(one.new_from, one.new_to) for one in pictures), default=total),
    )
    texts = tuple(_laid(old.texts, "t", ways, follow, duration_ms(old), ends))
    overlays = tuple(_laid(old.overlays, "o", ways, follow, duration_ms(old), (ends[0], total)))
    here = [one.from_ms for one in row if one.copy == 0 and one.to_ms > one.from_ms]
    in_order = here == sorted(here)
    chapters = _chapters(old.chapters, ways, in_order, total)
    for count, limit in ((len(texts), MAX_TEXTS), (len(overlays), MAX_OVERLAYS), (len(chapters), MAX_CHAPTERS)):
        if count > limit:
            raise RefusedError("too_many", count, limit)
    music = tuple(_music(old, ways[0], in_order, total))
    return replace(new, texts=texts, overlays=overlays, music=music, chapters=chapters)


class _Ways:
    """Where the times of the old timeline went: straight lines, one a stretch."""

    def __init__(self, row: Iterable[Stretch]) -> None:
        lines = [(one.from_ms, one.to_ms, one.new_from, one.new_to) for one in row if one.to_ms > one.from_ms]
        self._lines = sorted(lines)
        self._starts = [line[0] for line in self._lines]
        self.first = min(self._starts, default=0)
        self.last = max((line[1] for line in lines), default=0)
        self.back = any(line[2] > line[3] for line in lines)

    def start(self, time: int) -> int:
        return self._point(time, bisect_right(self._starts, time) - 1)

    def end(self, time: int) -> int:
        return self._point(time, bisect_left(self._starts, time) - 1)

    def _point(self, time: int, index: int) -> int:
        if index < 0:
            return 0
        start, end, to_start, to_end = self._lines[index]
        if time >= end:
            return to_end
        return to_start + round((time - start) * (to_end - to_start) / (end - start))


def _laid(
    items: Sequence[_Laid], prefix: str, ways: Sequence[_Ways], follow: Follow, old_ms: int, ends: tuple[int, int]
) -> Iterator[_Laid]:
    """Texts or overlays where they belong. `ends` is where the first copy of the picture ends, and the last."""
    ids = iter(fresh_ids(prefix, (one.id for one in items)))
    for item in items:
        length, to_end = item.end - item.start, item.end >= old_ms
        whole = to_end and item.start == 0
        start = ways[0].start(item.start)
        if whole:
            end = ends[1]
        elif follow == "start" and not _of_card(item):
            end = min(start + length, ends[0])
        else:
            end = ends[0] if to_end else ways[0].end(item.end)
        if end - start >= min(MIN_TEXT_MS, length):
            yield replace(item, start=start, end=end)
        for way in () if whole else ways[1:]:
            if way.first <= item.start and item.end <= way.last:
                begin, stop = sorted((way.start(item.start), way.end(item.end)))
                yield replace(item, id=next(ids), start=begin, end=stop)


def _of_card(item: Text | Overlay) -> bool:
    return isinstance(item, Text) and item.role == "title_card"


def _music(old: Timeline, way: _Ways, in_order: bool, total: int) -> Iterator[Music]:
    """Music moves with the picture where that keeps its order; what reaches to an edge of the whole stays there."""
    for item in old.music:
        start = way.start(item.start) if in_order and item.start else item.start
        end = way.end(item.end) if in_order else min(item.end, total)
        end = total if item.end >= duration_ms(old) else end
        if item.role != "music" and end > start:  # heard once, and whole
            end = min(total, start + item.end - item.start)
        if end - start >= min(MIN_TEXT_MS, item.end - item.start):
            yield replace(item, start=start, end=end)


def _chapters(chapters: Sequence[Chapter], ways: Sequence[_Ways], in_order: bool, total: int) -> tuple[Chapter, ...]:
    """Chapters go with what they begin, one at the start stays there; of several at one place the last is it."""
    ids = iter(fresh_ids("h", (one.id for one in chapters)))
    found: dict[int, Chapter] = {}
    for copy, way in enumerate(ways):
        for one in chapters:
            if copy and (way.back or not way.first <= one.start < way.last):
                continue
            start = 0 if in_order and one.start == 0 and copy == 0 else way.start(one.start)
            if start < total:
                found[start] = replace(one, id=next(ids) if copy else one.id, start=start)
    return tuple(found[start] for start in sorted(found))
