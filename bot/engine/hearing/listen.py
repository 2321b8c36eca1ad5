"""Hears where somebody speaks in a file, in a child process, as a stream: hours take no more memory than minutes."""

from collections.abc import Callable
from pathlib import Path

from bot.engine.hearing.pauses import Ranges
from bot.media import ffmpeg
from bot.media.facts import MediaFacts
from bot.media.process import run_python
from bot.media.sandbox import Reach

_STALL_SECONDS = 60.0


async def listen(
    path: Path,
    facts: MediaFacts,
    on_progress: Callable[[float], None] | None = None,
    *,
    ffmpeg_bin: Path | None = None,
) -> Ranges:
    """Where somebody speaks, (start, end) in source ms, in order; nothing for a file without sound.

    The ranges are the words themselves, without a margin. `on_progress` is told the share done, 0.0 to 1.0.

    Raises MediaError: BROKEN (the sound cannot be decoded), TIMED_OUT, NO_FFMPEG.
    """
    if facts.sound is None:
        return ()
    program = ffmpeg.binary(ffmpeg_bin)
    wall_s = 60 + facts.duration_ms / 1000 / 4
    args = [str(program), facts.container, str(facts.duration_ms), str(path)]

    found = await run_python(
        "bot.engine.hearing.listen_child",
        args,
        reach=Reach(reads=(path,), runs=(program,)),
        wall_s=wall_s,
        stall_s=_STALL_SECONDS,
        on_progress=on_progress,
    )
    whole = facts.duration_ms
    return tuple((int(start), min(int(end), whole)) for start, end in found["speech"] if start < whole)
