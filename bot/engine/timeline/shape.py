"""What frames the whole: fades at its ends, the picture's shape and size."""

from dataclasses import replace
from fractions import Fraction

from bot.engine.timeline.canvas import RATES, resized, shaped
from bot.engine.timeline.colours import colour_of
from bot.engine.timeline.following import path_of
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Canvas, Fade, Library, Music, Timeline
from bot.engine.timeline.ops import Aspect, FadeOp, Fps, Resize
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import milliseconds
from bot.engine.timeline.weave import tidy

Facts = dict[str, int | float | str]

DEFAULT_FADE_MS = 1_000
MAX_RATIO = 4
"""The most that one side may be of the other."""


def fade(timeline: Timeline, op: FadeOp, _library: Library) -> tuple[Timeline, Facts]:
    """Fade in, out or both: the picture with all sound, only the music, or both ways at once; or take fades away.

    No fade takes more than half of what it is on. Refused as bad_color, no_music.
    """
    target = op.target or "video"
    colour = colour_of(op.color) if op.color else "black"
    ms = milliseconds(op.seconds) if op.seconds is not None else DEFAULT_FADE_MS
    if target == "music" and not timeline.music:
        raise RefusedError("no_music")
    new = timeline
    if target in ("video", "all"):
        ms = min(ms, duration_ms(timeline) // 2)
        new = _picture_faded(new, op, Fade(ms, colour) if ms > 0 and not op.remove else None)
    if target in ("music", "all"):
        music = tuple(_music_faded(item, op, 0 if op.remove else ms) for item in new.music)
        new = replace(new, music=music)
    facts: Facts = {"kind": op.kind, "target": target}
    if op.remove:
        return new, facts | {"removed": _fades(timeline) - _fades(new)}
    return tidy(new), facts | {"ms": ms, "color": colour}


def _picture_faded(timeline: Timeline, op: FadeOp, laid: Fade | None) -> Timeline:
    if op.kind in ("in", "both"):
        timeline = replace(timeline, fade_in=laid)
    return replace(timeline, fade_out=laid) if op.kind in ("out", "both") else timeline


def _music_faded(item: Music, op: FadeOp, ms: int) -> Music:
    ms = min(ms, (item.end - item.start) // 2)
    if op.kind in ("in", "both"):
        item = replace(item, fade_in=ms)
    return replace(item, fade_out=ms) if op.kind in ("out", "both") else item


def _fades(timeline: Timeline) -> int:
    own = sum(fade is not None for fade in (timeline.fade_in, timeline.fade_out))
    return own + sum((item.fade_in > 0) + (item.fade_out > 0) for item in timeline.music)


def aspect(timeline: Timeline, op: Aspect, library: Library) -> tuple[Timeline, Facts]:
    """Another shape of the picture; footage is cropped to it unless `mode` says otherwise. Refused as bad_ratio.

    With `track` the crop keeps the most prominent face in the middle, where faces were looked for and found.
    """
    across, down = (int(side) for side in op.ratio.split(":"))
    if max(across, down) > MAX_RATIO * min(across, down):
        raise RefusedError("bad_ratio", op.ratio, f"{MAX_RATIO}:1")
    canvas = replace(shaped(timeline.canvas, across, down), fit=op.mode or "crop")
    facts: Facts = {"ratio": op.ratio, "mode": canvas.fit}
    if op.track is not None and canvas.fit == "crop":
        timeline, facts["track"] = _tracked(timeline, library)
    return _framed(timeline, canvas, facts)


def _tracked(timeline: Timeline, library: Library) -> tuple[Timeline, str]:
    """Every segment with the place its crop follows, and how far that went."""
    known = [library.faces[one.media] for one in timeline.segments if one.media in library.faces]
    if not known:
        return timeline, "missing"
    segments = tuple(
        replace(one, look=replace(one.look, follow=path_of(library.faces.get(one.media, ()), one.start, one.end)))
        for one in timeline.segments
    )
    if not any(one.look.follow for one in segments):
        return timeline, "nobody"
    return replace(timeline, segments=segments), "followed"


def resize(timeline: Timeline, op: Resize, _library: Library) -> tuple[Timeline, Facts]:
    """Another size in the same shape: `height` is the short side, as in 720p, also of an upright picture."""
    return _framed(timeline, resized(timeline.canvas, op.height), {"mode": timeline.canvas.fit})


def fps(timeline: Timeline, op: Fps, _library: Library) -> tuple[Timeline, Facts]:
    """Frames a second of the finished file; 23.98, 29.97 and 59.94 are what broadcasters mean by them."""
    asked = Fraction(op.value).limit_denominator(1001)
    rate = next((exact for exact in RATES if abs(exact - asked) < Fraction(1, 200)), asked)
    before = Fraction(timeline.canvas.fps_num, timeline.canvas.fps_den)
    canvas = replace(timeline.canvas, fps_num=rate.numerator, fps_den=rate.denominator)
    facts: Facts = {"fps": round(float(rate), 3), "before_fps": round(float(before), 3)}
    return replace(timeline, canvas=canvas), facts


def _framed(timeline: Timeline, canvas: Canvas, facts: Facts) -> tuple[Timeline, Facts]:
    before = timeline.canvas
    facts |= {"width": canvas.width, "height": canvas.height}
    facts |= {"before_width": before.width, "before_height": before.height}
    return replace(timeline, canvas=canvas), facts
