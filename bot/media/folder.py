"""A folder of footage addressed by content: no user's file name ever reaches the disk, nothing half-written is seen."""

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import TypeVar

from bot.media.durable import sync_folder
from bot.media.facts import MediaError, MediaFault

_T = TypeVar("_T")

_BLOCK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FULL = (errno.ENOSPC, errno.EDQUOT)

May = Callable[[int], bool]
"""Is asked before bytes are written whether so many more may be; after a no it is asked no more."""

Look = Callable[[bytes], None]
"""Is shown the first bytes of a file (up to 1 MiB, the whole of a small one); raises MediaError to refuse it."""


@dataclass(frozen=True)
class Kept:
    """A file as kept: its SHA-256 in hex, its size in bytes, where it lies, whether it was not there before."""

    sha256: str
    size: int
    path: Path
    new: bool = field(default=True, compare=False)


class MediaFolder:
    """Files under `root`, each named by its SHA-256, without an extension; parts of uploads lie in `.parts`.

    What is made out of a file (small pictures of it) may lie under `derived`, at `place`: it goes with the file.
    """

    def __init__(self, root: Path, derived: Path | None = None) -> None:
        """Nothing is created before the first file."""
        self.root = root
        self._derived = derived
        self._parts = root / ".parts"

    async def ingest(
        self, chunks: AsyncIterator[bytes], limit: int, look: Look | None = None, may: May | None = None
    ) -> Kept:
        """Keep what the chunks hold, in constant memory; the same content twice is one file.

        `look` is shown the file's beginning before any of it is written, and may refuse it. Once `may` says no, nothing
        more is written, and the rest is read only to know whether the content is here already.
        Raises MediaError: TOO_LARGE (more than `limit` bytes), EMPTY, DISK_FULL, QUOTA (`may` said no to new content),
        and what `look` raises. Nothing stays behind then, nor when it is cancelled or the chunks fail.
        """
        part = _Part(self._parts / f"{secrets.token_hex(16)}.part")
        try:
            waiting = bytearray()
            async for chunk in chunks:
                waiting += chunk
                if part.size + len(waiting) > limit:
                    raise MediaError(MediaFault.TOO_LARGE, limit=limit)
                if len(waiting) >= _BLOCK:
                    _looked(look, waiting)
                    look = None
                    await _store(part, bytes(waiting), may)
                    waiting.clear()
            if part.size + len(waiting) == 0:
                raise MediaError(MediaFault.EMPTY)
            _looked(look, waiting)
            await _store(part, bytes(waiting), may)
            return await _whole(self._keep, part)
        finally:
            await _whole(part.drop)

    async def ingest_file(self, source: Path, limit: int, look: Look | None = None, *, link: bool = False) -> Kept:
        """Keep a copy of a file. With `link`, a hard link where the file system allows it.

        Link only a file that never changes, such as one out of another MediaFolder.
        Raises MediaError as `ingest`; OSError when the source cannot be read.
        """
        if link:
            linked = await asyncio.to_thread(self._link, source, limit, look)
            if linked is not None:
                return linked
        chunks = _read(source)
        async with contextlib.aclosing(chunks):
            return await self.ingest(chunks, limit, look)

    def path(self, sha256: str) -> Path:
        """Where the file of this content is, or would be.

        Raises ValueError when it is not a SHA-256 in lower-case hex.
        """
        return place(self.root, sha256)

    async def remove(self, sha256: str) -> bool:
        """Delete a file and what was made out of it; tells whether the file was there."""
        path = self.path(sha256)
        if self._derived is not None:
            await asyncio.to_thread(shutil.rmtree, place(self._derived, sha256), ignore_errors=True)
        try:
            await asyncio.to_thread(path.unlink)
        except FileNotFoundError:
            return False
        return True

    async def sweep_parts(self, older_than_s: float) -> int:
        """Delete the parts that a killed process left behind; returns how many."""
        return await asyncio.to_thread(self._sweep, time.time() - older_than_s)

    def _keep(self, part: "_Part") -> Kept:
        with _disk_faults():
            target = self.path(part.close())
            known = target.is_file()
            if not part.written:
                return self._known(target, part.size)
            target.parent.mkdir(parents=True, exist_ok=True)
            part.path.replace(target)  # the same name is the same content: over an old one is right
            sync_folder(target.parent)
        return Kept(target.name, part.size, target, new=not known)

    def _known(self, target: Path, size: int) -> Kept:
        """The same content as it was kept before, as good as new; there was no room for it once more."""
        try:
            os.utime(target)
        except FileNotFoundError:
            raise MediaError(MediaFault.QUOTA) from None
        return Kept(target.name, size, target, new=False)

    def _link(self, source: Path, limit: int, look: Look | None) -> Kept | None:
        with source.open("rb") as file:
            if look is not None:
                look(file.read(_BLOCK))
                file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise MediaError(MediaFault.EMPTY)
        if size > limit:
            raise MediaError(MediaFault.TOO_LARGE, limit=limit)
        target = self.path(digest)
        with _disk_faults():
            target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(source)
            sync_folder(target.parent)
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):  # it went just now: copied, then
                os.utime(target)
                return Kept(digest, size, target, new=False)
            return None
        except OSError:  # another disk, or links are not allowed here: copied instead
            return None
        return Kept(digest, size, target)

    def _sweep(self, before: float) -> int:
        count = 0
        for part in self._parts.glob("*.part"):
            with contextlib.suppress(FileNotFoundError):
                if part.stat().st_mtime < before:
                    part.unlink()
                    count += 1
        return count


def place(root: Path, sha256: str) -> Path:
    """Where under `root` is what belongs to this content.

    Raises ValueError when it is not a SHA-256 in lower-case hex.
    """
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in hex")
    return root / sha256[:2] / sha256


@dataclass
class _Part:
    path: Path
    written: bool = True
    file: FileIO | None = None
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        if not self.written:
            self.digest.update(data)
            self.size += len(data)
            return
        with _disk_faults():
            if self.file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.file = self.path.open("xb", buffering=0)
            view = memoryview(data)
            while view:
                done = self.file.write(view)
                self.digest.update(view[:done])
                self.size += done
                view = view[done:]

    def close(self) -> str:
        if self.file is not None:
            os.fsync(self.file.fileno())
            self.file.close()
        return self.digest.hexdigest()

    def stop(self) -> None:
        """From now on only count and hash."""
        self.written = False
        self.drop()

    def drop(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None
        self.path.unlink(missing_ok=True)


async def _store(part: _Part, data: bytes, may: May | None) -> None:
    if part.written and may is not None and not may(len(data)):
        await _whole(part.stop)
    await _whole(part.write, data)


def _looked(look: Look | None, head: bytearray) -> None:
    if look is not None:
        look(bytes(head))


async def _whole(function: Callable[..., _T], *args: object) -> _T:
    """Run in a thread; a cancel waits for its end, so that no file is closed under a write."""
    task = asyncio.ensure_future(asyncio.to_thread(function, *args))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise


async def _read(source: Path) -> AsyncGenerator[bytes, None]:
    file = await asyncio.to_thread(source.open, "rb")
    try:
        while block := await asyncio.to_thread(file.read, _BLOCK):
            yield block
    finally:
        file.close()


@contextlib.contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise MediaError(MediaFault.DISK_FULL) from error
        raise
