"""A project for another editor, from the engine's side: one ZIP with the project's file and the media beside it."""

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from bot.engine.interchange.sheet import sheet_of
from bot.engine.render.job import ChildJob, Rendered, RenderJob, write_job
from bot.media import ffmpeg
from bot.media.facts import MediaError, MediaFault
from bot.media.process import run_python
from bot.media.sandbox import Reach

MOST_BYTES = 16 << 30
"""Of all media together."""

_STALL_SECONDS = 120.0
_BASE_SECONDS = 300.0
_SLOWEST_DISK = 5_000_000
"""Bytes a second."""


def writes(form: str) -> bool:
    """Whether projects of this format can be made here: OpenTimelineIO has no package for every Python yet."""
    return form in ("fcpxml", "edl") or (form == "otio" and find_spec("opentimelineio") is not None)


async def bundle(
    job: RenderJob, on_progress: Callable[[float], None] | None = None, *, ffmpeg_bin: Path | None = None
) -> Rendered:
    """Write the job's project (`output.format`) and its media to the target, a ZIP.

    `on_progress` hears how much is done, 0.0 to 1.0. The target appears whole or not at all; the scratch folder is
    gone at the end. Cancelling ends the process first.

    Raises MediaError: EMPTY, UNSUPPORTED (a file is missing), TOO_LARGE (`limit` in bytes), BROKEN, NO_FFMPEG,
    DISK_FULL, TIMED_OUT.
    """
    sheet = await asyncio.to_thread(sheet_of, job.timeline, job.media)
    size = sum(job.media[asset.key].facts.size for asset in sheet.assets if asset.key in job.media)
    limit = min(MOST_BYTES, job.output.max_bytes or MOST_BYTES)
    if size > limit:
        raise MediaError(MediaFault.TOO_LARGE, "the media of a project", limit)
    binary = await asyncio.to_thread(ffmpeg.binary, ffmpeg_bin)
    part = job.target.with_name(f"{job.target.name}.part")

    try:
        await asyncio.to_thread(_prepare, job, part, binary)
        await run_python(
            "bot.engine.interchange.bundle_child",
            [str(job.scratch / "job")],
            reach=Reach(tuple(one.path for one in job.media.values()), (job.scratch, part), (binary,)),
            wall_s=_BASE_SECONDS + size / _SLOWEST_DISK,
            stall_s=_STALL_SECONDS,
            on_progress=on_progress,
        )
        await asyncio.to_thread(os.replace, part, job.target)
        size = (await asyncio.to_thread(job.target.stat)).st_size
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MediaError(MediaFault.DISK_FULL) from error
        raise
    finally:
        await asyncio.shield(asyncio.to_thread(_clear, job, part))
    length = round(sheet.frames * 1000 / sheet.rate)
    return Rendered(job.target, size, length, sheet.width, sheet.height)


def _prepare(job: RenderJob, part: Path, binary: Path) -> None:
    job.scratch.mkdir(parents=True, exist_ok=True)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    part.touch()  # the child may write this file, not make others beside it
    told = replace(job, target=part.absolute(), scratch=job.scratch.absolute())
    write_job(ChildJob(told, binary), job.scratch / "job")


def _clear(job: RenderJob, part: Path) -> None:
    shutil.rmtree(job.scratch, ignore_errors=True)
    part.unlink(missing_ok=True)
