"""Speed, volume and mute."""

from typing import Any

import pytest

from bot.engine.timeline.model import Timeline
from bot.engine.timeline.ops import EditOp, MusicOp, Mute, Speed, TextOp, TransitionOp, Volume
from tests.engine.timeline.footage import DEMO, PHOTO, TALK, VLOG, after, points, refused, seconds, timeline_of, told

ONE = timeline_of(TALK)
TWO = timeline_of(TALK, VLOG)
SCORED = after(TWO, MusicOp(file="rain"))


@pytest.mark.parametrize(
    ("op", "length", "speeds"),
    [
        (Speed(factor=2), 20, [2, 2]),
        (Speed(factor=0.5, clip=2), 50, [1, 0.5]),
        (Speed(factor=4, start=10, end=20), 32.5, [1, 4, 1, 1]),
        (Speed(factor=2, start=25), 32.5, [1, 2, 2]),
        (Speed(factor=2, end=10), 35, [2, 1, 1]),
        (Speed(factor=2, start=2, end=4, clip=2), 39, [1, 1, 2, 1]),
    ],
)
def test_speed(op: Speed, length: float, speeds: list[float]) -> None:
    fast = after(TWO, op)
    assert seconds(fast) == length
    assert [one.speed for one in fast.segments] == speeds


def test_speed_is_the_originals_not_the_last_ones() -> None:
    fast = after(TWO, Speed(factor=2), Speed(factor=4, keep_pitch=False))
    assert seconds(fast) == 10
    assert not fast.segments[0].keep_pitch
    assert after(TWO, Speed(factor=2, start=3, end=5), Speed(factor=1)) == TWO


def test_speed_keeps_how_long_words_are_read_and_leaves_music_its_pace() -> None:
    fast = after(SCORED, TextOp(content="Hi", start=10, end=14), Speed(factor=2))
    assert [(one.start, one.end) for one in fast.texts] == [(5_000, 9_000)]
    assert [(one.start, one.end) for one in fast.music] == [(0, 20_000)]


def test_speed_fits_transitions_anew() -> None:
    joined = after(TWO, TransitionOp(seconds=4), Speed(factor=4, clip=2))
    assert joined.segments[1].transition is not None
    assert joined.segments[1].transition.ms == 1_250  # half of the 2.5 s that the clip lasts now


@pytest.mark.parametrize(
    ("op", "master", "footage", "music"),
    [
        (Volume(percent=50), 50, [100, 100], 30),
        (Volume(target="all", direction="up"), 150, [100, 100], 30),
        (Volume(target="all", direction="down"), 67, [100, 100], 30),
        (Volume(db=-6), 50, [100, 100], 30),
        (Volume(target="video", percent=20), 100, [20, 20], 30),
        (Volume(percent=0, clip=2), 100, [100, 0], 30),
        (Volume(target="music", percent=80), 100, [100, 100], 80),
        (Volume(target="music", db=6), 100, [100, 100], 60),
        (Volume(target="music", direction="up"), 100, [100, 100], 45),
    ],
)
def test_volume(op: Volume, master: int, footage: list[int], music: int) -> None:
    set_ = after(SCORED, op)
    assert set_.volume == master
    assert [one.volume for one in set_.segments] == footage
    assert [one.volume for one in set_.music] == [music]


def test_volume_has_an_end() -> None:
    loud = after(SCORED, *[Volume(direction="up")] * 10)
    assert loud.volume == 400
    assert told(loud, Volume(direction="down")).facts["percent"] == 267


def test_mute_everything_and_back() -> None:
    silent = after(SCORED, Mute())
    assert [one.muted for one in silent.segments] == [True, True]
    assert [one.muted for one in silent.music] == [True]
    assert after(silent, Mute(off=True)) == SCORED


def test_mute_a_range() -> None:
    silent = after(TWO, Mute(start=10, end=35))
    assert points(silent) == [(0, 10_000), (10_000, 30_000), (0, 5_000), (5_000, 10_000)]
    assert [one.muted for one in silent.segments] == [False, True, True, False]
    assert seconds(silent) == 40
    assert after(silent, Mute(off=True)) == TWO  # what plays on is one piece again
    assert told(TWO, Mute(start=10, end=35)).facts["end_ms"] == 35_000


def test_mute_the_music_in_a_range_and_it_goes_on_where_it_would_be() -> None:
    silent = after(SCORED, Mute(target="music", start=10, end=20))
    assert [(one.start, one.end, one.offset, one.muted) for one in silent.music] == [
        (0, 10_000, 0, False),
        (10_000, 20_000, 10_000, True),
        (20_000, 40_000, 20_000, False),
    ]
    assert len({one.id for one in silent.music}) == 3
    assert [(one.fade_in, one.fade_out) for one in silent.music] == [(0, 10), (10, 10), (10, 1_500)]
    assert after(silent, Mute(target="music", off=True)).music == SCORED.music


def test_muted_music_that_loops_starts_over_at_its_start() -> None:
    """The song lasts 7 s: at 10 s it is 3 s into its second round, and begins again at 14 s."""
    looped = after(TWO, MusicOp(file="song"))
    silent = after(looped, Mute(target="music", start=8, end=10))
    assert [(one.start, one.end, one.offset, one.muted) for one in silent.music] == [
        (0, 8_000, 0, False),
        (8_000, 10_000, 1_000, True),
        (10_000, 14_000, 3_000, False),
        (14_000, 40_000, 0, False),
    ]


def test_mute_one_clip() -> None:
    assert [one.muted for one in after(SCORED, Mute(target="video", clip=2)).segments] == [False, True]


@pytest.mark.parametrize(
    ("timeline", "op", "error"),
    [
        (TWO, Speed(factor=2, clip=3), ("no_clip", 3, 2)),
        (TWO, Speed(factor=2, start=50), ("beyond_end", 50.0, 40.0)),
        (TWO, Speed(factor=2, start=5, end=5), ("empty_range", 5.0, 5.0)),
        (TWO, Volume(target="music", percent=5), ("no_music", None, None)),
        (TWO, Volume(), ("no_level", None, None)),
        (TWO, Volume(percent=5, clip=9), ("no_clip", 9, 2)),
        (timeline_of(DEMO), Volume(target="video", percent=5), ("no_sound", None, None)),
        (timeline_of(DEMO, PHOTO), Mute(), ("no_sound", None, None)),
        (TWO, Mute(target="music"), ("no_music", None, None)),
        (TWO, Mute(start=60, end=70), ("beyond_end", 60.0, 40.0)),
    ],
)
def test_refused(timeline: Timeline, op: EditOp, error: tuple[Any, ...]) -> None:
    assert refused(timeline, op) == [error]


def test_too_slow_for_a_timeline() -> None:
    many = timeline_of(*[TALK] * 300)
    assert refused(many, Speed(factor=0.1)) == [("too_long", 90_000.0, 86_400.0)]


def test_music_can_be_parted_only_so_often() -> None:
    parts = [Mute(target="music", start=float(at), end=at + 0.5) for at in range(1, 39)]
    assert ("too_many", 21, 20) in refused(SCORED, *parts)
