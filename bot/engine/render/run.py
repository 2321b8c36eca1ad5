"""A render from the engine's side: one child process, watched, and nothing left behind but the finished file."""

import asyncio
import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from bot.engine.render.job import CHILD_JOB, ChildJob, Rendered, RenderJob
from bot.engine.render.plan import RenderPlan, plan
from bot.media import ffmpeg
from bot.media.facts import MediaError, MediaFault
from bot.media.process import run_python

_log = structlog.get_logger(__name__)

_STALL_SECONDS = 120
_BASE_SECONDS = 300
_PIXELS_PER_SECOND = 4_000_000
"""The slowest encoder that is waited for: two 1080p frames a second."""


async def render(
    job: RenderJob,
    on_progress: Callable[[float], None] | None = None,
    *,
    ffmpeg_bin: Path | None = None,
    hours_limit: float = 4,
) -> Rendered:
    """Render the job to its target.

    `on_progress` hears how much of the work is done, 0.0 to 1.0. The target appears whole or not at all; the scratch
    folder is gone at the end, however it ends. Cancelling ends every process first.

    Raises MediaError: EMPTY (nothing to render), UNSUPPORTED, BROKEN, NO_FFMPEG, DISK_FULL, TIMED_OUT, TOO_LARGE (it
    does not fit `max_bytes` at any size).
    """
    todo = plan(job.timeline, job.output, job.media)
    binary = await asyncio.to_thread(ffmpeg.binary, ffmpeg_bin)
    part = job.target.with_name(f"{job.target.name}.part")
    try:
        await asyncio.to_thread(_prepare, job, part, binary)
        found = await run_python(
            "bot.engine.render.child",
            [str(_job_file(job))],
            wall_s=min(wall_seconds(todo), hours_limit * 3600),
            stall_s=_STALL_SECONDS,
            on_message=lambda message: _tell(on_progress, message),
        )
        await asyncio.to_thread(os.replace, part, job.target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MediaError(MediaFault.DISK_FULL) from error
        raise
    finally:
        await asyncio.shield(asyncio.to_thread(_clear, job, part))
    return Rendered(job.target, found["size"], found["duration_ms"], found["width"], found["height"])


def wall_seconds(todo: RenderPlan) -> float:
    """How long a render of this plan may take on a slow machine, s."""
    return _BASE_SECONDS + todo.frames * todo.frame.pixels / _PIXELS_PER_SECOND


def _job_file(job: RenderJob) -> Path:
    return job.scratch / "job.json"


def _prepare(job: RenderJob, part: Path, binary: Path) -> None:
    job.scratch.mkdir(parents=True, exist_ok=True)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    told = replace(job, target=part.absolute(), scratch=job.scratch.absolute())
    _job_file(job).write_bytes(CHILD_JOB.dump_json(ChildJob(told, binary)))


def _clear(job: RenderJob, part: Path) -> None:
    shutil.rmtree(job.scratch, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        part.unlink()


def _tell(on_progress: Callable[[float], None] | None, message: dict[str, Any]) -> None:
    if "said" in message:
        _log.warning("ffmpeg failed in a render", stderr=message["said"])
    done = message.get("progress")
    if on_progress is not None and isinstance(done, int | float):
        on_progress(float(done))
