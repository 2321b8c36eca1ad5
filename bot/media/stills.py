"""Pictures of a finished video: one as a PNG, or many in a ZIP."""

import asyncio
import zipfile
from pathlib import Path

from bot.media.facts import MediaError, MediaFacts, MediaFault
from bot.media.ffmpeg import binary, input_args
from bot.media.part import WHOLE, Part
from bot.media.passes import OnProgress, desk, run_pass
from bot.media.probe import probe

MOST_FRAMES = 100
"""A ZIP holds no more pictures."""
_QUALITY = "3"


async def make_still(
    source: Path, target: Path, at_ms: int = 0, on_progress: OnProgress | None = None, ffmpeg: Path | None = None
) -> None:
    """Write what `source` shows at `at_ms` (its last picture beyond the end) to `target` as a PNG.

    Raises MediaError: UNSUPPORTED (no picture), and what `probe` and `run` raise.
    """
    facts = await _seen(source)
    async with desk(target) as place:
        args = [*Part(at_ms).args(facts.duration_ms), *input_args(facts, source), "-map", "0:V:0", "-frames:v", "1"]
        args += ["-map_metadata", "-1", "-c:v", "png", "-update", "1", "-f", "image2", str(place.part)]
        await run_pass(
            binary(ffmpeg), args, source=source, place=place, seconds=1, on_progress=on_progress, silent=True
        )


async def make_frames(
    source: Path, target: Path, every_ms: int | None = None, count: int | None = None,
    on_progress: OnProgress | None = None, ffmpeg: Path | None = None, *, part: Part = WHOLE,
) -> None:  # fmt: skip
    """Write a ZIP with pictures of a part of `source`: one every `every_ms`, else `count` (10) spread over it.

    Never more than `MOST_FRAMES`: then they lie further apart. Raises MediaError as `make_still` does.
    """
    facts = await _seen(source)
    _, length = part.within(facts.duration_ms)
    step = every_ms or max(1, round(length / (count or 10)))
    step = max(step, -(-length // MOST_FRAMES))
    async with desk(target) as place:
        args = [*part.args(facts.duration_ms), *input_args(facts, source), "-map", "0:V:0"]
        args += ["-vf", f"fps=1000/{step}:round=up:start_time=0", "-frames:v", str(MOST_FRAMES), "-map_metadata", "-1"]
        args += ["-q:v", _QUALITY, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-f", "image2"]
        args += [str(place.scratch / "frame-%03d.jpg")]
        await run_pass(binary(ffmpeg), args, source=source, place=place, seconds=length / 1000, on_progress=on_progress)
        await asyncio.to_thread(_zipped, place.scratch, place.part)


def _zipped(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(folder.glob("frame-*.jpg")):
            packed.write(path, path.name)


async def _seen(source: Path) -> MediaFacts:
    facts = await probe(source, max_bytes=1 << 40)
    if facts.picture is None:
        raise MediaError(MediaFault.UNSUPPORTED, "no picture")
    return facts
