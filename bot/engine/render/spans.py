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
class OwnTimes:
    """Of pictures that keep their rhythm: output time = source time + `shift`, from `begin` on and up to `end`, s."""

    shift: Fraction
    begin: Fraction
    end: Fraction


@dataclass(frozen=True)
class Cut:
    """From a `frame` of a body on its source goes on, so much `later` (s) than where the body begins."""

    frame: int
    later: Fraction


@dataclass(frozen=True)
class Body:
    """Frames `first` up to `end` (exclusive) of the output, out of one source; `over` are the overlays on them.

    It may have several `cuts`, of which the first is its beginning: they are encoded as one.
    With `ranks` (from, to) they are these pictures of the source with nothing done to them: one a frame, or at
    their `own` times.
    """

    first: int
    end: int
    stretch: Stretch
    treatment: Treatment
    over: tuple[Layer, ...] = ()
    ranks: tuple[int, int] | None = None
    own: OwnTimes | None = None
    cuts: tuple[Cut, ...] = ()

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end - self.first

    @property
    def pictures(self) -> int:
        """How many pictures it has."""
        return self.frames if self.ranks is None else self.ranks[1] - self.ranks[0]


@dataclass(frozen=True)
class Join:
    """Frames of a transition: both sources run, `style` says how one becomes the other.

    Of one that is `whole` frames long they may be only a part, `done` of it lie before. With `ranks` both sides are
    these pictures of their sources, one a frame, with nothing else done to them.
    """

    first: int
    end: int
    before: Stretch
    after: Stretch
    style: TransitionStyle
    treatment: Treatment
    over: tuple[Layer, ...] = ()
    done: int = 0
    whole: int = 0
    ranks: tuple[tuple[int, int], tuple[int, int]] | None = None

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end - self.first

    @property
    def length(self) -> int:
        """How long all of the transition is, frames."""
        return self.whole or self.frames

    @property
    def pictures(self) -> int:
        """How many pictures it has."""
        return self.frames


Span = Body | Join


def stretches(span: Span) -> tuple[Stretch, ...]:
    """What a span shows: one stretch, or the two of a transition in order."""
    return (span.stretch,) if isinstance(span, Body) else (span.before, span.after)


def plain(span: Span) -> bool:
    """Whether nothing is drawn: the pictures are those of a source, copied or encoded as they are, or mixed so."""
    return span.ranks is not None


def piece_of(body: Body, first: int, end: int, fps: Fraction) -> Body:
    """Frames `first` up to `end` of a body, counted from its beginning."""
    ranks = None if body.ranks is None else (body.ranks[0] + first, body.ranks[0] + end)
    laid = on(body.over, body.first + first, body.first + end)
    stretch = _later(body.stretch, first / fps)
    return replace(body, first=body.first + first, end=body.first + end, stretch=stretch, over=laid, ranks=ranks)


def _part_of(join: Join, first: int, end: int, fps: Fraction) -> Join:
    laid = on(join.over, join.first + first, join.first + end)
    before, after = (_later(stretch, first / fps) for stretch in (join.before, join.after))
    start, stop = join.first + first, join.first + end
    return replace(join, first=start, end=stop, before=before, after=after, over=laid, done=first, whole=join.frames)


def _later(stretch: Stretch, seconds: Fraction) -> Stretch:
    return replace(stretch, at=stretch.at + seconds * stretch.speed, point=stretch.point + seconds * stretch.pace)


def chunks(span: Span, frame: Frame) -> Iterator[Span]:
    """What is encoded, in pieces that workers share; what is copied, or is a transition forwards, stays whole."""
    whole = span.treatment.how == "copy" or (isinstance(span, Body) and (span.own is not None or len(span.cuts) > 1))
    count = 1 if whole else ceil(Fraction(span.frames, _longest(span, frame)))
    if count <= 1:
        yield span
        return
    edges = {span.frames * i // count for i in range(count + 1)}
    if isinstance(span, Join):  # a style that goes through a colour turns there
        for first, end in pairwise(sorted({*edges, span.frames // 2})):
            yield _part_of(span, first, end, frame.fps)
        return
    for first, end in pairwise(sorted(edges)):
        yield piece_of(span, first, end, frame.fps)


def _longest(span: Span, frame: Frame) -> int:
    """How many frames may be one span."""
    turned = sum(stretch.speed < 0 for stretch in stretches(span))
    if turned:
        return min(ceil(CHUNK_SECONDS * frame.fps), max(1, BACKWARDS_PIXELS // frame.pixels // turned))
    return span.frames if isinstance(span, Join) else ceil(CHUNK_SECONDS * frame.fps)
