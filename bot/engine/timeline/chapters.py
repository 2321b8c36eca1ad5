"""Chapters of the finished file."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.engine.timeline.found import shots
from bot.engine.timeline.geometry import clips, duration_ms, layout, shown_at, timeless
from bot.engine.timeline.limits import MAX_CHAPTERS, MAX_NAME_LENGTH
from bot.engine.timeline.model import Chapter, Library, Timeline
from bot.engine.timeline.ops import Chapters
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import milliseconds
from bot.engine.timeline.words import readable

Facts = dict[str, int | float | str]

_MOST = 20
"""Chapters that nobody named are no more than these: a list that can still be read."""
_LEAST_MS = 1_000
_TITLE_WORDS, _TITLE_LETTERS = 6, 48
_TOLD = 8


def chapters(timeline: Timeline, op: Chapters, library: Library) -> tuple[Timeline, Facts]:
    """Set the chapters, instead of those that are there: as named, else where clips begin, else where shots do.

    Unnamed ones are called by their first words where those are known, else by their clip, else by their number.
    Refused as no_chapters (none to remove), nothing_marks (neither clips nor shots), beyond_end, too_many.
    """
    if op.remove:
        if not timeline.chapters:
            raise RefusedError("no_chapters")
        return replace(timeline, chapters=()), {"action": "removed", "chapters": len(timeline.chapters)}
    if op.items:
        found = _named(timeline, op.items)
    else:
        starts, names = _starts(timeline, library)
        found = [
            (at, _heard(timeline, at, end, library) or name) for (at, end), name in zip(starts, names, strict=True)
        ]
    if len(found) > MAX_CHAPTERS:
        raise RefusedError("too_many", len(found), MAX_CHAPTERS)
    new = tuple(Chapter(f"h{number}", at, title) for number, (at, title) in enumerate(found, start=1))
    titles = ", ".join(one.title for one in new[:_TOLD])
    return replace(timeline, chapters=new), {"action": "set", "chapters": len(new), "titles": titles}


def _named(timeline: Timeline, items: Sequence[tuple[float, str]]) -> list[tuple[int, str]]:
    total = duration_ms(timeline)
    found: dict[int, str] = {}
    for number, (seconds, words) in enumerate(items, start=1):
        at = milliseconds(seconds)
        if at >= total:
            raise RefusedError("beyond_end", seconds, total / 1000)
        found[at] = " ".join(readable(words).split())[:MAX_NAME_LENGTH] or _numbered(number)
    return sorted(found.items())


def _starts(timeline: Timeline, library: Library) -> tuple[list[tuple[int, int]], list[str]]:
    """From when to when the chapters go that nobody named, and what each is called at least."""
    total = duration_ms(timeline)
    views = clips(timeline)
    names: dict[int, str] = {}
    if len(views) > 1:
        plain = [view.name.rpartition(".")[0] or view.name for view in views]
        several = Counter(plain)
        names = {
            view.start_ms: name if several[name] == 1 else f"{name} ({view.number})"
            for view, name in zip(views, plain, strict=True)
        }
    starts = sorted({0, *(names or shots(timeline, library))})
    apart = max(_LEAST_MS, total // _MOST)
    kept = [0]
    for at in starts:
        if at >= kept[-1] + apart:
            kept.append(at)
    if len(kept) < 2:
        raise RefusedError("nothing_marks")
    ends = list(pairwise([*kept, total]))
    return ends, [names.get(at) or _numbered(number) for number, at in enumerate(kept, start=1)]


def _numbered(number: int) -> str:
    return f"Chapter {number}"


def _heard(timeline: Timeline, start: int, end: int, library: Library) -> str:
    """The first words that are said from one time to another, "" where none are known."""
    said: list[str] = []
    for one in layout(timeline):
        segment = one.segment
        if one.to_ms <= start or one.from_ms >= end or timeless(segment) or segment.muted or segment.reverse:
            continue
        words = library.words.get(segment.media, ())
        first, beyond = (bisect_left(words, at, key=lambda word: word.start) for at in (segment.start, segment.end))
        said += [word.text.strip() for word in words[first:beyond] if start <= shown_at(one, word.start) < end]
        if len(said) >= _TITLE_WORDS:
            break
    return " ".join(said[:_TITLE_WORDS])[:_TITLE_LETTERS].strip(" ,.;:")
