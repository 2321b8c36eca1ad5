"""The packets of the finished picture track, span by span: copied out of the sources, or read from what was encoded.

All come as an MP4 wants them (NAL units behind lengths), the frames of a span in the order of decoding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bot.engine.render import h264
from bot.engine.render.readers import Reader
from bot.media.facts import MediaError, MediaFault

_MOV_LENGTH = 4
_LEFT_OUT = (h264.SPS, h264.PPS, h264.DELIMITER)


@dataclass(frozen=True)
class Coded:
    """One coded picture; `frame` is its place among those of its span, in the order of showing."""

    data: bytes
    frame: int
    key: bool


def copied(reader: Reader, first: int, end: int) -> Iterator[Coded]:
    """Pictures `first` up to `end` of a source as they are.

    Raises MediaError(BROKEN) when the source has changed since it was indexed.
    """
    index, count = reader.index, 0
    ticks = index.ticks[first:end]
    for packet in reader.packets(first):
        frame = _place(ticks, packet.pts)
        if not count and frame != 0:  # it begins further ahead
            continue
        if frame is None:
            break
        data = bytes(packet)
        key = packet.is_keyframe and _is_key(data, index.length_bytes)
        count += 1
        yield Coded(_as_mov(data, index.length_bytes), frame, key)
        if count == len(ticks):
            return
    raise MediaError(MediaFault.BROKEN, "a source is not what it was")


def _place(ticks: NDArray[np.int64], stamp: int | None) -> int | None:
    """Which of these times a time stamp is; None where it is none of them."""
    at = len(ticks) if stamp is None else int(np.searchsorted(ticks, stamp))
    return at if at < len(ticks) and ticks[at] == stamp else None


def headers_in(path: Path) -> h264.Headers:
    """The parameter sets of an encoded piece. Raises MediaError(BROKEN)."""
    with _opened(path) as piece:
        return _headers(piece.streams.video[0])


def encoded(path: Path, frames: int, fps: Fraction, headers: h264.Headers) -> Iterator[Coded]:
    """The packets of a piece. Raises MediaError(BROKEN) when it is not what the plan and `headers` say."""
    with _opened(path) as piece:
        stream = piece.streams.video[0]
        if not headers.beside(_headers(stream)):
            raise MediaError(MediaFault.BROKEN, "a piece has other headers than the track")
        base = Fraction(stream.time_base or 0)
        count = 0
        zero = 0  # NUT has no negative times, so the first frame's PTS is the encoder's delay
        for packet in piece.demux(stream):
            if not packet.size or packet.pts is None:
                continue
            zero = zero if count else packet.pts
            count += 1
            yield Coded(_as_mov(bytes(packet), 0), round((packet.pts - zero) * base * fps), packet.is_keyframe)
    if count != frames:
        raise MediaError(MediaFault.BROKEN, f"a piece has {count} frames instead of {frames}")


def _opened(path: Path) -> InputContainer:
    """A piece for its packets alone: libav would decode pictures to learn what these tell, 10 ms a piece."""
    skip = {"skip_frame": "all"}
    return av.open(str(path), format="nut", stream_options=[skip])  # type: ignore[list-item]  # PyAV's stub is wrong


def _headers(stream: VideoStream) -> h264.Headers:
    try:
        return h264.headers_of(stream.codec_context.extradata or b"")[0]
    except h264.SyntaxFault as error:
        raise MediaError(MediaFault.BROKEN, "a piece has no headers") from error


def _is_key(data: bytes, length_bytes: int) -> bool:
    """Whether a player may jump to a picture: a container's own word for it may be wrong."""
    try:
        return h264.settles(h264.units_in(data, length_bytes)) == 0
    except h264.SyntaxFault:
        return False


def _as_mov(data: bytes, length_bytes: int) -> bytes:
    """A packet with lengths of four bytes; what stands in the track's own description is left out."""
    if length_bytes == _MOV_LENGTH:
        return data
    return h264.packed(unit for unit in h264.units_in(data, length_bytes) if h264.kind(unit) not in _LEFT_OUT)
