"""What can be told of a draft, ours or a foreign one, and how two of them differ.

Of a draft only tracks (`t`), their type (`tt`), segments (`sg`), durations (`d`, ms) and metadata (`m`) are public
(section 6 of the protocol). Everything else is read where it is found under a likely key, and left out where not.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from bot.flows.effects import both, of_segment, of_whole
from bot.nemo.models import State
from bot.store.models import KeptFootage
from bot.updates import Change, TimelineSummary, TrackItem, TrackSummary

_KINDS = {0: "video", 1: "audio", 7: "text", 20: "overlay", 21: "chapter"}
_HEARD = 22
"""A track of our own engine's that only keeps what is said in the footage: nothing of it is seen or heard."""
_NAMES = ("name", "title", "content", "text", "filename", "file_name", "n", "tx")
_STARTS = ("start", "start_ms", "st", "s", "position", "offset_ms")
_VOLUMES = ("volume", "vol", "vo", "v")
_CLIPS = ("clip", "c")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 80
_MOST_SEGMENTS = 5000


def summary(state: State) -> TimelineSummary:
    """The tracks of the state's draft."""
    data = state.draft.data
    given = [track for track in _items(data.get("t")) if isinstance(track, dict) and track.get("tt") != _HEARD]
    meta = data.get("m")
    tracks = (*(_track(track) for track in given), *_subtitles(meta, _whole(data.get("d"))))
    ends = [item.end_ms for track in tracks for item in track.items if item.end_ms is not None]
    duration = _whole(data.get("d"))
    return TimelineSummary(
        duration_ms=duration if duration is not None else max(ends, default=0),
        width=state.canvas.width,
        height=state.canvas.height,
        tracks=tuple(track for track in tracks if track.items),
        effects=of_whole(meta),
    )


def without_sources(timeline: TimelineSummary) -> TimelineSummary:
    """The same without the points in the sources, which only a picture needs."""
    tracks = tuple(
        replace(track, items=tuple(replace(item, sources=()) for item in track.items)) for track in timeline.tracks
    )
    return replace(timeline, tracks=tracks)


def changes(before: TimelineSummary, after: TimelineSummary) -> tuple[Change, ...]:
    """How `after` differs, in the order a user would tell it: length, picture, then what is on the tracks."""
    found: list[Change] = []
    if before.duration_ms != after.duration_ms and before.tracks and after.tracks:
        found.append(Change("duration", "", before=before.duration_ms, after=after.duration_ms))
    old, new = _canvas(before), _canvas(after)
    if old != new and old and new and before.tracks:
        found.append(Change("canvas", "", before=old, after=new))
    if before.effects != after.effects and before.tracks and after.tracks:
        found.append(Change("effects", "", before=", ".join(before.effects), after=", ".join(after.effects)))
    kinds = dict.fromkeys([track.kind for track in (*before.tracks, *after.tracks)])
    for kind in kinds:
        found += _track_changes(kind, _of_kind(before, kind), _of_kind(after, kind))
    return tuple(found)


def since_footage(footage: Sequence[KeptFootage], after: TimelineSummary) -> tuple[Change, ...]:
    """How a timeline differs from its footage as that came in: the files that are on show, whole, one after another.

    Nothing where none of them is on show under its own name.
    """
    shown = {item.name: item for item in reversed(_of_kind(after, "video"))}
    given = [one for one in footage if one.kind != "audio" and _shown(one.name) in shown]
    if not given:
        return ()
    items: list[TrackItem] = []
    at = 0
    for one in given:
        name = _shown(one.name)
        length = _length(shown[name]) if one.duration_ms is None else one.duration_ms  # a picture is as long as shown
        items.append(TrackItem(name, at, at + length))
        at += length
    before = TimelineSummary(at, given[0].width, given[0].height, (TrackSummary("video", tuple(items)),))
    parts = {("added", "video", name) for name in shown if any(item.name == name for item in items)}
    return tuple(one for one in changes(before, after) if (one.kind, one.track, one.name) not in parts)


def _length(item: TrackItem) -> int:
    return 0 if item.start_ms is None or item.end_ms is None else item.end_ms - item.start_ms


def _subtitles(meta: object, length: int | None) -> tuple[TrackSummary, ...]:
    """Subtitles of our own engine's are made of what is said, wherever that is."""
    wanted = meta.get("sb") if isinstance(meta, dict) else None
    if not isinstance(wanted, dict):
        return ()
    language = wanted.get("l")
    name = language.upper() if isinstance(language, str) and language else "CC"
    effects = ("soft",) if wanted.get("b") is False else ()
    return (TrackSummary("subtitle", (TrackItem(_shown(name), 0, length, effects=effects),)),)


def _track(track: Mapping[str, Any]) -> TrackSummary:
    kind = _KINDS.get(_whole(track.get("tt"), -1) or 0, "other")
    items: list[TrackItem] = []
    at, before = 0, None
    for segment in _items(track.get("sg"))[:_MOST_SEGMENTS]:
        if not isinstance(segment, dict):
            continue
        item, clip = _item(segment, at, kind)
        at = item.end_ms if item.end_ms is not None else at
        last = items[-1] if items else None
        if last is not None and clip is not None and clip == before and last.volume == item.volume:
            items[-1] = _joined(last, item)
        else:
            items.append(item)
        before = clip
    return TrackSummary(kind, tuple(items))


def _joined(last: TrackItem, item: TrackItem) -> TrackItem:
    """A clip that goes on behind a cut."""
    cuts = last.cuts if item.start_ms is None else (*last.cuts, item.start_ms)
    whole = last.media == item.media and len(last.sources) == len(last.cuts) + 1 and item.sources
    return replace(
        last, end_ms=item.end_ms, cuts=cuts, sources=(*last.sources, *item.sources) if whole else (),
        media=last.media if last.media == item.media else None, effects=both(last.effects, item.effects),
    )  # fmt: skip


def _played(segment: Mapping[str, Any], kind: str) -> tuple[str | None, tuple[tuple[int, int], ...]]:
    """The content that a segment of our own engine's plays, and from where to where (ms of it)."""
    media, begin, length = segment.get("r"), _whole(segment.get("a")), _whole(segment.get("d"))
    if kind not in {"video", "audio"} or not isinstance(media, str) or not _SHA256.fullmatch(media):
        return None, ()
    end = _whole(segment.get("b"))
    if end is None and begin is not None and length is not None:
        end = begin + length
    return media, () if begin is None or end is None or not 0 <= begin <= end else ((begin, end),)


def _item(segment: Mapping[str, Any], at: int, kind: str) -> tuple[TrackItem, str | None]:
    meta = segment.get("m") if isinstance(segment.get("m"), dict) else {}
    assert isinstance(meta, dict)
    start = _first_number(meta, segment)
    start = at if start is None else start
    length = _whole(segment.get("d"))
    if segment.get("mu") is True:
        meta = {**meta, "volume": 0}
    volume = next((v for key in _VOLUMES for v in (meta.get(key), segment.get(key)) if _is_number(v)), None)
    name = next(
        (n for key in _NAMES for n in (meta.get(key), segment.get(key)) if isinstance(n, str) and n.strip()), ""
    )
    media, sources = _played(segment, kind)
    item = TrackItem(
        name=_shown(name),
        start_ms=start,
        end_ms=None if length is None else start + length,
        volume=None if volume is None or kind not in {"video", "audio"} else _percent(volume),
        sources=sources,
        media=media,
        effects=of_segment(segment),
    )
    clip = next((found for key in _CLIPS for found in (segment.get(key), meta.get(key)) if found), None)
    return item, clip if kind == "video" and isinstance(clip, str) else None


def _track_changes(kind: str, before: Sequence[TrackItem], after: Sequence[TrackItem]) -> list[Change]:
    left = Counter(item.name for item in before)
    found: list[Change] = []
    old = list(before)
    fresh: list[TrackItem] = []
    for item in after:
        if left[item.name] <= 0:
            fresh.append(item)
            continue
        left[item.name] -= 1
        was = next((one for one in old if one == item), None) or next(one for one in old if one.name == item.name)
        old.remove(was)
        if kind != "video" and _span(was) != _span(item):  # a video's clips move with every cut
            found.append(Change("moved", kind, item.name, _span(was), _span(item)))
        if was.volume != item.volume:
            found.append(Change("volume", kind, item.name, _volume(was), _volume(item)))
        if was.effects != item.effects:
            found.append(Change("effects", kind, item.name, ", ".join(was.effects), ", ".join(item.effects)))
    for item in fresh:
        earlier = next((one for one in old if kind == "text" and _span(one) == _span(item)), None)
        if earlier is None:
            found.append(Change("added", kind, item.name, after=_span(item)))
        else:  # the same place with other words
            old.remove(earlier)
            found.append(Change("renamed", kind, item.name, earlier.name, item.name))
    return found + [Change("removed", kind, item.name, before=_span(item)) for item in old]


def _volume(item: TrackItem) -> int:
    """Percent; a draft that says nothing of it means as loud as it is."""
    return 100 if item.volume is None else item.volume


def _of_kind(timeline: TimelineSummary, kind: str) -> list[TrackItem]:
    return [item for track in timeline.tracks if track.kind == kind for item in track.items]


def _span(item: TrackItem) -> str | None:
    if item.start_ms is None or item.end_ms is None:
        return None
    return f"{round(item.start_ms / 1000, 1):g}-{round(item.end_ms / 1000, 1):g}s"


def _canvas(timeline: TimelineSummary) -> str | None:
    return f"{timeline.width}×{timeline.height}" if timeline.width and timeline.height else None


def _first_number(*sources: Mapping[str, Any]) -> int | None:
    return next(
        (_whole(found) for key in _STARTS for found in (s.get(key) for s in sources) if _is_number(found)), None
    )


def _is_number(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e12


def _whole(value: object, default: int | None = None) -> int | None:
    return round(value) if _is_number(value) else default


def _percent(volume: float) -> int:
    """A volume as percent: a fraction where it is one, as both are seen."""
    return round(volume * 100) if type(volume) is float and volume <= 2 else round(volume)


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _shown(name: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"
