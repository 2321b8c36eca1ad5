"""Puts the picture's packets and the sound into one file, time stamps counted in frames; nothing is encoded here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import tee
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from bot.engine.render import h264
from bot.engine.render.job import Format
from bot.engine.render.pieces import Coded, copied, encoded, headers_in
from bot.engine.render.plan import RenderPlan
from bot.engine.render.readers import Readers
from bot.engine.render.sound_codec import muxed_as
from bot.engine.render.spans import Body, Span, plain
from bot.engine.render.times import Times
from bot.media.facts import MediaError, MediaFault
from bot.media.muxers import named

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
_FORMATS: Mapping[Format, str] = {"mov": "mov", "mkv": "matroska"}
"""The muxers of what is written here as it stays; else it is an MP4, also where something else is made of that."""


@dataclass(frozen=True)
class Captions:
    """A text track: its language (ISO 639-2) and its packets in order; without packets there is no track."""

    language: str
    packets: "Sequence[Packet[Any]]"


def mux(
    plan: RenderPlan,
    pieces: Mapping[int, Path],
    sources: Readers,
    sound: Path,
    captions: Captions,
    target: Path,
    form: Format,
    on_part: Callable[[float], None],
) -> None:
    """Write `target` as `form`, with its index in front.

    `pieces` are the encoded spans by their number, the others are copied.
    Raises MediaError(BROKEN) when a piece or a source is not what the plan says, OSError when the disk is full.
    """
    fps = plan.frame.fps
    headers = _headers(plan, pieces)
    times = Times(plan, sources.indexes)
    with (
        av.open(str(target), "w", format=_FORMATS.get(form, "mp4"), container_options=_OPTIONS) as output,
        av.open(str(sound), format=muxed_as(form)) as heard,
    ):
        picture = _picture_stream(output, plan, pieces, sources, headers, times.base)
        sound_in = heard.streams.audio[0]
        beside = [_Beside(output.add_stream_from_template(sound_in), _packets(heard.demux(sound_in)), times.base)]
        if captions.packets:
            beside.append(_Beside(_text_stream(output, captions.language, form), iter(captions.packets), times.base))
        if plan.chapters:
            output.set_chapters(_chapters(plan))
        ours, theirs = tee(times.shown())  # decoding times follow a few pictures behind
        decoded = times.decoded(theirs)
        for number, (span, shown) in enumerate(zip(plan.spans, ours, strict=True)):
            for coded in _coded(span, pieces.get(number), sources, fps, headers):
                packet = Packet(coded.data)
                packet.pts, packet.dts = shown[coded.frame], next(decoded)
                packet.time_base = times.base
                packet.duration = shown[coded.frame + 1] - shown[coded.frame]
                packet.is_keyframe = coded.key
                for other in beside:
                    other.write(output, packet.dts)
                packet.stream = picture
                output.mux(packet)
            on_part(span.end / plan.frames)
        for other in beside:
            other.write(output, None)


def _headers(plan: RenderPlan, pieces: Mapping[int, Path]) -> h264.Headers:
    """Every parameter set of the track: of what is copied, and of the two ways in which pictures are encoded."""
    headers = plan.track.headers
    for here in (True, False):
        first = next((at for at, span in enumerate(plan.spans) if at in pieces and plain(span) == here), None)
        if first is not None:
            found = headers_in(pieces[first])
            if not headers.beside(found):
                raise MediaError(MediaFault.BROKEN, "a piece has headers that clash with what is copied")
            headers = headers.joined(found)
    return headers


def _coded(span: Span, piece: Path | None, sources: Readers, fps: Fraction, headers: h264.Headers) -> Iterator[Coded]:
    if piece is not None:
        yield from encoded(piece, span.pictures, fps, headers)
        return
    assert isinstance(span, Body)
    assert span.ranks is not None
    with sources.one(span.stretch.media) as reader:
        yield from copied(reader, *span.ranks)


def _picture_stream(
    output: OutputContainer,
    plan: RenderPlan,
    pieces: Mapping[int, Path],
    sources: Readers,
    headers: h264.Headers,
    base: Fraction,
) -> VideoStream:
    """The picture's track, which is written and never encoded; players turn it as they do what is copied."""
    with ExitStack() as stack:
        if pieces:
            piece = stack.enter_context(av.open(str(pieces[min(pieces)]), format="nut"))
            stream = output.add_stream_from_template(piece.streams.video[0])
        else:
            span = plan.spans[0]
            assert isinstance(span, Body)
            source = stack.enter_context(sources.opened(span.stretch.media))
            stream = output.add_stream_from_template(source)
    stream.codec_context.extradata = h264.avcc(headers)
    stream.time_base = base
    stream.set_display_matrix(None)
    if plan.track.turn:
        stream.set_display_rotation(-plan.track.turn)
    return stream


def _chapters(plan: RenderPlan) -> list[Any]:
    return [
        {
            "id": number,
            "start": mark.start,
            "end": mark.end,
            "time_base": Fraction(1, 1000),
            "metadata": {"title": mark.title},
        }
        for number, mark in enumerate(plan.chapters)
    ]


class _Beside:
    """A track beside the picture, written as far as the picture is."""

    def __init__(self, stream: "Stream", packets: "Iterator[Packet[Any]]", base: Fraction) -> None:
        """`base` is the unit of the picture's times, s."""
        self._stream = stream
        self._packets = packets
        self._held = next(packets, None)
        unit = Fraction(self._held.time_base or 0) if self._held is not None else base
        # Whole numbers for both: a fraction for each of an hour's packets takes longer than to write them.
        self._here, self._there = unit.numerator * base.denominator, base.numerator * unit.denominator

    def write(self, output: OutputContainer, until: int | None) -> None:
        """Everything up to a time of the picture; None: to the end."""
        while self._held is not None:
            if until is not None and (self._held.dts or 0) * self._here > until * self._there:
                return
            self._held.stream = self._stream
            output.mux(self._held)
            self._held = next(self._packets, None)


def _text_stream(output: OutputContainer, language: str, form: Format) -> Stream:
    """A track of timed text; the look is the player's own."""
    stream = output.add_stream("srt" if form == "mkv" else "mov_text")
    stream.codec_context.subtitle_header = _TEXT_HEAD
    stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
    stream.metadata["language"] = named(language, f".{form}")
    return stream


def _packets(packets: "Iterator[Packet[Any]]") -> "Iterator[Packet[Any]]":
    return (packet for packet in packets if packet.size and packet.pts is not None)
