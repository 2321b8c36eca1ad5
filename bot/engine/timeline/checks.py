"""What makes a timeline valid, whoever made it: bounds, media that are there, geometry, ids.

Operations keep all of this; a draft from outside is held against it.
"""

import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.engine.timeline import checks_extras, colours, limits
from bot.engine.timeline.checks_extras import drawable, named, within
from bot.engine.timeline.fitting import problem
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Canvas, Fade, Library, Music, Segment, Text, Timeline

Problem = tuple[str, str]
"""Where, and what is wrong there."""

MAX_FPS = 60
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def first_problem(timeline: Timeline, library: Library) -> Problem | None:
    """The first thing that is wrong with a timeline, or None. Bounded work: sizes are looked at before contents."""
    return next(_problems(timeline, library), None)


def _problems(timeline: Timeline, library: Library) -> Iterator[Problem]:
    counts = (
        ("segments", len(timeline.segments), limits.MAX_SEGMENTS),
        ("texts", len(timeline.texts), limits.MAX_TEXTS),
        ("music", len(timeline.music), limits.MAX_MUSIC),
        ("overlays", len(timeline.overlays), limits.MAX_OVERLAYS),
        ("chapters", len(timeline.chapters), limits.MAX_CHAPTERS),
        ("heard", len(timeline.heard), limits.MAX_HEARD),
    )
    for where, count, limit in counts:
        if count > limit:
            yield where, f"has more than {limit} items"
            return
    yield from _canvas(timeline.canvas)
    if not 0 <= timeline.volume <= limits.MAX_VOLUME:
        yield "volume", f"is not 0 to {limits.MAX_VOLUME}"
    for index, segment in enumerate(timeline.segments):
        yield from ((f"segment {index}", what) for what in _segment(segment, library))
    for where, ids in (
        ("segments", [one.id for one in timeline.segments]),
        ("clips", _clip_runs(timeline.segments)),
        ("texts", [one.id for one in timeline.texts]),
        ("music", [one.id for one in timeline.music]),
        ("overlays", [one.id for one in timeline.overlays]),
        ("chapters", [one.id for one in timeline.chapters]),
        ("heard", [one.media for one in timeline.heard]),
    ):
        yield from ((where, what) for what in _ids(ids))
    yield from _joins(timeline, library)
    total = duration_ms(timeline)
    if total > limits.MAX_DURATION_MS:
        yield "timeline", f"is longer than {limits.MAX_DURATION_MS} ms"
    for index, text in enumerate(timeline.texts):
        yield from ((f"text {index}", what) for what in _text(text, total))
    for index, item in enumerate(timeline.music):
        yield from ((f"music {index}", what) for what in _music(item, total, library))
    yield from _fades(timeline, total)
    yield from _extras(timeline, total, library)


def _extras(timeline: Timeline, total: int, library: Library) -> Iterator[Problem]:
    for index, overlay in enumerate(timeline.overlays):
        yield from ((f"overlay {index}", what) for what in checks_extras.overlay(overlay, total, library))
    for index, chapter in enumerate(timeline.chapters):
        yield from ((f"chapter {index}", what) for what in checks_extras.chapter(chapter, total))
    for index, heard in enumerate(timeline.heard):
        yield from ((f"heard {index}", what) for what in checks_extras.heard(heard, library))
    yield from (("m", what) for what in checks_extras.whole(timeline))


def _canvas(canvas: Canvas) -> Iterator[Problem]:
    for name, side in (("width", canvas.width), ("height", canvas.height)):
        if not 2 <= side <= limits.MAX_SIDE or side % 2:
            yield f"canvas {name}", f"is not an even number from 2 to {limits.MAX_SIDE}"
    if not (1 <= canvas.fps_den <= 100_000 and canvas.fps_den <= canvas.fps_num <= MAX_FPS * canvas.fps_den):
        yield "canvas rate", f"is not 1 to {MAX_FPS} frames a second"


def _segment(segment: Segment, library: Library) -> Iterator[str]:
    yield from checks_extras.segment(segment)
    if segment.kind == "card":
        longest = limits.MAX_DURATION_MS
        if segment.media or segment.freeze or segment.reverse:
            yield "is a card and plays media"
    else:
        item = library.media.get(segment.media)
        if item is None:
            yield "uses media that is not there"
            return
        if item.kind != segment.kind:
            yield "takes its media for something else"
        longest = item.duration_ms if segment.kind == "video" and not segment.freeze else limits.MAX_DURATION_MS
        if segment.freeze and not (segment.kind == "video" and segment.start < item.duration_ms):
            yield "holds a picture that is not there"
    if not 0 <= segment.start < segment.end <= longest:
        yield f"does not lie within its media's {longest} ms"
        return
    if not (math.isfinite(segment.speed) and limits.MIN_SPEED <= segment.speed <= limits.MAX_SPEED):
        yield f"has a speed that is not {limits.MIN_SPEED:g} to {limits.MAX_SPEED:g}"
        return
    if segment.ms < 1:
        yield "has no length"
    if not 0 <= segment.volume <= limits.MAX_VOLUME:
        yield f"has a volume that is not 0 to {limits.MAX_VOLUME}"
    yield from named(segment.name)


def _joins(timeline: Timeline, library: Library) -> Iterator[Problem]:
    if timeline.segments and timeline.segments[0].transition is not None:
        yield "segment 0", "has a transition and nothing before it"
    for index, (before, after) in enumerate(pairwise(timeline.segments), start=1):
        if after.transition is not None and (wrong := problem(before, after, after.transition, library)):
            yield f"segment {index}", f"has a transition that {wrong}"


def _text(text: Text, total: int) -> Iterator[str]:
    if not text.content.strip() or len(text.content) > limits.MAX_TEXT_LENGTH or not drawable(text.content):
        yield f"is not 1 to {limits.MAX_TEXT_LENGTH} characters that can be drawn"
    yield from within(text.start, text.end, total)
    if not 0 <= 2 * text.fade <= text.end - text.start:
        yield "fades longer than it lasts"
    if not limits.MIN_SIZE <= text.size <= limits.MAX_SIZE:
        yield f"has a size that is not {limits.MIN_SIZE} to {limits.MAX_SIZE}"
    if not colours.known(text.color):
        yield "has an unknown colour"


def _music(item: Music, total: int, library: Library) -> Iterator[str]:
    media = library.media.get(item.media)
    if media is None:
        yield "uses media that is not there"
        return
    if media.kind != "audio" and not media.has_sound:
        yield "uses media that has no sound"
    if not 0 <= item.offset < max(1, media.duration_ms):
        yield "begins beyond the end of its media"
    yield from within(item.start, item.end, total)
    if item.duck is not None and not 0 <= item.duck <= 100:
        yield "goes down to what is not 0 to 100 percent"
    if item.fade_in < 0 or item.fade_out < 0 or item.fade_in + item.fade_out > item.end - item.start:
        yield "fades longer than it lasts"
    if not 0 <= item.volume <= limits.MAX_VOLUME:
        yield f"has a volume that is not 0 to {limits.MAX_VOLUME}"
    yield from named(item.name)


def _fades(timeline: Timeline, total: int) -> Iterator[Problem]:
    fades: list[tuple[str, Fade | None]] = [("fade in", timeline.fade_in), ("fade out", timeline.fade_out)]
    for where, fade in fades:
        if fade is not None and (fade.ms < 1 or not colours.known(fade.color)):
            yield where, "has no length or an unknown colour"
    if sum(fade.ms for _, fade in fades if fade is not None) > total:
        yield "fades", "are longer than the timeline"


def _ids(ids: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for one in ids:
        if not _ID.fullmatch(one):
            yield "have an id that is not 1 to 64 letters, digits, - and _"
        elif one in seen:
            yield f"have the id {one} twice"
        seen.add(one)


def _clip_runs(segments: tuple[Segment, ...]) -> list[str]:
    """The clip of each run of neighbours: a clip whose segments lie apart comes twice."""
    clips = [segment.clip for segment in segments]
    return clips[:1] + [after for before, after in pairwise(clips) if after != before]
