"""The edit decision list: records by the format, and read back by OpenTimelineIO's adapter."""

import re
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Any

import pytest

from bot.engine.interchange.edl import edl, timecode
from bot.engine.interchange.sheet import Clip, sheet_of
from bot.engine.timeline.model import Timeline, Transition
from tests.engine.interchange.projects import FULL, MEDIA, canvas, footage, piece

SHEET = sheet_of(FULL, MEDIA)
_TIME = r"\d\d:\d\d:\d\d:\d\d"
_RECORD = re.compile(rf"\d{{3}}  [A-Z0-9 ]{{8}} [BV]     (?:C       |D    \d{{3}}) {_TIME} {_TIME} {_TIME} {_TIME}")
_MOTION = re.compile(rf"M2   [A-Z0-9 ]{{8}}      [ -]\d{{3}}\.\d                {_TIME}")


def test_every_line_is_by_the_format() -> None:
    text = edl(SHEET).decode("ascii")
    assert text.endswith("\r\n")
    lines = text.split("\r\n")[:-1]
    assert lines[0].startswith("TITLE: ")
    assert lines[1:3] == ["FCM: NON-DROP FRAME", ""]
    for line in lines[3:]:
        assert (
            _RECORD.fullmatch(line) or _MOTION.fullmatch(line) or line.startswith(("* FROM CLIP NAME: ", "* TO CLIP"))
        ), line
        assert len(line) <= 80


def test_records_follow_each_other_and_sources_are_as_long_as_they_play() -> None:
    records = [line.split() for line in edl(SHEET).decode("ascii").splitlines() if line[:1].isdigit()]
    whole = [fields for fields in records if fields[-1] != fields[-2]]
    assert whole[0][-2] == "01:00:00:00"
    assert whole[-1][-1] == timecode(3600 * 30 + SHEET.frames, SHEET.rate)
    assert all(before[-1] == after[-2] for before, after in pairwise(whole))
    fast = whole[1]
    assert fast[-4:] == ["00:00:10:00", "00:00:13:00", "01:00:03:00", "01:00:04:15"]


@pytest.mark.parametrize(
    ("frames", "rate", "text"),
    [(0, "30", "00:00:00:00"), (1_799, "30000/1001", "00:00:59:29"), (1_800, "30000/1001", "00:01:00:00"),
     (24 * 3600 * 24 + 5, "24000/1001", "00:00:00:05"), (90, "25", "00:00:03:15")],
)  # fmt: skip
def test_timecode_counts_every_frame(frames: int, rate: str, text: str) -> None:
    assert timecode(frames, Fraction(rate)) == text


def _read(sheet: Any) -> Any:
    opentimelineio = pytest.importorskip("opentimelineio", reason="OpenTimelineIO has no package for this Python")
    adapter = pytest.importorskip("otio_cmx3600_adapter.cmx_3600")
    read = adapter.read_from_string(edl(sheet).decode("ascii"), rate=float(round(sheet.rate)))
    track = next(track for track in read.tracks if track.name == "V")
    return opentimelineio, track, [item for item in track if isinstance(item, opentimelineio.schema.Clip)]


def _event(row: tuple[Clip, ...], index: int) -> tuple[int, int]:
    """Where an edit lies: it begins with its transition, and ends where the next one's does."""
    clip, following = row[index], row[index + 1] if index + 1 < len(row) else None
    start = clip.start - (clip.join.before if clip.join else 0)
    return start, clip.end - (following.join.before if following and following.join else 0)


def test_the_row_comes_back_through_the_adapter() -> None:
    """But for a clip that plays backwards at its own pace, which the adapter takes for an ordinary one."""
    opentimelineio, track, found = _read(SHEET)
    for index, (item, clip) in enumerate(zip_longest(found, SHEET.row)):
        start, end = _event(SHEET.row, index)
        place = track.range_of_child(item)
        zero = track.range_of_child(found[0]).start_time.value
        assert (place.start_time.value - zero, place.duration.value) == (start, end - start)
        lead = start - clip.start
        if not clip.reverse:
            assert item.source_range.start_time.value == max(0, clip.source + lead * float(clip.speed))
        scalars = [effect.time_scalar for effect in item.effects]
        assert scalars == ([2.0] if clip.speed == 2 else [])
    joins = [item.out_offset.value for item in track if isinstance(item, opentimelineio.schema.Transition)]
    assert joins == [clip.join.before + clip.join.after for clip in SHEET.row if clip.join is not None]


@pytest.mark.parametrize("rate", ["30000/1001", "25", "24000/1001", "60"])
def test_it_comes_back_at_every_rate(rate: str) -> None:
    segments = [
        piece(
            number,
            "talk",
            number * 1_000,
            number * 1_000 + 700,
            transition=Transition("crossfade", 200, 100, 100) if number else None,
        )
        for number in range(30)
    ]
    sheet = sheet_of(
        Timeline(canvas=canvas(Fraction(rate)), segments=tuple(segments)), {"talk": footage(60, Fraction(rate))}
    )
    _, track, found = _read(sheet)
    zero = track.range_of_child(found[0]).start_time.value
    assert len(found) == 30
    for index, item in enumerate(found):
        assert track.range_of_child(item).start_time.value - zero == _event(sheet.row, index)[0]
