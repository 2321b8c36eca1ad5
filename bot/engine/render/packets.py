"""A source's packets from a picture on: read where they lie in the file, or demuxed where that is not known."""

from collections.abc import Iterator
from typing import BinaryIO, cast

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from bot.engine.render.index import PacketIndex, Places
from bot.media.facts import MediaError, MediaFault

_BACK = (0, 1, 5, 20, 60)
"""Seconds further back that a seek is tried, since it lands where the container likes."""


def read(
    file: BinaryIO, decoder: VideoCodecContext, index: PacketIndex, places: Places, rank: int
) -> "Iterator[Packet[VideoStream]]":
    """The packets from where decoding must begin to see a picture, to the end of the file; the decoder begins afresh.

    A demuxer of an hour's footage holds 11 MB to know the same. Raises MediaError(BROKEN) when the file is shorter.
    """
    decoder.flush_buffers()
    for number in range(index.before(rank), len(places.offsets)):
        file.seek(int(places.offsets[number]))
        data = file.read(length := int(places.lengths[number]))
        if len(data) < length:
            raise MediaError(MediaFault.BROKEN, "a source is not what it was")
        packet = cast("Packet[VideoStream]", Packet(data))
        packet.pts, packet.time_base = int(places.stamps[number]), index.time_base
        packet.is_keyframe = bool(places.keys[number])
        yield packet
    yield cast("Packet[VideoStream]", Packet())  # has the decoder give what it holds back


def demuxed(
    container: InputContainer, stream: VideoStream, index: PacketIndex, rank: int
) -> "Iterator[Packet[VideoStream]]":
    """The same, or from further ahead."""
    start = index.before(rank)
    wanted = index.seek_for(start) if start in index.starts else None
    # Some containers seek by the time a picture is shown; one that goes by decoding lands on the same place then.
    shown = int(index.ticks[start])
    for at in (shown, *(wanted - round(back / index.time_base) for back in _BACK)) if wanted is not None else ():
        assert wanted is not None
        try:
            container.seek(at, stream=stream)
            packets = container.demux(stream)
            first = next(packets, None)
        except FFmpegError:
            break
        if first is not None and first.pts is not None and first.pts <= index.ticks[start]:
            yield first
            yield from packets
            return
    container.seek(container.start_time or 0)
    yield from container.demux(stream)
