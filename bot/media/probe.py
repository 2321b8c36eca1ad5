"""Finds out what a file is, by its content alone, in a child process: a crash of libav takes nothing with it."""

import asyncio
from pathlib import Path
from typing import Any

from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture, Sound
from bot.media.limits import MAX_BYTES
from bot.media.process import run_python
from bot.media.sandbox import Reach

_WALL_SECONDS = 180.0


async def probe(path: Path, *, max_bytes: int = MAX_BYTES) -> MediaFacts:
    """Read a file's packets through once and decode its first picture and sound.

    Lengths are of what is really there, not of what a header claims. Cover art is no picture; data, subtitle and
    attachment streams do not count; an animated GIF is a video.

    Raises MediaError: EMPTY, TOO_LARGE (`limit` in bytes), UNSUPPORTED, BROKEN (cannot be decoded, or cut off),
    TOO_MANY_PIXELS (`limit` in pixels), TOO_LONG (`limit` in ms), TIMED_OUT.
    """
    try:
        size = (await asyncio.to_thread(path.stat)).st_size
    except OSError as error:
        raise MediaError(MediaFault.BROKEN, "the file cannot be read") from error
    if size == 0:
        raise MediaError(MediaFault.EMPTY)
    if size > max_bytes:
        raise MediaError(MediaFault.TOO_LARGE, limit=max_bytes)
    found = await run_python("bot.media.probe_child", [str(path)], reach=Reach(reads=(path,)), wall_s=_WALL_SECONDS)
    return _facts(found)


def _facts(found: dict[str, Any]) -> MediaFacts:
    picture, sound, captions = found.pop("picture"), found.pop("sound"), found.pop("captions")
    return MediaFacts(
        **found,
        picture=Picture(**picture) if picture else None,
        sound=Sound(**sound) if sound else None,
        captions=tuple(captions),
    )
