"""The child process of `bot.media.thumbs`: arguments PATH FOLDER SECONDS SIDE TIME_MS..., result how many it wrote."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from bot.media.child import serve
from bot.media.facts import MediaError, MediaFault
from bot.media.glance import STILL_SIDE, thumb
from bot.media.limits import MAX_MS
from bot.media.sniff import STILLS, container_in
from bot.media.upright import still, upright

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_QUALITY = 84
_MICROSECONDS = 1_000_000
_ON_S = 2.0
"""What is this near ahead is reached by decoding on; what is further is sought."""


def main() -> None:
    """Make the pictures of one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    path, folder, seconds = Path(args[0]).absolute(), Path(args[1]), float(args[2])
    side, times = int(args[3]), [int(word) for word in args[4:]]
    container = container_in(path)
    if container in STILLS:
        _save(still(path, container, STILL_SIDE), folder, 0)
        return {"made": 1}
    made = 0
    for at, image in _frames(path, container, times, seconds, side):
        _save(image, folder, at)
        made += 1
    if times and not made:
        raise MediaError(MediaFault.BROKEN, "no picture can be decoded")
    return {"made": made}


def _save(image: Image.Image, folder: Path, at_ms: int) -> None:
    target = thumb(folder, at_ms)
    part = target.with_suffix(f".{os.getpid()}.part")
    image.save(part, "JPEG", quality=_QUALITY)
    part.replace(target)


def _frames(
    path: Path, container: str, times: Sequence[int], seconds: float, side: int
) -> Iterator[tuple[int, Image.Image]]:
    from bot.media.streams import opened, picture_of  # noqa: PLC0415 - an image does without

    begun = time.monotonic()
    with opened(path, container) as source:
        stream = picture_of(source)
        if stream is None:
            raise MediaError(MediaFault.UNSUPPORTED, "there is no picture in it")
        stream.codec_context.skip_frame = "NONREF"  # neighbours look alike: what nothing depends on need not be decoded
        reader = _Reader(source, stream, begun + seconds / 2)
        shown: Image.Image | None = None
        for at in times:
            if time.monotonic() > begun + seconds:
                return
            frame = reader.at(min(at, MAX_MS) / 1000)
            if frame is not None:
                shown = upright(frame, stream, side)
            if shown is not None:  # past the end the last one stays
                yield at, shown


@dataclass
class _Reader:
    """Finds frames in growing order of time; after `hurry` it takes the first that can be decoded near it."""

    source: "InputContainer"
    stream: "VideoStream"
    hurry: float
    zero: float = field(init=False)
    frames: "Iterator[VideoFrame] | None" = None
    last: "VideoFrame | None" = None
    next: "VideoFrame | None" = None

    def __post_init__(self) -> None:
        self.zero = (self.source.start_time or 0) / _MICROSECONDS

    def at(self, wanted: float) -> "VideoFrame | None":
        """The frame on show so many seconds after the container's own beginning; None where nothing can be read."""
        ahead = None if self.next is None else wanted - self._time(self.next)
        if ahead is None or ahead > _ON_S:
            self._seek(wanted)
        while self.frames is not None and (self.next is None or self._time(self.next) <= wanted):
            self.last = self.next or self.last
            self.next = self._decoded()
            if self.next is None or time.monotonic() > self.hurry:
                break
        return self.last or self.next

    def _seek(self, wanted: float) -> None:
        from av.error import FFmpegError  # noqa: PLC0415 - as above

        try:
            self.source.seek(round((wanted + self.zero) * _MICROSECONDS))
        except FFmpegError:
            if self.frames is not None:
                return  # it cannot be sought in: read on
        self.last, self.next = None, None
        self.frames = self.source.decode(self.stream)

    def _decoded(self) -> "VideoFrame | None":
        from av.error import FFmpegError  # noqa: PLC0415 - as above

        assert self.frames is not None
        try:
            return next(self.frames, None)
        except FFmpegError:
            self.frames = None
            return None

    def _time(self, frame: "VideoFrame") -> float:
        return 0.0 if frame.pts is None or frame.time_base is None else float(frame.pts * frame.time_base) - self.zero


if __name__ == "__main__":
    main()
