"""A finished video in another shape: cropped in the middle, its short side kept, as our own engine does it."""

import asyncio
import shutil
from fractions import Fraction
from pathlib import Path

from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import UNTOLD, binary, input_args
from bot.media.muxers import MUXERS, text_args
from bot.media.passes import OnProgress, desk, run_pass
from bot.media.probe import probe

_LONG_SIDE = 1920


async def reshape(
    source: Path, target: Path, ratio: str, on_progress: OnProgress | None = None, ffmpeg: Path | None = None
) -> None:
    """Write `source` in the shape `ratio` ("9:16") to `target`; one that has it already is copied as it is.

    Raises MediaError: UNSUPPORTED (no picture), and what `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=1 << 40)
    picture = facts.picture
    if picture is None:
        raise MediaError(MediaFault.UNSUPPORTED, "no picture")
    width, height = shaped(picture.width, picture.height, ratio)
    async with desk(target) as place:
        if (width, height) == (picture.width, picture.height):
            await asyncio.to_thread(shutil.copyfile, source, place.part)
            return
        cropped = f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=bicubic,crop={width}:{height}"
        args = [*input_args(facts, source), "-map", "0:V:0", "-map", "0:a:0?", *text_args(facts, ".mp4"), *UNTOLD]
        args += ["-vf", f"{cropped},setsar=1,format=yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"]
        args += ["-c:a", "aac", "-b:a", "160k", *MUXERS[".mp4"], str(place.part)]
        seconds = facts.duration_ms / 1000
        await run_pass(binary(ffmpeg), args, source=source, place=place, seconds=seconds, on_progress=on_progress)


def shaped(width: int, height: int, ratio: str) -> tuple[int, int]:
    """The size in this shape, even: the short side stays as long as the long one is within 1920."""
    across, down = (int(side) for side in ratio.split(":"))
    shape = Fraction(across, down)
    stretched = max(shape, 1 / shape)
    short = min(Fraction(min(width, height)), _LONG_SIDE / stretched)
    sides = _even(short), _even(short * stretched)
    return (sides[1], sides[0]) if shape >= 1 else sides


def _even(side: Fraction) -> int:
    return max(2, round(side / 2) * 2)
