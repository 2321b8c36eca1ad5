"""What is left to do when a video is rendered: bringing it into a size, into another codec, or making a GIF of it."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.engine.render.job import VIDEOS, Format, Output, Rendered, RenderJob
from bot.media.container import make_container
from bot.media.gif import SENSIBLE_BYTES, make_gif
from bot.media.probe import probe
from bot.media.shrink import fit

_SHARES: Mapping[Format, float] = {"gif": 0.4, "webm": 0.7}
_FIT_SHARE = 0.4
_MOST = 1 << 40


def rest_share(output: Output) -> float:
    """How much of the work this is, where it has to be done."""
    fits = output.max_bytes is not None and output.format in VIDEOS
    return max(_SHARES.get(output.format, 0.0), _FIT_SHARE if fits else 0.0)


async def finish(
    job: RenderJob, made: Path, rendered: Rendered, ffmpeg: Path, on_progress: Callable[[float], None]
) -> Rendered:
    """Make of the file at `made` what the job asks for, in its place.

    Raises MediaError: TOO_LARGE (it does not fit at any size; `limit` in bytes), and what `probe` and `run` raise.
    """
    output, limit = job.output, job.output.max_bytes
    small = job.scratch / f"made.{output.format}"
    if output.format == "gif":
        await make_gif(made, small, limit or SENSIBLE_BYTES, on_progress, ffmpeg, width=output.width)
    elif output.format == "webm":
        await make_container(made, small, limit, on_progress, ffmpeg)
    elif limit is not None and rendered.size > limit:
        await fit(made, small, limit, on_progress, ffmpeg)
    else:
        return rendered
    await asyncio.to_thread(shutil.move, small, made)
    facts = await probe(made, max_bytes=_MOST)
    assert facts.picture is not None
    return replace(
        rendered,
        size=facts.size,
        duration_ms=facts.duration_ms if output.format == "gif" else rendered.duration_ms,
        width=facts.picture.width,
        height=facts.picture.height,
    )
