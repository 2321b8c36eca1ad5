"""Short cuts that follow each other in one source: one program reads through all of them and encodes them as one. Pure.

With 500 cuts a minute a program for each would do little but start, and go back to the same keyframe each time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from bot.engine.render.frame import Frame
from bot.engine.render.job import SourceFile
from bot.engine.render.spans import CHUNK_SECONDS, Body, Cut, Span
from bot.engine.timeline.model import PLAIN, Look

_SHORT = 1
"""Seconds of output from which on a cut is worth a program of its own; with a look, whose tables take time, none is."""
_SKIPPED = 2
"""Seconds of a source that are decoded for nothing at most: that takes no longer than a program takes to start."""


def gathered(spans: Iterable[Span], frame: Frame, media: Mapping[str, SourceFile]) -> Iterator[Span]:
    """The spans, those that can be encoded as one taken together."""
    held: Body | None = None
    for span in spans:
        if held is not None and isinstance(span, Body) and _goes_on(held, span, frame, media):
            cut = Cut(held.frames, span.stretch.at - held.stretch.at)
            held = replace(held, end=span.end, cuts=(*_cuts(held), cut))
            continue
        if held is not None:
            yield held
            held = None
        if isinstance(span, Body) and _simple(span, frame, media):
            held = span
        else:
            yield span
    if held is not None:
        yield held


def _simple(body: Body, frame: Frame, media: Mapping[str, SourceFile]) -> bool:
    """Whether a body is short, is encoded by a program, and shows a source of even rate as it runs, all of it alike."""
    stretch, source = body.stretch, media.get(body.stretch.media)
    picture = source.facts.picture if source is not None else None
    if source is None or picture is None or picture.variable_rate or stretch.still or stretch.speed <= 0:
        return False
    inside = stretch.at >= 0 and _end(body, frame) <= Fraction(source.facts.duration_ms, 1000)
    drawn = body.treatment.how != "encode" or body.ranks is not None or body.over or _goes_by_time(stretch.look)
    longest = _SHORT if stretch.look == PLAIN else CHUNK_SECONDS
    return inside and not drawn and body.frames <= longest * frame.fps


def _goes_by_time(look: Look) -> bool:
    """Whether it is not the same in every picture."""
    return bool(look.stabilize or look.covers or look.zoom is not None or look.follow)


def _goes_on(held: Body, body: Body, frame: Frame, media: Mapping[str, SourceFile]) -> bool:
    one, other = held.stretch, body.stretch
    alike = (one.media, one.speed, one.look) == (other.media, other.speed, other.look)
    treated = [(body.treatment.text, body.treatment.fade) for body in (held, body)]
    if not alike or treated[0] != treated[1] or not _simple(body, frame, media):
        return False
    picture = media[one.media].facts.picture
    assert picture is not None
    last = _cuts(held)[-1]
    gap = other.at - (one.at + last.later + (held.frames - last.frame) / frame.fps * one.speed)
    # No picture is shown in both: the first of a cut may have begun before it.
    apart = gap >= 0 and gap >= Fraction(picture.fps_den, picture.fps_num) - one.speed / frame.fps
    return apart and gap <= _SKIPPED and held.frames + body.frames <= CHUNK_SECONDS * frame.fps


def _cuts(body: Body) -> tuple[Cut, ...]:
    return body.cuts or (Cut(0, Fraction(0)),)


def _end(body: Body, frame: Frame) -> Fraction:
    return body.stretch.at + body.frames / frame.fps * body.stretch.speed
