"""Removes results whose time is over: the record first, the file second, never what is still owed to somebody.

A crash in between leaves the file's name on a list in Redis, and the next sweep goes on from there.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog

from bot.media.room import size_of
from bot.store.store import Store
from bot.web.beside import beside
from bot.web.files import result_path

log = structlog.stdlib.get_logger(__name__)

_BATCH = 100
_PART_S = 86_400


async def sweep_results(store: Store, results_dir: Path, now: datetime) -> int:
    """Remove what expired by `now`, the files of forgotten threads and what was half-written a day ago.

    Returns how many files are gone. A file that cannot be removed is logged and tried again next time.
    """
    while ids := await store.renders.expired(now, _BATCH):
        for id_ in ids:
            await store.renders.remove(id_)
    gone, _ = await remove_files(store, results_dir)
    return gone + await asyncio.to_thread(_remove_parts, results_dir, now.timestamp() - _PART_S)


async def remove_files(store: Store, results_dir: Path) -> tuple[int, int]:
    """Remove the files whose record is gone: how many those were, and how many bytes."""
    gone = freed = 0
    for file in await store.renders.files_to_remove():
        path = result_path(results_dir, file)
        size = 0
        try:
            if path is not None:
                size = await asyncio.to_thread(size_of, path)
                await asyncio.to_thread(_remove, (path, *beside(path)))  # in this order: see `beside`
        except OSError as error:
            log.warning("a result could not be removed", reason=error.strerror)
            continue
        await store.renders.file_removed(file)
        gone, freed = gone + 1, freed + size
    return gone, freed


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _remove_parts(results_dir: Path, before: float) -> int:
    gone = 0
    for path in results_dir.glob("*.part"):
        try:
            if path.lstat().st_mtime < before:
                path.unlink()
                gone += 1
        except OSError as error:
            log.warning("a half-written result could not be removed", reason=error.strerror)
    return gone
