"""Transitions at joins."""

from dataclasses import replace
from typing import Literal

from bot.engine.timeline.fitting import fitted
from bot.engine.timeline.geometry import clips, joins, layout
from bot.engine.timeline.limits import MIN_TRANSITION_MS
from bot.engine.timeline.model import Library, Timeline, TransitionStyle
from bot.engine.timeline.ops import TransitionOp
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import clip_at, milliseconds
from bot.engine.timeline.weave import Piece, weave

Between = Literal["all"] | tuple[int, int] | list[tuple[int, int]]
Facts = dict[str, int | float | str]

DEFAULT_MS = 500
_PLAIN_NAMES: dict[str, TransitionStyle] = {"fade": "crossfade", "wipe": "wipe_left", "slide": "slide_left"}
"""What a style is that was asked for without saying more."""


def transition(timeline: Timeline, op: TransitionOp, library: Library) -> tuple[Timeline, Facts]:
    """Put a transition at joins, change those that are there, or remove them.

    What is not asked for (style, length) stays as it is where there is a transition, and is a crossfade of half a
    second where there is none. A join whose neighbours are too short for one stays a cut and is counted as skipped.
    Refused as no_join, no_clip, not_neighbours.
    """
    indexes = chosen(timeline, op.between, library)
    asked = _style(op)
    placed = layout(timeline)
    segments = list(timeline.segments)
    lengths: list[int] = []
    removed = skipped = shortened = 0
    for index in indexes:
        there = segments[index].transition
        if op.remove:
            removed += there is not None
            segments[index] = replace(segments[index], transition=None)
            continue
        style = asked or (there.style if there else "crossfade")
        ms = max(MIN_TRANSITION_MS, milliseconds(op.seconds)) if op.seconds else there.ms if there else DEFAULT_MS
        fits = fitted(segments[index - 1], segments[index], style, ms, library)
        segments[index] = replace(segments[index], transition=fits)
        if fits is None:
            skipped += 1
            continue
        lengths.append(fits.ms)
        shortened += fits.ms < ms
    pieces = [Piece(new, one.from_ms, one.to_ms) for new, one in zip(segments, placed, strict=True)]
    facts: Facts = {"joins": len(indexes)}
    if op.remove:
        facts |= {"removed": removed}
    else:
        facts |= {"made": len(lengths), "skipped": skipped, "shortened": shortened}
    if lengths:
        styles = {segment.transition.style for segment in segments if segment.transition}
        facts |= {
            "style": asked or (styles.pop() if len(styles) == 1 else "mixed"),
            "ms": max(lengths),
            "shortest_ms": min(lengths),
        }
    return weave(timeline, pieces, library), facts


def _style(op: TransitionOp) -> TransitionStyle | None:
    if op.style == "fade" or op.style == "wipe" or op.style == "slide":
        return _PLAIN_NAMES[op.style]
    return op.style


def chosen(timeline: Timeline, between: Between, library: Library) -> list[int]:
    """The segments behind the joins that are meant. Raises RefusedError: no_join, no_clip, not_neighbours."""
    found = [join.index for join in joins(timeline, library)]
    if between == "all":
        if not found:
            raise RefusedError("no_join", None, len(clips(timeline)))
        return found
    pairs = [between] if isinstance(between, tuple) else between
    meant = set()
    for pair in pairs:
        first, second = sorted(pair)
        later = clip_at(timeline, second)
        if second != first + 1:
            raise RefusedError("not_neighbours", f"{first}, {second}", len(clips(timeline)))
        meant.add(later.first)
    if not meant:
        raise RefusedError("no_join", None, len(clips(timeline)))
    return sorted(meant)
