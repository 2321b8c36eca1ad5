"""A plain transition: the pictures of two sources, mixed by a filter in this process."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, repeat
from pathlib import Path

import av.filter
from av.video.codeccontext import VideoCodecContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from bot.engine.render.graph import XFADE
from bot.engine.render.heads import Coding, Pictures, pictures, write
from bot.engine.render.readers import Reader
from bot.engine.timeline.model import TransitionStyle

_COARSER = 3
"""While one picture becomes another nobody sees as much, and everything moves: it would take a lot of bytes."""

_BEHIND = 3
"""The filter keeps back so many frames at most."""


def encode_join(
    readers: tuple[Reader, Reader],
    wanted: tuple[Pictures, Pictures],
    style: TransitionStyle,
    quantizer: int,
    coding: Coding,
    target: Path,
) -> None:
    """Write the transition to `target` (NUT): as many frames as each side has pictures. Raises MediaError(BROKEN)."""
    sides = [pictures(reader, one) for reader, one in zip(readers, wanted, strict=True)]
    frames = wanted[0].end - wanted[0].first
    mixed = _mixed(sides[0], sides[1], readers[0].decoder, frames, style, coding.fps)
    write(islice(mixed, frames), readers[0].decoder, quantizer + _COARSER, coding, target)


def _mixed(
    before: Iterator[VideoFrame],
    after: Iterator[VideoFrame],
    like: VideoCodecContext,
    frames: int,
    style: TransitionStyle,
    fps: Fraction,
) -> Iterator[VideoFrame]:
    graph = av.filter.Graph()
    form = VideoFormat("yuv420p")
    inputs = [
        graph.add_buffer(width=like.width, height=like.height, format=form, time_base=1 / fps, name=f"side{number}")
        for number in range(2)
    ]
    rates = [graph.add("fps", f"fps={fps.numerator}/{fps.denominator}") for _ in inputs]
    cross = graph.add("xfade", f"transition={XFADE[style]}:duration={float(frames / fps):.6f}:offset=0")
    for number, (given, rate) in enumerate(zip(inputs, rates, strict=True)):
        given.link_to(rate)
        rate.link_to(cross, 0, number)
    sink = graph.add("buffersink")
    cross.link_to(sink)
    graph.configure()
    for number, pair in enumerate(zip(_onward(before), _onward(after), strict=True)):
        if number == frames + _BEHIND:
            return
        for given, frame in zip(inputs, pair, strict=True):
            frame.pts, frame.time_base = number, 1 / fps
            given.push(frame)
        while True:
            try:
                made = sink.pull()
            except (av.BlockingIOError, av.EOFError):
                break
            assert isinstance(made, VideoFrame)
            yield made


def _onward(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """The last one goes on."""
    last = None
    for last in frames:
        yield last
    yield from repeat(last) if last is not None else ()
