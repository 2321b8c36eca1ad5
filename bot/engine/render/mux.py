"""Puts the encoded pieces and the sound into one MP4 by copying packets, time stamps counted in frames."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from bot.engine.render.plan import RenderPlan
from bot.media.facts import MediaError, MediaFault

_REORDER = 2
"""Frames by which x264's B-frames (with a pyramid) make decoding run ahead of showing."""

_TEXT_HEAD = (
    b"[Script Info]\nScriptType: v4.00+\nPlayResX: 384\nPlayResY: 288\n\n[V4+ Styles]\n"
    b"Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    b"Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
    b"MarginR, MarginV, Encoding\n"
    b"Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0\n\n"
    b"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)
"""What the muxer makes a text track's description of."""

_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}


@dataclass(frozen=True)
class Captions:
    """A text track: its language (ISO 639-2) and its packets in order; without packets there is no track."""

    language: str
    packets: "Sequence[Packet[Any]]"


def mux(
    plan: RenderPlan,
    pieces: Sequence[Path],
    sound: Path,
    captions: Captions,
    target: Path,
    on_part: Callable[[float], None],
) -> None:
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
        beside = [_Beside(output.add_stream_from_template(sound_in), _packets(heard.demux(sound_in)))]
        if captions.packets:
            beside.append(_Beside(_text_stream(output, captions.language), iter(captions.packets)))
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
        for span, piece in zip(plan.spans, pieces, strict=True):
            for packet in _piece(piece, span.first, span.frames, fps, headers):
                time = (packet.dts or 0) / fps
                for other in beside:
                    other.write(output, time)
                packet.stream = picture_out
                output.mux(packet)
            piece.unlink()
            on_part(span.end / plan.frames)
        for other in beside:
            other.write(output, None)


class _Beside:
    """A track beside the picture, written as far as the picture is."""

    def __init__(self, stream: "Stream", packets: "Iterator[Packet[Any]]") -> None:
        self._stream = stream
        self._packets = packets
        self._held = next(packets, None)

    def write(self, output: OutputContainer, until: Fraction | None) -> None:
        """Everything up to a time (s); None: to the end."""
        while self._held is not None:
            if until is not None and (self._held.dts or 0) * (self._held.time_base or Fraction(0)) > until:
                return
            self._held.stream = self._stream
            output.mux(self._held)
            self._held = next(self._packets, None)


def _text_stream(output: OutputContainer, language: str) -> Stream:
    """A track of timed text; the look is the player's own."""
    stream = output.add_stream("mov_text")
    stream.codec_context.subtitle_header = _TEXT_HEAD
    stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
    stream.metadata["language"] = language
    return stream


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
