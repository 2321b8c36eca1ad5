"""Looks a source's picture through, in a child process: shots, black stretches, stretches that stand still, motion."""

from collections.abc import Callable
from pathlib import Path

from bot.engine.timeline.model import Looked
from bot.media.facts import MediaFacts
from bot.media.process import run_python
from bot.media.sandbox import Reach

_STALL_SECONDS = 60.0
_SLOWEST = 3.0
"""Seconds for each second of footage, on a machine that is busy; what stands still is ended sooner."""


async def look(path: Path, facts: MediaFacts, on_progress: Callable[[float], None] | None = None) -> Looked:
    """What is seen in a file; nothing for one without a picture. `on_progress` is told the share done, 0.0 to 1.0.

    Shots are told apart by hard cuts and by black between them; a dissolve is not seen.

    Raises MediaError: BROKEN (no picture can be decoded), TIMED_OUT.
    """
    if facts.kind != "video" or facts.picture is None:
        return Looked()

    found = await run_python(
        "bot.engine.looking.look_child",
        [facts.container, str(facts.duration_ms), str(path)],
        reach=Reach(reads=(path,)),
        wall_s=120 + facts.duration_ms / 1000 * _SLOWEST,
        stall_s=_STALL_SECONDS,
        on_progress=on_progress,
    )
    return Looked(
        shots=tuple(found["shots"]),
        black=tuple((start, end) for start, end in found["black"]),
        frozen=tuple((start, end) for start, end in found["frozen"]),
        motion=tuple(found["motion"]),
    )
