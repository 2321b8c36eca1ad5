"""Speed that glides instead of jumping: a stretch in short pieces, each a little faster or slower than the last."""

from bisect import bisect_right
from dataclasses import replace

from bot.engine.timeline.limits import MAX_SPEED, MIN_SPEED
from bot.engine.timeline.model import Library, Segment, Timeline
from bot.engine.timeline.ops import Speed
from bot.engine.timeline.weave import Piece, part, parted, weave

GLIDE_MS = 2_000
"""How long a glide takes where there is room, on the timeline as it was."""
STEPS = 8
_LEAST_STEP_MS = 100
"""No piece is shorter than three frames: shorter ones are neither seen nor heard as a glide."""


def ramped(timeline: Timeline, op: Speed, start: int, end: int, library: Library) -> Timeline:
    """The timeline with `start` to `end` at the op's factor, reached and left by glides as `ramp` says.

    Each piece is at the pace of its middle, on a curve along which every step multiplies the pace by the same.
    Raises RefusedError as `weave`.
    """
    shares = _shares(op, end - start)
    points = [start, *(start + at for at, _ in shares[1:]), end]
    pieces = []
    for one, parts in parted(timeline, points):
        for from_ms, to_ms in parts:
            segment, middle = part(one, from_ms, to_ms), (from_ms + to_ms) / 2
            if start <= middle < end:
                share = shares[bisect_right(shares, middle - start, key=lambda step: step[0]) - 1][1]
                segment = _paced(segment, op, share)
            pieces.append(Piece(segment, from_ms, to_ms))
    return weave(timeline, pieces, library, follow="start")


def _paced(segment: Segment, op: Speed, share: float) -> Segment:
    """At a pace between the segment's own (0) and the op's (1)."""
    pace = segment.speed ** (1 - share) * op.factor**share
    keep_pitch = segment.keep_pitch if op.keep_pitch is None else op.keep_pitch
    return replace(segment, speed=min(MAX_SPEED, max(MIN_SPEED, round(pace, 3))), keep_pitch=keep_pitch)


def _shares(op: Speed, length: int) -> list[tuple[int, float]]:
    """How much of the change there is from which ms of the stretch on."""
    glides = 2 if op.ramp == "both" else 1
    glide = min(GLIDE_MS, length // (glides + 1))
    # faster pieces are shorter in the end; at the same pace throughout none is shorter than the least
    steps = max(1, min(STEPS, int(glide / max(1.0, op.factor**0.5) / _LEAST_STEP_MS)))
    rise = [(glide * step // steps, (step + 0.5) / steps) for step in range(steps)]
    fall = [(length - glide + at, 1 - share) for at, share in rise]
    if op.ramp == "in":
        return [*rise, (glide, 1.0)]
    if op.ramp == "out":
        return [(0, 1.0), *fall]
    return [*rise, (glide, 1.0), *fall]
