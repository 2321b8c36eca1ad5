"""A source opened for a look: where its picture ends, how its colours are meant, from where a time can be decoded."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from threading import Lock

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from bot.engine.render import h264
from bot.engine.render.job import SourceFile
from bot.media import streams
from bot.media.facts import MediaError, MediaFault
from bot.media.hdr import LIGHTS, Light

_MICROSECONDS = 1_000_000
_BETWEEN = 4
"""Pictures shown to one that others refer to: of those H.264 counts until a picture is right, at most."""
_ZERO = Fraction(0)
_STEPS = (0, 1, 5, 20, 60)
"""Seconds further back that are tried, one after the other, before the file is read from its start."""

_HD_LINES = 720
_BT601 = (5, 6)
_BT2020 = (9, 10)
_BT709 = 1
_FULL_RANGE = 2


@dataclass(frozen=True)
class Colours:
    """The name ffmpeg's filters know the source's matrix by; how its light is coded where it is of high range."""

    matrix: str
    full_range: bool
    light: Light = "pq"


class Footage:
    """An open video source. Several workers may ask at once. Times are in s after `zero`, as the timeline has them.

    `last` is when the last picture is shown. Of a file that holds a part of a source only, `begins` (s) is where.
    """

    def __init__(self, source: SourceFile, container: InputContainer, begins: Fraction = _ZERO) -> None:
        self.source = source
        self._container = container
        self._stream = picture_of(container)
        self._lock = Lock()
        self.begins = begins
        self.zero = zero_of(container) - begins
        self._time_base = Fraction(self._stream.time_base or Fraction(1, _MICROSECONDS))
        self.colours = self._colours()
        self.last = self._last_picture()

    def start_for(self, at: Fraction) -> Fraction:
        """A time to seek to so that the picture shown at `at` is decoded.

        A seek goes by decoding time and may land behind the picture that is on show, in footage of variable rate or
        in a transport stream even at a place where decoding cannot begin: so the landing place is looked at first.
        """
        with self._lock:
            for step in _STEPS:
                start = at - step
                if start <= self.begins:
                    break
                if self._decodable(start, at):
                    return start
        return self.begins

    def frame_at(self, at: Fraction) -> Fraction:
        """When the picture begins that is shown at a time; 0 before the first one."""
        with self._lock:
            for step in _STEPS[1:]:
                stamps: list[int] = []
                try:
                    self._container.seek(round((max(Fraction(0), at - step) + self.zero) * _MICROSECONDS))
                    for packet in self._container.demux(self._stream):
                        stamp = _stamp(packet)
                        if stamp is None:
                            continue
                        if packet.is_keyframe and stamp * self._time_base - self.zero > at:
                            break
                        stamps.append(stamp)
                except FFmpegError:
                    pass
                times = [stamp * self._time_base - self.zero for stamp in stamps]
                if shown := [time for time in times if time <= at]:
                    return max(Fraction(0), *shown)
        return Fraction(0)

    def _decodable(self, start: Fraction, at: Fraction) -> bool:
        try:
            self._container.seek(round((start + self.zero) * _MICROSECONDS))
            for packet in self._container.demux(self._stream):
                stamp = _stamp(packet)
                if stamp is None:
                    continue
                time = stamp * self._time_base - self.zero
                settled = self._settled(packet, time) if packet.is_keyframe else None
                if settled is not None and settled <= at:
                    return True
                if time > at + 1:
                    return False
        except FFmpegError:
            return False
        return False

    def _settled(self, packet: "Packet[VideoStream]", time: Fraction) -> Fraction | None:
        """From when on pictures are right where decoding begins with a keyframe; None where they never are."""
        picture = self.source.facts.picture
        if picture is None or picture.codec != "h264":
            return time
        try:
            _, length_bytes = h264.headers_of(self._stream.codec_context.extradata or b"")
            count = h264.settles(h264.units_in(bytes(packet), length_bytes))
        except h264.SyntaxFault:
            return time
        return None if count is None else time + Fraction(count * _BETWEEN * picture.fps_den, picture.fps_num)

    def _last_picture(self) -> Fraction:
        """When the last frame is shown, s."""
        length = self.begins + Fraction(self.source.facts.duration_ms, 1000)
        for step in _STEPS[1:]:
            found = self._last_after(max(self.begins, length - step))
            if found is not None:
                return found
        return self._last_after(self.begins) or length

    def _last_after(self, start: Fraction) -> Fraction | None:
        stamps: list[int] = []
        try:
            self._container.seek(round((start + self.zero) * _MICROSECONDS))
            stamps += [stamp for packet in self._container.demux(self._stream) if (stamp := _stamp(packet)) is not None]
        except FFmpegError:
            pass
        return max(stamps) * self._time_base - self.zero if stamps else None

    def _colours(self) -> Colours:
        context = self._stream.codec_context
        matrix = matrix_of(int(context.colorspace), context.height)
        full = int(context.color_range) == _FULL_RANGE or (context.pix_fmt or "").startswith("yuvj")
        return Colours(matrix, full, LIGHTS.get(int(context.color_trc), "pq"))


def matrix_of(said: int, lines: int) -> str:
    """The matrix that players take for a number of ITU-T H.273, or by the number of lines where it is not said."""
    if said == _BT709 or (said not in _BT601 + _BT2020 and lines >= _HD_LINES):
        return "bt709"
    return "bt2020" if said in _BT2020 else "bt601"


def _stamp(packet: "Packet[VideoStream]") -> int | None:
    return packet.pts if packet.pts is not None else packet.dts


def zero_of(container: InputContainer) -> Fraction:
    """Where a container's own clock begins, s."""
    return Fraction(container.start_time or 0, _MICROSECONDS)


@contextmanager
def opened(source: SourceFile, begins: Fraction = _ZERO) -> Iterator[Footage]:
    """Open a video source, or a part of one that begins there; raises MediaError(BROKEN) when that fails."""
    with container_of(source) as container:
        yield Footage(source, container, begins)


def container_of(source: SourceFile) -> AbstractContextManager[InputContainer]:
    """Open any source; raises MediaError(BROKEN) when that fails."""
    return streams.opened(source.path, source.facts.container)


def picture_of(container: InputContainer) -> VideoStream:
    """The picture of a source, guarded as `bot.media.streams` does; raises MediaError, BROKEN where there is none."""
    stream = streams.picture_of(container)
    if stream is None:
        raise MediaError(MediaFault.BROKEN, "a source has lost its picture")
    return stream
