"""Reads a video or sound file through with PyAV: lengths, rate, rotation, and that its first frames decode."""

import re
from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture, Sound
from bot.media.fields import fields_of
from bot.media.hdr import LIGHTS
from bot.media.limits import MAX_MS
from bot.media.stamps import rate_of
from bot.media.streams import opened, picture_of, read_only, sound_of

_TRIES = 300
_CUT_OFF_S, _CUT_OFF_SHARE = Fraction(1, 2), Fraction(98, 100)
_SAME_END_S = Fraction(1, 10)
_WIDEST = 8
_LANGUAGE = re.compile("[a-z]{3}")
_TEXTS = frozenset({"mov_text", "subrip", "srt", "webvtt"})


@dataclass
class _Track:
    """One stream as its packets show it: `zero` is where the container's own clock begins, s.

    `last` is where its last packet ends, in units of `base`: whole numbers, since an hour has 300,000 packets. It ends
    at `least` there (s after `zero`), whatever they say.
    """

    stream: VideoStream | AudioStream
    zero: Fraction
    base: Fraction
    first: VideoFrame | bool | None = None
    tries: int = 0
    packets: int = 0
    last: int | None = None
    least: Fraction = Fraction(0)
    stamps: "array[int]" = field(default_factory=lambda: array("q"))

    def take(self, packet: "Packet[Stream]") -> None:
        if packet.pts is None and packet.dts is None:  # the end's empty packet
            return
        stamp = packet.pts if packet.pts is not None else packet.dts
        assert stamp is not None
        if self.first is None and self.tries < _TRIES:
            self._decode(packet)
        if packet.is_discard:  # decoded, never shown: before an edit list's in point
            return
        self.packets += 1
        end = stamp + (packet.duration or 0)
        self.last = end if self.last is None else max(self.last, end)
        if isinstance(self.stream, VideoStream):
            self.stamps.append(stamp)

    @property
    def end(self) -> Fraction:
        """Where it ends, s after `zero`."""
        return self.least if self.last is None else max(self.least, self.last * self.base - self.zero)

    def last_until(self, end: Fraction) -> int:
        """The latest that `last` may be where it must not end after `end`, s."""
        return floor((end + self.zero) / self.base)

    def _decode(self, packet: "Packet[Stream] | None") -> None:
        self.tries += 1
        try:
            for frame in self.stream.decode(packet):
                self.first = frame if isinstance(frame, VideoFrame) else True
                break
        except FFmpegError:
            pass

    def finish(self) -> None:
        if self.first is None:
            self._decode(None)  # what the decoder still holds
        if self.first is None:
            raise MediaError(MediaFault.BROKEN, f"no {self.stream.type} can be decoded")


def read_footage(path: Path, container: str, size: int) -> MediaFacts:
    """The facts of a file that `container` opens. Raises MediaError as `bot.media.probe.probe` does."""
    with opened(path, container) as source:
        picture, sound = _streams(source)
        _read(source, [track for track in (picture, sound) if track])
        return _facts(source, container, size, picture, sound)


def _streams(source: InputContainer) -> tuple[_Track | None, _Track | None]:
    zero = Fraction(source.start_time or 0, av.time_base)
    picture, sound = picture_of(source), sound_of(source)
    if picture is None and sound is None:
        raise MediaError(MediaFault.UNSUPPORTED, "neither picture nor sound")
    read_only(source, *(stream for stream in (picture, sound) if stream is not None))
    return _track(picture, zero) if picture else None, _track(sound, zero) if sound else None


def _track(stream: VideoStream | AudioStream, zero: Fraction) -> _Track:
    return _Track(stream, zero, stream.time_base or Fraction(1, av.time_base))


def _read(source: InputContainer, tracks: list[_Track]) -> None:
    by_index = {track.stream.index: track for track in tracks}
    most = {track.stream.index: track.last_until(Fraction(MAX_MS, 1000)) for track in tracks}
    try:
        for packet in source.demux([track.stream for track in tracks]):
            track = by_index.get(packet.stream_index)
            if track is None:  # PyAV's closing packets name stream 0 even where that one was not asked for
                continue
            track.take(packet)
            if track.last is not None and track.last > most[packet.stream_index]:
                raise MediaError(MediaFault.TOO_LONG, limit=MAX_MS)
    except FFmpegError as error:
        if not any(track.packets for track in tracks):
            raise MediaError(MediaFault.BROKEN, "the file cannot be read") from error


def _facts(
    source: InputContainer, container: str, size: int, picture: _Track | None, sound: _Track | None
) -> MediaFacts:
    used = [track for track in (picture, sound) if track and track.packets]
    if not used:
        raise MediaError(MediaFault.EMPTY, "no frame of picture or sound")
    picture = picture if picture in used else None
    sound = sound if sound in used else None
    for track in used:
        track.finish()
    shown = _picture(picture, source) if picture else None
    end = max(track.end for track in used)
    if picture and sound and abs(picture.end - sound.end) < _SAME_END_S:
        end = picture.end  # the sound's last block is longer than what is meant
    if container == "mov" and source.duration:
        claimed = Fraction(source.duration, av.time_base)
        if end < claimed * _CUT_OFF_SHARE and claimed - end > _CUT_OFF_S:
            raise MediaError(MediaFault.BROKEN, "the file is cut off")
    still = container == "gif" and picture is not None and picture.packets == 1
    return MediaFacts(
        kind="image" if still else "video" if picture else "audio",
        container=container,
        size=size,
        duration_ms=0 if still else max(1, round(end * 1000)),
        picture=shown,
        sound=_sound(sound) if sound else None,
        captions=_captions(source) if picture else (),
    )


def _captions(source: InputContainer) -> tuple[str, ...]:
    """The languages of the tracks of text; none where one of them is pictures. What is no code is a stranger's text."""
    tracks = source.streams.subtitles
    if any(getattr(track.codec_context, "name", "") not in _TEXTS for track in tracks):  # None without a decoder
        return ()
    told = (track.metadata.get("language", "") for track in tracks)
    return tuple(one if _LANGUAGE.fullmatch(one) else "und" for one in told)


def _picture(track: _Track, source: InputContainer) -> Picture:
    frame = track.first
    assert isinstance(frame, VideoFrame)
    assert isinstance(track.stream, VideoStream)
    context = track.stream.codec_context
    rate = rate_of(track.stamps, track.base)
    begin, last = (at * track.base - track.zero for at in (min(track.stamps), max(track.stamps)))
    track.least = last + 1 / rate.fps  # some containers tell no length of a frame
    width, height = frame.width, frame.height
    aspect = track.stream.sample_aspect_ratio or context.sample_aspect_ratio
    if aspect and Fraction(1, _WIDEST) <= aspect <= _WIDEST:
        width = max(1, round(width * aspect))
    turned = -frame.rotation % 360
    if turned % 180 in range(45, 135):
        width, height = height, width
    return Picture(
        width=width,
        height=height,
        fps_num=rate.fps.numerator,
        fps_den=rate.fps.denominator,
        codec=context.codec.canonical_name,
        pix_fmt=frame.format.name,
        rotation=turned,
        variable_rate=rate.variable,
        hdr=int(frame.color_trc) in LIGHTS or int(context.color_trc) in LIGHTS,
        begin_us=round(begin * av.time_base),
        fields=fields_of(source, track.stream, frame, track.end),
    )


def _sound(track: _Track) -> Sound:
    assert isinstance(track.stream, AudioStream)
    context = track.stream.codec_context
    if not context.sample_rate or not context.channels:
        raise MediaError(MediaFault.BROKEN, "the sound has no rate")
    return Sound(context.codec.canonical_name, context.sample_rate, context.channels)
