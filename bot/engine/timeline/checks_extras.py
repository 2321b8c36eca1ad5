"""What makes the rest of a timeline valid: looks, overlays, chapters, what was heard, subtitles; and what all share."""

import math
from collections.abc import Iterator

from bot.engine.timeline import colours, limits
from bot.engine.timeline.model import Box, Chapter, Cover, Heard, Library, Look, Overlay, Segment, Timeline, Zoom

_WHOLE = 1000
_LEAST_CELL = 50
_LONGEST = int(limits.MAX_DURATION_MS * limits.MAX_SPEED)
"""A zoom may have begun before its source does: its segment shows the later part of it."""


def segment(one: Segment) -> Iterator[str]:
    """What is wrong with what is done to a segment."""
    if not colours.known(one.color):
        yield "has an unknown colour"
    if not (0 <= one.sound_early <= limits.MAX_SOUND_LEAD_MS and 0 <= one.sound_late <= limits.MAX_SOUND_LEAD_MS):
        yield f"has a sound that is not 0 to {limits.MAX_SOUND_LEAD_MS} ms longer than its picture"
    yield from _look(one.look)


def _look(look: Look) -> Iterator[str]:
    edges = (look.left, look.right, look.top, look.bottom)
    if min(edges) < 0 or look.left + look.right > 950 or look.top + look.bottom > 950:
        yield "is cut off by more than there is"
    for value in (look.brightness, look.contrast, look.saturation, look.temperature):
        if not -100 <= value <= 100:
            yield "has colours that are not -100 to 100"
    if not 0 <= look.sharpen <= 100:
        yield "is sharpened by what is not 0 to 100"
    for cover in look.covers:
        yield from _cover(cover)
    if look.zoom is not None:
        yield from _zoom(look.zoom)
    yield from _cell(look.cell)
    times = [at for at, _, _ in look.follow]
    if times != sorted(times) or not all(0 <= x <= _WHOLE and 0 <= y <= _WHOLE for _, x, y in look.follow):
        yield "follows points that are not in order, or not in the picture"


def _cell(cell: tuple[int, int, int, int] | None) -> Iterator[str]:
    if cell is not None and not (_inside(Box(0, *cell)) and min(cell[2:]) >= _LEAST_CELL):
        yield "fills a place that is not on the canvas, or too small"


def _cover(cover: Cover) -> Iterator[str]:
    if not 1 <= cover.strength <= 100:
        yield "is covered by what is not 1 to 100 percent"
    if [box.at for box in cover.boxes] != sorted(box.at for box in cover.boxes):
        yield "is covered by boxes that are not in order"
    if not all(_inside(box) for box in cover.boxes):
        yield "is covered outside the picture"


def _inside(box: Box) -> bool:
    """A box without a size covers nothing for its time."""
    return min(box.x, box.y, box.w, box.h) >= 0 and box.x + box.w <= _WHOLE and box.y + box.h <= _WHOLE


def _zoom(zoom: Zoom) -> Iterator[str]:
    if not all(100 <= percent <= limits.MAX_ZOOM for percent in (zoom.from_percent, zoom.to_percent)):
        yield f"is zoomed to what is not 100 to {limits.MAX_ZOOM} percent"
    if not (-_LONGEST <= zoom.start <= zoom.end <= _LONGEST and 0 <= zoom.x <= _WHOLE and 0 <= zoom.y <= _WHOLE):
        yield "is zoomed into a time or place that is not there"


def overlay(one: Overlay, total: int, library: Library) -> Iterator[str]:
    """What is wrong with an overlay."""
    item = library.media.get(one.media)
    if item is None or item.kind != one.kind:
        yield "uses media that is not there, or takes it for something else"
        return
    if not (one.offset == 0 or 0 <= one.offset < item.duration_ms):
        yield "begins beyond the end of its media"
    yield from within(one.start, one.end, total)
    if not (1 <= one.size <= 100 and 0 <= one.opacity <= 100 and 0 <= one.volume <= limits.MAX_VOLUME):
        yield "has a size, opacity or volume that is out of range"
    if not (math.isfinite(one.speed) and limits.MIN_SPEED <= one.speed <= limits.MAX_SPEED):
        yield f"has a speed that is not {limits.MIN_SPEED:g} to {limits.MAX_SPEED:g}"
    yield from _cell(one.cell)
    yield from _look(one.look)
    yield from named(one.name)


def chapter(one: Chapter, total: int) -> Iterator[str]:
    """What is wrong with a chapter."""
    if not 0 <= one.start < max(1, total):
        yield f"does not begin within the timeline's {total} ms"
    if not one.title.strip() or len(one.title) > limits.MAX_NAME_LENGTH or not drawable(one.title):
        yield f"has a title that is not 1 to {limits.MAX_NAME_LENGTH} characters"


def heard(one: Heard, library: Library) -> Iterator[str]:
    """What is wrong with what was heard of a source."""
    if one.media not in library.media:
        yield "is of media that are not there"
    spoken = [edge for pair in one.speech for edge in pair]
    if spoken != sorted(spoken) or (spoken and spoken[0] < 0):
        yield "has speech that is not in order"
    for row in (one.words, one.shown):
        starts = [word.start for word in row]
        if starts != sorted(starts) or not all(0 <= word.start <= word.end for word in row):
            yield "has words that are not in order"
        if not all(0 < len(word.text) <= limits.MAX_TEXT_LENGTH and drawable(word.text) for word in row):
            yield "has a word that cannot be drawn"
    if bool(one.shown) != bool(one.shown_in):
        yield "has a translation without words, or without a language"


def whole(timeline: Timeline) -> Iterator[str]:
    """What is wrong with what is true of the whole."""
    if timeline.loudness is not None and not (math.isfinite(timeline.loudness) and -40 <= timeline.loudness <= -5):
        yield "has a loudness that is not -40 to -5 LUFS"
    if timeline.letterbox is not None and not 100 <= timeline.letterbox <= 400:
        yield "has bars of a shape that is not 1 to 4"
    if timeline.subtitles is not None:
        subtitles = timeline.subtitles
        if not limits.MIN_SIZE <= subtitles.size <= limits.MAX_SIZE or not colours.known(subtitles.color):
            yield "has subtitles of an unknown size or colour"
        if len(subtitles.lang) > 10 or not subtitles.lang.isascii():
            yield "has subtitles of an unknown language"


def within(start: int, end: int, total: int) -> Iterator[str]:
    if not 0 <= start < end <= total:
        yield f"does not lie within the timeline's {total} ms"


def named(name: str) -> Iterator[str]:
    if len(name) > limits.MAX_NAME_LENGTH or (not name.isascii() and _surrogates(name)):
        yield f"has a name that is not up to {limits.MAX_NAME_LENGTH} characters"


def drawable(words: str) -> bool:
    """Whether words are free of control characters (line breaks are none) and of halves of characters."""
    return all(sign == "\n" or sign.isprintable() or not _control(sign) for sign in words)


def _control(sign: str) -> bool:
    return sign < " " or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff"


def _surrogates(words: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in words)
