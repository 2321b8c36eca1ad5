"""Which pictures are taken as they are, and what the track they stand in is like. Pure.

Only whole stretches that decode by themselves can be copied: from an IDR picture on, up to where no picture before
needs one after. What lies between a cut and such a place is encoded, by the track's own parameters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from bot.engine.render import h264
from bot.engine.render.frame import Frame
from bot.engine.render.index import PacketIndex, Tags
from bot.engine.render.job import SourceFile
from bot.engine.render.spans import Body, Join, OwnTimes, Span, piece_of
from bot.engine.render.treatment import Why, against_source
from bot.engine.timeline.model import PLAIN, TransitionStyle

LEAST = 8
"""Fewest pictures worth copying: each place where copying begins or ends costs a keyframe."""

MIXED: frozenset[TransitionStyle] = frozenset({"crossfade", "dissolve", "circle"})
"""Transitions that look the same however a picture is turned: their sources are mixed as they are."""

BT709 = Tags(1, 1, 1)
_TICKS = 90_000
_MOMENT = 0.0005
"""Seconds by which times of containers that count in ms are off."""

_MADE_DEPTH = 2
"""Frames by which x264's B-frames (with a pyramid) make decoding run ahead of showing."""


@dataclass(frozen=True)
class Track:
    """The picture track of the finished file, as what is copied has it; by itself upright BT.709.

    `turn` is how far players turn it (degrees, clockwise), `headers` are the parameter sets of what is copied, `depth`
    is how many pictures decoding runs ahead of showing.
    """

    turn: int = 0
    tags: Tags = BT709
    headers: h264.Headers = field(default_factory=h264.Headers)
    depth: int = _MADE_DEPTH

    @property
    def cut_id(self) -> int:
        """The id of the parameter sets of pictures that are encoded as they are shown in the source."""
        return self.headers.free_id()

    @property
    def made_id(self) -> int:
        """The id of the parameter sets of pictures that went through a filter graph."""
        return self.headers.free_id((self.cut_id,)) if self.headers.sps else 0


@dataclass(frozen=True)
class Part:
    """Frames `first` up to `end` of a body, counted from its beginning, and what they are of the source.

    With `ranks` the pictures are those of the source, one a frame or (`own`) at their own times, else they follow
    another rhythm. `copied` ones are taken as they are.
    """

    first: int
    end: int
    ranks: tuple[int, int] | None = None
    copied: bool = False
    own: bool = False


def _fits(index: PacketIndex, turn: int, track: Track) -> bool:
    """Whether a source's pictures can stand in a track as they are."""
    return (
        index.fault is None and (turn, index.tags) == (track.turn, track.tags) and track.headers.beside(index.headers)
    )


def parts(index: PacketIndex, at: Fraction, frames: int, fps: Fraction) -> Iterator[Part]:
    """Take a body apart that plays a source from `at` (s) on at its own speed, one picture a frame of the output."""
    ranks = _ranks(index, at, frames, fps)
    done = 0
    for low, high in _runs(ranks):
        for part in _split(index, int(ranks[low]), low, high):
            if part.copied:
                yield from _between(ranks, done, part.first)
                yield part
                done = part.end
    yield from _between(ranks, done, frames)


def own_parts(index: PacketIndex, at: Fraction, frames: int, fps: Fraction) -> Iterator[Part]:
    """The same for a source of variable rate, whose pictures keep their times.

    The first is the one on show at `at`, or the very first; it is shown from there on.
    """
    times, begin, end = index.times, float(at), float(at + frames / fps)
    first = max(0, int(np.searchsorted(times, begin + _MOMENT, side="right")) - 1)
    last = int(np.searchsorted(times, end - _MOMENT))
    if last <= first:
        yield Part(0, frames)
        return
    enter = index.enter(first)
    leave = 0 if enter is None else index.leave(min(last, index.whole_until(enter)))
    if enter is None or leave - enter < LEAST:
        yield Part(0, frames, (first, last), own=True)
        return
    enter_at, leave_at = (
        edge if rank == limit else min(frames, max(0, round((float(times[rank]) - begin) * fps)))
        for rank, limit, edge in ((enter, first, 0), (leave, last, frames))
    )
    if enter > first:
        yield Part(0, enter_at, (first, enter), own=True)
    yield Part(enter_at, leave_at, (enter, leave), copied=True, own=True)
    if leave < last:
        yield Part(leave_at, frames, (leave, last), own=True)


def _between(ranks: NDArray[np.int64], first: int, end: int) -> Iterator[Part]:
    """What is not copied: pictures of the source one by one where they are so throughout."""
    if first >= end:
        return
    given = ranks[first:end]
    plain = int(given[0]) >= 0 and bool((np.diff(given) == 1).all())
    yield Part(first, end, (int(given[0]), int(given[-1]) + 1) if plain else None)


def _ranks(index: PacketIndex, at: Fraction, frames: int, fps: Fraction) -> NDArray[np.int64]:
    """The picture on show at each frame; -1 where it is not shown within a quarter of a frame of its own time."""
    slack = float(1 / fps) / 4
    wanted = float(at) + np.arange(frames) / float(fps)
    times = index.times
    found = np.searchsorted(times, wanted + slack, side="right") - 1
    late = np.abs(times[np.maximum(found, 0)] - wanted) > slack
    found[late | (found < 0)] = -1
    return np.asarray(found, np.int64)


def _runs(ranks: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Where the pictures follow each other one a frame, for long enough to be worth a look."""
    breaks = np.flatnonzero((np.diff(ranks) != 1) | (ranks[1:] < 0) | (ranks[:-1] < 0)) + 1
    for low, high in pairwise((0, *(int(at) for at in breaks), len(ranks))):
        if high - low >= LEAST and ranks[low] >= 0:
            yield low, high


def _split(index: PacketIndex, rank: int, low: int, high: int) -> Iterator[Part]:
    """What of frames `low` to `high`, the first of which shows picture `rank`, can be copied."""
    shift = low - rank
    at, last = rank, rank + high - low
    while at < last and (begin := index.enter(at)) is not None:
        stop = min(last, index.whole_until(begin))
        end = index.leave(stop)
        if end - begin >= LEAST:
            yield Part(begin + shift, end + shift, (begin, end), copied=True)
        at = max(stop, begin) + 1


def _most(found: Mapping[str, int]) -> str | None:
    """The source of which most is copied; None where nothing is. `found` has the frames by source."""
    best = max(found, key=lambda one: found[one], default=None)
    return best if best is not None and found[best] > 0 else None


def time_scale(fps: Fraction) -> int:
    """Ticks a second of the picture's track: whole frames are whole numbers of them."""
    return fps.numerator * ceil(_TICKS / fps.numerator)


def copied(
    spans: tuple[Span, ...], frame: Frame, media: Mapping[str, SourceFile], indexes: Mapping[str, PacketIndex]
) -> tuple[Track, tuple[Span, ...]]:
    """Take out of the spans what can be copied. The track is made for the source of which that is most.

    Other sources are copied beside it where their pictures can stand in the same track.
    """
    found: dict[str, int] = {}
    for span in spans:
        if (body := _plain(span)) is not None and (index := indexes.get(body.stretch.media)) and not index.fault:
            took = _parts(media[body.stretch.media], index, body, frame.fps)
            whole = sum(part.end - part.first for part in took if part.copied)
            found[body.stretch.media] = found.get(body.stretch.media, 0) + whole
    track = Track()
    best = _most(found)
    for media_id in () if best is None else (best, *(one for one in found if one != best)):
        index, turn = indexes[media_id], _turn(media[media_id])
        if media_id == best:
            track = Track(turn, index.tags, index.headers, max(_MADE_DEPTH, index.depth))
        elif _fits(index, turn, track):
            track = replace(track, headers=track.headers.joined(index.headers), depth=max(track.depth, index.depth))
    return track, tuple(piece for span in spans for piece in _taken_apart(span, frame, track, media, indexes))


def _turn(source: SourceFile) -> int:
    return source.facts.picture.rotation if source.facts.picture is not None else 0


def _plain(span: Span) -> Body | None:
    return span if isinstance(span, Body) and span.treatment.why == "plain" else None


def _taken_apart(
    span: Span, frame: Frame, track: Track, media: Mapping[str, SourceFile], indexes: Mapping[str, PacketIndex]
) -> Iterator[Span]:
    if isinstance(span, Join):
        yield replace(span, ranks=_both(span, frame, track, media, indexes))
        return
    body = _plain(span)
    index = indexes.get(body.stretch.media) if body is not None else None
    if body is None or index is None:
        yield span
        return
    why = _against(index, _turn(media[body.stretch.media]), track)
    if why is not None:
        yield replace(body, treatment=replace(body.treatment, why=why))
        return
    for part in _parts(media[body.stretch.media], index, body, frame.fps):
        begin = body.first / frame.fps
        own = OwnTimes(begin - body.stretch.at, begin, body.end / frame.fps) if part.own else None
        piece = replace(piece_of(body, part.first, part.end, frame.fps), ranks=part.ranks, own=own)
        if part.copied:
            yield replace(piece, treatment=replace(body.treatment, how="copy"))
            continue
        reason: Why = "rhythm" if part.ranks is None else "cut" if index.enter(part.ranks[0]) is not None else "open"
        yield replace(piece, treatment=replace(body.treatment, why=reason))


def _both(
    join: Join, frame: Frame, track: Track, media: Mapping[str, SourceFile], indexes: Mapping[str, PacketIndex]
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The pictures of a transition between two sources that stand in the track as they are; None where more is done."""
    treatment = join.treatment
    if treatment.why != "join" or treatment.text or treatment.fade or join.over or join.style not in MIXED:
        return None
    found = []
    for stretch in (join.before, join.after):
        source, index = media.get(stretch.media), indexes.get(stretch.media)
        if stretch.still or source is None or index is None or not track.headers.sps:
            return None
        plain = stretch.speed == 1 and stretch.look == PLAIN and against_source(source.facts, frame) is None
        if not plain or not _fits(index, _turn(source), track):
            return None
        ranks = _ranks(index, stretch.at, join.frames, frame.fps)
        if ranks[0] < 0 or not bool((np.diff(ranks) == 1).all()):
            return None
        found.append((int(ranks[0]), int(ranks[-1]) + 1))
    return found[0], found[1]


def _parts(source: SourceFile, index: PacketIndex, body: Body, fps: Fraction) -> Iterator[Part]:
    variable = source.facts.picture is not None and source.facts.picture.variable_rate
    return (own_parts if variable else parts)(index, body.stretch.at, body.frames, fps)


def _against(index: PacketIndex, turn: int, track: Track) -> Why | None:
    """Why nothing of a source can be copied into a track; None where it can."""
    if index.fault is not None:
        return index.fault
    if _fits(index, turn, track):
        return None
    if not track.headers.sps:
        return "open"
    return "headers" if (turn, index.tags) == (track.turn, track.tags) else "colour"
