"""A GIF of a finished video: the best that stays within a size, with its own palette, never longer than a minute."""

import asyncio
from fractions import Fraction
from pathlib import Path

from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture
from bot.media.ffmpeg import binary, input_args
from bot.media.part import WHOLE, Part
from bot.media.passes import Course, Desk, OnProgress, desk, run_pass
from bot.media.probe import probe

LONGEST_MS = 60_000
"""A GIF holds the beginning of what is longer, ms."""
SENSIBLE_BYTES = 20_000_000
"""No GIF is made larger, whatever a place would take: pages and phones choke on it."""

_STEPS = ((640, 15), (560, 12), (480, 12), (400, 10), (320, 10), (280, 8), (240, 8), (200, 6), (160, 5))
"""Long sides in pixels and frames a second that are tried, the best first."""
_BYTES_PER_PIXEL = 0.03
"""Of a frame, for the first try: what a screen takes. A camera takes ten times that, which the first try tells."""
_PALETTE_SHARE = 0.3
_TRY_SHARE = 0.7
"""Of the work that is left, what a try is taken for: camera footage often needs a second one."""


async def make_gif(
    source: Path, target: Path, max_bytes: int = SENSIBLE_BYTES, on_progress: OnProgress | None = None,
    ffmpeg: Path | None = None, *, part: Part = WHOLE, width: int | None = None,
) -> None:  # fmt: skip
    """Write a GIF of a part of `source` to `target` that has at most `max_bytes`, and is `width` pixels wide at most.

    Raises MediaError: TOO_LARGE (it cannot be made that small; `limit` in bytes), UNSUPPORTED (no picture), and what
    `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=1 << 40)
    if facts.picture is None:
        raise MediaError(MediaFault.UNSUPPORTED, "no picture")
    limit = min(max_bytes, SENSIBLE_BYTES)
    begin, length = part.within(facts.duration_ms)
    shown = Part(begin, begin + min(length, LONGEST_MS))
    seconds = min(length, LONGEST_MS) / 1000
    made: tuple[int, int] | None = None  # pixels a second and bytes of the last try
    course = Course()
    async with desk(target) as place:
        for side, most in _STEPS:
            rate = min(Fraction(most), Fraction(facts.picture.fps_num, facts.picture.fps_den))
            across, down = _size(facts.picture, side, width)
            load = round(across * down * rate)
            guess = load * seconds * _BYTES_PER_PIXEL if made is None else made[1] * load / made[0]
            if guess > limit and (side, most) != _STEPS[-1]:
                continue
            shape = f"fps={rate},scale={across}:{down}:flags=lanczos"
            await _try(source, facts, shown, place, shape, course.take(_TRY_SHARE), on_progress, ffmpeg)
            size = (await asyncio.to_thread(place.part.stat)).st_size
            if size <= limit:
                return
            made = load, size
        raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", max_bytes)


async def _try(
    source: Path, facts: MediaFacts, part: Part, place: Desk, shape: str, course: tuple[float, float],
    on_progress: OnProgress | None, ffmpeg: Path | None,
) -> None:  # fmt: skip
    """Two passes, so that no frame is held in memory: the palette of the whole, then the frames in it."""
    program, seconds = binary(ffmpeg), part.within(facts.duration_ms)[1] / 1000
    begin, share = course
    drawing = begin + share * _PALETTE_SHARE
    palette = place.scratch / "palette.png"
    given = [*part.args(facts.duration_ms), *input_args(facts, source)]
    colours = ["-vf", f"{shape},palettegen=stats_mode=diff", "-frames:v", "1", "-update", "1", "-f", "image2"]
    args = [*given, "-an", *colours, str(palette)]
    await run_pass(
        program, args, source=source, place=place, seconds=seconds, on_progress=on_progress, begin=begin,
        share=drawing - begin, silent=True,
    )  # fmt: skip
    drawn = f"[0:V:0]{shape}[x];[x][1:v]paletteuse=dither=bayer:bayer_scale=5:diff_mode=rectangle[out]"
    args = [*given, "-f", "png_pipe", "-i", f"file:{palette}", "-filter_complex", drawn, "-map", "[out]"]
    args += ["-map_metadata", "-1", "-loop", "0", "-f", "gif", str(place.part)]
    rest = begin + share - drawing
    await run_pass(
        program, args, source=source, place=place, seconds=seconds, on_progress=on_progress, begin=drawing, share=rest
    )


def _size(picture: Picture, side: int, width: int | None) -> tuple[int, int]:
    """Size in pixels with this long side, and no wider than `width`; never enlarged."""
    scale = min(1.0, side / max(picture.width, picture.height), (width or picture.width) / picture.width)
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
