"""Files made of finished files: what the upstream does not make itself, and smaller copies for a place. Few at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.flows.capabilities import Capabilities
from bot.flows.progress import Watched
from bot.media.container import make_container
from bot.media.facts import MediaError, MediaFault
from bot.media.gif import LONGEST_MS, SENSIBLE_BYTES, make_gif
from bot.media.part import WHOLE, Part
from bot.media.passes import OnProgress
from bot.media.probe import probe
from bot.media.reshape import reshape
from bot.media.shrink import fit
from bot.media.sound_file import make_mp3, make_sound
from bot.media.stills import make_frames, make_still
from bot.store.models import SOUNDS, Export, Render
from bot.updates import Stage, Working
from bot.watch.feeds import Faces

_AT_ONCE = 2
"""Encoders that run side by side: each takes every core it finds."""
_RESULT_BYTES = 1 << 40
_SMALLER: Mapping[str, Callable[..., Coroutine[Any, Any, None]]] = {
    ".mp4": fit,
    ".gif": make_gif,
    ".mp3": make_mp3,
    ".mov": fit,
    ".mkv": fit,
    ".webm": fit,
}
"""What makes a smaller copy of a file, by its ending."""

StillWanted = Callable[[], Awaitable[object]]
"""Raises when nobody waits for the file any more."""
_Work = Callable[[OnProgress], Coroutine[Any, Any, None]]
_Step = Callable[[Path, Path, OnProgress], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Made:
    """A file that was made: its size in bytes, and what can be told of it.

    `whole_ms` is how long the video is of which it holds the beginning.
    """

    path: Path
    size: int
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
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
        whole = 0
        if render.export.format == "gif":
            _, whole = _part(render.export, able).within((await probe(source, max_bytes=_RESULT_BYTES)).duration_ms)
        for suffix, step in steps:
            made = source.with_suffix(f".made{suffix}")
            work = partial(step, source, made)
            await self._watched(render, Working(Stage.CONVERTING, name=render.name), work, still_wanted)
            await asyncio.to_thread(_replace, source, made)
            source = source.with_suffix(suffix)
        return replace(await _made(source), whole_ms=whole if whole > LONGEST_MS else None)

    async def smaller(self, render: Render, source: Path, max_bytes: int, still_wanted: StillWanted) -> Made:
        """A copy of a finished file that has at most `max_bytes`, beside it; one that is there already is taken.

        Raises MediaError: TOO_LARGE (it cannot be made that small), and what `still_wanted` raises.
        """
        target = small_copy(source)
        if not await asyncio.to_thread(_within, target, max_bytes):
            make = _SMALLER.get(source.suffix)
            if make is None:
                raise MediaError(MediaFault.TOO_LARGE, "such a file cannot be made smaller", max_bytes)
            work = partial(make, source, target, max_bytes, ffmpeg=self._ffmpeg)
            await self._watched(render, Working(Stage.FITTING), work, still_wanted)
        return await _made(target)

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


def _part(wanted: Export, able: Capabilities) -> Part:
    """What is left to take of the upstream's file: nothing where it has rendered the part alone."""
    return WHOLE if able.excerpts else Part(wanted.from_ms or 0, wanted.to_ms)


def _steps(wanted: Export, able: Capabilities, given: int, ffmpeg: Path | None) -> list[tuple[str, _Step]]:
    """What is left to do with a file of `given` bytes, in order: the ending of what comes of it, and the work."""
    steps: list[tuple[str, _Step]] = []
    if wanted.format in able.writes:
        return steps
    if wanted.ratio is not None and not able.reshapes and wanted.format not in SOUNDS:
        ratio = wanted.ratio
        steps.append((".mp4", lambda source, made, tell: reshape(source, made, ratio, tell, ffmpeg)))
    last = _last(wanted, able, ffmpeg)
    size = wanted.max_bytes
    if last is not None:
        steps.append((f".{wanted.ending}", last))
    elif size is not None and not able.fits and (steps or given > size):
        steps.append((".mp4", lambda source, made, tell: fit(source, made, size, tell, ffmpeg)))
    return steps


def _last(wanted: Export, able: Capabilities, ffmpeg: Path | None) -> _Step | None:
    """What makes the file that was asked for of the video; None for the video itself."""
    size, part = wanted.max_bytes, _part(wanted, able)
    match wanted.format:
        case "gif":
            most = size or SENSIBLE_BYTES
            return lambda source, made, tell: make_gif(source, made, most, tell, ffmpeg, part=part, width=wanted.width)
        case "mov" | "mkv" | "webm":
            return lambda source, made, tell: make_container(source, made, size, tell, ffmpeg)
        case "mp3":
            return lambda source, made, tell: make_mp3(source, made, size, tell, ffmpeg)
        case "wav" | "m4a" as form:
            return lambda source, made, tell: make_sound(source, made, form, tell, ffmpeg)
        case "png":
            return lambda source, made, tell: make_still(source, made, part.start_ms, tell, ffmpeg)
        case "frames":
            return lambda source, made, tell: make_frames(
                source, made, wanted.every_ms, wanted.count, tell, ffmpeg, part=part
            )
    return None


async def _made(path: Path) -> Made:
    """What a file that was made here is."""
    if path.suffix == ".zip":
        return Made(path, (await asyncio.to_thread(path.stat)).st_size)
    facts = await probe(path, max_bytes=_RESULT_BYTES)
    picture = facts.picture
    length = None if facts.kind == "image" else facts.duration_ms
    return Made(path, facts.size, length, picture.width if picture else None, picture.height if picture else None)


def _replace(source: Path, made: Path) -> None:
    made.replace(source.with_suffix(made.suffix))
    if made.suffix != source.suffix:
        source.unlink(missing_ok=True)


def _within(path: Path, max_bytes: int) -> bool:
    try:
        return path.stat().st_size <= max_bytes
    except FileNotFoundError:
        return False
