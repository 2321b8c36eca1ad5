"""The OTIO file, read back by OpenTimelineIO: the same clips, places, speeds, transitions and markers."""

from itertools import zip_longest
from typing import Any

import pytest

from bot.engine.interchange.sheet import Clip, sheet_of
from tests.engine.interchange.projects import FULL, MEDIA

opentimelineio = pytest.importorskip("opentimelineio", reason="OpenTimelineIO has no package for this Python")

SHEET = sheet_of(FULL, MEDIA)


@pytest.fixture(scope="module")
def read() -> Any:
    from bot.engine.interchange.otio import otio  # noqa: PLC0415 - only where the library is there

    return opentimelineio.adapters.read_from_string(otio(SHEET).decode(), "otio_json")


def _track(read: Any, name: str) -> Any:
    return next(track for track in read.tracks if track.name == name)


def _clips(track: Any) -> list[Any]:
    return [item for item in track if isinstance(item, opentimelineio.schema.Clip)]


def _same(item: Any, clip: Clip, track: Any) -> None:
    place = track.range_of_child(item)
    assert (place.start_time.value, place.duration.value) == (clip.start, clip.frames)
    assert place.start_time.rate == float(SHEET.rate)
    assert item.source_range.start_time.value == clip.source
    assert item.name == clip.name
    assert item.media_reference.target_url == clip.asset.file


def test_the_row_comes_back(read: Any) -> None:
    track = _track(read, "V1")
    for item, clip in zip_longest(_clips(track), SHEET.row):
        _same(item, clip, track)
        scalars = [effect.time_scalar for effect in item.effects]
        speed = float(-clip.speed if clip.reverse else clip.speed)
        assert scalars == ([] if speed == 1 else [speed])
    assert track.duration().value == SHEET.frames


def test_transitions_come_back_with_material_on_both_sides(read: Any) -> None:
    track = _track(read, "V1")
    found = {}
    for index, item in enumerate(track):
        if isinstance(item, opentimelineio.schema.Transition):
            found[track[index + 1].name, track.range_of_child(track[index + 1]).start_time.value] = (
                item.in_offset.value, item.out_offset.value,
            )  # fmt: skip
            before, after = track[index - 1], track[index + 1]
            assert after.source_range.start_time.value >= item.in_offset.value
            assert before.media_reference.available_range.duration.value >= item.out_offset.value
    assert found == {
        (clip.name, clip.start): (clip.join.before, clip.join.after) for clip in SHEET.row if clip.join is not None
    }


def test_sound_music_and_overlays_are_tracks_of_their_own(read: Any) -> None:
    assert [(track.name, track.kind) for track in read.tracks] == [
        ("V1", "Video"), ("V2", "Video"), ("A1", "Audio"), ("A2", "Audio"),
    ]  # fmt: skip
    for name, lane in (
        ("V2", SHEET.over[0]),
        ("A2", SHEET.under[0]),
        ("A1", [clip for clip in SHEET.row if clip.volume]),
    ):
        track = _track(read, name)
        for item, clip in zip_longest(_clips(track), lane):
            _same(item, clip, track)


def test_texts_and_chapters_are_markers(read: Any) -> None:
    markers = [(one.name, one.marked_range.start_time.value, one.color) for one in read.tracks.markers]
    assert markers == [
        ("Day <One> & 二", 15, "PURPLE"), ("Bye", 30, "PURPLE"), ("Start", 0, "GREEN"), ("Later & more", 180, "GREEN"),
    ]  # fmt: skip
