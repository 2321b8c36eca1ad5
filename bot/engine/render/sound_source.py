"""The sound of a source as it is decoded: 48 kHz, two channels, 16 bit, in step with the source's time stamps.

In this process: another program would hand each packet from thread to thread, which takes longer than to decode it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from math import floor
from typing import cast

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.filter import Graph
from av.packet import Packet

from bot.engine.render.footage import container_of, zero_of
from bot.engine.render.job import SourceFile
from bot.engine.render.lines import SAMPLE_RATE
from bot.media.facts import MediaError, MediaFault
from bot.media.streams import sound_of

Part = tuple[Fraction, Fraction]

_MARGIN = Fraction(1)
"""Seconds decoded beyond what is used on either side: a decoder needs a moment to be exact."""

_LEAD = 2
"""Seconds further back that a seek goes, since it lands where the container likes."""

_MICROSECONDS = 1_000_000
_FRAME_BYTES = 4
_AT_ONCE = 1 << 13
"""Samples that come together."""

_IN_STEP = "48000:async=1:min_comp=0.01:max_soft_comp=0.02:min_hard_comp=0.04:first_pts={first}"
"""Keeps to the time stamps: gaps over 40 ms (a block or two of AAC) are filled, a drift beyond 10 ms is drawn in."""

_BOTH_SIDES = "stereo|c0=c0|c1=c0"
"""One channel on both sides as loud as it is; ffmpeg's own way takes 3 dB off."""

_LAYOUTS = ("mono", "stereo", "2.1", "4.0", "5.0", "5.1", "6.1", "7.1")
"""What ffmpeg takes so many channels for where the file does not say."""


def begins(part: Part) -> int:
    """Which sample of the source is the first that is decoded for a part (from, to, s of the source)."""
    return max(0, floor(part[0] - _MARGIN)) * SAMPLE_RATE


def seconds(part: Part) -> float:
    """How much is decoded for it at most, s."""
    return float(part[1] + _MARGIN - Fraction(begins(part), SAMPLE_RATE))


@contextmanager
def decoded(source: SourceFile, part: Part) -> Iterator[Iterator[bytes]]:
    """The part, decoded as it is taken.

    Raises MediaError(BROKEN), and so do the blocks where nothing of the sound can be decoded.
    """
    with container_of(source) as container:
        stream = sound_of(container)
        if stream is None:
            raise MediaError(MediaFault.BROKEN, "a source has lost its sound")
        said = stream.codec_context.layout
        if said.name == f"{said.nb_channels} channels" and said.nb_channels <= len(_LAYOUTS):
            stream.codec_context.layout = _LAYOUTS[said.nb_channels - 1]
        yield _blocks(container, stream, part)


def _blocks(container: InputContainer, stream: AudioStream, part: Part) -> Iterator[bytes]:
    steps: _Steps | None = None
    for frame in _frames(container, stream, Fraction(begins(part), SAMPLE_RATE)):
        if steps is None:
            steps = _Steps(frame, 0, seconds(part))
        elif steps.kind != _kind(frame):  # a broadcast goes from two channels to six
            yield from steps.through(None)
            steps = _Steps(frame, steps.next, seconds(part))
        yield from steps.through(frame)
        if steps.ended:
            return
    if steps is not None:
        yield from steps.through(None)


def _frames(container: InputContainer, stream: AudioStream, begin: Fraction) -> Iterator[AudioFrame]:
    """What can be decoded, in order, its times in samples of its own rate after `begin` (s).

    Raises MediaError(BROKEN) where nothing can.
    """
    zero = zero_of(container)
    if begin > _LEAD:
        container.seek(round((begin - _LEAD + zero) * _MICROSECONDS))
    tick, ahead = float(stream.time_base or 0), float(begin + zero)
    following, count, failed = 0, 0, False
    base = Fraction(1)
    for packet in _packets(container, stream):
        try:
            frames = packet.decode()
        except FFmpegError:
            failed = True
            continue
        for frame in frames:
            rate = frame.sample_rate
            if frame.pts is not None:
                following = round((frame.pts * tick - ahead) * rate)
            base = base if base.denominator == rate else Fraction(1, rate)
            frame.pts, frame.time_base = following, base
            following += frame.samples
            count += 1
            yield frame
    if failed and not count:
        raise MediaError(MediaFault.BROKEN, "the sound cannot be decoded")


def _packets(container: InputContainer, stream: AudioStream) -> "Iterator[Packet[AudioStream]]":
    """Up to where the file can be read."""
    with suppress(FFmpegError):
        yield from container.demux(stream)


def _kind(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


class _Steps:
    """What frames of one kind go through; `next` is the sample that comes out next, `ended` once none does."""

    def __init__(self, frame: AudioFrame, first: int, seconds: float) -> None:
        """The first of these frames; sample `first` is the first that comes out, up to `seconds`."""
        self.kind = rate, name, layout = _kind(frame)
        self.next = first
        self.ended = False
        self._graph = graph = Graph()
        graph.threads = 1
        steps = [
            graph.add_abuffer(sample_rate=rate, format=name, layout=layout, time_base=Fraction(1, rate)),
            graph.add("aresample", _IN_STEP.format(first=first)),
            graph.add("atrim", f"end={seconds:.3f}"),
            *([graph.add("pan", _BOTH_SIDES)] if frame.layout.nb_channels == 1 else []),
            graph.add("aformat", f"sample_fmts=s16:channel_layouts=stereo:sample_rates={SAMPLE_RATE}"),
            graph.add("asetnsamples", f"{_AT_ONCE}:p=0"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*steps)
        graph.configure()

    def through(self, frame: AudioFrame | None) -> Iterator[bytes]:
        """What comes out when this goes in; None: what is left."""
        try:
            self._graph.push(frame)
            while True:
                out = cast("AudioFrame", self._graph.pull())
                self.next += out.samples
                yield memoryview(out.planes[0])[: out.samples * _FRAME_BYTES].tobytes()
        except BlockingIOError:
            return
        except EOFError:
            self.ended = True
