"""Footage without its shake: the part of a source that is used, once more, as a file beside the render.

It takes two passes over the whole of it, the way of the camera first: a span by itself knows nothing of that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from bot.engine.render.footage import opened
from bot.engine.render.graph import WHOLE
from bot.engine.render.job import SourceFile
from bot.engine.render.lines import Stretch
from bot.engine.render.plan import RenderPlan
from bot.engine.render.spans import Body
from bot.engine.render.tool import Ffmpeg
from bot.media.ffmpeg import input_args

SECONDS_EACH = 30.0
"""So many seconds a second of footage may take, on a slow machine."""
_SMOOTH_SECONDS = Fraction(1, 2)
"""The camera's way is evened out over so much before and behind each frame."""
_MARGIN = Fraction(1, 2)
_SLACK = 0.002
_QUALITY = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "30", "-pix_fmt", "yuv420p")


@dataclass(frozen=True)
class Steady:
    """The file, and the source time (s) of its first frame."""

    source: SourceFile
    begins: Fraction


def shaken(plan: RenderPlan) -> dict[str, tuple[Fraction, Fraction]]:
    """What is to be steadied: of each media the source time (s) from its first use to its last."""
    used: dict[str, tuple[Fraction, Fraction]] = {}
    for span in plan.spans:
        shown = [span.stretch] if isinstance(span, Body) else [span.before, span.after]
        shown += [layer.stretch(max(span.first, layer.first), plan.frame.fps) for layer in span.over]
        for stretch in shown:
            if stretch.look.stabilize and not stretch.still:
                first, last = _reach(stretch, span.frames / plan.frame.fps)
                low, high = used.get(stretch.media, (first, last))
                used[stretch.media] = min(low, first), max(high, last)
    return used


def steadied(
    ffmpeg: Ffmpeg, source: SourceFile, used: tuple[Fraction, Fraction], target: Path, on_part: Callable[[float], None]
) -> Steady:
    """Write the used part to `target` (an MP4), steady; `on_part` hears how much is done, 0.0 to 1.0.

    Raises MediaError(BROKEN), or OSError when the disk is full.
    """
    picture = source.facts.picture
    assert picture is not None
    with opened(source) as footage:
        begins = footage.frame_at(max(Fraction(0), used[0] - _MARGIN))
    length = float(used[1] + _MARGIN - begins)
    path = target.with_suffix(".trf").name
    smooth = max(1, round(_SMOOTH_SECONDS * Fraction(picture.fps_num, picture.fps_den)))
    found = f"vidstabdetect=result={path}:shakiness=8:accuracy=15"
    moved = f"vidstabtransform=input={path}:smoothing={smooth}:optzoom=1:interpol=bicubic"
    seek = ["-ss", f"{float(begins) - _SLACK:.6f}"] if begins else []
    given = [*seek, "-an", "-sn", "-dn", *input_args(source.facts, source.path), "-t", f"{length:.3f}"]
    timing = ["-fps_mode", "passthrough", "-enc_time_base", "demux"]
    whole = ",".join((*WHOLE[picture.fields], "setpts=PTS-STARTPTS"))
    nothing = target.with_suffix(".out")
    for number, (steps, output) in enumerate(
        ((found, ["-f", "null", "pipe:1"]), (moved, [*timing, *_QUALITY, "-f", "mp4", f"file:{target}"]))
    ):
        ffmpeg.produce(
            [*given, "-map", "0:V:0", "-vf", f"{whole},{steps}", *output],
            nothing,
            lambda seconds, number=number: on_part((number + min(1.0, seconds / length)) / 2),  # type: ignore[misc]
        )
    facts = replace(
        source.facts,
        container="mov",
        duration_ms=round(length * 1000),
        sound=None,
        picture=replace(picture, codec="h264", pix_fmt="yuv420p", rotation=0, fields=""),
    )
    return Steady(SourceFile(target, facts), begins)


def _reach(stretch: Stretch, seconds: Fraction) -> tuple[Fraction, Fraction]:
    end = stretch.at + seconds * stretch.speed
    return min(stretch.at, end), max(stretch.at, end)
