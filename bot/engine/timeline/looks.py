"""How the picture looks: colours, black and white, what is made unreadable, zooms."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bot.engine.timeline.framing import ALL, WHOLE, Rect, seen_in_source
from bot.engine.timeline.geometry import Placed, clips, layout, plays_on
from bot.engine.timeline.limits import MAX_COVERS, MAX_STEADY_MS
from bot.engine.timeline.model import PLAIN, Box, Cover, Library, Look, Segment, Timeline, Zoom
from bot.engine.timeline.ops import Blur, Bw, Color, Stabilize, ZoomOp
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import clip_at, span
from bot.engine.timeline.weave import change

Facts = dict[str, int | float | str]

STEP = 20
"""A step brighter, warmer ...: plainly seen, and no effect."""
ZOOM_PERCENT, PUNCH_PERCENT = 120, 135
GLIDE_MS = 4_000
"""How long a zoom lasts of which only the start is named."""
STRENGTH = 50
STRENGTH_STEP = 25

_TONES = ("brightness", "contrast", "saturation", "temperature")
_SURFACE = ("sharpen", "vignette", "grain", "preset")
_WAYS = {"up": STEP, "warm": STEP, "down": -STEP, "cool": -STEP}


def color(timeline: Timeline, op: Color, library: Library) -> tuple[Timeline, Facts]:
    """Change the colours of everything, a range or a clip: steps go on from where they are, values count from plain.

    Refused as no_colours (nothing named), no_look (nothing to take away), no_clip, beyond_end, empty_range.
    """
    start, end = span(timeline, op.start, op.end, op.clip)
    facts = _place(op.start, op.end, op.clip, start, end)
    if op.remove:
        plain: dict[str, Any] = {name: getattr(PLAIN, name) for name in (*_TONES, *_SURFACE, "bw")}
        new = restyled(timeline, [(start, end)], lambda look: replace(look, **plain), library)
        if new == timeline:
            raise RefusedError("no_look")
        return new, {"action": "removed", **facts}
    asked: dict[str, Any] = {name: value for name in (*_TONES, *_SURFACE) if (value := getattr(op, name)) is not None}
    if not asked:
        raise RefusedError("no_colours")

    def toned(look: Look) -> Look:
        return replace(look, **{name: _degree(getattr(look, name), value) for name, value in asked.items()})

    new = restyled(timeline, [(start, end)], toned, library)
    first = _touched(new, start).look
    changes = ", ".join(f"{name} {_shown(getattr(first, name))}".strip() for name in asked)
    return new, {"action": "changed", "changes": changes, **facts}


def bw(timeline: Timeline, op: Bw, library: Library) -> tuple[Timeline, Facts]:
    """Black and white: everything, a clip, a range, or all clips but some; `off` brings the colours back.

    Refused as no_clip, nothing_left (no clip remains), no_look (there was none to take away).
    """
    if op.except_clips:
        spared = {clip_at(timeline, number).number for number in op.except_clips}
        places = [(one.start_ms, one.end_ms) for one in clips(timeline) if one.number not in spared]
        if not places:
            raise RefusedError("nothing_left")
    else:
        places = [span(timeline, op.start, op.end, op.clip)]
    new = restyled(timeline, places, lambda look: replace(look, bw=not op.off), library)
    if op.off and new == timeline:
        raise RefusedError("no_look")
    if op.except_clips and not op.off:
        return new, {"action": "spared", "spared": ", ".join(str(number) for number in op.except_clips)}
    action = "removed" if op.off else "changed"
    return new, {"action": action, **_place(op.start, op.end, op.clip, *places[0])}


def blur(timeline: Timeline, op: Blur, library: Library) -> tuple[Timeline, Facts]:
    """Make everything, a region of what is seen, or faces unreadable; or less or more so; or take that away.

    Refused as no_cover (none to take away or to change), no_vision (faces were not looked for), no_faces, too_many,
    no_clip, beyond_end, empty_range.
    """
    start, end = span(timeline, op.start, op.end, op.clip)
    facts = _place(op.start, op.end, op.clip, start, end)
    step = {"less": -STRENGTH_STEP, "more": STRENGTH_STEP}.get(str(op.strength))
    covers_there = any(one.segment.look.covers for one in _between(timeline, start, end))
    if op.remove or (step is not None and covers_there and op.target is None and op.region is None):
        if not covers_there:
            raise RefusedError("no_cover")
        new = restyled(timeline, [(start, end)], lambda look: _again(look, op, step), library)
        return new, {"action": "removed" if op.remove else "changed", **facts}
    kind = op.style or "blur"
    strength = op.strength if isinstance(op.strength, int) else STRENGTH + (step or 0)
    target = op.target or ("region" if op.region else "all")
    cover = Cover(kind, max(1, strength))
    if target == "faces":
        _faces_known(timeline, library, start, end)

    def covered(segment: Segment) -> Segment:
        rows = _rows(segment, target, op, timeline, library)
        rest = tuple(one for one in segment.look.covers if one.boxes and target != "all" and one.boxes not in rows)
        if rows and len(rest) + len(rows) > MAX_COVERS:
            raise RefusedError("too_many", len(rest) + len(rows), MAX_COVERS)
        covers = tuple(replace(cover, boxes=boxes) for boxes in rows)
        return replace(segment, look=replace(segment.look, covers=(*rest, *covers))) if covers else segment

    new = change(timeline, start, end, covered, library)
    return new, {"action": "added", "style": kind, "covered": target, "strength": cover.strength, **facts}


def zoom(timeline: Timeline, op: ZoomOp, library: Library) -> tuple[Timeline, Facts]:
    """Magnify the picture: gliding in or out over a range (none: over each clip), at once, or at every other cut.

    Refused as no_zoom (none to take away), no_join (no cut to zoom at), no_clip, beyond_end, empty_range.
    """
    if op.remove:
        start, end = span(timeline, op.start, op.end, op.clip)
        new = restyled(timeline, [(start, end)], lambda look: replace(look, zoom=None), library)
        if new == timeline:
            raise RefusedError("no_zoom")
        return new, {"action": "removed", **_place(op.start, op.end, op.clip, start, end)}
    kind = op.kind or ("punch" if op.percent else "in")
    percent = op.percent or (PUNCH_PERCENT if kind in ("punch", "cuts") else ZOOM_PERCENT)
    facts: Facts = {"action": "added", "zoom": kind, "percent": percent}
    if kind == "cuts":
        places = _every_other(timeline, *span(timeline, op.start, op.end, op.clip))
    elif op.start is None and op.end is None and op.clip is None and kind != "punch":
        places = [(one.start_ms, one.end_ms) for one in clips(timeline)]
    else:
        start, end = span(timeline, op.start, op.end, op.clip)
        if op.start is not None and op.end is None:
            end = min(end, start + GLIDE_MS)
        places = [(start, end)]
        facts |= _place(op.start, op.end, op.clip, start, end)
    sizes = {"in": (100, percent), "out": (percent, 100)}.get(kind, (percent, percent))
    point = tuple(WHOLE // 2 if share is None else round(share * WHOLE) for share in (op.x, op.y))
    new = timeline
    for start, end in places:
        new = _zoomed(new, start, end, Zoom(0, 0, *sizes, *point), library)
    return new, facts


def stabilize(timeline: Timeline, op: Stabilize, library: Library) -> tuple[Timeline, Facts]:
    """Take the shake out of everything or a clip; `off` leaves it as it is.

    Refused as no_video (nothing moves there), too_long (it takes two more passes over all that is used of a source),
    no_look (it was not steadied), no_clip.
    """
    start, end = span(timeline, None, None, op.clip)
    facts: Facts = {"clip": op.clip} if op.clip is not None else {}
    if not op.off and not any(one.segment.kind == "video" for one in _between(timeline, start, end)):
        raise RefusedError("no_video")

    def calmed(segment: Segment) -> Segment:
        calm = not op.off and segment.kind == "video"
        return replace(segment, look=replace(segment.look, stabilize=calm))

    new = change(timeline, start, end, calmed, library)
    if op.off and new == timeline:
        raise RefusedError("no_look")
    length = sum(_used_ms(new, media) for media in {one.media for one in new.segments})
    if length > MAX_STEADY_MS:
        raise RefusedError("too_long", length / 1000, MAX_STEADY_MS / 1000)
    return new, {"action": "removed" if op.off else "added", **facts}


def _used_ms(timeline: Timeline, media: str) -> int:
    """From the first use to the last of what is steadied of a source."""
    used = [one for one in timeline.segments if one.media == media and one.look.stabilize]
    return max(one.end for one in used) - min(one.start for one in used) if used else 0


def restyled(
    timeline: Timeline, places: Iterable[tuple[int, int]], how: Callable[[Look], Look], library: Library
) -> Timeline:
    """The timeline with another look in these stretches (timeline ms)."""
    for start, end in places:
        timeline = change(timeline, start, end, lambda one: replace(one, look=how(one.look)), library)
    return timeline


def _degree(before: Any, asked: Any) -> Any:
    if isinstance(asked, str) and asked in _WAYS:
        return max(-100, min(100, before + _WAYS[asked]))
    return asked


def _shown(value: object) -> str:
    """A value in the words about it: with its sign, or nothing where the name says all."""
    if isinstance(value, bool):
        return "" if value else "off"
    return f"{value:+d}" if isinstance(value, int) else str(value)


def _again(look: Look, op: Blur, step: int | None) -> Look:
    """The covers that stay, stronger or weaker by a step."""
    if step is not None and not op.remove:
        covers = tuple(replace(one, strength=max(1, min(100, one.strength + step))) for one in look.covers)
    elif op.target is None:
        covers = ()
    else:
        covers = tuple(one for one in look.covers if bool(one.boxes) == (op.target == "all"))
    return replace(look, covers=covers)


def _rows(segment: Segment, target: str, op: Blur, timeline: Timeline, library: Library) -> tuple[tuple[Box, ...], ...]:
    """Where in its source a segment is to be covered, a row of boxes for each thing; a row without boxes: all of it."""
    if target == "all":
        return ((),)
    if segment.kind == "card":
        return ()
    if target == "faces":
        rows = (_during(segment, row) for row in library.everybody.get(segment.media, ()))
        return tuple(row for row in rows if any(box.w for box in row))
    left, top, width, height = op.region or (0.25, 0.25, 0.5, 0.5)
    item = library.media[segment.media]
    seen = seen_in_source(
        Rect(left, top, min(1.0, left + width), min(1.0, top + height)),
        item.width,
        item.height,
        segment.look,
        timeline.canvas,
    ).within(ALL)
    edges = (int(seen.left * WHOLE), int(seen.top * WHOLE))
    size = (round(seen.right * WHOLE) - edges[0], round(seen.bottom * WHOLE) - edges[1])
    return ((Box(0, *edges, *size),),) if min(size) > 0 else ()


def _during(segment: Segment, row: tuple[Box, ...]) -> tuple[Box, ...]:
    """What a segment shows of a face's way, no more: it is kept with every piece."""
    if segment.kind == "image":
        return tuple(_grown(box) for box in row)
    before = [box for box in row if box.at <= segment.start]
    after = [] if segment.freeze else [box for box in row if segment.start < box.at < segment.end]
    return tuple(_grown(box) for box in (*before[-1:], *after))


def _grown(box: Box) -> Box:
    """A face with its hair and chin, and what it moves until it is looked at again."""
    if not (box.w and box.h):
        return box
    left, top = max(0, box.x - box.w // 5), max(0, box.y - box.h // 3)
    right, bottom = min(WHOLE, box.x + box.w + box.w // 5), min(WHOLE, box.y + box.h + box.h // 5)
    return Box(box.at, left, top, right - left, bottom - top)


def _faces_known(timeline: Timeline, library: Library, start: int, end: int) -> None:
    shown = {one.segment.media for one in _between(timeline, start, end) if one.segment.kind != "card"}
    if not shown & library.everybody.keys():
        raise RefusedError("no_vision")
    if not any(library.everybody.get(media) for media in shown):
        raise RefusedError("no_faces")


def _zoomed(timeline: Timeline, start: int, end: int, shape: Zoom, library: Library) -> Timeline:
    """A zoom from `start` to `end` (timeline ms), as each segment's own source time has it."""
    pieces = {one.segment.id: one for one in layout(timeline)}

    def magnified(segment: Segment) -> Segment:
        whole = pieces[segment.id]
        zoom = replace(shape, start=_line(whole, start), end=_line(whole, end))
        if segment.reverse:
            zoom = replace(zoom, start=zoom.end, end=zoom.start, from_percent=shape.to_percent,
                           to_percent=shape.from_percent)  # fmt: skip
        return replace(segment, look=replace(segment.look, zoom=zoom))

    return change(timeline, start, end, magnified, library)


def _line(one: Placed, time_ms: int) -> int:
    """Where a segment's source would be at a time of the timeline, also beyond its edges."""
    segment = one.segment
    gone = round((time_ms - one.start_ms) * segment.speed)
    return segment.end - gone if segment.reverse else segment.start + gone


def _every_other(timeline: Timeline, start: int, end: int) -> list[tuple[int, int]]:
    """Of the stretches between cuts, the second, the fourth ..."""
    placed = [one for one in layout(timeline) if one.to_ms > start and one.from_ms < end]
    stretches: list[tuple[int, int]] = []
    for index, one in enumerate(placed):
        if index and plays_on(placed[index - 1].segment, one.segment):
            stretches[-1] = (stretches[-1][0], one.to_ms)
        else:
            stretches.append((one.from_ms, one.to_ms))
    if len(stretches) < 2:
        raise RefusedError("no_join")
    return stretches[1::2]


def _between(timeline: Timeline, start: int, end: int) -> list[Placed]:
    return [one for one in layout(timeline) if one.to_ms > start and one.from_ms < end]


def _touched(timeline: Timeline, at_ms: int) -> Segment:
    return next((one.segment for one in layout(timeline) if one.to_ms > at_ms), timeline.segments[-1])


def _place(start: float | None, end: float | None, clip: int | None, from_ms: int, to_ms: int) -> Facts:
    """Where, as far as somebody said it: the range, or the clip."""
    facts: Facts = {"clip": clip} if clip is not None else {}
    if start is not None or end is not None:
        facts |= {"start_ms": from_ms, "end_ms": to_ms}
    return facts
