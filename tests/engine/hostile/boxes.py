"""An MP4 with its boxes changed: what no encoder writes, but somebody may."""

import struct
from collections.abc import Callable, Iterator

_HOLD = {b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts"}

Change = Callable[[bytes, bytes], bytes | None]
"""Is given a box's type and payload; returns the boxes to stand in its place, or None to leave it."""


def box(kind: bytes, payload: bytes) -> bytes:
    """One box, its length in front."""
    return struct.pack(">I4s", 8 + len(payload), kind) + payload


def changed(data: bytes, change: Change) -> bytes:
    """The file with each of its boxes as `change` has it; the index must come after the media."""
    out = b""
    for kind, payload in _boxes(data):
        found = change(kind, payload)
        if found is not None:
            out += found
        else:
            out += box(kind, changed(payload, change) if kind in _HOLD else payload)
    return out


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        assert size >= 8
        yield kind, data[at + 8 : at + size]
        at += size
