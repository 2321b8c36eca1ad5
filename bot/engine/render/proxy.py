"""The proxy of a clip: the same moments at the same times, but small, quick to decode and quick to cut.

Previews are made of proxies. A proxy is itself a render of the clip: upright, in the colours of an export, at a
constant rate that begins where the clip's own clock does. Pure; nothing is opened, nothing is run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.engine.render.frame import SMALL_SIDE, Frame, frame_of, small_rate
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.timeline.canvas import canvas_for, rate_for
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Canvas, MediaItem, Segment, Timeline
from bot.media.facts import MediaFacts, Sound

_CLIP = "clip"
_SOUND = Sound("aac", 48_000, 2)
_OUTPUT = Output(quality="proxy")
_LIGHT = 10 * 30 * 1920 * 1080
"""Pixels: ten seconds of what most cameras make."""


def wants_proxy(facts: MediaFacts) -> bool:
    """Whether previews of this file are quicker out of a proxy: not of one that is no larger than a preview."""
    picture = facts.picture
    if facts.kind != "video" or picture is None:
        return False
    rate = rate_for(picture.fps_num, picture.fps_den)
    return min(picture.width, picture.height) > SMALL_SIDE or small_rate(rate) != rate


def proxy_job(source: SourceFile, target: Path, scratch: Path, spans: Path | None = None) -> RenderJob:
    """The render that makes the proxy of a source that wants one; `spans` as of a `RenderJob`."""
    whole = Segment(_CLIP, _CLIP, _CLIP, _CLIP, "video", 0, source.facts.duration_ms)
    timeline = Timeline(_canvas(source.facts), (whole,))
    return RenderJob(timeline, _OUTPUT, target, scratch, {_CLIP: source}, spans)


def shown(timeline: Timeline) -> tuple[str, ...]:
    """The video files of which something is seen."""
    segments = [one.media for one in timeline.segments if one.kind == "video"]
    overlays = [one.media for one in timeline.overlays if one.kind == "video"]
    return tuple(dict.fromkeys((*segments, *overlays)))


def is_light(timeline: Timeline, facts: Iterable[MediaFacts]) -> bool:
    """Whether a preview out of these sources themselves is there before anybody could look through it."""
    pictures = [one.picture for one in facts if one.picture is not None]
    rates = [one.width * one.height * one.fps_num / one.fps_den for one in pictures if one.fps_num > 0]
    return duration_ms(timeline) / 1000 * max(rates, default=0) <= _LIGHT


def sketched(timeline: Timeline) -> Timeline:
    """The timeline of a keyframe preview: without what must see every picture."""
    return replace(
        timeline,
        segments=tuple(replace(one, look=replace(one.look, stabilize=False)) for one in timeline.segments),
        overlays=tuple(replace(one, look=replace(one.look, stabilize=False)) for one in timeline.overlays),
    )


def swapped(media: Mapping[str, SourceFile], proxies: Mapping[str, Path]) -> dict[str, SourceFile]:
    """The sources of a preview: its proxy in place of each that has one."""
    return {
        one: stand_in(source, proxies[one]) if one in proxies else source for one, source in media.items()
    }  # fmt: skip


def stand_in(source: SourceFile, proxy: Path) -> SourceFile:
    """The proxy of a source, as it would be probed."""
    frame, picture = _frame(source.facts), source.facts.picture
    assert picture is not None
    return SourceFile(
        proxy,
        replace(
            source.facts,
            container="mov",
            picture=replace(
                picture,
                width=frame.width,
                height=frame.height,
                fps_num=frame.fps.numerator,
                fps_den=frame.fps.denominator,
                codec="h264",
                pix_fmt="yuv420p",
                rotation=0,
                variable_rate=False,
                hdr=False,
                fields="",
            ),
            sound=_SOUND if source.facts.sound is not None else None,
        ),
    )


def _frame(facts: MediaFacts) -> Frame:
    return frame_of(_canvas(facts), _OUTPUT)


def _canvas(facts: MediaFacts) -> Canvas:
    """The canvas that the clip sets where it is the first: a preview of it has the proxy's very frames."""
    picture = facts.picture
    assert picture is not None
    return canvas_for(
        MediaItem(
            _CLIP, _CLIP, "video", facts.duration_ms, picture.width, picture.height, picture.fps_num, picture.fps_den
        )
    )
