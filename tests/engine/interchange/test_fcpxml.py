"""FCPXML: by what the format demands, with exact rational times, and read back by OpenTimelineIO's adapter."""

import sys
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.engine.interchange.fcpxml import fcpxml
from bot.engine.interchange.sheet import Sheet, sheet_of
from bot.engine.timeline.model import Timeline, Transition
from tests.engine.interchange.projects import FULL, MEDIA, canvas, footage, piece

SHEET = sheet_of(FULL, MEDIA)
_ANCHORED = ("video", "asset-clip", "title")
_TREATED = (("adjust-transform",), ("adjust-blend",))
_ORDER: dict[str, tuple[tuple[str, ...], ...]] = {
    "fcpxml": (("resources",), ("library",)),
    "resources": (("format", "asset", "effect"),),
    "asset": (("media-rep",),),
    "library": (("event",),),
    "event": (("project",),),
    "project": (("sequence",),),
    "sequence": (("spine",),),
    "spine": (("video", "asset-clip", "transition"),),
    "asset-clip": (("conform-rate",), ("timeMap",), *_TREATED, ("adjust-volume",), _ANCHORED, ("chapter-marker",)),
    "video": (*_TREATED, _ANCHORED, ("chapter-marker",)),
    "timeMap": (("timept",),),
    "title": (("text",), ("text-style-def",), ("adjust-transform",)),
    "text": (("text-style",),),
    "text-style-def": (("text-style",),),
}  # fmt: skip
"""What each element may hold, in this order, by the format's document type; those not named hold nothing."""


def _document(sheet: Sheet = SHEET) -> ET.Element:
    return ET.fromstring(fcpxml(sheet))


def _seconds(text: str) -> Fraction:
    assert text.endswith("s")
    return Fraction(text[:-1])


def _spine(root: ET.Element) -> ET.Element:
    found = root.find("./library/event/project/sequence/spine")
    assert found is not None
    return found


def test_elements_are_those_of_the_format_in_its_order() -> None:
    root = _document()
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        stages = _ORDER.get(element.tag, ())
        at = 0
        for child in element:
            stage = next((number for number in range(at, len(stages)) if child.tag in stages[number]), None)
            assert stage is not None, f"{child.tag} in {element.tag}"
            at = stage
        if element.get("ref"):
            assert element.get("ref") in ids


def test_every_time_is_a_whole_frame() -> None:
    for element in _document().iter():
        for name in ("offset", "duration", "start", "tcStart"):
            if element.tag != "timept" and element.get(name):
                assert (_seconds(element.get(name, "")) * SHEET.rate).denominator == 1, (element.tag, element.attrib)


def test_the_row_is_there_with_speeds_and_transitions() -> None:
    spine = _spine(_document())
    clips = [one for one in spine if one.tag != "transition"]
    for element, clip in zip_longest(clips, SHEET.row):
        assert _seconds(element.get("offset", "")) == clip.start / SHEET.rate
        assert _seconds(element.get("duration", "")) == clip.frames / SHEET.rate
        assert element.get("name") == clip.name
        line = element.find("timeMap")
        assert (line is not None) == (clip.speed != 1 or clip.reverse)
        start = _seconds(element.get("start", ""))
        if line is not None:
            (first, begin), (last, end) = ((_seconds(p.get("time", "")), _seconds(p.get("value", ""))) for p in line)
            slope = (end - begin) / (last - first)
            assert slope == (-clip.speed if clip.reverse else clip.speed)
            shown = begin + slope * start
            wanted = (clip.source + (clip.source_frames if clip.reverse else 0)) / SHEET.rate
            assert abs(shown - wanted) <= clip.speed / SHEET.rate / 2
        else:
            assert start == (clip.source if clip.asset.frames else 0) / SHEET.rate
    joins = [
        (_seconds(one.get("offset", "")), _seconds(one.get("duration", ""))) for one in spine if one.tag == "transition"
    ]
    assert joins == [
        ((clip.start - clip.join.before) / SHEET.rate, 2 * clip.join.before / SHEET.rate)
        for clip in SHEET.row if clip.join is not None
    ]  # fmt: skip


def test_what_hangs_on_a_clip_begins_where_it_should() -> None:
    """Its offset counts in the time of the clip it hangs on."""
    found: set[tuple[str, str, float, float]] = set()
    for parent in _spine(_document()):
        for child in parent:
            marker = child.tag == "chapter-marker"
            if not marker and not child.get("lane"):
                continue
            own = _seconds(child.get("start" if marker else "offset", ""))
            at = own - _seconds(parent.get("start", "")) + _seconds(parent.get("offset", ""))
            length = _seconds(child.get("duration", ""))
            name = child.get("value", "") if marker else child.get("name", "")
            found.add((child.get("lane", ""), name, float(at * SHEET.rate), float(length * SHEET.rate)))
    assert found == {
        ("1", "logo.png", 60, 210), ("-1", "song.mp3", 30, 150), ("-1", "song.mp3", 180, 180),
        ("2", "Day <One> & 二", 15, 60), ("3", "Bye", 30, 60), ("", "Start", 0, 1), ("", "Later & more", 180, 1),
    }  # fmt: skip


def test_levels_and_words_are_told() -> None:
    root = _document()
    assert [one.get("amount") for one in root.iter("adjust-volume")] == ["-10.5dB", "-6.0dB", "-10.5dB"]
    silent = [one for one in root.iter("asset-clip") if one.get("srcEnable") == "video"]
    assert [one.get("start") for one in silent] == ["40s"]
    title = next(one for one in root.iter("title"))
    style = next(title.iter("text-style"))
    assert style.text == "Day <One> & 二"
    assert [one.get("fontColor") for one in title.iter("text-style") if one.get("fontColor")] == ["1 0.533 0 1"]


@pytest.mark.parametrize(
    ("overlay", "position", "scale"),
    [
        ({"position": "center", "size": 50}, (0, 0), 0.5),
        ({"position": "top-right", "size": 20}, (66.8, 37.6), 0.2),
        ({"position": "bottom-left", "size": 50}, (-41.8, -23.5), 0.5),
        ({"cell": (0, 0, 500, 1000)}, (-44.4, 0), 1),
        ({"cell": (500, 500, 500, 500)}, (44.4, -25), 0.5),
    ],
)
def test_what_lies_over_the_picture_has_its_place(
    overlay: dict[str, Any], position: tuple[float, float], scale: float
) -> None:
    """In percent of the picture's height from its middle, up and to the right; half of 16:9 is 88.9 wide."""
    timeline = replace(FULL, overlays=(replace(FULL.overlays[0], **overlay),))
    element = next(_document(sheet_of(timeline, MEDIA)).iter("adjust-transform"))
    assert [float(part) for part in element.get("position", "").split()] == pytest.approx(list(position), abs=0.1)
    assert [float(part) for part in element.get("scale", "").split()] == [scale, scale]


def test_media_are_named_by_their_place_beside_the_project() -> None:
    sources = [one.get("src") for one in _document().iter("media-rep")]
    assert sources == [asset.file for asset in SHEET.assets]


@pytest.mark.parametrize("rate", ["24", "25", "30", "50", "60"])
def test_it_comes_back_through_the_adapter(rate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter reads order, places and lengths of a row, at whole rates. It asks for a module that Python 3.9 took
    away, and knows neither speeds nor transitions: those are tested above.
    """
    pytest.importorskip("opentimelineio", reason="OpenTimelineIO has no package for this Python")
    monkeypatch.setitem(sys.modules, "xml.etree.cElementTree", ET)
    monkeypatch.setattr("xml.etree.cElementTree", ET, raising=False)
    adapter: Any = pytest.importorskip("otio_fcpx_xml_adapter.fcpx_xml")
    exact = Fraction(rate)
    segments = [
        piece(
            number,
            "talk",
            number * 1_000,
            number * 1_000 + 800,
            transition=Transition("crossfade", 200, 100, 100) if number else None,
        )
        for number in range(12)
    ]
    sheet = sheet_of(Timeline(canvas=canvas(exact), segments=tuple(segments)), {"talk": footage(60, exact)})
    read = adapter.read_from_string(fcpxml(sheet).decode())
    timeline = read[0] if isinstance(read, list) or not hasattr(read, "tracks") else read
    (track,) = timeline.tracks
    for item, clip in zip_longest(track, sheet.row):
        assert item.name == clip.name
        assert track.range_of_child(item).start_time.value == clip.start
        assert item.source_range.start_time.value == clip.source
        assert item.source_range.duration.value == clip.frames
