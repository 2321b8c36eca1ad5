"""A finished video into a size: encoded in two passes, as large a picture as the bits are enough for."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture
from bot.media.ffmpeg import UNTOLD, binary, input_args
from bot.media.muxers import MUXERS, text_args
from bot.media.passes import Course, Desk, OnProgress, desk, run_pass
from bot.media.probe import probe

_SPARE_SHARE, _SPARE_BYTES = Fraction(2, 100), 20_000
"""What the container takes, and what a second pass misses its rate by."""
_SCREEN, _CAMERA = 0.035, 0.06
"""Bits per pixel that are enough; below that a smaller picture looks better than blur."""
_THRIFT = 0.6
"""Of the bits that the video has now, what is enough for the same picture: a still screen needs next to nothing."""
_LEAST_BITS_PER_PIXEL = 0.01
_HEIGHTS = (1080, 720, 540, 480, 360, 240)
"""Short sides that are tried."""
_RATES = (Fraction(60), Fraction(30), Fraction(24), Fraction(15))
_SOUNDS = ((96_000, 2), (64_000, 2), (48_000, 1), (24_000, 1))
_SOUND_SHARE = Fraction(1, 5)
"""Most of the bits that the sound may take before it gets a lower rate."""
_TRIES = 4
_FIRST, _SECOND = 0.4, 0.8
"""How much of the work that is left each pass is taken for."""
_CODECS: Mapping[bool, tuple[tuple[str, ...], str]] = {
    False: (("-c:v", "libx264", "-preset", "veryfast"), "aac"),
    True: (("-c:v", "libvpx-vp9", "-deadline", "good", "-cpu-used", "5", "-row-mt", "1", "-crf", "30"), "libopus"),
}
"""Of picture and sound, by whether it is a WebM."""


@dataclass(frozen=True)
class Shape:
    """What a copy is encoded as: short side in pixels, frames a second, bits a second, sound channels."""

    side: int
    rate: Fraction
    video_bps: int
    sound_bps: int
    channels: int


def shape_for(facts: MediaFacts, max_bytes: int) -> Shape | None:
    """The best picture that fits; None where even the smallest would be mush, or where there is none."""
    picture = facts.picture
    if picture is None:
        return None
    seconds = Fraction(max(facts.duration_ms, 100), 1000)
    total = int((max_bytes * (1 - _SPARE_SHARE) - _SPARE_BYTES) * 8 / seconds)
    fitting = (one for one in _SOUNDS if one[0] <= total * _SOUND_SHARE)
    sound_bps, channels = next(fitting, _SOUNDS[-1]) if facts.sound else (0, 0)
    video = total - sound_bps
    own_side, own_rate = min(picture.width, picture.height), Fraction(picture.fps_num, picture.fps_den)
    sides = sorted({own_side - own_side % 2, *(side for side in _HEIGHTS if side < own_side)}, reverse=True)
    rates = sorted({min(own_rate, _RATES[0]), *(rate for rate in _RATES if rate < own_rate)}, reverse=True)
    smooth = [rate for rate in rates if rate >= _RATES[2]] or rates[:1]
    needed = _needed(picture, facts.size, seconds)

    def enough(side: int, rate: Fraction, bits_per_pixel: float) -> bool:
        pixels = Fraction(side, own_side) ** 2 * picture.width * picture.height
        return video >= bits_per_pixel * float(pixels * rate)

    wanted = [(side, rate) for side in sides for rate in smooth if enough(side, rate, needed)]
    # Rather blurred than not at all: the smallest picture, as few of them as there can be.
    poor = [(side, rate) for side in sides[-1:] for rate in rates[-1:] if enough(side, rate, _LEAST_BITS_PER_PIXEL)]
    return next((Shape(side, rate, video, sound_bps, channels) for side, rate in [*wanted, *poor]), None)


def _needed(picture: Picture, size: int, seconds: Fraction) -> float:
    """Bits per pixel that are enough for this video, told by what it has: a screen has less than a camera."""
    pixels = picture.width * picture.height * Fraction(picture.fps_num, picture.fps_den) * seconds
    own = float(size * 8 / pixels)
    return min(_SCREEN if own < _CAMERA else _CAMERA, own * _THRIFT)


async def fit(
    source: Path, target: Path, max_bytes: int, on_progress: OnProgress | None = None, ffmpeg: Path | None = None,
) -> None:  # fmt: skip
    """Write a copy of `source` to `target` (.mp4, .mov, .mkv or .webm) that has at most `max_bytes`.

    `on_progress` gets 0 to 1 and never less than before. One of the same kind that fits is copied as it is. Nothing is
    left at `target` when it fails.
    Raises MediaError: TOO_LARGE (it cannot be made that small; `limit` in bytes), and what `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=1 << 40)
    async with desk(target) as place:
        if facts.size <= max_bytes and source.suffix == target.suffix:
            await asyncio.to_thread(shutil.copyfile, source, place.part)
        else:
            await _encode(source, facts, place, max_bytes, target.suffix, on_progress, binary(ffmpeg))


async def _encode(
    source: Path, facts: MediaFacts, place: Desk, max_bytes: int, ending: str, on_progress: OnProgress | None,
    ffmpeg: Path,
) -> None:  # fmt: skip
    shape = shape_for(facts, max_bytes)
    if shape is None:
        raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", max_bytes)
    bps, seconds, course = shape.video_bps, facts.duration_ms / 1000, Course()
    for attempt in range(_TRIES):
        for number in (1, 2) if attempt == 0 else (2,):
            begin, share = course.take(_FIRST if number == 1 else _SECOND)
            args = [*input_args(facts, source), *_picture_args(shape, facts, bps, ending == ".webm")]
            args += ["-pass", str(number), "-passlogfile", str(place.scratch / "pass")]
            args += _nowhere() if number == 1 else [*_rest(shape, facts, ending), str(place.part)]
            await run_pass(
                ffmpeg, args, source=source, place=place, seconds=seconds, on_progress=on_progress, begin=begin,
                share=share,
            )  # fmt: skip
        size = (await asyncio.to_thread(place.part.stat)).st_size
        if size <= max_bytes:
            return
        bps = int(bps * max_bytes / size * 0.96)
    raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", max_bytes)


def _picture_args(shape: Shape, facts: MediaFacts, bps: int, webm: bool) -> list[str]:
    assert facts.picture is not None
    wide = facts.picture.width >= facts.picture.height
    scale = f"scale=-2:{shape.side}" if wide else f"scale={shape.side}:-2"
    args = ["-map", "0:V:0", "-vf", f"fps={shape.rate},{scale},format=yuv420p"]
    return [*args, *_CODECS[webm][0], "-b:v", str(bps)]


def _rest(shape: Shape, facts: MediaFacts, ending: str) -> list[str]:
    """What is beside the picture in the finished file."""
    args = []
    if shape.channels:
        args = ["-map", "0:a:0", "-c:a", _CODECS[ending == ".webm"][1]]
        args += ["-b:a", str(shape.sound_bps), "-ac", str(shape.channels)]
    return [*args, *text_args(facts, ending), *UNTOLD, *MUXERS[ending]]


def _nowhere() -> list[str]:
    return ["-an", "-sn", "-f", "null", os.devnull]
