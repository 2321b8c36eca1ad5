"""Music under the picture."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.limits import MAX_MUSIC, MIN_PIECE_MS
from bot.engine.timeline.model import Library, MediaItem, Music, Timeline
from bot.engine.timeline.ops import MusicOp
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import span
from bot.engine.timeline.weave import fresh_ids, tidy

Facts = dict[str, int | float | str]

DEFAULT_VOLUME = 30
DEFAULT_FADE_OUT_MS = 1_500
SEAM_MS = 10
"""Where music is parted in the middle each side fades this long, so that nothing clicks."""


def music(timeline: Timeline, op: MusicOp, library: Library) -> tuple[Timeline, Facts]:
    """Lay a sound file of the library under the picture, looped to the end, or remove what lies there.

    The same file at the same place is not laid twice, it only gets the new volume. Refused as no_music,
    no_music_file, ambiguous_file, beyond_end, empty_range, too_many.
    """
    if op.remove:
        return _removed(timeline, op)
    item = _file(op.file, library)
    start, end = span(timeline, op.start, min(op.end, duration_ms(timeline) / 1000) if op.end is not None else None)
    others: tuple[Music, ...] = () if op.replace else timeline.music
    same = next((one for one in others if (one.media, one.start, one.end) == (item.id, start, end)), None)
    if same is not None:
        new = replace(same, volume=same.volume if op.volume is None else op.volume, muted=False)
        action, row = "changed", tuple(new if one.id == same.id else one for one in others)
    else:
        new = Music(
            id=next(iter(fresh_ids("m", (one.id for one in timeline.music)))),
            media=item.id,
            name=item.name,
            start=start,
            end=end,
            volume=DEFAULT_VOLUME if op.volume is None else op.volume,
            fade_out=DEFAULT_FADE_OUT_MS,
        )
        action, row = ("replaced" if op.replace and timeline.music else "added"), (*others, new)
    _bounded(row)
    facts: Facts = {
        "action": action,
        "name": new.name,
        "volume": new.volume,
        "start_ms": start,
        "end_ms": end,
    }
    if action == "replaced":
        facts["count"] = len(timeline.music)
    return tidy(replace(timeline, music=row)), facts


def silenced(timeline: Timeline, start: int, end: int, muted: bool, library: Library) -> Timeline:
    """Mute the music from `start` to `end` (timeline ms), or bring it back. Refused as too_many."""
    row: list[Music] = []
    for item in timeline.music:
        for piece in _parted(item, (start, end), library.media[item.media].duration_ms):
            inside = start <= (piece.start + piece.end) / 2 < end
            row.append(replace(piece, muted=muted) if inside else piece)
    joined = _joined(row)
    ids = iter(fresh_ids("m", (one.id for one in timeline.music)))
    seen: set[str] = set()
    numbered = []
    for item in joined:
        numbered.append(replace(item, id=next(ids)) if item.id in seen else item)
        seen.add(item.id)
    _bounded(numbered)
    return tidy(replace(timeline, music=tuple(numbered)))


def _removed(timeline: Timeline, op: MusicOp) -> tuple[Timeline, Facts]:
    wanted = (op.file or "").strip().casefold()
    gone = [one for one in timeline.music if wanted in one.name.casefold()]
    if not gone:
        raise RefusedError("no_music", op.file)
    row = tuple(one for one in timeline.music if one not in gone)
    return replace(timeline, music=row), {"action": "removed", "count": len(gone), "name": gone[0].name}


def _file(name: str | None, library: Library) -> MediaItem:
    """The sound file that is meant: by its name, its name without the ending, or a part of it; else the newest."""
    files = [item for item in library.media.values() if item.kind == "audio"]
    if name is None or not files:
        if not files:
            raise RefusedError("no_music_file", name)
        return files[-1]
    wanted = name.strip().casefold()
    for fits in (
        [item for item in files if item.name.casefold() == wanted],
        [item for item in files if item.name.casefold().rpartition(".")[0] == wanted],
        [item for item in files if wanted in item.name.casefold()],
    ):
        if len(fits) > 1 and len({item.name for item in fits}) > 1:
            raise RefusedError("ambiguous_file", name, ", ".join(item.name for item in fits[:5]))
        if fits:
            return fits[-1]
    raise RefusedError("no_music_file", name)


def _parted(item: Music, points: Sequence[int], source_ms: int) -> list[Music]:
    """A music item parted at points of the timeline; what plays in each part stays where it is in the source.

    A part that begins in the middle of the source and lasts beyond its end would loop from there: it becomes two.
    """
    inner = [point for point in points if item.start + MIN_PIECE_MS <= point <= item.end - MIN_PIECE_MS]
    if not inner:
        return [item]
    period = max(1, source_ms - item.offset)
    plain = replace(item, fade_in=SEAM_MS, fade_out=SEAM_MS)
    parts: list[Music] = []
    for start, end in pairwise([item.start, *inner, item.end]):
        into = (start - item.start) % period
        turn = start + period - into
        if into and start + MIN_PIECE_MS < turn < end - MIN_PIECE_MS:
            parts.append(replace(plain, start=start, end=turn, offset=item.offset + into))
            parts.append(replace(plain, start=turn, end=end))
        else:
            parts.append(replace(plain, start=start, end=end, offset=item.offset + into))
    parts[0] = replace(parts[0], fade_in=item.fade_in)
    parts[-1] = replace(parts[-1], fade_out=item.fade_out)
    return parts


def _joined(row: Sequence[Music]) -> list[Music]:
    """Parts that play straight on in the same way become one again."""
    joined: list[Music] = []
    for item in row:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.fade_out == SEAM_MS
            and item
            == replace(
                last,
                id=item.id,
                start=last.end,
                end=item.end,
                offset=last.offset + last.end - last.start,
                fade_in=SEAM_MS,
                fade_out=item.fade_out,
            )
        ):
            joined[-1] = replace(last, end=item.end, fade_out=item.fade_out)
        else:
            joined.append(item)
    return joined


def _bounded(row: Sequence[Music]) -> None:
    if len(row) > MAX_MUSIC:
        raise RefusedError("too_many", len(row), MAX_MUSIC)
