"""A smaller copy of a finished video: H.264 and AAC in two passes, never larger than a limit."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture
from bot.media.ffmpeg import UNTOLD, binary, input_args
from bot.media.passes import Desk, OnProgress, desk, run_pass
from bot.media.probe import probe

_SPARE_SHARE, _SPARE_BYTES = Fraction(2, 100), 20_000
"""What the container takes, and what a second pass misses its rate by."""
_BITS_PER_PIXEL = 0.038
"""Enough for a screen (0.035), little for a camera (0.06); below it a smaller picture looks better than blur."""
_LEAST_BITS_PER_PIXEL = 0.01
_HEIGHTS = (1080, 720, 540, 480, 360, 240)
"""Short sides that are tried."""
_RATES = (Fraction(60), Fraction(30), Fraction(24), Fraction(15))
_SOUNDS = ((96_000, 2), (64_000, 2), (48_000, 1), (24_000, 1))
_SOUND_SHARE = Fraction(1, 5)
"""Most of the bits that the sound may take before it gets a lower rate."""
_TRIES = 4
SUBTITLES = ("-map", "0:s?", "-c:s", "copy")
"""Tracks of text go along."""


@dataclass(frozen=True)
class Shape:
    """What a copy is encoded as: short side in pixels, frames a second, bits a second, sound channels."""

    side: int
    rate: Fraction
    video_bps: int
    sound_bps: int
    channels: int


def shape_for(picture: Picture, seconds: float, sound: bool, max_bytes: int) -> Shape | None:
    """The best picture that fits; None where even the smallest would be mush."""
    bits = (max_bytes * (1 - _SPARE_SHARE) - _SPARE_BYTES) * 8
    total = int(bits / Fraction(max(seconds, 0.1)).limit_denominator(1000))
    fitting = (one for one in _SOUNDS if one[0] <= total * _SOUND_SHARE)
    sound_bps, channels = next(fitting, _SOUNDS[-1]) if sound else (0, 0)
    video = total - sound_bps
    own_side, own_rate = min(picture.width, picture.height), Fraction(picture.fps_num, picture.fps_den)
    sides = sorted({own_side - own_side % 2, *(side for side in _HEIGHTS if side < own_side)}, reverse=True)
    rates = sorted({min(own_rate, _RATES[0]), *(rate for rate in _RATES if rate < own_rate)}, reverse=True)
    smooth = [rate for rate in rates if rate >= _RATES[2]] or rates[:1]

    def enough(side: int, rate: Fraction, bits_per_pixel: float) -> bool:
        pixels = Fraction(side, own_side) ** 2 * picture.width * picture.height
        return video >= bits_per_pixel * float(pixels * rate)

    wanted = [(side, rate) for side in sides for rate in smooth if enough(side, rate, _BITS_PER_PIXEL)]
    # Rather blurred than not at all: the smallest picture, as few of them as there can be.
    poor = [(side, rate) for side in sides[-1:] for rate in rates[-1:] if enough(side, rate, _LEAST_BITS_PER_PIXEL)]
    return next((Shape(side, rate, video, sound_bps, channels) for side, rate in [*wanted, *poor]), None)


async def fit(
    source: Path, target: Path, max_bytes: int, on_progress: OnProgress | None = None, ffmpeg: Path | None = None,
) -> None:  # fmt: skip
    """Write a copy of `source` to `target` that has at most `max_bytes`; `on_progress` gets 0 to 1.

    A file that fits already is copied as it is. Nothing is left at `target` when it fails.
    Raises MediaError: TOO_LARGE (it cannot be made that small; `limit` in bytes), and what `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=1 << 40)
    async with desk(target) as place:
        if facts.size <= max_bytes:
            await asyncio.to_thread(shutil.copyfile, source, place.part)
        else:
            await _encode(source, facts, place, max_bytes, on_progress, binary(ffmpeg))


async def _encode(
    source: Path, facts: MediaFacts, place: Desk, max_bytes: int, on_progress: OnProgress | None, ffmpeg: Path
) -> None:
    picture, seconds = facts.picture, facts.duration_ms / 1000
    shape = None if picture is None else shape_for(picture, seconds, facts.sound is not None, max_bytes)
    if picture is None or shape is None:
        raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", max_bytes)
    bps = shape.video_bps
    for attempt in range(_TRIES):
        for number in (1, 2) if attempt == 0 else (2,):
            begin = 0.0 if number == 1 else 0.5
            args = [*input_args(facts, source), *_outputs(shape, picture, bps, number, place.scratch)]
            mp4 = ["-movflags", "+faststart", "-f", "mp4", str(place.part)]
            args += ["-f", "null", os.devnull] if number == 1 else mp4
            await run_pass(
                ffmpeg, args, source=source, place=place, seconds=seconds, on_progress=on_progress, begin=begin,
                share=0.5,
            )  # fmt: skip
        size = (await asyncio.to_thread(place.part.stat)).st_size
        if size <= max_bytes:
            return
        bps = int(bps * max_bytes / size * 0.96)
    raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", max_bytes)


def _outputs(shape: Shape, picture: Picture, bps: int, number: int, scratch: Path) -> list[str]:
    wide = picture.width >= picture.height
    scale = f"scale=-2:{shape.side}" if wide else f"scale={shape.side}:-2"
    args = ["-map", "0:v:0", "-vf", f"fps={shape.rate},{scale},format=yuv420p"]
    args += [*UNTOLD, "-c:v", "libx264", "-preset", "veryfast", "-b:v", str(bps)]
    args += ["-pass", str(number), "-passlogfile", str(scratch / "pass")]
    if number == 2 and shape.channels:
        args += ["-map", "0:a:0", "-c:a", "aac", "-b:a", str(shape.sound_bps), "-ac", str(shape.channels)]
    return [*args, *SUBTITLES] if number == 2 else args
