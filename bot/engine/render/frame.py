"""The picture's size and rate in the finished file, worked out of the canvas and what the export asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.engine.render.job import Output
from bot.engine.render.native import Size, native
from bot.engine.timeline.canvas import shaped
from bot.engine.timeline.model import Canvas, Fit

SMALL_SIDE = 480
"""Most pixels of the short side of a preview, of what previews are made of, and of what a GIF is made of."""

_SMALL_RATE = Fraction(30)
_SPARSE_RATES = (Fraction(2), Fraction(1))
_SPARSE_LONG = 600
"""So many seconds are long for a keyframe preview: the second rate is its, not the first."""
_LEAST_SIDE = 16
_RATES = (Fraction(1), Fraction(60))
_NTSC = tuple(Fraction(rate * 1000, 1001) for rate in (24, 30, 60))


@dataclass(frozen=True)
class Frame:
    """Size in pixels (even), exact rate, how other shapes fit in."""

    width: int
    height: int
    fps: Fraction
    fit: Fit

    @property
    def pixels(self) -> int:
        """Pixels of one frame."""
        return self.width * self.height


def frame_of(canvas: Canvas, output: Output, shown: Sequence[Size] = ()) -> Frame:
    """The frame of an export, never faster than 60 frames a second, never larger than the canvas.

    A canvas is 1080p unless somebody asked for more. An export that names its height may also have the pixels of what
    is `shown`, where those are more.
    """
    canvas = _shaped(canvas, output)
    short, rate = min(canvas.width, canvas.height), _rate(canvas, output)
    small = output.small or output.format == "gif"
    wanted = output.height or (SMALL_SIDE if small else short)
    if output.format == "gif":
        wanted = min(wanted, SMALL_SIDE)
    if wanted > short:
        width, height = native(canvas, shown)
        if wanted >= min(width, height):
            return Frame(width, height, rate, canvas.fit)
        short = wanted
    side = max(min(short, wanted), _LEAST_SIDE)
    scale = Fraction(side, min(canvas.width, canvas.height))
    return Frame(_even(canvas.width * scale), _even(canvas.height * scale), rate, canvas.fit)


def _shaped(canvas: Canvas, output: Output) -> Canvas:
    """The canvas in the shape that is asked for, filled as an edit of the shape fills it: by cropping."""
    if output.ratio is None:
        return canvas
    across, down = (int(side) for side in output.ratio.split(":"))
    if canvas.width * down == canvas.height * across:  # there already, and filled as somebody chose
        return canvas
    return replace(shaped(canvas, across, down), fit="crop")


def _even(length: Fraction) -> int:
    return max(2, 2 * round(length / 2))


def _rate(canvas: Canvas, output: Output) -> Fraction:
    if output.fps is not None:
        rate = Fraction(output.fps).limit_denominator(1001)
        rate = next((exact for exact in _NTSC if abs(exact - rate) < Fraction(1, 200)), rate)
    else:
        rate = Fraction(canvas.fps_num, canvas.fps_den)
        rate = small_rate(rate) if output.small else rate
    return min(max(rate, _RATES[0]), _RATES[1])


def sparse(frame: Frame, frames: int) -> Frame:
    """The frame of a keyframe preview that has so many frames at its full rate."""
    rate = _SPARSE_RATES[frames / frame.fps > _SPARSE_LONG]
    return replace(frame, fps=min(frame.fps, rate))


def halved(frame: Frame) -> Frame:
    """The frame of a preview that shows every second picture."""
    return replace(frame, fps=frame.fps / 2)


def small_rate(rate: Fraction) -> Fraction:
    """At most 30 frames a second: of a faster rate every second frame, every third, so that all go on alike."""
    return min(rate / max(1, round(rate / _SMALL_RATE)), _SMALL_RATE)
