"""Where each segment lies on the grid of output frames, and its line from output time to source time.

Each boundary is computed from the timeline's own milliseconds and rounded once, in rational numbers, so nothing adds
up over hundreds of cuts. One line a segment serves its body, the joins on both sides and its sound: that is what keeps
picture and sound in step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from bot.engine.render.job import SourceFile
from bot.engine.timeline.geometry import entered_at, layout
from bot.engine.timeline.model import PLAIN, Look, Segment, Timeline, Transition

SAMPLE_RATE = 48_000
_MS = Fraction(1, 1000)


@dataclass(frozen=True)
class Stretch:
    """What a span shows: source time `at` (s) in its first frame, then on at `speed`.

    At speed 0 that picture is held, below 0 the source runs backwards. A still has no time; nor has a card, which has
    no media, only a `colour`. `look` is done to it: its zoom goes by `point` (s), which `pace` moves on also where a
    picture is held.
    """

    media: str
    at: Fraction
    speed: Fraction
    still: bool = False
    colour: str = ""
    look: Look = PLAIN
    point: Fraction = Fraction(0)
    pace: Fraction = Fraction(0)


@dataclass(frozen=True)
class Line:
    """A segment on the output: its core frames, the frames of the transition into it, and its line to the source.

    Source time (s) = `offset` + output time * `speed`; backwards, that is where one frame ends and the next begins.
    `begin` (s) is when the core begins.
    """

    segment: Segment
    start: int
    join: tuple[int, int] | None
    offset: Fraction
    speed: Fraction
    begin: Fraction

    def stretch(self, frame: int, fps: Fraction) -> Stretch:
        """What is shown from an output frame on."""
        segment = self.segment
        pace = Fraction(segment.speed).limit_denominator(10_000)
        point = Fraction(segment.start, 1000) + (frame / fps - self.begin) * pace
        if segment.kind != "video":
            colour = segment.color if segment.kind == "card" else ""
            zero = Fraction(0)
            return Stretch(segment.media, zero, zero, True, colour, segment.look, point, pace)
        # backwards, a frame of the output shows what begins where it ends
        at = self.offset + (frame + (self.speed < 0)) / fps * self.speed
        if not segment.freeze:
            point, pace = at, self.speed
        return Stretch(segment.media, at, self.speed, look=segment.look, point=point, pace=pace)


def sample_at(frame: int, fps: Fraction) -> int:
    """The first sample of a frame."""
    return nearest(frame * SAMPLE_RATE / fps)


def nearest(value: Fraction) -> int:
    """The nearest whole number; halves go up."""
    return floor(value + Fraction(1, 2))


def _frame_at(ms: int, fps: Fraction) -> int:
    return nearest(Fraction(ms, 1000) * fps)


def lines_of(timeline: Timeline, fps: Fraction, media: Mapping[str, SourceFile]) -> tuple[list[Line], int]:
    """The line of each segment in order, and the length of the output in frames."""
    lines: list[Line] = []
    done = 0  # the first frame that is not yet given away
    end_ms = 0
    for placed in layout(timeline):
        segment = placed.segment
        join = _join_frames(segment.transition if lines else None, placed.start_ms, done, fps)
        done = join[1] if join else max(done, _frame_at(placed.start_ms, fps))
        lines.append(_line(segment, placed.start_ms, done, join, fps, media.get(segment.media)))
        end_ms = placed.end_ms
    return lines, max(done, _frame_at(end_ms, fps))


def _join_frames(transition: Transition | None, start_ms: int, done: int, fps: Fraction) -> tuple[int, int] | None:
    if transition is None:
        return None
    first_ms = start_ms - transition.lead_in
    first = max(done, _frame_at(first_ms, fps))
    end = max(first, _frame_at(first_ms + transition.ms, fps))
    return (first, end) if end > first else None


def _line(
    segment: Segment, start_ms: int, start: int, join: tuple[int, int] | None, fps: Fraction, source: SourceFile | None
) -> Line:
    """Footage of the output's own rate is moved onto its frame grid, so that frames are neither doubled nor lost."""
    speed = Fraction(segment.speed).limit_denominator(10_000) * (-1 if segment.reverse else 1)
    begin = Fraction(start_ms, 1000)
    if segment.freeze:
        return Line(segment, start, join, Fraction(segment.start, 1000), Fraction(0), begin)
    entered = Fraction(entered_at(segment), 1000)
    offset = entered - begin * speed
    picture = source.facts.picture if source is not None else None
    if segment.kind == "video" and picture is not None and not picture.variable_rate:
        rate = Fraction(picture.fps_num, picture.fps_den)
        first = start / fps
        zero = Fraction(picture.begin_us, 1_000_000)
        earliest = entered + (first - Fraction(join[0] if join else start) / fps) * speed
        offset = _on_grid(offset + first * speed, rate, zero, earliest) - first * speed
    return Line(segment, start, join, offset, speed, begin)


def _on_grid(at: Fraction, rate: Fraction, begin: Fraction, earliest: Fraction) -> Fraction:
    """The nearest time at which a frame of the source begins; what is just before the first one is the first one.

    Between two it is the earlier one if that is not before `earliest`, where the in-point is on show: a cut that was
    moved to a keyframe stays on it.
    """
    place = (at - begin) * rate
    earlier = ceil(place - Fraction(1, 2))
    number = earlier if earlier / rate + begin > earliest - _MS else nearest(place)
    return (0 if number == -1 else number) / rate + begin
