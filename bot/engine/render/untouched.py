"""Sound that nothing changed, taken as it is: the packets of one source from its start to its end, under the picture.

A cut in the packets of AAC clicks and drifts; so it is all of a source or nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet

from bot.engine.render.footage import container_of, zero_of
from bot.engine.render.job import SourceFile
from bot.engine.render.lines import SAMPLE_RATE, nearest
from bot.engine.render.plan import RenderPlan
from bot.engine.timeline.model import Timeline
from bot.media.facts import MediaFacts
from bot.media.streams import sound_of

_CONTAINERS = ("mov", "matroska")
_RATES = (44_100, 48_000)
_STEREO = 2
_FRAME = 1024
"""Samples in a packet of AAC-LC, and those that a decoder needs before the first that counts."""

_CUT_MS = 50
_NEAR = Fraction(1, 500)
"""How far (s) a time stamp may be from where it should be: some containers count in ms."""

_EVERY = 200


def sound_copied(timeline: Timeline, plan: RenderPlan, media: Mapping[str, SourceFile]) -> str | None:
    """The source whose sound is all there is to hear, unchanged and uncut, and of a kind that can be taken. Pure."""
    if len(plan.sound) != 1 or plan.music or timeline.loudness is not None or timeline.volume != 100:
        return None
    run = plan.sound[0]
    plain = run.speed == 1 and run.gain == 1 and not run.denoise and not timeline.fade_in and not timeline.fade_out
    whole = run.first == 0 and run.end == plan.samples and nearest(run.offset * SAMPLE_RATE) == 0
    facts = media[run.media].facts
    uncut = plan.duration_ms >= facts.duration_ms - _CUT_MS
    return run.media if plain and whole and uncut and _takes(facts) else None


def _takes(facts: MediaFacts) -> bool:
    sound = facts.sound
    assert sound is not None
    kind = sound.codec == "aac" and sound.sample_rate in _RATES and sound.channels <= _STEREO
    return kind and facts.container in _CONTAINERS


def copy_sound(source: SourceFile, seconds: Fraction, target: Path, on_part: Callable[[float], None]) -> bool:
    """Write the source's sound to `target` (an MP4), `seconds` of it; False where its packets are not as they should.

    It has to begin with the file, without a hole or a jump. Raises MediaError(BROKEN), or OSError (disk full).
    """
    with container_of(source) as container:
        stream = sound_of(container)
        if stream is None or stream.profile != "LC" or stream.rate not in _RATES:
            return False
        options = {"fflags": "+bitexact"}
        with av.open(str(target), "w", format="mp4", container_options=options) as output:
            copy = output.add_stream_from_template(stream)
            copy.time_base = Fraction(1, stream.rate)
            for number, packet in enumerate(_packets(container, stream, seconds)):
                if packet is None:
                    return False
                packet.stream = copy
                output.mux(packet)
                if number % _EVERY == 0:
                    on_part(min(1.0, float(number * _FRAME / stream.rate / seconds)))
    return True


def _packets(
    container: InputContainer, stream: AudioStream, seconds: Fraction
) -> "Iterator[Packet[AudioStream] | None]":
    """The packets with time stamps in samples, each on from the one before; None where one is somewhere else."""
    tick, rate = Fraction(stream.time_base or Fraction(1, stream.rate)), stream.rate
    zero, end = zero_of(container), nearest(seconds * rate)
    at: int | None = None
    try:
        for packet in container.demux(stream):
            if not packet.size or packet.pts is None:
                continue
            time = packet.pts * tick - zero
            if at is None:
                at = 0 if abs(time) <= _NEAR else -_FRAME
            if abs(time - Fraction(at, rate)) > _NEAR:
                yield None
                return
            if at >= end:
                return
            copy: Packet[Any] = Packet(bytes(packet))
            copy.pts = copy.dts = at
            copy.time_base, copy.duration, copy.is_keyframe = Fraction(1, rate), _FRAME, True
            at += _FRAME
            yield copy
    except FFmpegError:
        yield None
