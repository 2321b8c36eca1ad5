"""Footage joins the end."""

from dataclasses import replace

from bot.engine.timeline.canvas import canvas_for
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.ids import fresh_ids
from bot.engine.timeline.limits import MAX_CLIPS, MAX_DURATION_MS, MAX_NAME_LENGTH, MAX_SEGMENTS, STILL_MS
from bot.engine.timeline.model import MediaItem, Segment, Timeline
from bot.engine.timeline.refusal import RefusedError


def appended(timeline: Timeline, item: MediaItem) -> Timeline:
    """The timeline with a video or picture as a clip of its own at the end; the first one sets the canvas.

    What reached to the end as music, or lay over the whole, reaches to the new end. Raises RefusedError (too_many,
    too_long).
    """
    segment = Segment(
        id=next(iter(fresh_ids("s", (one.id for one in timeline.segments)))),
        clip=next(iter(fresh_ids("c", (one.clip for one in timeline.segments)))),
        media=item.id,
        name=item.name[:MAX_NAME_LENGTH],
        kind="image" if item.kind == "image" else "video",
        start=0,
        end=item.duration_ms if item.kind == "video" else STILL_MS,
    )
    before = duration_ms(timeline)
    canvas = timeline.canvas if timeline.segments else canvas_for(item)
    new = replace(timeline, canvas=canvas, segments=(*timeline.segments, segment))
    total, count = duration_ms(new), len({one.clip for one in new.segments})
    if count > MAX_CLIPS or len(new.segments) > MAX_SEGMENTS:
        raise RefusedError("too_many", count, MAX_CLIPS)
    if total > MAX_DURATION_MS:
        raise RefusedError("too_long", total / 1000, MAX_DURATION_MS / 1000)
    music = tuple(replace(one, end=total) if one.end == before else one for one in timeline.music)
    overlays = tuple(
        replace(one, end=total) if (one.start, one.end) == (0, before) else one for one in timeline.overlays
    )
    return replace(new, music=music, overlays=overlays)
