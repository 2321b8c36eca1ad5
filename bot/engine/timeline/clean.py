"""Sound made even and clean: the loudness of the whole, and noise."""

from dataclasses import replace

from bot.engine.timeline.geometry import clips
from bot.engine.timeline.limits import MAX_VOLUME
from bot.engine.timeline.model import Library, Segment, Timeline
from bot.engine.timeline.ops import Denoise, Normalize
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import span
from bot.engine.timeline.sound import of_music
from bot.engine.timeline.weave import change

Facts = dict[str, int | float | str]

LOUDNESS = -14.0
"""LUFS: what the large video sites play at."""

_APART = 3.0
"""Sources whose loudness differs by more than this (LU) are brought together."""

_LEAST, _MOST = 25, MAX_VOLUME
_FAINT = -45.0
"""Fainter sources (LUFS) are rooms, not voices: they are left as they are."""


def normalize(timeline: Timeline, op: Normalize, library: Library) -> tuple[Timeline, Facts]:
    """Bring the whole to a loudness (none named: -14 LUFS), and footage of different loudness together before that.

    Refused as no_sound.
    """
    if op.off:
        return replace(timeline, loudness=None), {"off": 1}
    if not timeline.music and not any(_sounds(one, library) for one in timeline.segments):
        raise RefusedError("no_sound")
    lufs = LOUDNESS if op.lufs is None else op.lufs
    new = timeline if op.target == "music" else _together(timeline, library)
    facts: Facts = {"off": 0, "lufs": lufs}
    if levelled := sum(one.volume != other.volume for one, other in _pairs(timeline, new)):
        facts["levelled"] = levelled
    return replace(new, loudness=lufs), facts


def denoise(timeline: Timeline, op: Denoise, library: Library) -> tuple[Timeline, Facts]:
    """Take steady noise out of the footage's sound, of one clip or all, or out of the music alone; or leave it in.

    Refused as no_sound, no_music, no_clip.
    """
    target = "music" if op.target == "music" else "video"
    clean = not op.off
    new = timeline
    if target != "music":
        start, end = span(timeline, None, None, op.clip)
        views = clips(timeline)
        meant = timeline.segments if op.clip is None else _of(timeline, views[op.clip - 1].id)
        if not any(_sounds(one, library) for one in meant):
            raise RefusedError("no_sound", op.clip)
        new = change(new, start, end, lambda one: replace(one, denoise=clean and _sounds(one, library)), library)
    else:
        if not timeline.music:
            raise RefusedError("no_music")
        ids = of_music(new)
        new = replace(new, music=tuple(replace(one, denoise=clean) if one.id in ids else one for one in new.music))
    facts: Facts = {"target": target, "off": int(bool(op.off))}
    return new, facts if op.clip is None else facts | {"clip": op.clip}


def _together(timeline: Timeline, library: Library) -> Timeline:
    """Every source at the loudness of the middle one, where they are apart; a volume that was set stays."""
    known = {
        one.media: library.loudness[one.media]
        for one in timeline.segments
        if _sounds(one, library) and library.loudness.get(one.media, _FAINT) > _FAINT
    }
    if not known or max(known.values()) - min(known.values()) <= _APART:
        return timeline
    middle = sorted(known.values())[len(known) // 2]

    def levelled(one: Segment) -> Segment:
        if one.media not in known or one.volume != 100:
            return one
        return replace(one, volume=min(_MOST, max(_LEAST, round(100 * 10 ** ((middle - known[one.media]) / 20)))))

    return replace(timeline, segments=tuple(levelled(one) for one in timeline.segments))


def _pairs(before: Timeline, after: Timeline) -> list[tuple[Segment, Segment]]:
    """The first segment of each clip, before and after."""
    return [(before.segments[view.first], after.segments[view.first]) for view in clips(before)]


def _of(timeline: Timeline, clip: str) -> tuple[Segment, ...]:
    return tuple(one for one in timeline.segments if one.clip == clip)


def _sounds(segment: Segment, library: Library) -> bool:
    return segment.kind == "video" and library.media[segment.media].has_sound
