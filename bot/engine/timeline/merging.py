"""Files that lie ready join the others: all in one row, or photos as a slideshow."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from bot.engine.timeline.appending import appended
from bot.engine.timeline.geometry import clips, layout
from bot.engine.timeline.limits import MIN_TRANSITION_MS
from bot.engine.timeline.model import Library, MediaItem, Segment, Timeline, Transition, TransitionStyle
from bot.engine.timeline.naming import named
from bot.engine.timeline.ops import Merge, Slideshow
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import milliseconds
from bot.engine.timeline.weave import Piece, weave

Facts = dict[str, int | float | str]

PHOTO_MS = 3_000
FADE_MS = 500


def merge(timeline: Timeline, op: Merge, library: Library) -> tuple[Timeline, Facts]:
    """Put files behind the last clip: those that are named, else every video and picture that is not in use.

    Size, rate and sound of each are made to fit when the whole is rendered. With nothing left to put there the
    timeline stays as it is. Refused as no_footage, no_file, ambiguous_file, too_many, too_long.
    """
    files = [one for one in library.media.values() if one.kind != "audio" and not one.made]
    fresh = _fresh(timeline, files) if op.files is None else [named(files, name) for name in op.files]
    new = _with(timeline, fresh)
    if not new.segments:
        raise RefusedError("no_footage")
    return new, {"added": len(fresh), "clips": len(clips(new)), "name": ", ".join(one.name for one in fresh[:3])}


def slideshow(timeline: Timeline, op: Slideshow, library: Library) -> tuple[Timeline, Facts]:
    """Every photo for so many seconds (three), one fading into the next; photos not in use come in at the end.

    Half of each transition counts to either photo, so each is seen for what was asked. Videos between the photos stay
    as they are. Refused as no_photos, too_many, too_long.
    """
    fresh = _fresh(timeline, (one for one in library.media.values() if one.kind == "image" and not one.made))
    full = _with(timeline, fresh)
    row = [
        (parts[0].segment, parts[0].from_ms, parts[-1].to_ms)  # a photo that was parted is one again
        for _, run in groupby(layout(full), lambda one: one.segment.clip if _photo(one.segment) else one.segment.id)
        for parts in [list(run)]
    ]
    ms = milliseconds(op.seconds) if op.seconds is not None else PHOTO_MS
    style: TransitionStyle | None = None if op.style == "none" else op.style or "crossfade"
    fade = min(FADE_MS, ms // 2) // 2 * 2
    fade = fade if style is not None and fade >= MIN_TRANSITION_MS else 0
    joined = [_photo(a) and _photo(b) for (a, *_), (b, *_) in pairwise(row)]
    pieces = []
    for index, (shown, from_ms, to_ms) in enumerate(row):
        segment = shown
        if _photo(segment):
            before, behind = index > 0 and joined[index - 1], index < len(joined) and joined[index]
            length = ms + fade // 2 * (before + behind)
            segment = replace(segment, start=0, end=length, speed=1.0)
            if before:
                segment = replace(segment, transition=Transition(style, fade) if style and fade else None)
        pieces.append(Piece(segment, from_ms, to_ms))
    photos = sum(_photo(segment) for segment, *_ in row)
    if not photos:
        raise RefusedError("no_photos")
    facts: Facts = {"photos": photos, "ms": ms, "added": len(fresh), "style": style if fade and style else "none"}
    return weave(full, pieces, library), facts


def _photo(segment: Segment) -> bool:
    return segment.kind == "image"


def _fresh(timeline: Timeline, files: Iterable[MediaItem]) -> list[MediaItem]:
    """Those that are not in use."""
    used = {one.media for one in timeline.segments} | {one.media for one in timeline.overlays}
    return [one for one in files if one.id not in used]


def _with(timeline: Timeline, files: Sequence[MediaItem]) -> Timeline:
    for item in files:
        timeline = appended(timeline, item)
    return timeline
