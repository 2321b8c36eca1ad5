"""Spans of the output: frames that come about in one way, in order and without a gap between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

from bot.engine.render.frame import Frame
from bot.engine.render.layers import Layer, on
from bot.engine.render.lines import Stretch
from bot.engine.render.treatment import Treatment
from bot.engine.timeline.model import TransitionStyle

CHUNK_SECONDS = 20
"""Longest span that is encoded in one piece, so that workers share a long stretch and progress is even."""
BACKWARDS_PIXELS = 100_000_000
"""What runs backwards is held in memory whole: a span of it has at most so many pixels, 150 MB."""


@dataclass(frozen=True)
class Body:
    """Frames `first` up to `end` (exclusive) of the output, out of one source; `over` are the overlays on them.

    With `ranks` (from, to) they are these pictures of the source, one a frame, with nothing done to them.
    """

    first: int
    end: int
    stretch: Stretch
    treatment: Treatment
    over: tuple[Layer, ...] = ()
    ranks: tuple[int, int] | None = None

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end - self.first


@dataclass(frozen=True)
class Join:
    """Frames of a transition: both sources run, `style` says how one becomes the other."""

    first: int
    end: int
    before: Stretch
    after: Stretch
    style: TransitionStyle
    treatment: Treatment
    over: tuple[Layer, ...] = ()

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end - self.first


Span = Body | Join


def piece_of(body: Body, first: int, end: int, fps: Fraction) -> Body:
    """Frames `first` up to `end` of a body, counted from its beginning."""
    stretch = body.stretch
    gone = first / fps
    moved = replace(stretch, at=stretch.at + gone * stretch.speed, point=stretch.point + gone * stretch.pace)
    ranks = None if body.ranks is None else (body.ranks[0] + first, body.ranks[0] + end)
    laid = on(body.over, body.first + first, body.first + end)
    return replace(body, first=body.first + first, end=body.first + end, stretch=moved, over=laid, ranks=ranks)


def chunks(span: Span, frame: Frame) -> Iterator[Span]:
    """What is encoded, in pieces that workers share; what is copied, or is a transition, stays whole."""
    if isinstance(span, Join) or span.treatment.how == "copy":
        yield span
        return
    count = ceil(Fraction(span.frames, _longest(span, frame)))
    edges = [span.frames * i // count for i in range(count + 1)]
    for first, end in pairwise(edges):
        yield piece_of(span, first, end, frame.fps)


def _longest(body: Body, frame: Frame) -> int:
    """How many frames may be one span."""
    chunk = ceil(CHUNK_SECONDS * frame.fps)
    return min(chunk, max(1, BACKWARDS_PIXELS // frame.pixels)) if body.stretch.speed < 0 else chunk
