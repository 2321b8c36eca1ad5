"""The sheet as a CMX 3600 edit decision list: the row of clips with cuts, dissolves and speeds, nothing else.

Written here and not by OpenTimelineIO's adapter: that one writes no sound, and where a clip is faster than it was
shot, a wrong source time.
"""

from collections.abc import Iterator
from fractions import Fraction

from bot.engine.interchange.names import plain
from bot.engine.interchange.sheet import Asset, Clip, Sheet

_HOUR_S = 3600
_TITLE_LETTERS = 70


def edl(sheet: Sheet) -> bytes:
    """The list. Its records begin at one hour, as tapes do; sources begin at zero. Timecode counts every frame."""
    lines = [f"TITLE: {plain(sheet.name)[:_TITLE_LETTERS]}", "FCM: NON-DROP FRAME", ""]
    around = zip((None, *sheet.row), sheet.row, (*sheet.row[1:], None), strict=False)
    for number, (before, clip, following) in enumerate(around, 1):
        lines += _event(number, clip, before, following, sheet.rate)
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def timecode(frames: int, rate: Fraction) -> str:
    """hh:mm:ss:ff, counted in whole frames a second: 29.97 counts as 30 and drops none."""
    base = round(rate)
    seconds, frame = divmod(frames, base)
    return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame:02}"


def reel(asset: Asset) -> str:
    """Eight letters and digits that name a file."""
    return "".join(letter for letter in asset.file.rpartition("/")[2].rpartition(".")[0] if letter.isalnum()).upper()[
        :8
    ]


def _event(number: int, clip: Clip, before: Clip | None, following: Clip | None, rate: Fraction) -> Iterator[str]:
    """An edit: from where the transition into it begins to where the next one does."""
    zero = _HOUR_S * round(rate)
    lead = clip.join.before if clip.join is not None else 0
    tail = following.join.before if following is not None and following.join is not None else 0
    start, end = clip.start - lead, clip.end - tail
    channel = "B" if clip.volume and clip.asset.channels else "V"

    def line(asset: Asset, kind: str, source: tuple[int, int], record: tuple[int, int]) -> str:
        times = " ".join(timecode(frame, rate) for frame in (*source, record[0] + zero, record[1] + zero))
        return f"{number:03}  {reel(asset):8} {channel:5} {kind:8} {times}"

    if clip.join is not None and before is not None:
        out = _source(before, start - before.start)
        yield line(before.asset, "C", (out, out), (start, start))
        length = clip.join.before + clip.join.after
        yield line(clip.asset, f"D    {length:03}", _sources(clip, start, end), (start, end))
        yield f"* FROM CLIP NAME: {_file(before)}"
        yield f"* TO CLIP NAME: {_file(clip)}"
    else:
        yield line(clip.asset, "C", _sources(clip, start, end), (start, end))
        yield f"* FROM CLIP NAME: {_file(clip)}"
    if clip.speed != 1 or clip.reverse:
        speed = f"{'-' if clip.reverse else ''}{float(clip.speed * rate):05.1f}"
        first, _ = _sources(clip, start, end)
        yield f"M2   {reel(clip.asset):8}      {speed:>6}                {timecode(first, rate)}"


def _sources(clip: Clip, start: int, end: int) -> tuple[int, int]:
    """Source in and out of a stretch of the record, in the file's own order."""
    first, last = _source(clip, start - clip.start), _source(clip, end - clip.start)
    return (last, first) if clip.reverse else (first, last)


def _source(clip: Clip, after: int) -> int:
    """The source frame so many record frames after the clip's cut (before it: below zero)."""
    played = round(after * clip.speed)
    return max(0, clip.source + clip.source_frames - played if clip.reverse else clip.source + played)


def _file(clip: Clip) -> str:
    return clip.asset.file.rpartition("/")[2]
