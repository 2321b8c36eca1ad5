"""The packet index of a source: where its pictures lie, and where decoding can begin and end without its neighbours.

Read by demuxing alone, nothing is decoded. A picture's *rank* is its place in the order of showing; packets come in
the order of decoding. Where decoding begins afresh (an IDR picture), packets and ranks have the same numbers, so that
"the packets `a` up to `b`" are "the pictures `a` up to `b`" wherever `a` is such a start and `b` is clean.
"""

from array import array
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bot.engine.render import h264
from bot.engine.render.footage import container_of, picture_of, zero_of
from bot.engine.render.job import SourceFile
from bot.engine.render.treatment import PIXELS

Fault = Literal["codec", "size", "interlaced", "headers", "open", "index"]
"""Why nothing of a source can be copied: another codec or kind of pixels, pixels that are not square, fields, headers
that change, a picture refreshed bit by bit so that a player could jump nowhere, odd times."""

_UNSAID = 2
_FULL = 2


@dataclass(frozen=True)
class Tags:
    """How a track says its colours are meant, as numbers of ITU-T H.273; 2 is not said. `full`: levels 0 to 255."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full: bool = False


@dataclass(frozen=True, eq=False)
class Places:
    """How packets lie in a file, in the order of decoding: offset and length in bytes, time stamp in units of the
    index's `time_base`, and whether the container calls it a keyframe."""

    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    stamps: NDArray[np.int64]
    keys: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PacketIndex:
    """Of one H.264 source. `ticks` are the pictures' times in units of `time_base`, in the order of showing.

    `zero` is where the container's own clock begins, in s. `starts` are the ranks at which decoding can begin afresh,
    `seeks` the decoding times to seek to for them, `clean[rank]` says whether the packets before that rank are just
    the pictures before it. `broken` are the packets that are damaged or cut off. `depth` is how many pictures decoding
    runs ahead of showing. Where there is a `fault` nothing can be copied. `places` are known where packets are what
    lies in the file, and all that are decoded are also shown.
    """

    ticks: NDArray[np.int64]
    time_base: Fraction
    zero: Fraction
    starts: NDArray[np.int64]
    seeks: NDArray[np.int64]
    clean: NDArray[np.bool_]
    broken: NDArray[np.int64]
    depth: int
    headers: h264.Headers
    length_bytes: int
    tags: Tags
    fault: Fault | None = None
    places: Places | None = None

    @cached_property
    def times(self) -> NDArray[np.float64]:
        """When each picture is shown, s after the container's beginning."""
        return np.asarray(self.ticks * float(self.time_base) - float(self.zero), np.float64)

    def enter(self, rank: int) -> int | None:
        """The first rank from there on at which copying can begin."""
        at = int(np.searchsorted(self.starts, rank))
        return int(self.starts[at]) if at < len(self.starts) else None

    def leave(self, rank: int) -> int:
        """The last rank up to there before which copying can end."""
        found = np.flatnonzero(self.clean[max(0, rank - 64) : rank + 1])
        return max(0, rank - 64) + int(found[-1]) if len(found) else 0

    def whole_until(self, rank: int) -> int:
        """From a start on, the first packet that is damaged; where there is none, the end."""
        at = int(np.searchsorted(self.broken, rank))
        return int(self.broken[at]) if at < len(self.broken) else len(self.ticks)

    def before(self, rank: int) -> int:
        """Where decoding must begin to see a picture: the last start up to there."""
        at = int(np.searchsorted(self.starts, rank, side="right"))
        return int(self.starts[at - 1]) if at else 0

    def seek_for(self, start: int) -> int:
        """The decoding time of a start, in units of `time_base`."""
        return int(self.seeks[int(np.searchsorted(self.starts, start))])


def index_of(source: SourceFile) -> PacketIndex:
    """Read a source's packets. Raises MediaError(BROKEN) when it cannot be opened."""
    with container_of(source) as container:
        stream = picture_of(container)
        read = _Read()
        headers, length_bytes, fault = _headers(stream, source)
        if fault is None:
            fault = read.through(container, stream, headers, length_bytes)
        found = _index(read, fault, headers, length_bytes, stream, zero_of(container))
    return replace(found, places=read.places()) if found.fault is None and source.facts.container == "mov" else found


def _headers(stream: VideoStream, source: SourceFile) -> tuple[h264.Headers, int, Fault | None]:
    picture = source.facts.picture
    if picture is None or picture.codec != "h264" or picture.pix_fmt not in PIXELS:
        return h264.Headers(), 0, "codec"
    shown = (picture.height, picture.width) if picture.rotation % 180 else (picture.width, picture.height)
    if shown != (stream.codec_context.width, stream.codec_context.height):
        return h264.Headers(), 0, "size"
    try:
        headers, length_bytes = h264.headers_of(stream.codec_context.extradata or b"")
        if not headers.sps or not headers.pps:
            return headers, length_bytes, "headers"
        fault: Fault | None = None if headers.progressive else "interlaced"
    except h264.SyntaxFault:
        return h264.Headers(), 0, "headers"
    return headers, length_bytes, fault


@dataclass
class _Read:
    """What the packets say, in the order of decoding."""

    stamps: "array[int]" = field(default_factory=lambda: array("q"))
    starts: list[int] = field(default_factory=list)
    seeks: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    offsets: "array[int]" = field(default_factory=lambda: array("q"))
    lengths: "array[int]" = field(default_factory=lambda: array("q"))
    keys: bytearray = field(default_factory=bytearray)
    all_shown: bool = True

    def places(self) -> Places | None:
        """Where all of it lies; None where that is not known."""
        if not self.all_shown or not self.offsets or min(self.offsets) < 0:
            return None
        offsets, lengths, stamps = (np.frombuffer(one, np.int64) for one in (self.offsets, self.lengths, self.stamps))
        return Places(offsets, lengths, stamps, np.frombuffer(self.keys, np.bool_))

    def through(
        self, container: InputContainer, stream: VideoStream, headers: h264.Headers, length_bytes: int
    ) -> Fault | None:
        """Read to the end, or to where it cannot be read further: what comes after is not known then."""
        try:
            for packet in container.demux(stream):
                if packet.stream_index != stream.index or (packet.pts is None and packet.dts is None):
                    continue
                if packet.pts is None:
                    return "index"
                if packet.is_discard:  # decoded, never shown: outside of an edit list
                    self.all_shown = False
                    continue
                if packet.is_keyframe and (fault := self._start(packet, headers, length_bytes)) is not None:
                    return fault
                if packet.is_corrupt or (length_bytes and not h264.whole(memoryview(packet), length_bytes)):
                    self.broken.append(len(self.stamps))
                self.stamps.append(packet.pts)
                self.offsets.append(-1 if packet.pos is None else packet.pos)
                self.lengths.append(packet.size)
                self.keys.append(packet.is_keyframe)
        except FFmpegError:
            pass
        if not length_bytes and self.stamps:  # a transport stream does not tell how long its last packet should be
            self.broken.append(len(self.stamps) - 1)
        return None if self.stamps else "index"

    def _start(self, packet: "Packet[VideoStream]", headers: h264.Headers, length_bytes: int) -> Fault | None:
        """A keyframe: a start where it is an IDR picture (others may be needed by what is shown before them)."""
        try:
            units = list(h264.units_in(bytes(packet), length_bytes))
            if not headers.beside(h264.sets_among(units)):
                return "headers"
            if h264.settles(units):
                return "open"
        except h264.SyntaxFault:
            return "index"
        if any(h264.kind(unit) == h264.IDR for unit in units):
            stamp = packet.dts if packet.dts is not None else packet.pts  # Matroska tells no decoding times
            assert stamp is not None
            self.starts.append(len(self.stamps))
            self.seeks.append(stamp)
        return None


def _index(
    read: _Read, fault: Fault | None, headers: h264.Headers, length_bytes: int, stream: VideoStream, zero: Fraction
) -> PacketIndex:
    stamps = np.frombuffer(read.stamps, np.int64) if read.stamps else np.zeros(0, np.int64)
    order = np.argsort(stamps, kind="stable")
    ranks = np.empty(len(stamps), np.int64)
    ranks[order] = np.arange(len(stamps))
    ticks = stamps[order]
    if fault is None and len(ticks) > 1 and int(np.diff(ticks).min()) <= 0:
        fault = "index"
    number = np.arange(len(stamps))
    clean = np.concatenate(([True], np.maximum.accumulate(ranks) == number)) if len(ranks) else np.ones(1, np.bool_)
    starts, seeks = np.array(read.starts, np.int64), np.array(read.seeks, np.int64)
    usable = clean[starts] & (ranks[starts] == starts) if len(starts) else np.zeros(0, np.bool_)
    return PacketIndex(
        ticks=ticks,
        time_base=Fraction(stream.time_base or 1),
        zero=zero,
        starts=starts[usable],
        seeks=seeks[usable],
        clean=clean,
        broken=np.array(read.broken, np.int64),
        depth=int((number - ranks).max(initial=0)),
        headers=headers,
        length_bytes=length_bytes,
        tags=_tags(stream),
        fault=fault,
    )


def _tags(stream: VideoStream) -> Tags:
    context = stream.codec_context
    primaries, transfer, matrix = (
        int(value) or _UNSAID for value in (context.color_primaries, context.color_trc, context.colorspace)
    )
    return Tags(primaries, transfer, matrix, int(context.color_range) == _FULL)
