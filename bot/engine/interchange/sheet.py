"""The timeline as other editors know one: media files, a row of clips, what lies over and under it, in whole frames.

Every place is a frame of the project's rate and the same one that a render shows there (`bot.engine.render.lines`).
What no format can say is kept as notes for people. Pure; nothing is opened.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from bot.engine.interchange.names import clean, ending, lines
from bot.engine.interchange.notes import notes_of
from bot.engine.render.job import SourceFile
from bot.engine.render.lines import Line, lines_of, nearest
from bot.engine.timeline.geometry import timeless
from bot.engine.timeline.model import Canvas, Music, Overlay, Timeline, TransitionStyle
from bot.media.facts import MediaError, MediaFault

RATES = tuple(
    Fraction(num, den)
    for num, den in ((24_000, 1001), (24, 1), (25, 1), (30_000, 1001), (30, 1), (50, 1), (60_000, 1001), (60, 1))
)
"""Frames a second that every editor knows."""

FOLDER = "media"


@dataclass(frozen=True)
class Asset:
    """A media file beside the project: `file` is its path in there, `key` the media id or what it is made of.

    `frames` is its length on the project's grid; a picture has none. `rate` is its own rate, as editors know one.
    What is not among the user's files is made: a picture of a `color` (a card), or of the moment `held_ms` of a video.
    """

    id: str
    key: str
    file: str
    name: str
    kind: Literal["video", "image", "audio"]
    frames: int = 0
    width: int = 0
    height: int = 0
    rate: Fraction = Fraction(0)
    channels: int = 0
    sample_rate: int = 0
    color: str | None = None
    held_ms: int | None = None


@dataclass(frozen=True)
class Join:
    """A transition over a cut: so many frames ahead of it and behind it."""

    style: TransitionStyle
    before: int
    after: int


@dataclass(frozen=True)
class Clip:
    """Something of an asset from project frame `start` to `end`.

    It begins at frame `source` of the asset (on the project's grid) and plays at `speed`; backwards, `source` is the
    first frame in the file's own order. `volume` is percent, 0 is mute. `early` and `late` are frames that its sound
    begins before and goes on behind it. It fills a `cell` (left, top, width, height in 1/1000 of the picture).
    """

    asset: Asset
    name: str
    start: int
    end: int
    source: int = 0
    speed: Fraction = Fraction(1)
    reverse: bool = False
    volume: int = 100
    join: Join | None = None
    early: int = 0
    late: int = 0
    overlay: Overlay | None = None
    cell: tuple[int, int, int, int] | None = None

    @property
    def frames(self) -> int:
        """Length on the timeline."""
        return self.end - self.start

    @property
    def source_frames(self) -> int:
        """How many frames of the asset it plays."""
        return nearest(self.frames * self.speed)


@dataclass(frozen=True)
class Words:
    """A text on the picture, or a chapter's title."""

    text: str
    start: int
    end: int
    role: str
    position: str = "center"
    color: str = "white"
    size: int = 100


@dataclass(frozen=True)
class Sheet:
    """A whole project. `over` and `under` are lanes above and below the row, none of which overlaps itself."""

    name: str
    rate: Fraction
    width: int
    height: int
    frames: int
    row: tuple[Clip, ...]
    over: tuple[tuple[Clip, ...], ...] = ()
    under: tuple[tuple[Clip, ...], ...] = ()
    titles: tuple[Words, ...] = ()
    chapters: tuple[Words, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Every file that is used, once."""
        lanes = (self.row, *self.over, *self.under)
        return tuple(dict.fromkeys(clip.asset for lane in lanes for clip in lane))

    def length_of(self, asset: Asset) -> int:
        """An asset's length, frames; no shorter than what is played of it, whichever way the roundings went."""
        return self._lengths[asset.id]

    @cached_property
    def _lengths(self) -> dict[str, int]:
        lengths = {asset.id: asset.frames for asset in self.assets}
        for lane in (self.row, *self.over, *self.under):
            for clip in lane:
                if clip.asset.frames:
                    lengths[clip.asset.id] = max(lengths[clip.asset.id], clip.source + clip.source_frames)
        return lengths


def sheet_of(timeline: Timeline, media: Mapping[str, SourceFile]) -> Sheet:
    """Lay the timeline out. Raises MediaError: EMPTY (nothing on it), UNSUPPORTED (a file is missing)."""
    if not timeline.segments:
        raise MediaError(MediaFault.EMPTY, "nothing to hand over")
    rate = rate_for(timeline.canvas)
    placed, frames = lines_of(timeline, rate, media)
    if frames < 1:
        raise MediaError(MediaFault.EMPTY, "nothing to hand over")
    shelf = _Shelf(media, rate, timeline.canvas)
    row = tuple(_row(placed, frames, rate, shelf))
    return Sheet(
        name=clean(timeline.segments[0].name) or "Threadcut",
        rate=rate,
        width=timeline.canvas.width,
        height=timeline.canvas.height,
        frames=frames,
        row=row,
        over=_lanes([_over(one, rate, frames, shelf) for one in timeline.overlays]),
        under=_lanes([clip for one in timeline.music for clip in _under(one, rate, frames, shelf)]),
        titles=tuple(
            Words(lines(one.content), first, end, one.role, one.position, one.color, one.size)
            for one in timeline.texts
            if (first := _frame(one.start, rate)) < (end := min(frames, _frame(one.end, rate)))
        ),
        chapters=tuple(
            Words(clean(one.title), at, at + 1, "chapter")
            for one in timeline.chapters
            if (at := _frame(one.start, rate)) < frames
        ),
        notes=tuple(notes_of(timeline, rate, media)),
    )


def rate_for(canvas: Canvas) -> Fraction:
    """The project's rate: the canvas' where editors know it, else the nearest that they do."""
    return _known(Fraction(canvas.fps_num, canvas.fps_den))


def _known(wanted: Fraction) -> Fraction:
    return min(RATES, key=lambda one: (abs(one - wanted), one))


@dataclass
class _Shelf:
    """Gives every file its place in the media folder, by the order in which it is used."""

    media: Mapping[str, SourceFile]
    rate: Fraction
    canvas: Canvas
    known: dict[str, Asset] = field(default_factory=dict)

    def of(self, media: str, name: str) -> Asset:
        """The asset of a media id."""
        if media not in self.known:
            source = self.media.get(media)
            if source is None:
                raise MediaError(MediaFault.UNSUPPORTED, "a file of the timeline is missing")
            facts = source.facts
            self.known[media] = Asset(
                id=self._id(),
                key=media,
                file=f"{FOLDER}/{facts.kind}-{len(self.known) + 1:02}.{ending(facts)}",
                name=clean(name) or facts.kind,
                kind=facts.kind,
                frames=0 if facts.kind == "image" else max(1, _frame(facts.duration_ms, self.rate)),
                width=facts.picture.width if facts.picture else 0,
                height=facts.picture.height if facts.picture else 0,
                rate=_known(Fraction(facts.picture.fps_num, facts.picture.fps_den)) if facts.picture else Fraction(0),
                channels=facts.sound.channels if facts.sound else 0,
                sample_rate=facts.sound.sample_rate if facts.sound else 0,
            )
        return self.known[media]

    def card(self, color: str) -> Asset:
        """A picture of one colour."""
        return self._picture(f"card {color}", "card", color=color)

    def held(self, media: str, at_ms: int) -> Asset:
        """A picture out of a video."""
        self.of(media, "")
        return self._picture(f"{media} {at_ms}", "held", source=media, held_ms=at_ms)

    def _picture(
        self, key: str, kind: str, *, source: str = "", color: str | None = None, held_ms: int | None = None
    ) -> Asset:
        if key not in self.known:
            file = f"{FOLDER}/{kind}-{len(self.known) + 1:02}.png"
            width, height = self.canvas.width, self.canvas.height
            self.known[key] = Asset(
                self._id(), source or key, file, kind, "image", 0, width, height, color=color, held_ms=held_ms
            )
        return self.known[key]

    def _id(self) -> str:
        return f"a{len(self.known) + 1}"


def _frame(ms: int, rate: Fraction) -> int:
    return nearest(Fraction(ms, 1000) * rate)


def _row(placed: Sequence[Line], frames: int, rate: Fraction, shelf: _Shelf) -> Iterator[Clip]:
    edges = [_edge(line) for line in placed] + [frames]
    for line, start, end in zip(placed, edges, edges[1:], strict=False):
        if end <= start:
            continue  # shorter than a frame: not shown
        segment = line.segment
        join = None
        if line.join is not None and start > 0:
            join = Join(
                segment.transition.style if segment.transition else "crossfade",
                start - line.join[0],
                line.join[1] - start,
            )
        if segment.kind == "card":
            asset = shelf.card(segment.color)
        elif segment.freeze:
            asset = shelf.held(segment.media, segment.start)
        else:
            asset = shelf.of(segment.media, segment.name)
        name = clean(segment.name) or asset.name
        if timeless(segment):
            yield Clip(asset, name, start, end, join=join, volume=0, cell=segment.look.cell)
            continue
        yield Clip(
            asset,
            name,
            start,
            end,
            source=_source(line, start, end, rate),
            speed=abs(line.speed),
            reverse=line.speed < 0,
            volume=0 if segment.muted or not asset.channels else segment.volume,
            join=join,
            early=_frame(segment.sound_early, rate),
            late=_frame(segment.sound_late, rate),
            cell=segment.look.cell,
        )


def _edge(line: Line) -> int:
    """The cut ahead of a segment: the middle of its transition."""
    return line.start if line.join is None else (line.join[0] + line.join[1]) // 2


def _source(line: Line, start: int, end: int, rate: Fraction) -> int:
    first = end if line.speed < 0 else start
    return max(0, nearest((line.offset + first / rate * line.speed) * rate))


def _over(item: Overlay, rate: Fraction, frames: int, shelf: _Shelf) -> Clip:
    asset = shelf.of(item.media, item.name)
    start, end = _frame(item.start, rate), min(frames, _frame(item.end, rate))
    source = 0 if item.kind == "image" else _frame(item.offset, rate)
    volume = item.volume if asset.channels else 0
    speed = Fraction(item.speed).limit_denominator(10_000)
    name = clean(item.name) or asset.name
    return Clip(asset, name, start, end, source, speed, volume=volume, overlay=item, cell=item.cell)


def _under(item: Music, rate: Fraction, frames: int, shelf: _Shelf) -> Iterator[Clip]:
    """Music as often as it takes to fill its place; a voice or an effect once."""
    asset = shelf.of(item.media, item.name)
    at, end = _frame(item.start, rate), min(frames, _frame(item.end, rate))
    source = _frame(item.offset, rate) % asset.frames
    while at < end:
        stop = min(end, at + asset.frames - source)
        yield Clip(asset, clean(item.name) or asset.name, at, stop, source, volume=0 if item.muted else item.volume)
        if item.role != "music":
            return
        at, source = stop, 0


def _lanes(clips: Sequence[Clip]) -> tuple[tuple[Clip, ...], ...]:
    """As few lanes as hold them all."""
    lanes: list[list[Clip]] = []
    for clip in sorted((one for one in clips if one.frames > 0), key=lambda one: one.start):
        free = next((lane for lane in lanes if lane[-1].end <= clip.start), None)
        if free is None:
            lanes.append([clip])
        else:
            free.append(clip)
    return tuple(tuple(lane) for lane in lanes)
