"""Finds where a source's picture can be cut without being encoded anew, in a child process."""

from collections.abc import Callable
from pathlib import Path

from bot.engine.timeline.model import Keyframes
from bot.media.facts import MediaFacts
from bot.media.process import run_python
from bot.media.sandbox import Reach

_WALL_SECONDS = 60.0
_FILE_SECONDS = 1 / 20_000_000
"""A slow disk reads so many bytes a second."""
_STALL_SECONDS = 30.0


async def keyframes(path: Path, facts: MediaFacts, on_progress: Callable[[float], None] | None = None) -> Keyframes:
    """Where copying can begin and end; nothing for footage of which no picture is ever copied.

    Raises MediaError: BROKEN, UNSUPPORTED, TIMED_OUT.
    """
    picture = facts.picture
    if picture is None or picture.codec != "h264" or picture.pix_fmt != "yuv420p" or picture.variable_rate:
        return Keyframes()

    found = await run_python(
        "bot.engine.looking.keyframes_child",
        [facts.container, str(facts.duration_ms), str(path)],
        reach=Reach(reads=(path,)),
        wall_s=_WALL_SECONDS + facts.size * _FILE_SECONDS,
        stall_s=_STALL_SECONDS,
        on_progress=on_progress,
    )
    return Keyframes(tuple(found["starts"]), tuple(found["ends"]))
