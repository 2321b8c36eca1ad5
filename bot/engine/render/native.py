"""How large a canvas is with the footage's own pixels, one for one: the most that an export can show of it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import sqrt
from typing import TypeAlias

from bot.engine.render.job import SourceFile
from bot.engine.render.looks import turned
from bot.engine.timeline.model import Canvas, Timeline
from bot.media.ffmpeg import MAX_PIXELS
from bot.media.limits import MAX_SIDE

Size: TypeAlias = tuple[int, int]

_SAME_SHAPE = Fraction(1, 100)
"""How far a canvas may be from its picture's shape: sides are whole and even."""


def pictures(timeline: Timeline, media: Mapping[str, SourceFile]) -> tuple[Size, ...]:
    """The sizes of what a timeline's segments show, as they are cut and turned."""
    found: dict[Size, None] = {}
    for segment in timeline.segments:
        source = media.get(segment.media)
        picture = source.facts.picture if source is not None else None
        if picture is not None:
            _, width, height = turned(segment.look, picture.width, picture.height)
            found[width, height] = None
    return tuple(found)


def native(canvas: Canvas, shown: Sequence[Size]) -> Size:
    """The canvas, so large that its sharpest picture is not made smaller; never less than it is, 8K at most."""
    best = canvas.width, canvas.height
    for width, height in shown:
        ratios = Fraction(canvas.width, width), Fraction(canvas.height, height)
        scale = max(ratios) if canvas.fit == "crop" else min(ratios)
        grown = round(canvas.width / scale), round(canvas.height / scale)
        if abs(grown[0] - width) <= width * _SAME_SHAPE and abs(grown[1] - height) <= height * _SAME_SHAPE:
            grown = width, height
        best = max(best, grown, key=lambda size: size[0] * size[1])
    much = min(1.0, MAX_SIDE / max(best), sqrt(MAX_PIXELS / (best[0] * best[1])))
    across, down = (int(side * much) // 2 * 2 for side in best)
    return max(2, across), max(2, down)
