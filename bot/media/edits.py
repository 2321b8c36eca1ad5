"""How many edits an MP4 lists: libav works through each of them, and a few megabytes of them take it minutes."""

from pathlib import Path
from struct import Struct
from typing import BinaryIO

from bot.media.facts import MediaError, MediaFault

MOST_EDITS = 10_000
"""Cameras and editors write a handful."""

_MOST_BOXES = 100_000
_HOLD = (b"moov", b"trak", b"edts")
_HEAD, _LONG, _COUNT = Struct(">I4s"), Struct(">Q"), Struct(">4xI")


def check_edits(path: Path) -> None:
    """Look through the index of an MP4 or MOV, without reading its media. Raises MediaError(BROKEN)."""
    with path.open("rb") as file:
        _check(file, 0, path.stat().st_size, [_MOST_BOXES])


def _check(file: BinaryIO, at: int, end: int, left: list[int]) -> None:
    """The boxes from `at` to `end` (ISO/IEC 14496-12, 4.2); after so many it is left to the probe's own clock."""
    while at + _HEAD.size <= end and left[0] > 0:
        left[0] -= 1
        file.seek(at)
        size, kind = _HEAD.unpack(file.read(_HEAD.size).ljust(_HEAD.size, b"\0"))
        inside = at + _HEAD.size
        if size == 1:
            size = _LONG.unpack(file.read(_LONG.size).ljust(_LONG.size, b"\0"))[0]
            inside += _LONG.size
        stop = min(end, at + size) if size else end
        if stop < inside:
            return
        if kind == b"elst":
            entries = _COUNT.unpack(file.read(_COUNT.size).ljust(_COUNT.size, b"\0"))[0]
            if entries > MOST_EDITS:
                raise MediaError(MediaFault.BROKEN, f"{entries} edits")
        elif kind in _HOLD:
            _check(file, inside, stop, left)
        at = stop
