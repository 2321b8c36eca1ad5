"""A file opened for a look at its picture or its sound: the guard of `bot.media.ffmpeg` in one place. For children."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard, Disposition, Stream
from av.video.stream import VideoStream

from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import DECODERS, MAX_PIXELS, OPEN_OPTIONS
from bot.media.limits import MAX_SIDE

_HIDDEN = Disposition.attached_pic | Disposition.timed_thumbnails
_THREADS = 2


@contextmanager
def opened(path: Path, container: str) -> Iterator[InputContainer]:
    """The file, opened by the demuxer its content asks for. Raises MediaError(BROKEN)."""
    try:
        # Titles in Latin-1 or GBK are ordinary: PyAV would refuse the whole file for them.
        source = av.open(str(path), format=container, options=OPEN_OPTIONS, metadata_errors="replace")
    except (FFmpegError, OSError) as error:
        raise MediaError(MediaFault.BROKEN, "the file cannot be read") from error
    with source:
        yield source


def picture_of(source: InputContainer) -> VideoStream | None:
    """The first picture that is no cover, the only stream that is read from now on; None where there is none.

    Raises MediaError: UNSUPPORTED (its decoder is not allowed), TOO_MANY_PIXELS.
    """
    stream = next((one for one in source.streams.video if not one.disposition & _HIDDEN), None)
    if stream is None:
        return None
    _allow(stream)
    context = stream.codec_context
    if context.width * context.height > MAX_PIXELS or max(context.width, context.height) > MAX_SIDE:
        raise MediaError(MediaFault.TOO_MANY_PIXELS, f"{context.width}x{context.height}", MAX_PIXELS)
    context.options = {"max_pixels": str(MAX_PIXELS)}  # a stream may grow on its way
    context.thread_type, context.thread_count = "AUTO", _THREADS
    read_only(source, stream)
    return stream


def sound_of(source: InputContainer) -> AudioStream | None:
    """The first sound, the only stream that is read from now on; None where there is none.

    Raises MediaError(UNSUPPORTED) when its decoder is not allowed.
    """
    stream = next(iter(source.streams.audio), None)
    if stream is not None:
        _allow(stream)
        read_only(source, stream)
    return stream


def _allow(stream: VideoStream | AudioStream) -> None:
    context = stream.codec_context
    name = context.codec.name if context else "unknown"  # type: ignore[truthy-bool]  # None where there is no decoder
    if name not in DECODERS:
        raise MediaError(MediaFault.UNSUPPORTED, f"codec {name[:30]}")


def read_only(source: InputContainer, *wanted: Stream) -> None:
    """Have the demuxer leave out the rest: of a long video's sound, only the sound is read from the disk."""
    read = {stream.index for stream in wanted}
    for stream in source.streams:
        stream.discard = Discard.default if stream.index in read else Discard.all
