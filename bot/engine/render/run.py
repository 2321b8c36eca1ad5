"""A render from the engine's side: one child process, watched, and nothing left behind but the finished file."""

import asyncio
import contextlib
import errno
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from bot.engine.render.finish import finish, rest_share
from bot.engine.render.job import WRITTEN, ChildJob, Rendered, RenderJob, write_job
from bot.engine.render.plan import RenderPlan, plan
from bot.engine.render.steady import SECONDS_EACH, shaken
from bot.engine.render.subtitle_file import written
from bot.engine.timeline.geometry import duration_ms
from bot.media import ffmpeg
from bot.media.durable import put_in_place
from bot.media.facts import MediaError, MediaFault
from bot.media.process import run_python
from bot.media.sandbox import Reach

_log = structlog.get_logger(__name__)

_STALL_SECONDS = 120
_hardware: dict[Path, str] = {}
"""The encoder in hardware that works with an ffmpeg, "" for none: found out by the first render that needs one."""

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

    Raises MediaError: EMPTY (nothing to render), SILENT (no sound for a file of sound), UNSUPPORTED, BROKEN,
    NO_FFMPEG, DISK_FULL, TIMED_OUT, TOO_LARGE (it does not fit `max_bytes` at any size).
    """
    if job.output.format in WRITTEN:
        return await asyncio.to_thread(_written, job)
    todo = plan(job.timeline, job.output, job.media)
    binary = await asyncio.to_thread(ffmpeg.binary, ffmpeg_bin)
    part = job.target.with_name(f"{job.target.name}.part")
    share = 1.0 - rest_share(job.output)
    tell = on_progress or _nobody
    try:
        await asyncio.to_thread(_prepare, job, part, binary)
        found = await run_python(
            "bot.engine.render.child",
            [str(_job_file(job))],
            reach=_reach(job, part, binary),
            wall_s=min(wall_seconds(todo), hours_limit * 3600),
            stall_s=_STALL_SECONDS,
            on_message=lambda message: _hear(tell, share, message, binary),
        )
        rendered = Rendered(job.target, **found)
        if share < 1:
            rendered = await finish(job, part, rendered, binary, lambda done: tell(share + (1 - share) * done * 0.999))
            tell(1.0)
        await asyncio.to_thread(put_in_place, part, job.target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MediaError(MediaFault.DISK_FULL) from error
        raise
    finally:
        await asyncio.shield(asyncio.to_thread(_clear, job, part))
    return rendered


def _written(job: RenderJob) -> Rendered:
    """A file of words: a matter of milliseconds, so there is no child."""
    if not any(one.words for one in job.timeline.heard):
        raise MediaError(MediaFault.EMPTY, "no words to write")
    job.target.parent.mkdir(parents=True, exist_ok=True)
    part = job.target.with_name(f"{job.target.name}.part")
    try:
        part.write_text(written(job.timeline, job.output.format), encoding="utf-8", newline="\n")
        put_in_place(part, job.target)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MediaError(MediaFault.DISK_FULL) from error
        raise
    return Rendered(job.target, job.target.stat().st_size, duration_ms(job.timeline), 0, 0)


def wall_seconds(todo: RenderPlan) -> float:
    """How long a render of this plan may take on a slow machine, s."""
    steady = sum(float(end - start) for start, end in shaken(todo).values()) * SECONDS_EACH
    return _BASE_SECONDS + todo.frames * todo.frame.pixels / _PIXELS_PER_SECOND + steady


def _reach(job: RenderJob, part: Path, binary: Path) -> Reach:
    own = (job.scratch, part) if job.spans is None else (job.scratch, part, job.spans)
    return Reach(tuple(one.path for one in job.media.values()), own, (binary,))


def _job_file(job: RenderJob) -> Path:
    return job.scratch / "job"


def _prepare(job: RenderJob, part: Path, binary: Path) -> None:
    job.scratch.mkdir(parents=True, exist_ok=True)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    if job.spans is not None:
        job.spans.mkdir(parents=True, exist_ok=True)
    part.touch()  # the child may write this file, not make others beside it
    spans = job.spans.absolute() if job.spans is not None else None
    told = replace(job, target=part.absolute(), scratch=job.scratch.absolute(), spans=spans)
    write_job(ChildJob(told, binary, _hardware.get(binary)), _job_file(job))


def _clear(job: RenderJob, part: Path) -> None:
    shutil.rmtree(job.scratch, ignore_errors=True)
    if job.spans is not None and job.spans.is_dir():  # whole spans stay for the next attempt, no half of one does
        for left in [one for one in job.spans.iterdir() if f".{job.scratch.name}.part" in one.name]:
            left.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        part.unlink()


def _nobody(_done: float) -> None:
    """Nobody wants to know."""


def _hear(tell: Callable[[float], None], share: float, message: dict[str, Any], binary: Path) -> None:
    if "hardware" in message:
        _hardware[binary] = message["hardware"]
        _log.info("hardware encoder", name=message["hardware"] or "none works, x264 it is")
    if "said" in message:
        _log.warning("ffmpeg failed in a render", stderr=message["said"])
    if "encoded" in message:
        _log.debug("span encoded", span=message["encoded"])
    done = message.get("progress")
    if isinstance(done, int | float):
        tell(float(done) * share)
