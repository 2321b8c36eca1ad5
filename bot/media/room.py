"""How much more a folder may hold: a limit of its own, and never so much that its disk gets full."""

import asyncio
import os
import shutil
import time
from pathlib import Path

import structlog

from bot.media.facts import MediaError, MediaFault

_log = structlog.get_logger(__name__)

_FLOOR = 1_000_000_000
_FLOOR_SHARE = 0.05
"""What is left free on a disk for everything else: 1 GB, or less of a small disk."""
_SHARE = 0.8
_EVERY_S = 60.0
_PAUSE = 50
"""A folder that takes long to measure is measured less often: the pause is at least so many times as long."""


class Room:
    """The room of a folder, measured from time to time; what comes in between is counted as it comes."""

    def __init__(self, root: Path, limit: int | None = None) -> None:
        """`limit` in bytes; None is four fifths of the disk. Nothing is measured yet."""
        self._root = root
        self._given = limit
        self._limit = self._used = self._free = self._since = 0
        self._due = 0.0
        self._one_at_a_time = asyncio.Lock()

    @property
    def limit(self) -> int:
        """Bytes that the folder may hold."""
        return self._limit

    @property
    def left(self) -> int:
        """Bytes that may still come; below zero when there are too many already."""
        return min(self._limit - self._used, self._free) - self._since

    def count(self, more: int) -> None:
        """So many bytes came, or went."""
        self._since += more

    async def measure(self, *, anew: bool = False) -> None:
        """Know what the folder holds; done only when it was a while ago, or `anew`."""
        async with self._one_at_a_time:
            began = time.monotonic()
            if began < self._due and not anew:
                return
            counted = self._since
            self._used, self._limit, self._free = await asyncio.to_thread(_measured, self._root, self._given)
            self._since -= counted
            took = time.monotonic() - began
            self._due = began + max(_EVERY_S, _PAUSE * took)

    def full(self) -> MediaError:
        """Why no more may come: with the limit and what is used, where it is not the disk itself."""
        if self._free < self._limit - self._used:
            _log.error("the disk is nearly full", folder=str(self._root), free=self._free)
            return MediaError(MediaFault.DISK_FULL)
        _log.error("a folder holds as much as it may", folder=str(self._root), used=self._used, limit=self._limit)
        return MediaError(MediaFault.DISK_FULL, limit=self._limit, used=self._used)


def free_to_use(folder: Path) -> int:
    """Bytes that may still be written to a folder's disk; what it keeps free for everything else is left out."""
    total, free = _disk(folder)
    return free - min(_FLOOR, int(total * _FLOOR_SHARE))


async def require(folder: Path, size: int) -> None:
    """Raise MediaError(DISK_FULL) where so many bytes more would fill the disk of a folder."""
    if await asyncio.to_thread(free_to_use, folder) < size:
        _log.error("the disk is nearly full", folder=str(folder))
        raise MediaError(MediaFault.DISK_FULL)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all in a folder; what goes in the meantime counts nothing, a link nothing ever."""
    try:
        found = path.lstat()
        if not path.is_dir():
            return found.st_size
        with os.scandir(path) as entries:
            inside = [Path(entry) for entry in entries if not entry.is_symlink()]
    except (FileNotFoundError, NotADirectoryError):
        return 0
    return sum(size_of(one) for one in inside)


def _measured(root: Path, limit: int | None) -> tuple[int, int, int]:
    """What a folder holds, what it may hold, and what its disk has left, in bytes."""
    free = free_to_use(root)
    used = size_of(root)
    return used, int(_disk(root)[0] * _SHARE) if limit is None else limit, free


def _disk(folder: Path) -> tuple[int, int]:
    """Bytes in all and free of the disk that a folder is, or would be, on."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    disk = shutil.disk_usage(there)
    return disk.total, disk.free
