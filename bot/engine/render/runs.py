"""Where the sound comes from: runs of samples on the same boundaries as the picture's frames. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.engine.render.job import SourceFile
from bot.engine.render.lines import SAMPLE_RATE, Line, sample_at
from bot.engine.timeline.geometry import timeless
from bot.engine.timeline.heard import spoken
from bot.engine.timeline.model import Timeline

RAMP = SAMPLE_RATE // 400
"""Half of the short crossfade at a cut, in samples: 2.5 ms."""

LEAD_RAMP = SAMPLE_RATE // 5
"""How long a sound takes to come in that leads its picture, or to go out that lags: 0.2 s, in samples."""


@dataclass(frozen=True)
class SoundRun:
    """The sound of one segment, in output samples from `first` to `end`.

    `offset` is where the line to the source meets output time 0 (s): source time = offset + output time * speed, which
    is below 0 where it plays backwards.
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
    denoise: bool = False


@dataclass(frozen=True)
class MusicRun:
    """Sound under the timeline, output samples; `offset` in the source (s), fades in samples.

    It is repeated to fill its stretch, unless it is heard `once`. Where somebody speaks (`spoken`, in order) it goes
    down to `low` times its gain.
    """

    media: str
    first: int
    end: int
    offset: Fraction
    gain: float
    fade_in: int
    fade_out: int
    once: bool = False
    low: float = 1.0
    spoken: tuple[tuple[int, int], ...] = ()
    denoise: bool = False


def sound_runs(
    lines: Sequence[Line], frames: int, fps: Fraction, media: Mapping[str, SourceFile]
) -> tuple[SoundRun, ...]:
    """The sound of the segments, in the order in which it begins: one that leads its picture may be early."""
    return tuple(sorted(_sound_runs(lines, frames, fps, media), key=lambda run: run.first))


def _sound_runs(
    lines: Sequence[Line], frames: int, fps: Fraction, media: Mapping[str, SourceFile]
) -> Iterator[SoundRun]:
    total = sample_at(frames, fps)
    for index, line in enumerate(lines):
        segment = line.segment
        following = lines[index + 1] if index + 1 < len(lines) else None
        first, head = _edge_in(line, fps) if index else (0, 2 * RAMP)
        end, tail = _edge_out(following, fps) if following else (total, 2 * RAMP)
        early, late = (ms * SAMPLE_RATE // 1000 for ms in (segment.sound_early, segment.sound_late))
        first, head = first - early, max(head, min(early, LEAD_RAMP))
        end, tail = end + late, max(tail, min(late, LEAD_RAMP))
        if timeless(segment) or media[segment.media].facts.sound is None or segment.muted or not segment.volume:
            continue
        if line.join is None and following is not None and following.join is None and following.start == line.start:
            continue  # shorter than a frame: not shown, not heard
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
            soft_head=(index > 0 and line.join is not None) or early > 0,
            soft_tail=(following is not None and following.join is not None) or late > 0,
            denoise=segment.denoise,
        )
        yield _shortened(run)


def _edge_in(line: Line, fps: Fraction) -> tuple[int, int]:
    if line.join is not None:
        first, end = (sample_at(at, fps) for at in line.join)
        return first, end - first
    return sample_at(line.start, fps) - RAMP, 2 * RAMP


def _edge_out(following: Line, fps: Fraction) -> tuple[int, int]:
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


def music_runs(timeline: Timeline, frames: int, fps: Fraction, media: Mapping[str, SourceFile]) -> Iterator[MusicRun]:
    """What is heard beside the segments: music, voices, effects, and the sound of overlays."""
    total = sample_at(frames, fps)
    speech: tuple[tuple[int, int], ...] | None = None
    for item in timeline.music:
        first, end = (min(total, at * SAMPLE_RATE // 1000) for at in (item.start, item.end))
        if item.muted or item.volume == 0 or end <= first:
            continue
        ducks = item.duck is not None and item.role == "music"
        if ducks and speech is None:
            speech = tuple((a * SAMPLE_RATE // 1000, b * SAMPLE_RATE // 1000) for a, b in spoken(timeline))
        yield MusicRun(
            media=item.media,
            first=first,
            end=end,
            offset=Fraction(item.offset, 1000),
            gain=item.volume / 100,
            fade_in=max(2 * RAMP, item.fade_in * SAMPLE_RATE // 1000),
            fade_out=max(2 * RAMP, item.fade_out * SAMPLE_RATE // 1000),
            once=item.role != "music",
            low=(item.duck or 0) / 100 if ducks else 1.0,
            spoken=(speech or ()) if ducks else (),
            denoise=item.denoise,
        )
    for overlay in timeline.overlays:
        first, end = (min(total, at * SAMPLE_RATE // 1000) for at in (overlay.start, overlay.end))
        if overlay.kind != "video" or not overlay.volume or media[overlay.media].facts.sound is None or end <= first:
            continue
        yield MusicRun(
            media=overlay.media,
            first=first,
            end=end,
            offset=Fraction(overlay.offset, 1000),
            gain=overlay.volume / 100,
            fade_in=2 * RAMP,
            fade_out=2 * RAMP,
            once=True,
        )
