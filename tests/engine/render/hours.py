"""Footage of any length in moments: one minute of counted frames and bursts, its packets written over and over."""

from fractions import Fraction
from itertools import dropwhile, islice, takewhile
from pathlib import Path

import av
import numpy as np
from av.packet import Packet

from bot.engine.render.job import SourceFile
from tests.engine.render import clips

PERIOD = 64
"""Seconds after which picture and sound are the same again: whole frames, whole packets of sound, whole bursts."""

FPS = 30
SIZE = (160, 90)
_FRAMES = PERIOD * FPS
_PACKET = 1024
_BURST = 0.025
_PACKETS = PERIOD * clips.RATE // _PACKET


def looped(path: Path, times: int) -> SourceFile:
    """H.264 and AAC in an MP4, `times` periods long; frame numbers begin anew with each."""
    base = path.with_name("base.mp4")
    if not base.exists():
        clips.footage(base, frames=2 * _FRAMES, size=SIZE, sound=clips.bursts(2 * PERIOD))
    with av.open(str(base)) as given, av.open(str(path), "w", format="mp4") as output:
        pictures = [packet for packet in given.demux(video=0) if packet.size][:_FRAMES]
        given.seek(0)
        sounds = [bytes(packet) for packet in given.demux(audio=0) if packet.size]
        picture, sound = (
            output.add_stream_from_template(one) for one in (given.streams.video[0], given.streams.audio[0])
        )
        ticks = round(1 / (FPS * pictures[0].time_base))
        dts = [packet.dts for packet in pictures]
        for number in range(times):
            for packet, at in zip(pictures, dts, strict=True):
                copy = Packet(bytes(packet))
                shift = number * _FRAMES * ticks
                copy.pts, copy.dts, copy.duration = (packet.pts or 0) + shift, (at or 0) + shift, ticks
                copy.time_base, copy.is_keyframe, copy.stream = packet.time_base, packet.is_keyframe, picture
                output.mux(copy)
            first = number * _PACKETS - (number == 0)  # the first one of all only gets the decoder going
            for at in range(first, (number + 1) * _PACKETS):
                copy = Packet(sounds[1 + (at if at < _PACKETS else _PACKETS + at % _PACKETS)])
                copy.pts = copy.dts = at * _PACKET
                copy.time_base, copy.duration, copy.stream = Fraction(1, clips.RATE), _PACKET, sound
                copy.is_keyframe = True
                output.mux(copy)
    return clips.probed(path, "mov")


def out_of_step(path: Path, at: float, seconds: float = 1.3) -> list[float]:
    """How far the bursts are from where the picture near `at` (s) says they should be, s."""
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        source.seek(round(at * 1_000_000))
        frame = next(one for one in source.decode(stream) if one.time >= at)
        number = clips.numbers(frame.to_ndarray(format="gray")[None].astype(np.uint8))[0]
        begins = frame.time - number / FPS
    with av.open(str(path)) as source:
        source.seek(round((at - 0.2) * 1_000_000))
        heard = islice(source.decode(audio=0), 2, None)  # the first ones after a seek are not exact
        frames = list(
            takewhile(lambda one: (one.time or 0) < at + seconds, dropwhile(lambda one: (one.time or 0) < at, heard))
        )
        samples = [one.to_ndarray()[0] for one in frames]
        start = frames[0].time or 0.0
    onsets = [onset for onset in clips.onsets(np.concatenate(samples)) if onset > _BURST]  # else it began before
    marks = [start + onset - begins for onset in onsets]
    return [mark - round(mark / clips.BURST_SECONDS) * clips.BURST_SECONDS for mark in marks]
