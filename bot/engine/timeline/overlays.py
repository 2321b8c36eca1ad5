"""What lies over the picture: logos, a picture in the picture, b-roll, split screens."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import ceil, sqrt
from typing import Literal

from bot.engine.timeline.geometry import ClipView, Placed, clips, layout
from bot.engine.timeline.ids import fresh_ids
from bot.engine.timeline.limits import MAX_NAME_LENGTH, MAX_OVERLAYS, MIN_TEXT_MS, STILL_MS
from bot.engine.timeline.model import Half, Library, MediaItem, Overlay, Position, Timeline
from bot.engine.timeline.ops import PictureInPicture, SplitScreen, Watermark
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import clip_at, span
from bot.engine.timeline.weave import Piece, part, weave

Facts = dict[str, int | float | str]
Cell = tuple[int, int, int, int]

WHOLE: Cell = (0, 0, 1000, 1000)
HALVES: dict[str, Cell] = {
    "top-half": (0, 0, 1000, 500),
    "bottom-half": (0, 500, 1000, 500),
    "left-half": (0, 0, 500, 1000),
    "right-half": (500, 0, 500, 1000),
}
LOGO, WINDOW = 15, 30
"""Percent of the width."""
MOST_AT_ONCE = 9
"""Clips of a split screen."""
_STEPS = {"smaller": 0.75, "larger": 4 / 3}
_SIZES = {"small": 0.66, "large": 1.6}


def watermark(timeline: Timeline, op: Watermark, library: Library) -> tuple[Timeline, Facts]:
    """Lay an uploaded picture over everything or a range; or change or remove the ones that lie there.

    A picture that was only dropped at the end of the row leaves it. Refused as no_picture_file, ambiguous_file,
    no_overlay (none to change or remove), only_clip, too_many, beyond_end, empty_range.
    """
    if op.remove or op.edit:
        there = [one for one in timeline.overlays if one.kind == "image" and one.cell is None]
        return _again(timeline, op, there, LOGO)
    item = _file(op.file, ("image",), timeline, library)
    timeline = _off_the_row(timeline, item, library)
    start, end = span(timeline, op.start, op.end)
    new = Overlay(
        id=_id(timeline),
        media=item.id,
        name=item.name[:MAX_NAME_LENGTH],
        kind="image",
        start=start,
        end=end,
        position=op.position or "bottom-right",
        size=_size(op.size, LOGO, LOGO),
        opacity=100 if op.opacity is None else round(op.opacity * 100),
    )
    kept = tuple(
        one
        for one in timeline.overlays
        if (one.media, one.start, one.end, one.cell) != (new.media, new.start, new.end, None)
    )
    return _with(timeline, (*kept, new)), {"action": "added", **_facts(new)}


def picture_in_picture(timeline: Timeline, op: PictureInPicture, library: Library) -> tuple[Timeline, Facts]:
    """Lay a clip, which leaves its place in the row, or a file over the others; or change or remove what lies there.

    What lies over the others is not heard.

    Refused as no_overlay_file, ambiguous_file, no_overlay, only_clip, cannot_lie_over (it is held or runs backwards),
    no_clip, too_many, beyond_end, empty_range.
    """
    if op.remove or op.edit:
        there = [one for one in timeline.overlays if one.kind == "video" or one.cell is not None]
        return _again(timeline, op, there or list(timeline.overlays), WINDOW)
    view = clip_at(timeline, op.clip) if op.clip is not None else None
    item = None
    if view is None:
        item = _file(op.file, ("video", "image"), timeline, library)
        view = _own_clip(timeline, item)
    if view is not None:
        parts = _parts(timeline, view)
        timeline = _without(timeline, (view.id,), library)
    else:
        assert item is not None
        parts = [_whole(item)]
    start, end = span(timeline, op.start, op.end)
    if op.end is None:
        still = all(one.kind == "image" for one in parts)
        whole = still and (op.start is None or view is None) and not op.full
        end = end if whole else min(end, start + max(one.end for one in parts))
    position, cell = _place(op.position or "bottom-right")
    size = _size(op.size, WINDOW, WINDOW)
    ids = iter(fresh_ids("o", (one.id for one in timeline.overlays)))
    stretched = [replace(parts[0], end=end - start)] if len(parts) == 1 and parts[0].kind == "image" else parts
    laid = []
    for one in stretched:
        first, last = start + one.start, min(end, start + one.end)
        if last - first >= MIN_TEXT_MS:
            new = replace(one, id=next(ids), start=first, end=last, position=position, size=size, volume=0)
            laid.append(replace(new, cell=WHOLE if op.full else cell))
    if not laid:
        raise RefusedError("empty_range", op.start or 0, op.end)
    facts = {"action": "full" if op.full else "added", **_facts(laid[0]), "end_ms": laid[-1].end}
    if any(one.kind == "video" and library.media[one.media].has_sound for one in laid):
        facts["silenced"] = 1
    return _with(timeline, (*timeline.overlays, *laid)), facts


def split_screen(timeline: Timeline, op: SplitScreen, library: Library) -> tuple[Timeline, Facts]:
    """Show clips at the same time: the longest keeps its place in the row, the others lie beside it.

    The first of them is heard. Refused as two_clips, too_many, cannot_lie_over, no_clip.
    """
    numbers = list(dict.fromkeys(op.clips or [view.number for view in clips(timeline)]))
    views = [clip_at(timeline, number) for number in numbers]
    if len(views) < 2:
        raise RefusedError("two_clips")
    if len(views) > MOST_AT_ONCE:
        raise RefusedError("too_many", len(views), MOST_AT_ONCE)
    upright = timeline.canvas.height > timeline.canvas.width
    plan = op.layout or ("grid" if len(views) > 3 else "column" if upright else "row")
    cells = _cells(plan, len(views))
    base = max(views, key=lambda view: view.end_ms - view.start_ms)
    laid: list[Overlay] = []
    for view, cell in zip(views, cells, strict=True):
        if view is not base:
            heard = view is views[0]
            laid += [replace(one, cell=cell, volume=one.volume if heard else 0) for one in _parts(timeline, view)]
    timeline = _without(timeline, [view.id for view in views if view is not base], library)
    cell = cells[views.index(base)]
    timeline = replace(
        timeline,
        segments=tuple(
            replace(one, look=replace(one.look, cell=cell), muted=one.muted or base is not views[0])
            if one.clip == base.id
            else one
            for one in timeline.segments
        ),
    )
    own = next(view for view in clips(timeline) if view.id == base.id)
    ids = iter(fresh_ids("o", (one.id for one in timeline.overlays)))
    moved = [
        replace(one, id=next(ids), start=own.start_ms + one.start, end=min(own.end_ms, own.start_ms + one.end))
        for one in laid
        if min(own.end_ms, own.start_ms + one.end) - (own.start_ms + one.start) >= MIN_TEXT_MS
    ]
    return _with(timeline, (*timeline.overlays, *moved)), {"layout": plan, "clips": len(views)}


def _again(
    timeline: Timeline, op: Watermark | PictureInPicture, there: Sequence[Overlay], usual: int
) -> tuple[Timeline, Facts]:
    """Change or remove overlays that lie there: those of the file that is named, else all of them."""
    meant = [one for one in there if op.file is None or op.file.casefold() in one.name.casefold()]
    if not meant:
        raise RefusedError("no_overlay", op.file)
    ids = {one.id for one in meant}
    if op.remove:
        new = replace(timeline, overlays=tuple(one for one in timeline.overlays if one.id not in ids))
        if isinstance(op, PictureInPicture):
            new = replace(new, segments=tuple(replace(one, look=replace(one.look, cell=None)) for one in new.segments))
        return new, {"action": "removed", "name": meant[0].name}
    start, end = (None, None) if (op.start, op.end) == (None, None) else span(timeline, op.start, op.end)

    def changed(one: Overlay) -> Overlay:
        one = replace(one, size=_size(op.size, one.size, usual))
        if op.position is not None:
            position, cell = _place(op.position)
            one = replace(one, cell=cell, position=one.position if cell else position)
        if isinstance(op, Watermark) and op.opacity is not None:
            one = replace(one, opacity=round(op.opacity * 100))
        if isinstance(op, PictureInPicture) and op.full:
            one = replace(one, cell=WHOLE)
        if start is not None and end is not None:
            one = replace(one, start=start, end=end)
        return one

    overlays = tuple(changed(one) if one.id in ids else one for one in timeline.overlays)
    return replace(timeline, overlays=overlays), {"action": "edited", **_facts(changed(meant[0]))}


def _file(name: str | None, kinds: tuple[str, ...], timeline: Timeline, library: Library) -> MediaItem:
    """The picture or video that is meant: by its name or a part of it, else the newest that is not in use.

    Pictures come in at the end of the row: the one that waits there untouched counts as not in use.
    """
    files = [item for item in library.media.values() if item.kind in kinds]
    if name is None:
        used = {one.media for one in timeline.segments} | {one.media for one in timeline.overlays}
        free = [item for item in files if item.id not in used]
        free = free or [item for item in files if item.kind == "image" and _own_clip(timeline, item) is not None]
        if not free:
            raise RefusedError("no_picture_file" if kinds == ("image",) else "no_overlay_file")
        return free[-1]
    wanted = name.strip().casefold()
    ways: tuple[Callable[[str], bool], ...] = (
        lambda one: one == wanted,
        lambda one: one.rpartition(".")[0] == wanted,
        lambda one: wanted in one,
    )
    for fits in ([item for item in files if way(item.name.casefold())] for way in ways):
        if len({item.name for item in fits}) > 1:
            raise RefusedError("ambiguous_file", name, ", ".join(item.name for item in fits[:5]))
        if fits:
            return fits[-1]
    raise RefusedError("no_picture_file" if kinds == ("image",) else "no_overlay_file", name)


def _own_clip(timeline: Timeline, item: MediaItem) -> ClipView | None:
    """The clip that is this file and nothing else, if there are other clips beside it."""
    views = clips(timeline)
    own = [view for view in views if {one.media for one in timeline.segments[view.first : view.last + 1]} == {item.id}]
    return own[-1] if own and len(views) > 1 else None


def _off_the_row(timeline: Timeline, item: MediaItem, library: Library) -> Timeline:
    view = _own_clip(timeline, item)
    untouched = view is not None and view.first == view.last and view.end_ms - view.start_ms == STILL_MS
    return _without(timeline, (view.id,), library) if view is not None and untouched else timeline


def _parts(timeline: Timeline, view: ClipView) -> list[Overlay]:
    """A clip as overlays, its own start at 0; they take its cuts, pace, look and level along."""
    parts = []
    for one in layout(timeline)[view.first : view.last + 1]:
        segment = part(one, one.from_ms, one.to_ms)
        if segment.kind == "card" or segment.reverse or segment.freeze:
            raise RefusedError("cannot_lie_over", view.number)
        heard = segment.kind == "video" and not segment.muted and segment.speed == 1
        parts.append(
            Overlay(
                id=segment.id,
                media=segment.media,
                name=segment.name,
                kind=segment.kind,
                start=one.from_ms - view.start_ms,
                end=one.to_ms - view.start_ms,
                offset=segment.start if segment.kind == "video" else 0,
                volume=segment.volume if heard else 0,
                speed=segment.speed,
                look=segment.look,
            )
        )
    return parts


def _whole(item: MediaItem) -> Overlay:
    length = item.duration_ms or STILL_MS
    kind: Literal["video", "image"] = "video" if item.kind == "video" else "image"
    return Overlay("o", item.id, item.name[:MAX_NAME_LENGTH], kind, 0, length)


def _without(timeline: Timeline, gone: Iterable[str], library: Library) -> Timeline:
    """The timeline without these clips. Refused as only_clip where none would be left."""
    away = set(gone)
    left = [one for one in layout(timeline) if one.segment.clip not in away]
    if not left:
        raise RefusedError("only_clip")
    return weave(timeline, [_piece(one) for one in left], library)


def _piece(one: Placed) -> Piece:
    return Piece(one.segment, one.from_ms, one.to_ms)


def _cells(plan: str, count: int) -> list[Cell]:
    columns = {"row": count, "column": 1}.get(plan, ceil(sqrt(count)))
    rows = ceil(count / columns)
    cells: list[Cell] = []
    for index in range(count):
        row, column = divmod(index, columns)
        left, right = (1000 * at // columns for at in (column, column + 1))
        top, bottom = (1000 * at // rows for at in (row, row + 1))
        cells.append((left, top, right - left, bottom - top))
    return cells


def _with(timeline: Timeline, overlays: tuple[Overlay, ...]) -> Timeline:
    if len(overlays) > MAX_OVERLAYS:
        raise RefusedError("too_many", len(overlays), MAX_OVERLAYS)
    return replace(timeline, overlays=overlays)


def _place(asked: Position | Half) -> tuple[Position, Cell | None]:
    """A place near an edge, or the cell of a half."""
    match asked:
        case "top-half" | "bottom-half" | "left-half" | "right-half":
            return "center", HALVES[asked]
        case _:
            return asked, None


def _size(asked: str | int | None, before: int, usual: int) -> int:
    """Percent of the width."""
    if asked is None:
        return before
    if isinstance(asked, int):
        size: float = asked
    else:
        size = usual * _SIZES[asked] if asked in _SIZES else before * _STEPS[asked]
    return max(1, min(100, round(size)))


def _id(timeline: Timeline) -> str:
    return next(iter(fresh_ids("o", (one.id for one in timeline.overlays))))


def _facts(one: Overlay) -> Facts:
    position: str = one.position
    if one.cell is not None:
        position = next((half for half, cell in HALVES.items() if cell == one.cell), "center")
    return {
        "name": one.name,
        "position": position,
        "size": one.size if one.cell is None else one.cell[2] // 10,
        "opacity": one.opacity,
        "start_ms": one.start,
        "end_ms": one.end,
    }
