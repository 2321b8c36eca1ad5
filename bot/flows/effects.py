"""What is done to a clip or to the whole, as our own engine's draft tells it (`bot/engine/timeline/draft.py`).

A foreign draft has none of these keys, and nothing is told of it.
"""

from collections.abc import Mapping
from typing import Any

_OF_SEGMENT = {
    "rv": "reversed",
    "fz": "held",
    "dn": "denoised",
    "se": "sound_early",
    "sl": "sound_late",
    "du": "ducked",
}
_OF_LOOK = {
    "st": "stabilized", "l": "cropped", "r": "cropped", "t": "cropped", "b": "cropped", "ro": "rotated",
    "fa": "mirrored", "fd": "mirrored", "br": "coloured", "co": "coloured", "sa": "coloured", "te": "coloured",
    "ps": "coloured", "sh": "coloured", "vi": "coloured", "gr": "coloured", "bw": "bw", "cv": "covered",
    "zm": "zoomed", "fo": "following",
}  # fmt: skip
_OF_WHOLE = {
    "lu": "loudness",
    "tc": "timecode",
    "pb": "progress_bar",
    "lb": "letterbox",
    "fi": "fade_in",
    "fo": "fade_out",
}
_SPEED = "speed:"


def of_segment(segment: Mapping[str, Any]) -> tuple[str, ...]:
    """What is done to a segment of any track."""
    look = segment.get("lk")
    speed = segment.get("sp")
    found = [name for key, name in _OF_SEGMENT.items() if segment.get(key) not in (None, False, 0)]
    if isinstance(look, dict):
        found += [name for key, name in _OF_LOOK.items() if key in look]
    if isinstance(speed, int | float) and not isinstance(speed, bool) and speed > 0 and speed != 1:
        found.append(f"{_SPEED}{speed:.3g}")
    return tuple(dict.fromkeys(found))


def of_whole(meta: object) -> tuple[str, ...]:
    """What is done to the whole, by the draft's metadata."""
    if not isinstance(meta, dict):
        return ()
    return tuple(name for key, name in _OF_WHOLE.items() if meta.get(key) not in (None, False))


def both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The effects of two pieces of one clip; several speeds are told as the slowest and the fastest."""
    found = tuple(dict.fromkeys((*one, *other)))
    paces = [pace for name in found if name.startswith(_SPEED) for pace in name.removeprefix(_SPEED).split("-")]
    if len(paces) < 2:
        return found
    slowest, fastest = min(paces, key=float), max(paces, key=float)
    return (*(name for name in found if not name.startswith(_SPEED)), f"{_SPEED}{slowest}-{fastest}")
