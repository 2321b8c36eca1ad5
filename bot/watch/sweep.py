"""What goes with time: threads nobody touches, footage nobody uses, results whose time is over, half-written files."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path

import structlog

from bot.flows import footprint, servers
from bot.flows.context import Context
from bot.media.passes import SCRATCH
from bot.store.models import Thread

log = structlog.stdlib.get_logger(__name__)

EVERY_S = 3600.0
_BATCH = 100
_PART_S = 86_400.0


class Sweeper:
    """Sweeps from time to time."""

    def __init__(
        self, context: Context, media_dir: Path, pictures_dir: Path, results_dir: Path,
        sweep_results: Callable[[], Awaitable[int]], sweep_drops: Callable[[], Awaitable[int]],
    ) -> None:  # fmt: skip
        """`pictures_dir` has what was made out of footage, by its hash; `sweep_results` removes the results whose
        records are over, `sweep_drops` the upload links whose time is."""
        self._context = context
        self._media_dir = media_dir
        self._pictures_dir = pictures_dir
        self._results_dir = results_dir
        self._sweep_results = sweep_results
        self._sweep_drops = sweep_drops

    async def run(self) -> None:
        """Sweep now and then every hour, until cancelled."""
        while True:
            try:
                await self.sweep()
            except Exception:  # the edge of a background task: it must go on
                log.exception("sweep failed")
            await asyncio.sleep(EVERY_S)

    async def sweep(self) -> None:
        """Once: records first, files second."""
        store, oldest = self._context.store, self._context.clock.now() - self._context.limits.retention
        threads = await self._forget_early()
        while keys := await store.threads.untouched_since(oldest, _BATCH):
            for key in keys:
                await footprint.erase(self._context, key)
            threads += len(keys)
        sessions = await footprint.leave_all(self._context)
        footage = await asyncio.to_thread(_remove_unused, self._media_dir, oldest.timestamp())
        await asyncio.to_thread(_remove_orphans, self._pictures_dir, self._media_dir)
        parts = await self._context.media.sweep_parts(_PART_S)
        parts += await asyncio.to_thread(_remove_small, self._results_dir, time.time() - _PART_S)
        results = await self._sweep_results()
        drops = await self._sweep_drops()
        if threads or sessions or footage or parts or results or drops:
            log.info(
                "swept", threads=threads, sessions=sessions, footage=footage, parts=parts, results=results, drops=drops
            )

    async def _forget_early(self) -> int:
        """Threads of servers that keep theirs for a shorter time than the operator does."""
        now, store = self._context.clock.now(), self._context.store
        kept: dict[str, timedelta] = {}
        for guild in await store.servers.guilds():
            server = await servers.of(store, guild)
            if server.retention_days is not None:
                kept[guild] = servers.retention(self._context.limits, server)

        def is_due(thread: Thread) -> bool:
            guild = thread.place.guild
            return guild is not None and guild in kept and thread.touched < now - kept[guild]

        return await servers.forget_threads(self._context, is_due) if kept else 0


def _remove_unused(folder: Path, before: float) -> int:
    """Kept footage by when a thread used it last, which is its time on disk."""
    return _remove(folder.glob("??/*"), before)


def _remove_orphans(pictures: Path, media: Path) -> None:
    """Pictures of footage that is gone."""
    for folder in pictures.glob("??/*"):
        if not (media / folder.parent.name / folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _remove_small(folder: Path, before: float) -> int:
    """Copies made for a place, and what was needed to make a file, left by a process that was killed meanwhile."""
    scratch = [path for path in folder.glob(f"{SCRATCH}*") if _is_older(path, before)]
    for path in scratch:
        shutil.rmtree(path, ignore_errors=True)
    made = (path for name in ("small", "made") for path in folder.glob(f"*.{name}.*"))
    return len(scratch) + _remove(made, before)


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.lstat().st_mtime < before
    except FileNotFoundError:
        return False


def _remove(paths: Iterable[Path], before: float) -> int:
    gone = 0
    for path in paths:
        try:
            if path.lstat().st_mtime < before:
                path.unlink()
                gone += 1
        except OSError as error:
            log.warning("a file could not be removed", reason=error.strerror)
    return gone
