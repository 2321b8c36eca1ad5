"""Bring the whole to exactly one length."""

from dataclasses import replace

from bot.engine.timeline.geometry import duration_ms, layout
from bot.engine.timeline.limits import MAX_SPEED, MIN_SPEED
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import ExactLength
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import milliseconds
from bot.engine.timeline.weave import Piece, end_at, weave

Facts = dict[str, int | float | str]

MOST_BY_SPEED = 1.25
"""A change of pace that is asked for by nobody may be this much and no more: speech still sounds like speech."""
_TRIES = 8


def exact_length(timeline: Timeline, op: ExactLength, library: Library) -> tuple[Timeline, Facts]:
    """Exactly so long: by a pace up to a quarter faster or slower, else by cutting the end off; `how` decides.

    Texts keep to what they lie on, music keeps its own pace. Refused as too_short_for (longer than it can get; the
    longest as limit), bad_pace (the pace would be beyond what is possible; the limit is how far it gets).
    """
    target, total = milliseconds(op.seconds), duration_ms(timeline)
    pace = total / max(1, target)
    by_speed = 1 / MOST_BY_SPEED <= pace <= MOST_BY_SPEED if op.how is None else op.how == "speed"
    facts: Facts = {"length_ms": target, "how": "speed" if by_speed else "cut"}
    if total == target:
        return timeline, facts | {"factor": 1.0}
    if by_speed:
        new = _paced(timeline, target, library)
        return new, facts | {"factor": round(pace, 3)}
    if target > total:
        longest = total * MOST_BY_SPEED if op.how is None else total
        raise RefusedError("too_short_for", op.seconds, longest / 1000)
    return end_at(timeline, target, library), facts


def _paced(timeline: Timeline, target: int, library: Library) -> Timeline:
    """Every segment at a pace that makes the whole `target` ms long; what rounding leaves over is cut off the end."""
    placed = layout(timeline)
    cores = sum(one.segment.ms for one in placed)
    new, aim = timeline, target + cores - duration_ms(timeline)
    for _ in range(_TRIES):
        speeds = [one.segment.speed * cores / aim for one in placed]
        if max(speeds) > MAX_SPEED or min(speeds) < MIN_SPEED:
            most = min(speeds) / MIN_SPEED if aim > cores else max(speeds) / MAX_SPEED
            raise RefusedError("bad_pace", target / 1000, target * most / 1000)
        pieces = [
            Piece(replace(one.segment, speed=speed), one.from_ms, one.to_ms)
            for one, speed in zip(placed, speeds, strict=True)
        ]
        new = weave(timeline, pieces, library)
        if duration_ms(new) >= target:
            break
        aim += target - duration_ms(new) + 1  # transitions are lengths of the timeline and do not stretch
    return end_at(new, target, library)
