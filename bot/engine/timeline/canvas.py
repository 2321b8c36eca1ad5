"""The picture's size, shape and rate. Sides are even numbers of pixels: H.264 in 4:2:0 takes no others."""

from dataclasses import replace
from fractions import Fraction

from bot.engine.timeline.limits import MAX_SIDE
from bot.engine.timeline.model import Canvas, MediaItem

LONG_SIDE, SHORT_SIDE = 1920, 1080
"""What a picture is at most, unless somebody asks for more."""

RATES = tuple(
    Fraction(*rate)
    for rate in (
        (10, 1), (12, 1), (15, 1), (20, 1), (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1),
        (60000, 1001), (60, 1),
    )
)  # fmt: skip
"""The rates a picture can have."""


def canvas_for(item: MediaItem) -> Canvas:
    """The canvas that the first footage sets: its own size, down to 1080p, 1080x1920 or 1080x1080; never enlarged."""
    rate = rate_for(item.fps_num, item.fps_den) if item.kind == "video" else Fraction(30)
    canvas = Canvas(fps_num=rate.numerator, fps_den=rate.denominator)
    if item.width < 1 or item.height < 1:
        return canvas
    box = (LONG_SIDE, SHORT_SIDE) if item.width > item.height else (SHORT_SIDE, LONG_SIDE)
    if item.width == item.height:
        box = (SHORT_SIDE, SHORT_SIDE)
    scale = min(Fraction(1), Fraction(box[0], item.width), Fraction(box[1], item.height))
    return replace(canvas, width=_even(item.width * scale), height=_even(item.height * scale))


def rate_for(num: int, den: int) -> Fraction:
    """The nearest of the standard rates; 30 where the source's makes no sense."""
    if num < 1 or den < 1:
        return Fraction(30)
    return min(RATES, key=lambda rate: abs(rate - Fraction(num, den)))


def shaped(canvas: Canvas, across: int, down: int) -> Canvas:
    """The canvas in another shape: its short side stays (1080 at most) as long as the long one stays within 1920."""
    return _sized(canvas, Fraction(across, down), min(canvas.width, canvas.height, SHORT_SIDE), LONG_SIDE)


def resized(canvas: Canvas, short: int) -> Canvas:
    """The canvas in the same shape with this short side: what people call 720p is 1280x720, or 720x1280 upright."""
    return _sized(canvas, Fraction(canvas.width, canvas.height), short, MAX_SIDE)


def _sized(canvas: Canvas, ratio: Fraction, short: int, longest: int) -> Canvas:
    stretched = ratio if ratio >= 1 else 1 / ratio
    if short * stretched > longest:
        long_side, short_side = longest, _nearest_even(longest / stretched)
    else:
        short_side = _nearest_even(Fraction(short))
        long_side = _nearest_even(short_side * stretched)
    width, height = (long_side, short_side) if ratio >= 1 else (short_side, long_side)
    return replace(canvas, width=width, height=height)


def _even(side: Fraction) -> int:
    return max(2, int(side) // 2 * 2)


def _nearest_even(side: Fraction) -> int:
    return max(2, round(side / 2) * 2)
