"""The sheet as an OpenTimelineIO file. For children: the library is loaded with this module."""

from collections.abc import Iterable, Iterator

import opentimelineio
from opentimelineio import schema
from opentimelineio.opentime import RationalTime, TimeRange

from bot.engine.interchange.sheet import Asset, Clip, Sheet, Words


def otio(sheet: Sheet) -> bytes:
    """The timeline: a picture track with its sound, tracks of overlays and music, markers for texts and chapters."""
    return _Writer(sheet).document()


class _Writer:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._rate = float(sheet.rate)

    def document(self) -> bytes:
        sheet = self._sheet
        timeline = schema.Timeline(name=sheet.name, global_start_time=self._at(0))
        heard = [clip for clip in sheet.row if clip.volume and clip.asset.channels]
        rows = [("V1", "Video", self._joined(sheet.row))]
        rows += [(f"V{number}", "Video", self._spaced(lane)) for number, lane in enumerate(sheet.over, 2)]
        rows.append(("A1", "Audio", self._spaced(heard)))
        rows += [(f"A{number}", "Audio", self._spaced(lane)) for number, lane in enumerate(sheet.under, 2)]
        for name, kind, items in rows:
            timeline.tracks.append(schema.Track(name=name, kind=kind, children=list(items)))
        for color, words in ((schema.MarkerColor.PURPLE, sheet.titles), (schema.MarkerColor.GREEN, sheet.chapters)):
            timeline.tracks.markers.extend(self._marker(one, color) for one in words)
        text: str = opentimelineio.adapters.write_to_string(timeline, "otio_json")
        return text.encode()

    def _joined(self, row: Iterable[Clip]) -> Iterator[schema.Clip | schema.Transition]:
        for clip in row:
            if clip.join is not None:
                yield schema.Transition(
                    name=clip.join.style,
                    transition_type=schema.TransitionTypes.SMPTE_Dissolve,
                    in_offset=self._at(clip.join.before),
                    out_offset=self._at(clip.join.after),
                    metadata={"threadcut": {"style": clip.join.style}},
                )
            yield self._clip(clip)

    def _spaced(self, lane: Iterable[Clip]) -> Iterator[schema.Clip | schema.Gap]:
        at = 0
        for clip in lane:
            if clip.start > at:
                yield schema.Gap(source_range=self._range(0, clip.start - at))
            yield self._clip(clip)
            at = clip.end

    def _clip(self, clip: Clip) -> schema.Clip:
        """Its range is as long as it is on the timeline; a time warp says how fast the source runs in it."""
        made = schema.Clip(
            name=clip.name,
            media_reference=self._reference(clip.asset),
            source_range=self._range(clip.source, clip.frames),
            metadata={"threadcut": {"volume": clip.volume} | _placed(clip)},
        )
        if clip.speed != 1 or clip.reverse:
            scalar = float(-clip.speed if clip.reverse else clip.speed)
            made.effects.append(schema.LinearTimeWarp(time_scalar=scalar))
        return made

    def _reference(self, asset: Asset) -> schema.ExternalReference:
        frames = self._sheet.length_of(asset)
        length = self._range(0, frames) if frames else None
        return schema.ExternalReference(target_url=asset.file, available_range=length)

    def _marker(self, words: Words, color: str) -> schema.Marker:
        said = {"role": words.role, "position": words.position, "color": words.color, "size": words.size}
        return schema.Marker(
            name=words.text,
            marked_range=self._range(words.start, words.end - words.start),
            color=color,
            metadata={"threadcut": said},
        )

    def _at(self, frames: int) -> RationalTime:
        return RationalTime(frames, self._rate)

    def _range(self, start: int, frames: int) -> TimeRange:
        return TimeRange(self._at(start), self._at(frames))


def _placed(clip: Clip) -> dict[str, str | int]:
    """Where an overlay lies, for whoever reads our own words."""
    overlay = clip.overlay
    if overlay is None:
        return {}
    return {"position": overlay.position, "size": overlay.size, "opacity": overlay.opacity}
