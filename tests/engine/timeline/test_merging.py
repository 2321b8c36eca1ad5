"""Files that lie ready: all in one row, and photos as a slideshow."""

from dataclasses import replace

import pytest

from bot.engine.timeline.geometry import clips
from bot.engine.timeline.model import Library, MediaItem, Overlay, Timeline
from bot.engine.timeline.ops import Freeze, Merge, MusicOp, Slideshow, TextOp
from tests.engine.timeline.footage import DEMO, LIBRARY, PHOTO, TALK, after, refused, seconds, timeline_of, told

SEA = MediaItem("sea", "sea.jpg", "image", 0, 1200, 1600)
HILL = MediaItem("hill", "hill.jpg", "image", 0, 1600, 1200)
PHOTOS = Library({one.id: one for one in (PHOTO, SEA, HILL, DEMO)})


def names(timeline: Timeline) -> list[str]:
    return [view.name for view in clips(timeline)]


def test_what_is_not_in_use_is_put_behind() -> None:
    timeline = after(timeline_of(TALK), MusicOp(file="song"), TextOp(content="a", start=25, end=30))
    new = after(timeline, Merge())
    assert names(new) == ["talk.mp4", "vlog.mov", "demo.mkv", "photo.jpg"]
    assert new.music[0].end == 53_000, "music that reached to the end reaches to the new end"
    assert (new.texts, new.canvas) == (timeline.texts, timeline.canvas)
    assert after(new, Merge()) == new
    assert told(new, Merge()).facts["added"] == 0


def test_only_what_is_named_in_the_order_named() -> None:
    assert names(after(timeline_of(TALK), Merge(files=["demo.mkv", "vlog"]))) == ["talk.mp4", "demo.mkv", "vlog.mov"]
    assert refused(timeline_of(TALK), Merge(files=["nope.mp4"])) == [("no_file", "nope.mp4", None)]
    assert refused(timeline_of(TALK), Merge(files=["o"])) == [("ambiguous_file", "o", "vlog.mov, demo.mkv, photo.jpg")]


def test_a_logo_in_use_is_no_clip() -> None:
    timeline = replace(timeline_of(TALK), overlays=(Overlay("o1", "photo", "photo.jpg", "image", 0, 30_000),))
    assert names(after(timeline, Merge())) == ["talk.mp4", "vlog.mov", "demo.mkv"]


def test_an_empty_timeline_can_be_filled() -> None:
    new = after(Timeline(), Merge(files=["vlog"]))
    assert (new.canvas.width, new.canvas.height, new.canvas.fps_num) == (1080, 1920, 25)
    assert refused(Timeline(), Merge(), library=Library()) == [("no_footage", None, None)]


@pytest.mark.parametrize("each", [0.4, 3, 10])
def test_every_photo_is_seen_for_as_long_as_was_asked(each: float) -> None:
    new = after(timeline_of(PHOTO, SEA), Slideshow(seconds=each), library=PHOTOS)
    assert names(new) == ["photo.jpg", "sea.jpg", "hill.jpg"]
    assert [view.end_ms - view.start_ms for view in clips(new)] == [round(each * 1000)] * 3
    assert [one.transition.style for one in new.segments[1:] if one.transition] == ["crossfade"] * 2
    again = after(new, Slideshow(seconds=each, style="wipe_left"), library=PHOTOS)
    assert seconds(again) == seconds(new)
    assert [one.transition.style for one in again.segments[1:] if one.transition] == ["wipe_left"] * 2


def test_a_slideshow_without_transitions_and_beside_a_video() -> None:
    new = after(after(timeline_of(DEMO, PHOTO), Freeze(at=9)), Slideshow(seconds=2, style="none"), library=PHOTOS)
    assert [(one.media, one.ms) for one in new.segments] == [
        ("demo", 8_000),
        ("photo", 2_000),
        ("sea", 2_000),
        ("hill", 2_000),
    ]
    assert not any(one.transition for one in new.segments)
    assert refused(timeline_of(DEMO), Slideshow(), library=Library({"demo": DEMO})) == [("no_photos", None, None)]
    assert told(timeline_of(PHOTO), Slideshow(), library=LIBRARY).facts["photos"] == 1
