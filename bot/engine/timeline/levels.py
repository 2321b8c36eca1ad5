"""Pace and loudness: speed, volume, mute."""

from collections.abc import Callable
from dataclasses import replace

from bot.engine.timeline.geometry import clips, timeless
from bot.engine.timeline.limits import MAX_VOLUME
from bot.engine.timeline.model import Library, Segment, Timeline
from bot.engine.timeline.ops import Mute, Speed, Volume
from bot.engine.timeline.ramps import ramped
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import span
from bot.engine.timeline.sound import of_music, silenced
from bot.engine.timeline.weave import change

Facts = dict[str, int | float | str]

_NUDGE = 1.5
"""What "louder" and "quieter" mean: 3.5 dB, plainly heard and no shock."""


def speed(timeline: Timeline, op: Speed, library: Library) -> tuple[Timeline, Facts]:
    """Play at `factor` times the original's pace, whatever it was before (1 is normal). Music keeps its own pace.

    With `ramp` it glides there, or back, or both.
    """
    start, end = span(timeline, op.start, op.end, op.clip)

    def paced(segment: Segment) -> Segment:
        keep_pitch = segment.keep_pitch if op.keep_pitch is None else op.keep_pitch
        return replace(segment, speed=op.factor, keep_pitch=keep_pitch)

    if op.ramp is None:
        new = change(timeline, start, end, paced, library, follow="start")
    else:
        new = ramped(timeline, op, start, end, library)
    facts: Facts = {"factor": op.factor, "start_ms": start, "end_ms": end}
    if op.ramp is not None:
        facts["ramp"] = op.ramp
    return new, facts | _clip_fact(op.clip)


def volume(timeline: Timeline, op: Volume, library: Library) -> tuple[Timeline, Facts]:
    """Set, shift or nudge the loudness: of everything, of the footage, of one clip, or of the music (0 to 400 %).

    Refused as no_level (no amount), no_clip, no_music, no_sound.
    """
    level = _level(op)
    target = op.target or ("all" if op.clip is None else "video")
    facts: Facts = {"target": target}
    if target == "music":
        if not timeline.music:
            raise RefusedError("no_music")
        meant = of_music(timeline)
        music = tuple(replace(one, volume=level(one.volume)) if one.id in meant else one for one in timeline.music)
        before = next(one.volume for one in timeline.music if one.id in meant)
        facts |= {"before_percent": before, "percent": level(before)}
        return replace(timeline, music=music), facts
    if target == "all" and op.clip is None:
        facts |= {"before_percent": timeline.volume, "percent": level(timeline.volume)}
        return replace(timeline, volume=level(timeline.volume)), facts
    _sounding(timeline, library)
    start, end = span(timeline, None, None, op.clip)
    before = _touched(timeline, op.clip).volume
    new = change(timeline, start, end, lambda one: replace(one, volume=level(one.volume)), library)
    facts |= {"before_percent": before, "percent": level(before)}
    return new, facts | _clip_fact(op.clip)


def mute(timeline: Timeline, op: Mute, library: Library) -> tuple[Timeline, Facts]:
    """Silence the footage, the music or both, whole or in a range or clip; or bring the sound back.

    Refused as no_sound, no_music, no_clip, beyond_end, empty_range, too_many.
    """
    if op.target == "music" and not timeline.music:
        raise RefusedError("no_music")
    if op.target == "video" or not timeline.music:
        _sounding(timeline, library)
    start, end = span(timeline, op.start, op.end, op.clip)
    silent = not op.off
    new = timeline
    if op.target != "music":
        new = change(new, start, end, lambda one: replace(one, muted=silent), library)
    if op.target != "video" and new.music:
        meant = of_music(new) if op.target == "music" else frozenset(one.id for one in new.music)
        new = silenced(new, start, end, silent, library, meant)
    facts: Facts = {"target": op.target, "off": int(bool(op.off))}
    if op.start is not None or op.end is not None:
        facts |= {"start_ms": start, "end_ms": end}
    return new, facts | _clip_fact(op.clip)


def _level(op: Volume) -> Callable[[int], int]:
    percent, db, direction = op.percent, op.db, op.direction
    if percent is not None:
        return lambda _before: percent
    if db is not None:
        return lambda before: min(MAX_VOLUME, round(before * 10 ** (db / 20)))
    if direction is not None:
        factor = _NUDGE if direction == "up" else 1 / _NUDGE
        return lambda before: min(MAX_VOLUME, round(before * factor))
    raise RefusedError("no_level")


def _sounding(timeline: Timeline, library: Library) -> None:
    if not any(not timeless(one) and library.media[one.media].has_sound for one in timeline.segments):
        raise RefusedError("no_sound")


def _touched(timeline: Timeline, clip: int | None) -> Segment:
    return timeline.segments[0 if clip is None else clips(timeline)[clip - 1].first]


def _clip_fact(clip: int | None) -> Facts:
    return {} if clip is None else {"clip": clip}
