"""The timeline on the grid of frames: the same frames as in a render, and notes of what is not handed over."""

from dataclasses import fields, replace
from fractions import Fraction
from itertools import pairwise

import pytest

from bot.engine.interchange.names import clean, ending, lines
from bot.engine.interchange.notes import _LOOKS
from bot.engine.interchange.sheet import RATES, rate_for, sheet_of
from bot.engine.render.job import Output
from bot.engine.render.plan import plan
from bot.engine.timeline.model import Canvas, Look, Timeline
from bot.media.facts import MediaError
from tests.engine.interchange.projects import FULL, MEDIA, NAME, canvas, footage, piece

SHEET = sheet_of(FULL, MEDIA)


def test_the_row_has_no_gap_and_is_as_long_as_the_render() -> None:
    edges = [(clip.start, clip.end) for clip in SHEET.row]
    assert edges[0][0] == 0
    assert edges[-1][1] == SHEET.frames == plan(FULL, Output(), MEDIA).frames
    assert all(before[1] == after[0] for before, after in pairwise(edges))
    assert edges == [(0, 90), (90, 150), (150, 231), (231, 282), (282, 327), (327, 387), (387, 477), (477, 537)]


def test_every_clip_begins_at_the_frame_that_is_shown() -> None:
    row = SHEET.row
    assert [clip.source for clip in row] == [30, 300, 60, 600, 0, 0, 0, 1200]
    assert [float(clip.speed) for clip in row] == [1, 2, 1, 1, 1, 1, 1, 1]
    assert [clip.reverse for clip in row] == [False, False, False, True, False, False, False, False]
    assert row[1].source_frames == 120
    assert (row[2].join and (row[2].join.before, row[2].join.after)) == (15, 15)
    assert (row[3].join and (row[3].join.before, row[3].join.after)) == (9, 9)
    assert [clip.volume for clip in row] == [100, 50, 0, 100, 0, 0, 0, 0]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("count", [400])
def test_hundreds_of_cuts_do_not_add_up_to_a_frame(rate: Fraction, count: int) -> None:
    segments = [piece(number, "talk", number * 100, number * 100 + 77) for number in range(count)]
    timeline = Timeline(canvas=canvas(rate), segments=tuple(segments))
    media = {"talk": footage(60, rate)}
    row = sheet_of(timeline, media).row
    for number, clip in enumerate(row):
        assert abs(clip.start - number * 77 * rate / 1000) <= Fraction(1, 2)
        assert abs(clip.source - number * 100 * rate / 1000) <= 1


def test_music_is_looped_and_lanes_do_not_overlap() -> None:
    (lane,) = SHEET.under
    assert [(clip.start, clip.end, clip.source) for clip in lane] == [(30, 180, 60), (180, 360, 0)]
    (over,) = SHEET.over
    assert [(clip.start, clip.end) for clip in over] == [(60, 270)]
    twice = replace(FULL, music=(*FULL.music, replace(FULL.music[0], id="m2")))
    lanes = sheet_of(twice, MEDIA).under
    assert len(lanes) == 2
    for one in lanes:
        assert all(before.end <= after.start for before, after in pairwise(one))


def test_files_are_named_by_us_and_each_is_there_once() -> None:
    files = [asset.file for asset in SHEET.assets]
    assert len(files) == len(set(files))
    assert files == [
        "media/video-01.mp4", "media/video-02.mp4", "media/held-03.png", "media/card-04.png",
        "media/image-05.jpg", "media/audio-06.mp3",
    ]  # fmt: skip
    assert SHEET.name == clean(NAME) == 'My "talk" <&> 你好 .mp4'


def test_what_is_not_handed_over_is_said() -> None:
    told = "\n".join(SHEET.notes)
    assert "piece 8" in told
    assert "wipe left" in told
    assert "backwards" in told
    assert sheet_of(Timeline(canvas(), FULL.segments[:2]), MEDIA).notes == ()


def test_every_field_of_a_look_is_among_the_notes() -> None:
    assert {name for _, names in _LOOKS for name in names} == {one.name for one in fields(Look)}


@pytest.mark.parametrize(
    ("given", "found"),
    [("30/1", "30"), ("30000/1001", "30000/1001"), ("12/1", "24000/1001"), ("144/1", "60"), ("29/1", "30000/1001")],
)
def test_odd_rates_become_the_nearest_known(given: str, found: str) -> None:
    wanted = Fraction(given)
    assert rate_for(Canvas(fps_num=wanted.numerator, fps_den=wanted.denominator)) == Fraction(found)


def test_words_are_safe_in_a_file() -> None:
    assert clean("a\x00b\u202ec\nd\ud800") == "a b c d"
    assert len(clean("x" * 5_000)) == 200
    assert lines("one\x07\ntwo  three") == "one\ntwo three"
    assert ending(MEDIA["talk"].facts) == "mp4"


def test_nothing_is_refused() -> None:
    with pytest.raises(MediaError):
        sheet_of(Timeline(), {})
    with pytest.raises(MediaError):
        sheet_of(Timeline(canvas(), (piece(1, "gone", 0, 1_000),)), {})
