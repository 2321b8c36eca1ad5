"""The picture turned, mirrored and cut off at its edges."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from bot.engine.timeline.framing import (
    ALL,
    WHOLE,
    Rect,
    cropped,
    in_source,
    on_canvas,
    picture_size,
    with_crop,
)
from bot.engine.timeline.limits import MAX_SIDE
from bot.engine.timeline.looks import restyled
from bot.engine.timeline.model import Canvas, Library, Look, Segment, Timeline, Zoom
from bot.engine.timeline.ops import Crop, Flip, Rotate
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import span
from bot.engine.timeline.weave import change

Facts = dict[str, int | float | str]

_MOST_CROPPED = 0.9
_SAME_SHAPE = 0.02
"""Shapes that differ by less are one: sides are whole pixels."""


def rotate(timeline: Timeline, op: Rotate, library: Library) -> tuple[Timeline, Facts]:
    """Turn the picture clockwise from how it is seen; the canvas turns along where everything does.

    Refused as no_clip.
    """
    new = restyled(timeline, [span(timeline, None, None, op.clip)], lambda look: _turned(look, op.degrees), library)
    canvas = timeline.canvas
    whole = op.clip is None or len({one.clip for one in timeline.segments}) == 1
    if whole and op.degrees != 180:
        canvas = replace(canvas, width=canvas.height, height=canvas.width)
    facts: Facts = {"degrees": op.degrees, "width": canvas.width, "height": canvas.height}
    return replace(new, canvas=canvas), facts | _clip_fact(op.clip)


def flip(timeline: Timeline, op: Flip, library: Library) -> tuple[Timeline, Facts]:
    """Mirror the picture as it is seen; twice is as before. Refused as no_clip."""
    across = op.axis == "horizontal"

    def mirrored(look: Look) -> Look:
        if across:
            return replace(look, flip_across=not look.flip_across, zoom=_moved(look, lambda x, y: (WHOLE - x, y)))
        return replace(look, flip_down=not look.flip_down, zoom=_moved(look, lambda x, y: (x, WHOLE - y)))

    new = restyled(timeline, [span(timeline, None, None, op.clip)], mirrored, library)
    return new, {"axis": op.axis, **_clip_fact(op.clip)}


def crop(timeline: Timeline, op: Crop, library: Library) -> tuple[Timeline, Facts]:
    """Cut edges off what is seen, or black bars that were found; or bring everything back.

    The canvas gets the shape of what is left where that concerns everything. Refused as no_edges (none named),
    too_much_cropped, no_bars, no_crop (nothing to bring back), no_clip.
    """
    if op.remove:
        return _uncropped(timeline, op, library)
    if op.auto:
        return _without_bars(timeline, op, library)
    edges = [op.left or 0.0, op.top or 0.0, op.right or 0.0, op.bottom or 0.0]
    if not any(edges):
        raise RefusedError("no_edges")
    kept = Rect(edges[0], edges[1], 1 - edges[2], 1 - edges[3])
    if min(kept.width, kept.height) < 1 - _MOST_CROPPED:
        raise RefusedError("too_much_cropped", None, round(_MOST_CROPPED * 100))
    canvas = timeline.canvas

    def cut(segment: Segment) -> Segment:
        return _seen_only(segment, kept, canvas, library)

    start, end = span(timeline, None, None, op.clip)
    new = change(timeline, start, end, cut, library)
    if op.clip is None:
        canvas = _sized(canvas, canvas.width * kept.width, canvas.height * kept.height)
    return replace(new, canvas=canvas), {"action": "edges", **_size(canvas), **_clip_fact(op.clip)}


def _turned(look: Look, degrees: int) -> Look:
    """Mirroring comes behind turning: behind a mirror the same turn goes the other way round."""
    way = -degrees if look.flip_across != look.flip_down else degrees
    zoom = look.zoom
    for _ in range(degrees // 90):
        zoom = replace(zoom, x=WHOLE - zoom.y, y=zoom.x) if zoom is not None else None
    angle = (look.rotate + way) % 360
    return replace(look, rotate=angle, zoom=zoom)  # type: ignore[arg-type]  # quarters stay quarters


def _moved(look: Look, how: Callable[[int, int], tuple[int, int]]) -> Zoom | None:
    if look.zoom is None:
        return None
    x, y = how(look.zoom.x, look.zoom.y)
    return replace(look.zoom, x=x, y=y)


def _seen_only(segment: Segment, kept: Rect, canvas: Canvas, library: Library) -> Segment:
    """A segment of which only what lies in this part of the canvas is left."""
    item = library.media.get(segment.media)
    if item is None:
        return segment
    lies = on_canvas(*picture_size(item.width, item.height, segment.look), canvas)
    part = Rect(
        (kept.left - lies.left) / lies.width,
        (kept.top - lies.top) / lies.height,
        (kept.right - lies.left) / lies.width,
        (kept.bottom - lies.top) / lies.height,
    ).within(ALL)
    if min(part.width, part.height) <= 0.01:  # nothing of it lies there
        return segment
    return replace(segment, look=with_crop(segment.look, in_source(part, segment.look)))


def _without_bars(timeline: Timeline, op: Crop, library: Library) -> tuple[Timeline, Facts]:
    """Bars in the footage are cut off; bars that the canvas or a letterbox puts there are filled or taken away."""

    def bare(segment: Segment) -> Segment:
        left, top, right, bottom = library.bars.get(segment.media, (0, 0, 0, 0))
        found = Rect(left / WHOLE, top / WHOLE, 1 - right / WHOLE, 1 - bottom / WHOLE)
        return replace(segment, look=with_crop(segment.look, cropped(segment.look).within(found)))

    start, end = span(timeline, None, None, op.clip)
    before = _shape(timeline.segments[0], library)
    new = change(timeline, start, end, bare, library)
    canvas = timeline.canvas
    own = Fraction(canvas.width, canvas.height)
    if op.clip is None:
        left = _shape(new.segments[0], library)
        if left is not None and before is not None and canvas.fit != "crop" and not _alike(left, own):
            canvas = _inside(canvas, left) if _alike(before, own) else replace(canvas, fit="crop")
        new = replace(new, canvas=canvas, letterbox=None)
    if new == timeline:
        raise RefusedError("no_bars")
    return new, {"action": "bars", **_size(canvas), **_clip_fact(op.clip)}


def _uncropped(timeline: Timeline, op: Crop, library: Library) -> tuple[Timeline, Facts]:
    start, end = span(timeline, None, None, op.clip)
    before = _shape(timeline.segments[0], library)
    new = restyled(timeline, [(start, end)], lambda look: with_crop(look, ALL), library)
    if new == timeline:
        raise RefusedError("no_crop")
    canvas = timeline.canvas
    whole = _shape(new.segments[0], library)
    own = Fraction(canvas.width, canvas.height)
    if op.clip is None and before is not None and whole is not None and _alike(before, own):
        kept = cropped(timeline.segments[0].look)
        canvas = _sized(canvas, *_grown(canvas, kept, timeline.segments[0].look.rotate in (90, 270)))
    return replace(new, canvas=canvas), {"action": "removed", **_size(canvas), **_clip_fact(op.clip)}


def _grown(canvas: Canvas, kept: Rect, sideways: bool) -> tuple[float, float]:
    across, down = (kept.height, kept.width) if sideways else (kept.width, kept.height)
    return canvas.width / across, canvas.height / down


def _shape(segment: Segment, library: Library) -> Fraction | None:
    """Width to height of what is left of its source."""
    item = library.media.get(segment.media)
    if item is None or item.width < 1 or item.height < 1:
        return None
    width, height = picture_size(item.width, item.height, segment.look)
    return Fraction(width / height).limit_denominator(10_000)


def _alike(one: Fraction, other: Fraction) -> bool:
    return abs(float(one / other) - 1) < _SAME_SHAPE


def _inside(canvas: Canvas, shape: Fraction) -> Canvas:
    """The largest canvas of a shape that this one holds."""
    width = min(Fraction(canvas.width), canvas.height * shape)
    return _sized(canvas, float(width), float(width / shape))


def _sized(canvas: Canvas, width: float, height: float) -> Canvas:
    scale = min(1.0, MAX_SIDE / max(width, height))
    return replace(canvas, width=max(2, round(width * scale / 2) * 2), height=max(2, round(height * scale / 2) * 2))


def _size(canvas: Canvas) -> Facts:
    return {"width": canvas.width, "height": canvas.height}


def _clip_fact(clip: int | None) -> Facts:
    return {} if clip is None else {"clip": clip}
