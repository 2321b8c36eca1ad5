"""Looks for black bars at the edges of a source's picture, in a child process."""

from collections.abc import Callable
from pathlib import Path

from bot.media.facts import MediaFacts
from bot.media.process import run_python
from bot.media.sandbox import Reach

_WALL_SECONDS = 180.0
_STALL_SECONDS = 60.0

Bars = tuple[int, int, int, int]
"""Left, top, right, bottom in 1/1000 of the picture, the right way up."""


async def bars(path: Path, facts: MediaFacts, on_progress: Callable[[float], None] | None = None) -> Bars:
    """The black edges that every looked at moment of a video or photo has; none where it is black all over.

    Raises MediaError: BROKEN (no picture can be decoded), TIMED_OUT.
    """
    if facts.picture is None:
        return 0, 0, 0, 0

    found = await run_python(
        "bot.engine.looking.bars_child",
        [facts.container, str(facts.duration_ms), str(path)],
        reach=Reach(reads=(path,)),
        wall_s=_WALL_SECONDS,
        stall_s=_STALL_SECONDS,
        on_progress=on_progress,
    )
    left, top, right, bottom = found["bars"]
    return left, top, right, bottom
