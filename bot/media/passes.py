"""ffmpeg over one file into another: the new one appears whole or not at all, and nothing else stays behind."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.media.ffmpeg import PROGRESS, SAFE_GLOBAL
from bot.media.process import run
from bot.media.sandbox import Reach

OnProgress = Callable[[float], None]
"""Hears how much of the work is done, 0 to 1."""

SCRATCH = "making-"
"""How the names of scratch folders begin, so that one left by a killed process can be swept."""

_BASE_S = 60.0
_SLOWEST = 20.0
"""The slowest encoder that is waited for: so many times as long as the file plays."""
_STALL_S = 60.0


@dataclass
class Course:
    """Goes from 0 to 1 in passes, however many there will be: it never goes back."""

    done: float = 0.0

    def take(self, share: float) -> tuple[float, float]:
        """Where the next pass begins and how much it is: this share of what is left."""
        begin, size = self.done, share * (1 - self.done)
        self.done += size
        return begin, size


@dataclass(frozen=True)
class Desk:
    """Where a file is made: `part` becomes the target, `scratch` is a folder for what is needed on the way."""

    part: Path
    scratch: Path


@asynccontextmanager
async def desk(target: Path) -> AsyncIterator[Desk]:
    """A place to make `target` at: it is there when the block ends well, and nothing else is however it ends."""
    part = target.with_name(f"{target.name}.part")
    scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=SCRATCH, dir=target.parent))
    try:
        await asyncio.to_thread(part.touch)  # ffmpeg may write this file, not make others beside it
        yield Desk(part, scratch)
        await asyncio.to_thread(os.replace, part, target)
    finally:
        await asyncio.to_thread(_tidy, part, scratch)


async def run_pass(
    ffmpeg: Path,
    args: Sequence[str],
    *,
    source: Path,
    place: Desk,
    seconds: float,
    on_progress: OnProgress | None,
    begin: float = 0.0,
    share: float = 1.0,
    silent: bool = False,
) -> None:
    """Run ffmpeg with these arguments over `seconds` of media: it reads `source` alone, and writes to its place.

    The pass is `share` of the whole work and follows on `begin` of it; a `silent` one writes nothing before its end.
    Raises MediaError as `run` does.
    """

    most = 0.0

    def line(text: str) -> None:
        nonlocal most
        key, _, value = text.partition("=")
        if on_progress is not None and key == "out_time_us" and value.isdecimal():
            most = max(most, min(1.0, int(value) / 1_000_000 / max(seconds, 0.1)))  # it goes by the track written last
            on_progress(min(1.0, begin + share * most))

    command = [str(ffmpeg), *SAFE_GLOBAL, *PROGRESS, "-y", *args]
    await run(
        command,
        reach=Reach((source,), (place.part, place.scratch)),
        wall_s=_BASE_S + _SLOWEST * seconds,
        stall_s=None if silent else _STALL_S,
        on_line=line,
    )


def _tidy(part: Path, scratch: Path) -> None:
    part.unlink(missing_ok=True)
    shutil.rmtree(scratch, ignore_errors=True)
