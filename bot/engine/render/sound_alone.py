"""A file that holds the sound alone: out of the same splice as a video's track, and no picture is touched for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.engine.render.job import RenderJob
from bot.engine.render.plan import plan
from bot.engine.render.sound import make_sound
from bot.engine.render.tool import Ffmpeg
from bot.media.facts import MediaError, MediaFault


def render_sound(job: RenderJob, binary: Path, on_part: Callable[[float], None]) -> dict[str, Any]:
    """Write the job's sound to its target; `on_part` hears how much is done, 0.0 to 1.0.

    Raises MediaError: SILENT (nothing is to be heard), TOO_LARGE (it does not fit; `limit` in bytes), and what
    `make_sound` raises.
    """
    todo = plan(job.timeline, job.output, job.media)
    if not any(run.gain for run in todo.sound) and not any(run.gain for run in todo.music):
        raise MediaError(MediaFault.SILENT, "no sound")
    make_sound(job, todo, Ffmpeg(binary, job.scratch), job.scratch, on_part)
    size, limit = job.target.stat().st_size, job.output.max_bytes
    if limit is not None and size > limit:
        raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", limit)
    return {"size": size, "duration_ms": todo.duration_ms, "width": 0, "height": 0}
