"""Pictures between a cut and the place where copying begins, and those of a plain transition: decoded and encoded.

In this process, by PyAV: a second of video is done before another program would have started. What comes before the
first wanted picture is decoded only as far as the wanted ones need it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from bot.engine.render import h264
from bot.engine.render.copying import Track
from bot.engine.render.index import PacketIndex
from bot.engine.render.job import Quality
from bot.engine.render.readers import Reader
from bot.media.facts import MediaError, MediaFault

_COARSER: Mapping[Quality, int] = {"high": -1, "medium": 2, "preview": 5, "proxy": 5}
"""By how much x264's quantizer is above the source's: what is seen for a moment must not stand out from it."""

_PARAMS = "stitchable=1:open-gop=0:bframes=0:cabac=1:scenecut=0:rc-lookahead=0"
"""A constant quantizer needs no look ahead: half the time of a frame at a rate factor."""

_FULL_RANGE = 2


@dataclass(frozen=True)
class Pictures:
    """Pictures `first` up to `end` (ranks) of a source."""

    first: int
    end: int


@dataclass(frozen=True)
class Coding:
    """How they are encoded: into which track, frames a second, by a quantizer beside which `quality`, by how many."""

    track: Track
    fps: Fraction
    quality: Quality
    threads: int


def encode(reader: Reader, wanted: Pictures, quantizer: int, coding: Coding, target: Path) -> None:
    """Write the pictures to `target` (NUT), one a frame, beginning with a keyframe.

    The source is coded by about this `quantizer`. A picture that cannot be decoded is replaced by the one before it.
    Raises MediaError(BROKEN) when none can.
    """
    write(pictures(reader, wanted), reader.decoder, quantizer, coding, target)


def pictures(reader: Reader, wanted: Pictures) -> Iterator[VideoFrame]:
    """The pictures decoded, in order, exactly as many. Raises MediaError(BROKEN)."""
    return _held(_decoded(reader, wanted), wanted)


def write(frames: Iterator[VideoFrame], like: VideoCodecContext, quantizer: int, coding: Coding, target: Path) -> None:
    """Encode frames of the size of those of a decoder."""
    with av.open(str(target), "w", format="nut") as output:
        made = _encoder(output, like, quantizer + _COARSER[coding.quality], coding)
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base = number, 1 / coding.fps
            frame.pict_type = PictureType.NONE
            output.mux(made.encode(frame))
        output.mux(made.encode(None))


def _encoder(
    output: av.container.OutputContainer, shown: VideoCodecContext, quantizer: int, coding: Coding
) -> VideoStream:
    track, fps = coding.track, coding.fps
    params = f"{_PARAMS}:sps-id={track.cut_id}"
    options = {"preset": "ultrafast", "qp": str(quantizer), "x264-params": params}
    made = output.add_stream("libx264", rate=fps, options=options)
    context = made.codec_context
    context.width, context.height = shown.width, shown.height
    context.pix_fmt = "yuv420p"
    context.time_base = 1 / fps
    context.color_primaries = track.tags.primaries
    context.color_trc = track.tags.transfer
    context.colorspace = track.tags.matrix
    context.color_range = _FULL_RANGE if track.tags.full else 1
    context.thread_count = coding.threads
    return made


def _held(frames: Iterator[tuple[int, VideoFrame]], wanted: Pictures) -> Iterator[VideoFrame]:
    """Exactly one frame for each picture: a missing one is the one before, or the first there is."""
    count, last = 0, None
    for number, frame in frames:
        while count <= number:
            yield frame if last is None or count == number else last
            count += 1
        last = frame
    if last is None:
        raise MediaError(MediaFault.BROKEN, "a picture cannot be decoded")
    while count < wanted.end - wanted.first:
        yield last
        count += 1


def _decoded(reader: Reader, wanted: Pictures) -> Iterator[tuple[int, VideoFrame]]:
    """The wanted pictures that can be decoded, each with its number among them, in order."""
    ticks = reader.index.ticks
    numbers = {int(ticks[rank]): rank - wanted.first for rank in range(wanted.first, wanted.end)}
    left = len(numbers)
    for packet in reader.packets(wanted.first):
        if packet.pts is not None and packet.pts < ticks[wanted.first] and _disposable(packet, reader.index):
            continue
        try:
            frames = reader.decoder.decode(packet)
        except FFmpegError:
            continue
        for frame in frames:
            number = numbers.get(frame.pts) if frame.pts is not None else None
            if number is not None:
                yield number, frame
                left -= 1
        if not left:
            return


def _disposable(packet: "Packet[VideoStream]", index: PacketIndex) -> bool:
    try:
        return h264.disposable(h264.units_in(bytes(packet), index.length_bytes))
    except h264.SyntaxFault:
        return False
