"""The pictures of a thread: asked for here, made out of kept footage as far as there is any, in bounded time."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.media.facts import MediaError
from bot.media.folder import MediaFolder
from bot.media.probe import probe
from bot.pictures import storyboard, timeline
from bot.pictures.material import Material
from bot.pictures.plan import plan
from bot.pictures.shelf import Shelf
from bot.pictures.words import Words
from bot.updates import Footage, TimelineSummary

log = structlog.stdlib.get_logger(__name__)

_T = TypeVar("_T")

WAIT_S = 20.0
"""How long footage may take; what is not there by then is left out."""


class Gallery:
    """Draws timelines and storyboards. Footage that is gone, broken or slow costs its pictures, never an error."""

    def __init__(self, media: MediaFolder, folder: Path, wait_s: float = WAIT_S) -> None:
        """`media` has the footage; `folder` keeps what was made of it, and is where `media` removes that again."""
        self._media = media
        self._shelf = Shelf(media, folder)
        self._wait_s = wait_s

    async def timeline(self, summary: TimelineSummary, footage: Sequence[Footage], words: Words) -> bytes | None:
        """A PNG of the timeline, 1,200 px wide; None where no track has anything on it."""
        if not any(track.items for track in summary.tracks):
            return None
        planned = await asyncio.to_thread(plan, summary, footage)
        material = await self._gather(planned.frames, planned.sounds)
        return await asyncio.to_thread(timeline.draw, planned, material, words)

    async def storyboard(self, footage: Footage) -> bytes | None:
        """A PNG of what a file holds, 1,200 px wide; None where it is not kept or nothing of it can be shown."""
        if footage.sha256 is None:
            return None
        length = footage.duration_ms or 0
        if not length and footage.kind != "image":
            length = await self._length(footage.sha256)
        shown = storyboard.board(footage, footage.sha256, length)
        sounds = [] if footage.kind == "image" else [footage.sha256]
        material = await self._gather({footage.sha256: shown.times} if shown.times else {}, sounds)
        return await asyncio.to_thread(storyboard.draw, shown, material)

    async def _length(self, sha256: str) -> int:
        """The length of a file of which nobody told it, ms; 0 where it cannot be found out."""
        try:
            async with asyncio.timeout(self._wait_s):
                return (await probe(self._media.path(sha256))).duration_ms
        except (MediaError, TimeoutError):
            return 0

    async def _gather(self, frames: Mapping[str, Iterable[int]], sounds: Iterable[str]) -> Material:
        """What can be had of the footage in time."""
        seen = {media: asyncio.create_task(self._shelf.frames(media, times)) for media, times in frames.items()}
        heard = {media: asyncio.create_task(self._shelf.peaks(media)) for media in sounds}
        tasks: list[asyncio.Task[Any]] = [*seen.values(), *heard.values()]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=self._wait_s)
        finally:
            late = [task for task in tasks if not task.done()]
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)  # their children are ended by then
        return Material(
            {media: pictures for media, task in seen.items() if (pictures := _had(task))},
            {media: sound for media, task in heard.items() if (sound := _had(task)) is not None},
        )


def _had(task: asyncio.Task[_T]) -> _T | None:
    """What came of it in time; what went wrong is told in the log, not by a picture that is missing."""
    if task.cancelled():
        return None
    error = task.exception()
    if error is not None:
        log.error("no material for a picture", exc_info=error)
        return None
    return task.result()
