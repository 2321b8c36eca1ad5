"""The render plan: which frames of the file come from where. Pure; nothing is opened, nothing is run.

Time is cut into *spans* on the grid of output frames. Each boundary is computed from the timeline's own milliseconds
and rounded once, in rational numbers, so nothing adds up over hundreds of cuts. The sound's boundaries are those same
frame boundaries in samples. Every segment has one straight line from output time to source time, used by its body,
by the joins on both sides and by its sound: that is what keeps picture and sound in step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from bot.engine.render.frame import Frame, frame_of
from bot.engine.render.job import Output, SourceFile
from bot.engine.render.treatment import Treatment, treat_body, treat_join
from bot.engine.timeline.model import Segment, Timeline, Transition, TransitionStyle
from bot.media.facts import MediaError, MediaFault

SAMPLE_RATE = 48_000
CHUNK_SECONDS = 20
"""Longest span that is encoded in one piece, so that workers share a long stretch and progress is even."""


@dataclass(frozen=True)
class Stretch:
    """What a span shows: source time `at` (s) in its first frame, then on at `speed`. A still has no time."""

    media: str
    at: Fraction
    speed: Fraction
    still: bool = False


@dataclass(frozen=True)
class Body:
    """Frames `first` up to `end` (exclusive) of the output, out of one source."""

    first: int
    end: int
    stretch: Stretch
    treatment: Treatment

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

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end - self.first


Span = Body | Join


@dataclass(frozen=True)
class SoundRun:
    """The sound of one segment, in output samples from `first` to `end`.

    `offset` is where the line to the source meets output time 0 (s): source time = offset + output time * speed.
    It comes in over `head` samples and goes out over `tail`; both overlap its neighbours. Where a transition is
    heard the curves keep the power (`soft_head`, `soft_tail`), else they are straight and add up to one.
    """

    media: str
    first: int
    end: int
    offset: Fraction
    speed: Fraction
    keep_pitch: bool
    gain: float
    head: int
    tail: int
    soft_head: bool = False
    soft_tail: bool = False


@dataclass(frozen=True)
class MusicRun:
    """Music under the timeline, output samples; `offset` in the source (s), fades in samples."""

    media: str
    first: int
    end: int
    offset: Fraction
    gain: float
    fade_in: int
    fade_out: int


@dataclass(frozen=True)
class RenderPlan:
    """Everything the encoder does, in order. The spans cover 0 to `frames` without a gap."""

    frame: Frame
    frames: int
    spans: tuple[Span, ...]
    sound: tuple[SoundRun, ...]
    music: tuple[MusicRun, ...]

    @property
    def samples(self) -> int:
        """Length of the sound."""
        return sample_at(self.frames, self.frame.fps)

    @property
    def duration_ms(self) -> int:
        """Length in ms."""
        return round(self.frames * 1000 / self.frame.fps)

    def table(self) -> str:
        """The plan for people: one line a span."""
        lines = [f"{self.frame.width}x{self.frame.height} {self.frame.fps} fps, {self.frames} frames"]
        for span in self.spans:
            what = (
                f"{span.stretch.media} {float(span.stretch.at):.3f} x{float(span.stretch.speed):g}"
                if isinstance(span, Body)
                else f"{span.before.media} {float(span.before.at):.3f} > {span.after.media} "
                f"{float(span.after.at):.3f} {span.style}"
            )
            lines.append(f"{span.first:>7} {span.end:>7}  {span.treatment.how:<6} {span.treatment.why:<7} {what}")
        return "\n".join(lines)


def sample_at(frame: int, fps: Fraction) -> int:
    """The first sample of a frame."""
    return _nearest(frame * SAMPLE_RATE / fps)


@dataclass(frozen=True)
class _Line:
    """A segment on the output: its core frames, the frames of the transition into it, and its line to the source."""

    segment: Segment
    start: int
    join: tuple[int, int] | None
    offset: Fraction
    speed: Fraction

    def stretch(self, frame: int, fps: Fraction) -> Stretch:
        if self.segment.kind == "image":
            return Stretch(self.segment.media, Fraction(0), Fraction(1), still=True)
        return Stretch(self.segment.media, self.offset + frame / fps * self.speed, self.speed)


def plan(timeline: Timeline, output: Output, media: Mapping[str, SourceFile]) -> RenderPlan:
    """Lay the timeline out on output frames and samples.

    Raises MediaError(EMPTY) when there is nothing to render, MediaError(UNSUPPORTED) when a source is missing or is
    not what the timeline takes it for.
    """
    _check(timeline, media)
    frame = frame_of(timeline.canvas, output)
    lines, frames = _lines(timeline, frame.fps, media)
    if frames < 1:
        raise MediaError(MediaFault.EMPTY, "nothing to render")
    spans = tuple(_spans(timeline, frame, lines, frames, media))
    return RenderPlan(
        frame=frame,
        frames=frames,
        spans=spans,
        sound=tuple(_sound(lines, frames, frame.fps, media)),
        music=tuple(_music(timeline, frames, frame.fps)),
    )


def _check(timeline: Timeline, media: Mapping[str, SourceFile]) -> None:
    if not timeline.segments:
        raise MediaError(MediaFault.EMPTY, "nothing to render")
    for segment in timeline.segments:
        source = media.get(segment.media)
        if source is None or source.facts.picture is None or source.facts.kind != segment.kind:
            raise MediaError(MediaFault.UNSUPPORTED, "a segment's file is missing or is no picture")
    for item in timeline.music:
        source = media.get(item.media)
        if source is None or source.facts.sound is None:
            raise MediaError(MediaFault.UNSUPPORTED, "a music item's file is missing or has no sound")


def _nearest(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def _frame_at(ms: int, fps: Fraction) -> int:
    return _nearest(Fraction(ms, 1000) * fps)


def _lines(timeline: Timeline, fps: Fraction, media: Mapping[str, SourceFile]) -> tuple[list[_Line], int]:
    lines: list[_Line] = []
    at_ms = 0  # where the segments so far end
    done = 0  # the first frame that is not yet given away
    for segment in timeline.segments:
        transition = segment.transition if lines else None
        start_ms = at_ms - (transition.overlap if transition else 0)
        join = _join_frames(transition, start_ms, done, fps)
        start = join[1] if join else max(done, _frame_at(start_ms, fps))
        lines.append(_line(segment, start_ms, start, join, fps, media[segment.media]))
        done = start
        at_ms = start_ms + segment.ms
    return lines, max(done, _frame_at(at_ms, fps))


def _join_frames(transition: Transition | None, start_ms: int, done: int, fps: Fraction) -> tuple[int, int] | None:
    if transition is None:
        return None
    first_ms = start_ms - transition.lead_in
    first = max(done, _frame_at(first_ms, fps))
    end = max(first, _frame_at(first_ms + transition.ms, fps))
    return (first, end) if end > first else None


def _line(
    segment: Segment, start_ms: int, start: int, join: tuple[int, int] | None, fps: Fraction, source: SourceFile
) -> _Line:
    """Footage of the output's own rate is moved onto its frame grid, so that frames are neither doubled nor lost."""
    speed = Fraction(segment.speed).limit_denominator(10_000)
    offset = Fraction(segment.start, 1000) - Fraction(start_ms, 1000) * speed
    picture = source.facts.picture
    assert picture is not None
    if segment.kind == "video" and not picture.variable_rate:
        rate = Fraction(picture.fps_num, picture.fps_den)
        first = start / fps
        offset = Fraction(_nearest((offset + first * speed) * rate)) / rate - first * speed
    return _Line(segment, start, join, offset, speed)


def _spans(
    timeline: Timeline, frame: Frame, lines: Sequence[_Line], frames: int, media: Mapping[str, SourceFile]
) -> Iterator[Span]:
    fps = frame.fps
    texts = merged((floor(t.start * fps / 1000), ceil(t.end * fps / 1000)) for t in timeline.texts)
    fades = merged(_fade_frames(timeline, frames, fps))
    for index, line in enumerate(lines):
        if line.join is not None:
            first, end = line.join
            before = lines[index - 1].stretch(first, fps)
            style = line.segment.transition.style if line.segment.transition else "crossfade"
            treatment = treat_join(text=touched(first, end, texts), fade=touched(first, end, fades))
            yield Join(first, end, before, line.stretch(first, fps), style, treatment)
        following = lines[index + 1] if index + 1 < len(lines) else None
        end = frames if following is None else (following.join or (following.start,))[0]
        for first, last in _pieces(line.start, end, [*texts, *fades], fps):
            treatment = treat_body(
                line.segment,
                media[line.segment.media].facts,
                frame,
                text=touched(first, last, texts),
                fade=touched(first, last, fades),
            )
            yield Body(first, last, line.stretch(first, fps), treatment)


def _fade_frames(timeline: Timeline, frames: int, fps: Fraction) -> Iterator[tuple[int, int]]:
    if timeline.fade_in is not None and timeline.fade_in.ms > 0:
        yield 0, ceil(timeline.fade_in.ms * fps / 1000)
    if timeline.fade_out is not None and timeline.fade_out.ms > 0:
        yield floor(frames - timeline.fade_out.ms * fps / 1000), frames


def _pieces(first: int, end: int, marks: Sequence[tuple[int, int]], fps: Fraction) -> Iterator[tuple[int, int]]:
    """Cut a body where something begins or ends to touch it, and then into chunks."""
    if end <= first:
        return
    cuts = sorted({first, end, *(at for mark in marks for at in mark if first < at < end)})
    chunk = ceil(CHUNK_SECONDS * fps)
    for start, stop in pairwise(cuts):
        count = ceil(Fraction(stop - start, chunk))
        edges = [start + (stop - start) * i // count for i in range(count + 1)]
        yield from pairwise(edges)


def merged(ranges: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """The union of ranges, in order."""
    union: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union


def touched(first: int, end: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether any range overlaps `first` to `end`."""
    return any(start < end and stop > first for start, stop in ranges)


RAMP = SAMPLE_RATE // 400
"""Half of the short crossfade at a cut, in samples: 2.5 ms."""


def _sound(lines: Sequence[_Line], frames: int, fps: Fraction, media: Mapping[str, SourceFile]) -> Iterator[SoundRun]:
    total = sample_at(frames, fps)
    for index, line in enumerate(lines):
        segment = line.segment
        following = lines[index + 1] if index + 1 < len(lines) else None
        first, head = _edge_in(line, fps) if index else (0, 2 * RAMP)
        end, tail = _edge_out(following, fps) if following else (total, 2 * RAMP)
        if segment.kind == "image" or media[segment.media].facts.sound is None or segment.muted or not segment.volume:
            continue
        first, end = max(0, first), min(total, end)
        if end <= first:
            continue
        run = SoundRun(
            media=segment.media,
            first=first,
            end=end,
            offset=line.offset,
            speed=line.speed,
            keep_pitch=segment.keep_pitch,
            gain=segment.volume / 100,
            head=head,
            tail=tail,
            soft_head=index > 0 and line.join is not None,
            soft_tail=following is not None and following.join is not None,
        )
        yield _shortened(run)


def _edge_in(line: _Line, fps: Fraction) -> tuple[int, int]:
    if line.join is not None:
        first, end = (sample_at(at, fps) for at in line.join)
        return first, end - first
    return sample_at(line.start, fps) - RAMP, 2 * RAMP


def _edge_out(following: _Line, fps: Fraction) -> tuple[int, int]:
    if following.join is not None:
        first, end = (sample_at(at, fps) for at in following.join)
        return end, end - first
    return sample_at(following.start, fps) + RAMP, 2 * RAMP


def _shortened(run: SoundRun) -> SoundRun:
    """A segment shorter than its own ramps still begins and ends in silence."""
    length = run.end - run.first
    if run.head + run.tail <= length:
        return run
    head = length * run.head // (run.head + run.tail)
    return replace(run, head=head, tail=length - head)


def _music(timeline: Timeline, frames: int, fps: Fraction) -> Iterator[MusicRun]:
    total = sample_at(frames, fps)
    for item in timeline.music:
        first, end = (min(total, at * SAMPLE_RATE // 1000) for at in (item.start, item.end))
        if item.muted or item.volume == 0 or end <= first:
            continue
        yield MusicRun(
            media=item.media,
            first=first,
            end=end,
            offset=Fraction(item.offset, 1000),
            gain=item.volume / 100,
            fade_in=max(2 * RAMP, item.fade_in * SAMPLE_RATE // 1000),
            fade_out=max(2 * RAMP, item.fade_out * SAMPLE_RATE // 1000),
        )
