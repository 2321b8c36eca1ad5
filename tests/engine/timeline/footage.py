"""Media that the timeline's tests are about, and short ways to look at a timeline."""

from collections.abc import Sequence

from bot.engine.timeline.apply import Done, OpErrors, append_media, apply
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Library, MediaItem, Timeline
from bot.engine.timeline.ops import EditOp

TALK = MediaItem("talk", "talk.mp4", "video", 30_000, 1920, 1080, 30, 1, has_sound=True)
VLOG = MediaItem("vlog", "vlog.mov", "video", 10_000, 1080, 1920, 25, 1, has_sound=True)
DEMO = MediaItem("demo", "demo.mkv", "video", 8_000, 1280, 720, 60, 1)
PHOTO = MediaItem("photo", "photo.jpg", "image", 0, 4000, 3000)
SONG = MediaItem("song", "Lo-Fi Song.mp3", "audio", 7_000, has_sound=True)
RAIN = MediaItem("rain", "rain.wav", "audio", 60_000, has_sound=True)

LIBRARY = Library(
    media={one.id: one for one in (TALK, VLOG, DEMO, PHOTO, SONG, RAIN)},
    speech={"talk": ((1_000, 4_000), (6_000, 9_000), (9_300, 12_000), (20_000, 28_000)), "vlog": ((0, 10_000),)},
)
"""The talk's pauses of half a second and more: 0-1, 4-6, 12-20 and 28-30 s."""


def timeline_of(*items: MediaItem) -> Timeline:
    """Uploads, one after the other."""
    timeline = Timeline()
    for item in items:
        timeline = append_media(timeline, item)
    return timeline


def after(timeline: Timeline, *ops: EditOp, library: Library = LIBRARY) -> Timeline:
    """The timeline after a plan."""
    return apply(timeline, ops, library).timeline


def told(timeline: Timeline, *ops: EditOp, library: Library = LIBRARY) -> Done:
    """What the last operation of a plan did."""
    return apply(timeline, ops, library).done[-1]


def refused(timeline: Timeline, *ops: EditOp, library: Library = LIBRARY) -> list[tuple[str, object, object]]:
    """Code, value and limit of everything that stands against a plan."""
    try:
        apply(timeline, ops, library)
    except OpErrors as errors:
        return [(one.code, one.value, one.limit) for one in errors.errors]
    raise AssertionError("nothing was refused")


def cores(timeline: Timeline) -> list[tuple[str, str, int, int]]:
    """Clip, media, in and out point of every segment."""
    return [(one.clip, one.media, one.start, one.end) for one in timeline.segments]


def points(timeline: Timeline) -> list[tuple[int, int]]:
    """In and out point of every segment."""
    return [(one.start, one.end) for one in timeline.segments]


def transitions(timeline: Timeline) -> list[tuple[int, int, int] | None]:
    """Length and both leads of the transition into every segment but the first."""
    found = [one.transition for one in timeline.segments[1:]]
    return [None if one is None else (one.ms, one.lead_out, one.lead_in) for one in found]


def seconds(timeline: Timeline) -> float:
    """The timeline's length in seconds."""
    return duration_ms(timeline) / 1000


def spoken(timeline: Timeline, library: Library = LIBRARY) -> Sequence[tuple[str, int, int]]:
    """Every stretch of speech that plays, whole or in part: media and source ms."""
    return [
        (one.media, max(start, one.start), min(end, one.end))
        for one in timeline.segments
        for start, end in library.speech.get(one.media, ())
        if start < one.end and end > one.start
    ]
