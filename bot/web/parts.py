"""Files that grow on the disk: written block by block in a thread, looked at as soon as their beginning is there."""

import asyncio
import contextlib
import errno
import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from types import TracebackType

from bot.media.durable import sync_folder
from bot.media.facts import MediaError, MediaFault
from bot.media.sniff import HEAD_BYTES, container_of
from bot.media.uploads import Uploads
from bot.store.models import DropFile

BLOCK = 1 << 20
_LATEST_S = 2.0
"""What came is written after so long at the latest: a kill loses no more of a slow phone's work."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class PartGoneError(Exception):
    """The file was removed: its drop was closed or its time is over."""


def create(uploads: Uploads, drop: str, file: str) -> None:
    """Begin a file. Blocks; raises OSError."""
    part = uploads.part(drop, file)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.touch(exist_ok=False)


def offset(uploads: Uploads, drop: str, file: DropFile) -> tuple[int, bool] | None:
    """How many bytes of a file are here and whether it is whole; None where there is none. Blocks.

    One that lost its end with the power, before the disk had it, goes on from there.
    """
    part, whole = uploads.part(drop, file.id), uploads.whole(drop, file.id)
    try:
        return part.stat().st_size, False
    except FileNotFoundError:
        pass
    try:
        size = whole.stat().st_size
        if size < file.size:
            whole.replace(part)
    except FileNotFoundError:
        return None
    return size, size >= file.size


def settle(uploads: Uploads, drop: str, file: str) -> None:
    """Give a file its name that has all its bytes, and whose writer was killed before it could. Blocks."""
    with contextlib.suppress(FileNotFoundError):
        uploads.part(drop, file).replace(uploads.whole(drop, file))


def keep(uploads: Uploads, drop: str, files: Iterable[str]) -> None:
    """Have whole files outlast the power: once a batch is sent, nobody has them to send them again. Blocks."""
    for file in files:
        with uploads.whole(drop, file).open("r+b") as whole:
            os.fsync(whole.fileno())
        sync_folder(uploads.whole(drop, file).parent)


def remove(uploads: Uploads, drop: str, file: str) -> None:
    """Remove a file and, with its last, the drop's folder. Blocks; raises OSError."""
    part = uploads.part(drop, file)
    part.unlink(missing_ok=True)
    uploads.whole(drop, file).unlink(missing_ok=True)
    try:
        part.parent.rmdir()
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT}:
            raise


class Part:
    """A file of `length` bytes that grows at its end. Everything here blocks; use it from one thread at a time.

    Raises PartGoneError once it was removed, and OSError.
    """

    def __init__(self, part: Path, whole: Path, length: int, takes: frozenset[str]) -> None:
        """`takes`: containers that are taken (names as in `bot.media.ffmpeg.CONTAINERS`)."""
        self._part = part
        self._whole = whole
        self._takes = takes
        self.length = length
        self._refused = False
        try:
            self._file: FileIO = part.open("r+b", buffering=0)
        except FileNotFoundError:
            raise PartGoneError from None
        self.size = self._file.seek(0, os.SEEK_END)

    def append(self, block: bytes | memoryview) -> None:
        """Write this. What was written before an error stays, and is counted.

        Raises MediaError: UNSUPPORTED as soon as the beginning shows that it is nothing that is taken, DISK_FULL.
        """
        if os.fstat(self._file.fileno()).st_nlink == 0:
            raise PartGoneError
        before = self.size
        left = memoryview(block)
        try:
            while left:
                done = os.write(self._file.fileno(), left)
                self.size += done
                left = left[done:]
        except OSError as error:
            if error.errno in _FULL:
                raise MediaError(MediaFault.DISK_FULL) from error
            raise
        if before < HEAD_BYTES and (self.size >= HEAD_BYTES or self.size >= self.length):
            self._look()

    def close(self) -> None:
        """Let go of the file; one that has all its bytes is whole from now on."""
        self._file.close()
        if self._refused or self.size < self.length:
            return
        try:
            self._part.replace(self._whole)
        except FileNotFoundError:
            raise PartGoneError from None

    def _look(self) -> None:
        self._file.seek(0)
        head = self._file.read(HEAD_BYTES) or b""
        self._file.seek(0, os.SEEK_END)
        if container_of(head) not in self._takes:
            self._refused = True
            raise MediaError(MediaFault.UNSUPPORTED)


class Inflow:
    """Chunks on their way into a part: gathered into blocks, each written while the next one fills.

    There are two blocks, used in turn. Chunks that were kept until they are written would be freed late, elsewhere and
    many at a time: then the system takes their memory back and gives it out anew, page by page, for all of a file.

    Leaving the block writes what is left, whatever ended it, and closes the part.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._filling, self._other = memoryview(bytearray(BLOCK)), memoryview(bytearray(BLOCK))
        self._bytes = 0
        self._written = part.size
        self._since = 0.0
        self._writing: asyncio.Future[None] | None = None
        self._failed = False

    @property
    def size(self) -> int:
        """Bytes of the file, those on their way to the disk included."""
        return self._written + self._bytes

    async def take(self, chunk: bytes) -> None:
        """Take a chunk; waits only while the disk is slower than the network. Raises as `Part.append`."""
        now = asyncio.get_running_loop().time()
        left = memoryview(chunk)
        while left:
            self._since = self._since if self._bytes else now
            head = HEAD_BYTES - self._written
            room = (head if head > 0 else BLOCK) - self._bytes
            here, left = left[:room], left[room:]
            self._filling[self._bytes : self._bytes + len(here)] = here
            self._bytes += len(here)
            if len(here) == room or now - self._since >= _LATEST_S:
                await self._write()

    async def _write(self) -> None:
        await self._written_out()
        block = self._filling[: self._bytes]
        self._filling, self._other = self._other, self._filling
        self._written, self._bytes = self._written + self._bytes, 0
        self._writing = asyncio.get_running_loop().run_in_executor(None, self._part.append, block)

    async def _written_out(self) -> None:
        writing, self._writing = self._writing, None
        if writing is None:
            return
        try:
            await _to_its_end(writing)
        except BaseException:
            self._failed = self._failed or writing.cancelled() or writing.exception() is not None
            raise

    async def __aenter__(self) -> "Inflow":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await _to_its_end(asyncio.create_task(self._close(), name="upload ends"))

    async def _close(self) -> None:
        try:
            await self._written_out()
            if self._bytes and not self._failed:
                await self._write()
                await self._written_out()
        finally:
            await asyncio.to_thread(self._part.close)


async def _to_its_end(work: "asyncio.Future[None]") -> None:
    """Wait for it; a cancel waits as well, so that no file is closed under a write."""
    try:
        if not work.done():
            await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait((work,))
        raise
    work.result()
