"""What is made of a finished video for its page, once: a poster, and its timeline as a picture.

They lie beside the file and go with it. Footage and videos are hostile: one that shows nothing costs its picture, never
the page.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from weakref import WeakValueDictionary

import structlog

from bot.flows.picture_words import picture_words
from bot.flows.upload import footage_of
from bot.media.facts import MediaError, MediaFault
from bot.media.glance import thumb
from bot.media.passes import SCRATCH
from bot.media.thumbs import make_thumbs
from bot.pictures.gallery import Gallery
from bot.store.models import Render
from bot.store.store import Store
from bot.web.files import is_result

log = structlog.stdlib.get_logger(__name__)

POSTER_SIDE = 1280
"""The longer side of a poster at the most, px."""
_POSTER_S = 8.0
_LATEST_MS = 5_000
"""A poster is of a tenth into the video, of this time at the latest: a beginning may be black."""
_AT_ONCE = 2
_FAILURES_KEPT = 1000
_LANGUAGES = ("en", "zh")

_Make = Callable[[], Awaitable[bytes | None]]


def beside(file: Path) -> tuple[Path, ...]:
    """Everything that may have been made for the page of this file."""
    return (_poster(file), *(_timeline(file, language) for language in _LANGUAGES))


class Beside:
    """Gives the pictures of finished videos; one that is not there yet is made, two at a time."""

    def __init__(self, store: Store, gallery: Gallery) -> None:
        self._store = store
        self._gallery = gallery
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._children = asyncio.Semaphore(_AT_ONCE)
        self._failed: OrderedDict[str, None] = OrderedDict()

    async def poster(self, render: Render, file: Path) -> Path | None:
        """A frame of the video as a JPEG; None where none can be had."""
        at_ms = min(_LATEST_MS, (render.duration_ms or 0) // 10)
        return await self._once(_poster(file), file, lambda: _frame(file, at_ms))

    async def timeline(self, render: Render, file: Path, locale: str) -> Path | None:
        """The timeline as it was exported, as a PNG; None where that is not known or has nothing on it."""
        language = "zh" if locale.startswith("zh") else "en"
        return await self._once(_timeline(file, language), file, lambda: self._drawn(render, locale))

    async def _drawn(self, render: Render, locale: str) -> bytes | None:
        if render.timeline is None:
            return None
        thread = await self._store.threads.get(render.place.thread)
        footage = () if thread is None else tuple(footage_of(kept) for kept in thread.footage)
        return await self._gallery.timeline(render.timeline, footage, picture_words(locale))

    async def _once(self, target: Path, file: Path, make: _Make) -> Path | None:
        """The picture, made where it is not there; who comes second waits, and finds what the first has made."""
        lock = self._locks.setdefault(target.name, asyncio.Lock())
        async with lock:
            if await asyncio.to_thread(is_result, target):
                return target
            if target.name in self._failed:
                return None
            try:
                async with self._children:
                    body = await make()
                made = body is not None and await asyncio.to_thread(_write, target, file, body)
            except MediaError as error:
                log.info("a finished video shows no picture", reason=str(error))
                made = False
                if error.fault is MediaFault.DISK_FULL:  # of the disk, not of the video
                    return None
            except OSError as error:
                log.warning("a picture could not be kept", reason=error.strerror)
                return None
            if not made:
                self._forget(target.name)
            return target if made else None

    def _forget(self, name: str) -> None:
        self._failed[name] = None
        if len(self._failed) > _FAILURES_KEPT:
            self._failed.popitem(last=False)


def _poster(file: Path) -> Path:
    return file.with_name(f"{file.stem}.poster.jpg")


def _timeline(file: Path, language: str) -> Path:
    return file.with_name(f"{file.stem}.timeline-{language}.png")


async def _frame(file: Path, at_ms: int) -> bytes | None:
    scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=SCRATCH, dir=file.parent))
    try:
        await make_thumbs(file, [at_ms], scratch, seconds=_POSTER_S, side=POSTER_SIDE)
        with contextlib.suppress(FileNotFoundError):
            return await asyncio.to_thread(thumb(scratch, at_ms).read_bytes)
    finally:
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    return None


def _write(target: Path, file: Path, body: bytes) -> bool:
    """Keep the picture, unless the video went meanwhile: nobody would ever remove it then."""
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(body)
    part.replace(target)
    if is_result(file):
        return True
    target.unlink(missing_ok=True)
    return False
