"""Uploads join the end; the first one sets the canvas."""

from dataclasses import replace
from fractions import Fraction

import pytest

from bot.engine.timeline.apply import append_media
from bot.engine.timeline.canvas import rate_for
from bot.engine.timeline.model import MediaItem, Timeline
from bot.engine.timeline.ops import MusicOp
from tests.engine.timeline.footage import PHOTO, SONG, TALK, VLOG, after, cores, seconds, timeline_of


def test_uploads_play_one_after_the_other_as_clips_of_their_own() -> None:
    timeline = timeline_of(TALK, SONG, PHOTO, VLOG, TALK)
    assert cores(timeline) == [
        ("c1", "talk", 0, 30_000),
        ("c2", "photo", 0, 5_000),
        ("c3", "vlog", 0, 10_000),
        ("c4", "talk", 0, 30_000),
    ]
    assert [one.id for one in timeline.segments] == ["s1", "s2", "s3", "s4"]


@pytest.mark.parametrize(
    ("size", "canvas"),
    [
        ((1920, 1080), (1920, 1080)),
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((1080, 1920), (1080, 1920)),
        ((3000, 3000), (1080, 1080)),
        ((1280, 720), (1280, 720)),  # never enlarged
        ((1079, 607), (1078, 606)),  # even, never enlarged
        ((4000, 3000), (1440, 1080)),
        ((3440, 1440), (1920, 802)),
        ((1, 1), (2, 2)),
        ((0, 0), (1920, 1080)),
    ],
)
def test_the_first_footage_sets_the_size(size: tuple[int, int], canvas: tuple[int, int]) -> None:
    timeline = timeline_of(replace(TALK, width=size[0], height=size[1]), VLOG)
    assert (timeline.canvas.width, timeline.canvas.height) == canvas
    assert timeline.canvas.fit == "pad"


@pytest.mark.parametrize(
    ("rate", "standard"),
    [
        ((30, 1), (30, 1)),
        ((30000, 1001), (30000, 1001)),
        ((24000, 1001), (24000, 1001)),
        ((2997, 100), (30000, 1001)),
        ((29_830, 1000), (30000, 1001)),
        ((25, 1), (25, 1)),
        ((15, 1), (15, 1)),
        ((120, 1), (60, 1)),
        ((1000, 1), (60, 1)),
        ((1, 1), (10, 1)),
        ((0, 1), (30, 1)),
        ((30, 0), (30, 1)),
        ((90_000, 1), (60, 1)),
    ],
)
def test_rates_are_rounded_to_a_standard_one(rate: tuple[int, int], standard: tuple[int, int]) -> None:
    assert rate_for(*rate) == Fraction(*standard)


def test_a_still_first_makes_thirty_frames_a_second() -> None:
    canvas = timeline_of(PHOTO, VLOG).canvas
    assert (canvas.width, canvas.height, canvas.fps_num, canvas.fps_den) == (1440, 1080, 30, 1)


def test_sound_only_joins_the_library() -> None:
    assert append_media(Timeline(), SONG) == Timeline()


def test_music_to_the_end_reaches_to_the_new_end() -> None:
    timeline = after(timeline_of(VLOG), MusicOp(file="song"), MusicOp(file="rain", start=1, end=4))
    longer = append_media(timeline, TALK)
    assert seconds(longer) == 40
    assert [(one.start, one.end) for one in longer.music] == [(0, 40_000), (1_000, 4_000)]


def test_a_long_name_is_cut_off() -> None:
    item = MediaItem("x", "ä" * 400 + ".mp4", "video", 1_000, 10, 10)
    assert timeline_of(item).segments[0].name == "ä" * 300
