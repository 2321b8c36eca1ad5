"""The render plan: which frames of the file come from where. Pure; nothing is opened, nothing is run.

Time is cut into *spans* on the grid of output frames; the sound's boundaries are the same boundaries in samples.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from bot.engine.render.copying import Track, copied
from bot.engine.render.frame import Frame, frame_of, halved, sparse
from bot.engine.render.index import PacketIndex
from bot.engine.render.job import Output, SourceFile
from bot.engine.render.layers import layers_of, on
from bot.engine.render.lines import Line, lines_of, sample_at
from bot.engine.render.montage import gathered
from bot.engine.render.native import pictures
from bot.engine.render.runs import MusicRun, SoundRun, music_runs, sound_runs
from bot.engine.render.spans import Body, Join, Span, chunks
from bot.engine.render.treatment import treat_body, treat_join
from bot.engine.timeline.cues import burned
from bot.engine.timeline.geometry import merged
from bot.engine.timeline.model import Timeline
from bot.media.facts import MediaError, MediaFault

_LONG = 120
"""Seconds from which on a preview of which every picture is drawn shows every second one, so that it is there soon."""


@dataclass(frozen=True)
class Mark:
    """A chapter of the file, ms."""

    start: int
    end: int
    title: str


@dataclass(frozen=True)
class RenderPlan:
    """Everything the encoder does, in order. The spans cover 0 to `frames` without a gap."""

    frame: Frame
    frames: int
    spans: tuple[Span, ...]
    sound: tuple[SoundRun, ...]
    music: tuple[MusicRun, ...]
    chapters: tuple[Mark, ...] = ()
    track: Track = field(default_factory=Track)

    @property
    def copied(self) -> int:
        """How many frames are copied."""
        return sum(span.frames for span in self.spans if span.treatment.how == "copy")

    @property
    def samples(self) -> int:
        """Length of the sound."""
        return sample_at(self.frames, self.frame.fps)

    @property
    def duration_ms(self) -> int:
        """Length in ms."""
        return round(self.frames * 1000 / self.frame.fps)


def plan(
    timeline: Timeline,
    output: Output,
    media: Mapping[str, SourceFile],
    indexes: Mapping[str, PacketIndex] | None = None,
) -> RenderPlan:
    """Lay the timeline out on output frames and samples; only sources with an index are copied, None: not known yet.

    Raises MediaError(EMPTY) when there is nothing to render, MediaError(UNSUPPORTED) when a source is missing or is
    not what the timeline takes it for.
    """
    _check(timeline, media)
    frame = frame_of(timeline.canvas, output, pictures(timeline, media))
    lines, frames = lines_of(timeline, frame.fps, media)
    if frames < 1:
        raise MediaError(MediaFault.EMPTY, "nothing to render")
    sound = sound_runs(lines, frames, frame.fps, media)
    music = tuple(music_runs(timeline, frames, frame.fps, media))
    length = frames / frame.fps
    if output.keyframes:  # the sound keeps its own, finer boundaries
        frame = sparse(frame, frames)
    frames, track, spans = _pictures(timeline, frame, length, media, indexes or {})
    long = output.quality == "preview" and not output.keyframes and length > _LONG
    if long and indexes is not None and not _any_copied(spans):
        frame = halved(frame)
        frames, track, spans = _pictures(timeline, frame, length, media, indexes)
    if not output.keyframes:  # these are further apart than pictures are
        spans = tuple(gathered(spans, frame, media))
    return RenderPlan(
        frame=frame,
        frames=frames,
        spans=tuple(piece for span in spans for piece in chunks(span, frame)),
        sound=sound,
        music=music,
        chapters=tuple(_marks(timeline, round(frames * 1000 / frame.fps))),
        track=track,
    )


def _pictures(
    timeline: Timeline,
    frame: Frame,
    length: Fraction,
    media: Mapping[str, SourceFile],
    indexes: Mapping[str, PacketIndex],
) -> tuple[int, Track, tuple[Span, ...]]:
    """How many there are at this rate for a `length` (s), and what is done to them."""
    lines, frames = lines_of(timeline, frame.fps, media)
    frames = max(frames, ceil(length * frame.fps))
    return frames, *copied(tuple(_spans(timeline, frame, lines, frames, media)), frame, media, indexes)


def _any_copied(spans: Sequence[Span]) -> bool:
    return any(span.treatment.how == "copy" for span in spans)


def _marks(timeline: Timeline, total: int) -> Iterator[Mark]:
    """The chapters, each to where the next begins."""
    chapters = sorted(timeline.chapters, key=lambda one: one.start)
    for one, end in zip(chapters, [*(one.start for one in chapters[1:]), total], strict=False):
        if one.start < end:
            yield Mark(one.start, end, one.title)


def _check(timeline: Timeline, media: Mapping[str, SourceFile]) -> None:
    if not timeline.segments:
        raise MediaError(MediaFault.EMPTY, "nothing to render")
    for segment in timeline.segments:
        if segment.kind == "card":
            continue
        source = media.get(segment.media)
        if source is None or source.facts.picture is None or source.facts.kind != segment.kind:
            raise MediaError(MediaFault.UNSUPPORTED, "a segment's file is missing or is no picture")
    for overlay in timeline.overlays:
        source = media.get(overlay.media)
        if source is None or source.facts.picture is None or source.facts.kind != overlay.kind:
            raise MediaError(MediaFault.UNSUPPORTED, "an overlay's file is missing or is no picture")
    for item in timeline.music:
        source = media.get(item.media)
        if source is None or source.facts.sound is None:
            raise MediaError(MediaFault.UNSUPPORTED, "a music item's file is missing or has no sound")


def _spans(
    timeline: Timeline, frame: Frame, lines: Sequence[Line], frames: int, media: Mapping[str, SourceFile]
) -> Iterator[Span]:
    fps = frame.fps
    drawn = [(one.start, one.end) for one in timeline.texts] + [(one.start, one.end) for one in burned(timeline)]
    texts = merged([(floor(start * fps / 1000), ceil(end * fps / 1000)) for start, end in drawn])
    fades = merged(list(_fade_frames(timeline, frames, fps)))
    layers = layers_of(timeline, fps)
    laid = [(layer.first, layer.end) for layer in layers]
    marked = timeline.timecode is not None or timeline.progress_bar or timeline.letterbox is not None
    for index, line in enumerate(lines):
        if line.join is not None:
            first, end = line.join
            before = lines[index - 1].stretch(first, fps)
            style = line.segment.transition.style if line.segment.transition else "crossfade"
            treatment = treat_join(
                text=touched(first, end, texts),
                fade=touched(first, end, fades),
                over=marked or touched(first, end, laid),
            )
            yield Join(first, end, before, line.stretch(first, fps), style, treatment, on(layers, first, end))
        following = lines[index + 1] if index + 1 < len(lines) else None
        end = frames if following is None else (following.join or (following.start,))[0]
        source = media.get(line.segment.media)
        for first, last in _pieces(line.start, end, [*texts, *fades, *laid]):
            treatment = treat_body(
                line.segment,
                source.facts if source is not None else None,
                frame,
                text=touched(first, last, texts),
                fade=touched(first, last, fades),
                over=marked or touched(first, last, laid),
            )
            yield Body(first, last, line.stretch(first, fps), treatment, on(layers, first, last))


def _fade_frames(timeline: Timeline, frames: int, fps: Fraction) -> Iterator[tuple[int, int]]:
    if timeline.fade_in is not None and timeline.fade_in.ms > 0:
        yield 0, ceil(timeline.fade_in.ms * fps / 1000)
    if timeline.fade_out is not None and timeline.fade_out.ms > 0:
        yield floor(frames - timeline.fade_out.ms * fps / 1000), frames


def _pieces(first: int, end: int, marks: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut a body where something begins or ends to touch it."""
    if end <= first:
        return
    cuts = sorted({first, end, *(at for mark in marks for at in mark if first < at < end)})
    yield from pairwise(cuts)


def touched(first: int, end: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether any range overlaps `first` to `end`."""
    return any(start < end and stop > first for start, stop in ranges)
