"""Files made of finished files: what the upstream does not make itself, and smaller copies for a place. Few at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.flows.capabilities import Capabilities
from bot.flows.progress import Watched
from bot.media.facts import MediaFacts
from bot.media.gif import LONGEST_MS, SENSIBLE_BYTES, make_gif
from bot.media.mp3 import make_mp3
from bot.media.passes import OnProgress
from bot.media.probe import probe
from bot.media.reshape import reshape
from bot.media.shrink import fit
from bot.store.models import Export, Render
from bot.updates import Stage, Working
from bot.watch.feeds import Faces

_AT_ONCE = 2
"""Encoders that run side by side: each takes every core it finds."""
_RESULT_BYTES = 1 << 40

StillWanted = Callable[[], Awaitable[object]]
"""Raises when nobody waits for the file any more."""
_Work = Callable[[OnProgress], Coroutine[Any, Any, None]]
_Step = Callable[[Path, Path, OnProgress], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Made:
    """A file that was made, and what it is; `whole_ms` is how long the video is of which it holds the beginning."""

    path: Path
    facts: MediaFacts
    whole_ms: int | None = None


class Making:
    """Makes files and tells how far it is."""

    def __init__(self, faces: Faces, ffmpeg: Path | None = None) -> None:
        """`ffmpeg` is the program to run; None for the one that comes along."""
        self._faces = faces
        self._ffmpeg = ffmpeg
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def finish(self, render: Render, source: Path, able: Capabilities, still_wanted: StillWanted) -> Made | None:
        """Make what was asked for of the upstream's MP4 at `source`, in its place; None where it is that already.

        Raises MediaError, and what `still_wanted` raises.
        """
        size = (await asyncio.to_thread(source.stat)).st_size
        steps = _steps(render.export, able, size, self._ffmpeg)
        if not steps:
            return None
        whole = (await probe(source, max_bytes=_RESULT_BYTES)).duration_ms if render.export.format == "gif" else 0
        for suffix, step in steps:
            made = source.with_suffix(f".made{suffix}")
            work = partial(step, source, made)
            await self._watched(render, Working(Stage.CONVERTING, name=render.name), work, still_wanted)
            await asyncio.to_thread(_replace, source, made)
            source = source.with_suffix(suffix)
        facts = await probe(source, max_bytes=_RESULT_BYTES)
        return Made(source, facts, whole if whole > LONGEST_MS else None)

    async def smaller(self, render: Render, source: Path, max_bytes: int, still_wanted: StillWanted) -> Made:
        """A copy of a finished file that has at most `max_bytes`, beside it; one that is there already is taken.

        Raises MediaError: TOO_LARGE (it cannot be made that small), and what `still_wanted` raises.
        """
        target = small_copy(source)
        if not await asyncio.to_thread(_within, target, max_bytes):
            make = {".gif": make_gif, ".mp3": make_mp3}.get(source.suffix, fit)
            work = partial(make, source, target, max_bytes, ffmpeg=self._ffmpeg)
            await self._watched(render, Working(Stage.FITTING), work, still_wanted)
        return Made(target, await probe(target, max_bytes=_RESULT_BYTES))

    async def _watched(self, render: Render, working: Working, work: _Work, still_wanted: StillWanted) -> None:
        watched = Watched(lambda report: work(lambda done: report(round(done * 100))), 100)
        self._faces.put(render.place, render.id, working)
        async with self._slots, aclosing(watched.percents()) as percents:
            async for percent in percents:
                await still_wanted()
                self._faces.put(render.place, render.id, Working(working.stage, percent, working.name))


def small_copy(source: Path) -> Path:
    """Where the smaller copy of a finished file lies."""
    return source.with_suffix(f".small{source.suffix}")


def _steps(wanted: Export, able: Capabilities, given: int, ffmpeg: Path | None) -> list[tuple[str, _Step]]:
    """What is left to do with a file of `given` bytes, in order: the ending of what comes of it, and the work."""
    steps: list[tuple[str, _Step]] = []
    if wanted.ratio is not None and not able.reshapes and wanted.format != "mp3":
        ratio = wanted.ratio
        steps.append((".mp4", lambda source, made, tell: reshape(source, made, ratio, tell, ffmpeg)))
    size = wanted.max_bytes
    if wanted.format == "gif":
        steps.append((".gif", lambda source, made, tell: make_gif(source, made, size or SENSIBLE_BYTES, tell, ffmpeg)))
    elif wanted.format == "mp3":
        steps.append((".mp3", lambda source, made, tell: make_mp3(source, made, size, tell, ffmpeg)))
    elif size is not None and not able.fits and (steps or given > size):
        steps.append((".mp4", lambda source, made, tell: fit(source, made, size, tell, ffmpeg)))
    return steps


def _replace(source: Path, made: Path) -> None:
    made.replace(source.with_suffix(made.suffix))
    if made.suffix != source.suffix:
        source.unlink(missing_ok=True)


def _within(path: Path, max_bytes: int) -> bool:
    try:
        return path.stat().st_size <= max_bytes
    except FileNotFoundError:
        return False
