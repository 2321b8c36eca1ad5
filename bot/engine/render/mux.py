"""Puts the encoded pieces and the sound into one MP4 by copying packets, time stamps counted in frames."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.packet import Packet
from av.video.stream import VideoStream

from bot.engine.render.plan import RenderPlan
from bot.media.facts import MediaError, MediaFault

_REORDER = 2
"""Frames by which x264's B-frames (with a pyramid) make decoding run ahead of showing."""

_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}


def mux(plan: RenderPlan, pieces: Sequence[Path], sound: Path, target: Path, on_part: Callable[[float], None]) -> None:
    """Write `target`, with its index in front; each piece is deleted once it is in.

    Raises MediaError(BROKEN) when a piece is not what the plan says, OSError when the disk is full.
    """
    fps = plan.frame.fps
    with (
        av.open(str(target), "w", format="mp4", container_options=_OPTIONS) as output,
        av.open(str(pieces[0]), format="nut") as first,
        av.open(str(sound), format="mov") as heard,
    ):
        picture_out = output.add_stream_from_template(first.streams.video[0])
        picture_out.time_base = 1 / fps
        sound_in = heard.streams.audio[0]
        sound_out = output.add_stream_from_template(sound_in)
        if plan.chapters:
            output.set_chapters(
                [
                    {
                        "id": number,
                        "start": mark.start,
                        "end": mark.end,
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": mark.title},
                    }
                    for number, mark in enumerate(plan.chapters)
                ]
            )
        headers = first.streams.video[0].codec_context.extradata
        waiting = _packets(heard.demux(sound_in))
        held = next(waiting, None)
        for span, piece in zip(plan.spans, pieces, strict=True):
            for packet in _piece(piece, span.first, span.frames, fps, headers):
                time = (packet.dts or 0) / fps
                while held is not None and (held.dts or 0) * (held.time_base or Fraction(0)) <= time:
                    held.stream = sound_out
                    output.mux(held)
                    held = next(waiting, None)
                packet.stream = picture_out
                output.mux(packet)
            piece.unlink()
            on_part(span.end / plan.frames)
        while held is not None:
            held.stream = sound_out
            output.mux(held)
            held = next(waiting, None)


def _packets(packets: "Iterator[Packet[Any]]") -> "Iterator[Packet[Any]]":
    return (packet for packet in packets if packet.size and packet.pts is not None)


def _piece(path: Path, first: int, frames: int, fps: Fraction, headers: bytes | None) -> "Iterator[Packet[Any]]":
    """A piece's packets at their place: PTS in frames, DTS the sorted PTS moved ahead by the reordering."""
    with av.open(str(path), format="nut") as piece:
        stream: VideoStream = piece.streams.video[0]
        if stream.codec_context.extradata != headers:
            raise MediaError(MediaFault.BROKEN, "a piece has other headers than the first")
        base = Fraction(stream.time_base or 0)
        count = 0
        zero = 0  # NUT has no negative times, so the first frame's PTS is the encoder's delay
        for packet in _packets(piece.demux(stream)):
            assert packet.pts is not None
            zero = zero if count else packet.pts
            packet.pts = first + round((packet.pts - zero) * base * fps)
            packet.dts = first + count - _REORDER
            packet.time_base = 1 / fps
            packet.duration = 1
            count += 1
            yield packet
    if count != frames:
        raise MediaError(MediaFault.BROKEN, f"a piece has {count} frames instead of {frames}")
