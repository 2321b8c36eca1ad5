"""Files on their way up and down: streamed between disk and socket in constant memory."""

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from aiohttp import MultipartWriter
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload

from bot.media.durable import put_in_place
from bot.nemo.errors import FileTooLarge

_CHUNK = 256 * 1024
_LONGEST_NAME = 120
_ESCAPE = re.compile(r"%(?=[0-9A-Fa-f]{2})")
_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
}


def safe_name(name: str) -> str:
    """A file's name as a header can carry it: no folder, quote, control or direction mark; its ending is kept."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    kept = "".join(
        "_" if c in '";' else c for c in _ESCAPE.sub("_", base) if unicodedata.category(c)[0] not in "CZ" or c == " "
    )
    kept = " ".join(kept.split()).lstrip(".")
    stem, dot, ending = kept.rpartition(".")
    if dot and 0 < len(ending) <= 10:
        return (stem.rstrip(". ")[:_LONGEST_NAME] or "file") + "." + ending
    return kept[:_LONGEST_NAME] or "file"


class FilePayload(Payload):
    """A file as the body of a part, read in threads; `on_sent` gets the bytes sent so far.

    The socket must take each piece within `stall_s`, else TimeoutError.
    """

    def __init__(self, path: Path, size: int, name: str, stall_s: float, on_sent: Callable[[int], None] | None):
        kind = _TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
        super().__init__(path, content_type=kind)
        self.headers["Content-Disposition"] = f'form-data; name="files"; filename="{name}"'
        self._path = path
        self._size = size
        self._stall_s = stall_s
        self._on_sent = on_sent

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:  # noqa: ARG002 - as the base has it
        """A file of hundreds of megabytes is never one string."""
        raise TypeError("a file is sent as it is")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send exactly as many bytes as were announced. Raises OSError when the file has become shorter."""
        file = await asyncio.to_thread(self._path.open, "rb")
        try:
            sent = 0
            while sent < (self._size or 0):
                piece = await asyncio.to_thread(file.read, min(_CHUNK, (self._size or 0) - sent))
                if not piece:
                    raise OSError("the file became shorter while it was sent")
                async with asyncio.timeout(self._stall_s):
                    await writer.write(piece)
                sent += len(piece)
                if self._on_sent is not None:
                    self._on_sent(sent)
        finally:
            await asyncio.to_thread(file.close)


def form(path: Path, size: int, name: str, stall_s: float, on_sent: Callable[[int], None] | None) -> MultipartWriter:
    """The multipart body of one upload; made anew for every attempt."""
    body = MultipartWriter("form-data", boundary=f"----threadcut{token_hex(16)}")
    body.append_payload(FilePayload(path, size, safe_name(name), stall_s, on_sent))
    return body


async def save(
    chunks: AsyncIterator[bytes], target: Path, limit_bytes: int, on_received: Callable[[int], None] | None
) -> int:
    """Write a stream to `target` by way of a `.part` beside it; returns its size in bytes.

    A broken, cancelled or too large one leaves nothing. Raises FileTooLarge, OSError when the disk does not take it,
    and what the stream raises.
    """
    received = 0
    with _part_of(target) as (part, file):
        async for chunk in chunks:
            received += len(chunk)
            if received > limit_bytes:
                raise FileTooLarge(call="download", limit=limit_bytes)
            await asyncio.to_thread(file.write, chunk)
            if on_received is not None:
                on_received(received)
        await asyncio.to_thread(file.close)
        await asyncio.to_thread(put_in_place, part, target)
    return received


@contextmanager
def _part_of(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    part = target.with_name(f"{target.name}.{token_hex(4)}.part")
    with part.open("wb") as file:
        try:
            yield part, file
        except BaseException:
            file.close()
            part.unlink(missing_ok=True)
            raise
