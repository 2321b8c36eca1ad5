"""The sheet as FCPXML 1.10, which Final Cut Pro and DaVinci Resolve read.

Written here and not by OpenTimelineIO's adapter: that one writes neither transitions nor speeds, and its times are
floats. Times are rational seconds, as the format wants them.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import log10
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from PIL import ImageColor

from bot.engine.interchange.sheet import RATES, Asset, Clip, Sheet, Words

VERSION = "1.10"

_FORMAT, _STILLS, _TITLE = "f1", "f2", "e1"
_BASIC_TITLE = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"
_RATES = {rate: f"{float(rate):.4g}" for rate in RATES}
"""As the format names a source's own rate."""
_SILENT_DB = -96
_TITLE_SHARE = Fraction(1, 14)
"""A title's letters, of the picture's height, at 100 %."""
_INSIDE = 0.94
"""How far towards the edge what lies in a corner is moved."""
_TITLE_UP = 38
"""How far above or below the middle a title is, percent of the picture's height."""
_DOWN = {"top": 1, "bottom": -1}
_ACROSS = {"left": -1, "right": 1}


def fcpxml(sheet: Sheet) -> bytes:
    """The document; the media are named by their path beside it."""
    return _Writer(sheet).document()


class _Writer:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._styles = 0

    def document(self) -> bytes:
        sheet = self._sheet
        root = Element("fcpxml", version=VERSION)
        self._resources(SubElement(root, "resources"))
        event = SubElement(SubElement(root, "library"), "event", name="Threadcut")
        sequence = SubElement(
            SubElement(event, "project", name=sheet.name),
            "sequence",
            {"format": _FORMAT, "duration": self._time(sheet.frames), "tcStart": "0s", "tcFormat": "NDF",
             "audioLayout": "stereo", "audioRate": "48k"},
        )  # fmt: skip
        self._spine(SubElement(sequence, "spine"))
        indent(root)
        head = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
        body: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
        return head + body + b"\n"

    def _time(self, frames: int | Fraction) -> str:
        """Frames as seconds."""
        seconds = Fraction(frames) / self._sheet.rate
        return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"

    def _resources(self, into: Element) -> None:
        sheet = self._sheet
        self._format(into, _FORMAT, sheet.rate, sheet.width, sheet.height)
        if any(asset.kind == "image" for asset in sheet.assets):
            SubElement(into, "format", {"id": _STILLS, "name": "FFVideoFormatRateUndefined"})
        for asset in sheet.assets:
            if asset.kind == "video":
                self._format(into, f"{_FORMAT}{asset.id}", asset.rate, asset.width, asset.height)
            self._asset(into, asset)
        if sheet.titles:
            SubElement(into, "effect", {"id": _TITLE, "name": "Basic Title", "uid": _BASIC_TITLE})

    def _format(self, into: Element, name: str, rate: Fraction, width: int, height: int) -> None:
        said = {"id": name, "frameDuration": f"{rate.denominator}/{rate.numerator}s", "width": str(width)}
        SubElement(into, "format", said | {"height": str(height), "colorSpace": "1-1-1 (Rec. 709)"})

    def _asset(self, into: Element, asset: Asset) -> None:
        said = {
            "id": asset.id,
            "name": asset.file.rpartition("/")[2],
            "start": "0s",
            "duration": self._time(self._sheet.length_of(asset)),
        }
        if asset.kind != "audio":
            said |= {
                "hasVideo": "1",
                "format": _STILLS if asset.kind == "image" else f"{_FORMAT}{asset.id}",
                "videoSources": "1",
            }
        if asset.channels:
            said |= {"hasAudio": "1", "audioSources": "1", "audioChannels": str(asset.channels)}
            said["audioRate"] = str(asset.sample_rate)
        element = SubElement(into, "asset", said)
        SubElement(element, "media-rep", {"kind": "original-media", "src": asset.file})

    def _spine(self, spine: Element) -> None:
        placed: list[tuple[Clip, Element]] = []
        for clip in self._sheet.row:
            if clip.join is not None:
                half = min(clip.join.before, clip.join.after)  # a transition lies on its cut with both halves alike
                if half > 0:
                    said = {"name": "Cross Dissolve", "offset": self._time(clip.start - half)}
                    SubElement(spine, "transition", said | {"duration": self._time(2 * half)})
            placed.append((clip, self._clip(clip)))
            spine.append(placed[-1][1])
        for number, lane in enumerate(self._sheet.over, 1):
            for clip in lane:
                self._connect(placed, clip.start, self._clip(clip), number)
        for number, lane in enumerate(self._sheet.under, 1):
            for clip in lane:
                self._connect(placed, clip.start, self._clip(clip), -number)
        top = len(self._sheet.over) + 1
        for lane_of, title in _in_lanes(self._sheet.titles):
            self._connect(placed, title.start, self._title(title), top + lane_of)
        for chapter in self._sheet.chapters:
            below, element = _at(placed, chapter.start)
            said = {"start": self._time(self._begins(below) + chapter.start - below.start), "duration": self._time(1)}
            SubElement(element, "chapter-marker", said | {"value": chapter.text or "Chapter", "posterOffset": "0s"})

    def _clip(self, clip: Clip) -> Element:
        """Without a place on a lane: in the row, or to be connected."""
        asset = clip.asset
        said = {"ref": asset.id, "name": clip.name, "offset": self._time(clip.start)}
        said |= {"start": self._time(self._begins(clip)), "duration": self._time(clip.frames)}
        if asset.kind == "image":
            element = Element("video", said)
        else:
            if clip.early or clip.late:
                early = min(clip.early, self._begins(clip))
                said["audioStart"] = self._time(self._begins(clip) - early)
                said["audioDuration"] = self._time(clip.frames + early + clip.late)
            if asset.kind == "video" and asset.channels and not clip.volume:
                said["srcEnable"] = "video"
            element = Element("asset-clip", {**said, "tcFormat": "NDF"})
            if asset.kind == "video" and asset.rate != self._sheet.rate:
                SubElement(element, "conform-rate", srcFrameRate=_RATES[asset.rate])
            if clip.speed != 1 or clip.reverse:
                self._speed(element, clip)
        if clip.overlay is not None or clip.cell is not None:
            self._place(element, clip)
        if clip.volume != 100 and asset.channels and (clip.volume or asset.kind == "audio"):
            level = 20 * log10(clip.volume / 100) if clip.volume else _SILENT_DB
            SubElement(element, "adjust-volume", amount=f"{level:.1f}dB")
        return element

    def _begins(self, clip: Clip) -> int:
        """Where a clip begins in its own time: played frames of the whole asset."""
        if clip.asset.kind == "image":
            return 0
        if clip.reverse:
            return round((self._sheet.length_of(clip.asset) - clip.source - clip.source_frames) / clip.speed)
        return round(clip.source / clip.speed)

    def _speed(self, element: Element, clip: Clip) -> None:
        """The whole asset's line from played time to source time; the clip's start counts in played time."""
        frames = self._sheet.length_of(clip.asset)
        played, whole = self._time(frames / clip.speed), self._time(frames)
        ends = (whole, "0s") if clip.reverse else ("0s", whole)
        line = SubElement(element, "timeMap", frameSampling="floor", preservesPitch="1")
        SubElement(line, "timept", time="0s", value=ends[0], interp="linear")
        SubElement(line, "timept", time=played, value=ends[1], interp="linear")

    def _place(self, element: Element, clip: Clip) -> None:
        """Size and place, in the format's measure: percent of the picture's height from its middle."""
        overlay, sheet = clip.overlay, self._sheet
        wide = 100 * sheet.width / sheet.height
        if clip.cell is not None:
            left, top, width, height = (part / 1000 for part in clip.cell)
            share = max(width, height)
            x, y = wide * (left + width / 2 - 0.5), 100 * (0.5 - top - height / 2)
        else:
            assert overlay is not None
            share = overlay.size / 100
            x = _side(_ACROSS, overlay.position) * wide * (1 - share) / 2 * _INSIDE
            y = _side(_DOWN, overlay.position) * 50 * (1 - share) * _INSIDE
        SubElement(element, "adjust-transform", position=f"{x:.4g} {y:.4g}", scale=f"{share:.4g} {share:.4g}")
        if overlay is not None and overlay.opacity != 100:
            SubElement(element, "adjust-blend", amount=f"{overlay.opacity / 100:g}")

    def _title(self, title: Words) -> Element:
        self._styles += 1
        style = f"ts{self._styles}"
        said = {
            "ref": _TITLE,
            "name": title.text.partition("\n")[0][:60],
            "offset": self._time(title.start),
            "start": "0s",
        }
        element = Element("title", {**said, "duration": self._time(title.end - title.start)})
        SubElement(SubElement(element, "text"), "text-style", ref=style).text = title.text
        size = max(8, round(self._sheet.height * _TITLE_SHARE * title.size / 100))
        color = " ".join(f"{part / 255:.3g}" for part in ImageColor.getrgb(title.color)[:3]) + " 1"
        looks = {"font": "Helvetica", "fontSize": str(size), "fontColor": color, "alignment": "center"}
        SubElement(SubElement(element, "text-style-def", id=style), "text-style", looks)
        SubElement(element, "adjust-transform", position=f"0 {_TITLE_UP * _side(_DOWN, title.position)}")
        return element

    def _connect(self, placed: Sequence[tuple[Clip, Element]], start: int, element: Element, lane: int) -> None:
        """Hang something on the clip of the row it begins over; its offset counts in that clip's own time."""
        below, parent = _at(placed, start)
        element.set("lane", str(lane))
        element.set("offset", self._time(self._begins(below) + start - below.start))
        markers = [number for number, child in enumerate(parent) if child.tag == "chapter-marker"]
        parent.insert(markers[0] if markers else len(parent), element)


def _at(placed: Sequence[tuple[Clip, Element]], frame: int) -> tuple[Clip, Element]:
    """The clip of the row that is shown at a frame."""
    return placed[max(0, bisect_right(placed, frame, key=lambda one: one[0].start) - 1)]


def _in_lanes(words: Sequence[Words]) -> list[tuple[int, Words]]:
    """Each text with its lane, from 0."""
    ends: list[int] = []
    found = []
    for one in sorted(words, key=lambda word: word.start):
        lane = next((number for number, end in enumerate(ends) if end <= one.start), len(ends))
        ends[lane : lane + 1] = [one.end]
        found.append((lane, one))
    return found


def _side(sides: Mapping[str, int], position: str) -> int:
    return next((way for name, way in sides.items() if name in position), 0)
