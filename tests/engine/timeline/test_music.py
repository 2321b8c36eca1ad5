"""Music from an uploaded file."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.timeline.model import Library
from bot.engine.timeline.ops import EditOp, MusicOp
from tests.engine.timeline.footage import LIBRARY, RAIN, SONG, TALK, after, refused, timeline_of, told

ONE = timeline_of(TALK)


@pytest.mark.parametrize(
    ("op", "media", "start", "end", "volume"),
    [
        (MusicOp(), "rain", 0, 30_000, 30),  # the newest
        (MusicOp(mood="happy"), "rain", 0, 30_000, 30),
        (MusicOp(file="lo-fi song.mp3"), "song", 0, 30_000, 30),
        (MusicOp(file="Lo-Fi Song"), "song", 0, 30_000, 30),
        (MusicOp(file="lo-fi", volume=60), "song", 0, 30_000, 60),
        (MusicOp(file="song", start=5), "song", 5_000, 30_000, 30),
        (MusicOp(file="song", start=5, end=12), "song", 5_000, 12_000, 30),
        (MusicOp(file="song", start=5, end=99), "song", 5_000, 30_000, 30),
        (MusicOp(file="song", volume=0), "song", 0, 30_000, 0),
    ],
)
def test_laid_under_the_video(op: MusicOp, media: str, start: int, end: int, volume: int) -> None:
    (item,) = after(ONE, op).music
    assert (item.media, item.start, item.end, item.volume) == (media, start, end, volume)
    assert (item.offset, item.fade_in, item.fade_out, item.muted) == (0, 0, 1_500, False)


def test_two_at_once_replaced_and_removed() -> None:
    both = after(ONE, MusicOp(file="song"), MusicOp(file="rain"))
    assert [(one.id, one.media) for one in both.music] == [("m1", "song"), ("m2", "rain")]
    assert [one.media for one in after(both, MusicOp(file="song", start=1, replace=True)).music] == ["song"]
    assert told(both, MusicOp(file="song", replace=True)).facts["count"] == 2
    assert [one.media for one in after(both, MusicOp(remove=True, file="rain")).music] == ["song"]
    assert after(both, MusicOp(remove=True)).music == ()


def test_the_same_again_only_changes_its_volume() -> None:
    twice = after(ONE, MusicOp(file="song"), MusicOp(file="song", volume=80))
    assert [(one.media, one.volume) for one in twice.music] == [("song", 80)]
    assert told(ONE, MusicOp(), MusicOp()).facts["action"] == "changed"


def test_a_short_piece_fades_within_its_length() -> None:
    (item,) = after(ONE, MusicOp(start=5, end=6)).music
    assert item.fade_out == 500


def test_of_two_files_with_one_name_the_newest() -> None:
    again = replace(SONG, id="again")
    library = Library({**LIBRARY.media, "again": again}, {})
    assert after(ONE, MusicOp(file="lo-fi song.mp3"), library=library).music[0].media == "again"


@pytest.mark.parametrize(
    ("op", "media", "error"),
    [
        (MusicOp(), (TALK,), ("no_music_file", None, None)),
        (MusicOp(mood="sad"), (TALK,), ("no_music_file", None, None)),
        (MusicOp(file="talk.mp4"), (TALK, SONG), ("no_music_file", "talk.mp4", None)),
        (
            MusicOp(file="o"),
            (TALK, SONG, replace(RAIN, name="Storm.wav")),
            ("ambiguous_file", "o", "Lo-Fi Song.mp3, Storm.wav"),
        ),
        (MusicOp(remove=True), (TALK,), ("no_music", None, None)),
        (MusicOp(start=40), (TALK, SONG), ("beyond_end", 40.0, 30.0)),
        (MusicOp(start=5, end=5), (TALK, SONG), ("empty_range", 5.0, 5.0)),
    ],
)
def test_refused(op: EditOp, media: tuple[Any, ...], error: tuple[Any, ...]) -> None:
    assert refused(ONE, op, library=Library({one.id: one for one in media}, {})) == [error]


def test_so_many_and_no_more() -> None:
    full = after(ONE, *[MusicOp(start=float(at)) for at in range(20)])
    assert refused(full, MusicOp(start=25)) == [("too_many", 21, 20)]
