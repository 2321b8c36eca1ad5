"""What was made out of footage, on the disk beside it: small pictures and peaks by content, made once and kept."""

import asyncio
import contextlib
import json
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from weakref import WeakValueDictionary

import structlog

from bot.media.facts import MediaError, MediaFault
from bot.media.folder import MediaFolder, place
from bot.media.glance import MOST_STEPS, thumb
from bot.media.peaks import Peaks, hear_peaks
from bot.media.thumbs import make_thumbs

log = structlog.stdlib.get_logger(__name__)

_AT_ONCE = 2
_MOST_FRAMES = 400
"""Pictures kept of one file: with more, those of long ago make room."""
_FRAMES_SECONDS = 8.0
_FAILURES_KEPT = 1000
_SOUND = "sound.json"


class Shelf:
    """Gives pictures and peaks of kept footage; what is not there yet is made, two files at a time.

    A file that could not be read is not tried again while this runs.
    """

    def __init__(self, media: MediaFolder, folder: Path) -> None:
        """`media` has the footage; `folder` is where `media` removes what was made of it."""
        self._media = media
        self._folder = folder
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._children = asyncio.Semaphore(_AT_ONCE)
        self._failed: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def frames(self, sha256: str, times_ms: Iterable[int]) -> Mapping[int, bytes]:
        """JPEGs of these times (ms), as many as could be had."""
        times, folder = sorted(set(times_ms)), place(self._folder, sha256)
        async with self._alone("frames", sha256):
            found, source = await asyncio.to_thread(_read_frames, folder, times), self._media.path(sha256)
            missing = [at for at in times if at not in found]
            if missing and await self._may_make("frames", sha256, source):
                with self._remembering("frames", sha256):
                    await asyncio.to_thread(_room, folder, len(missing))
                    async with self._children:
                        await make_thumbs(source, missing, folder, seconds=_FRAMES_SECONDS)
                found = await asyncio.to_thread(_read_frames, folder, times)
            return found

    async def peaks(self, sha256: str) -> Peaks | None:
        """How loud the file is along its time; None where it cannot be heard, no steps where it has no sound."""
        folder = place(self._folder, sha256)
        async with self._alone("peaks", sha256):
            found, source = await asyncio.to_thread(_read_peaks, folder / _SOUND), self._media.path(sha256)
            if found is None and await self._may_make("peaks", sha256, source):
                with self._remembering("peaks", sha256):
                    async with self._children:
                        found = await hear_peaks(source)
                    await asyncio.to_thread(_write_peaks, folder / _SOUND, found)
            return found

    @contextlib.asynccontextmanager
    async def _alone(self, kind: str, sha256: str) -> AsyncIterator[None]:
        """Who comes second waits, and finds what the first has made."""
        lock = self._locks.setdefault((kind, sha256), asyncio.Lock())
        async with lock:
            yield

    async def _may_make(self, kind: str, sha256: str, source: Path) -> bool:
        return (kind, sha256) not in self._failed and await asyncio.to_thread(source.is_file)

    @contextlib.contextmanager
    def _remembering(self, kind: str, sha256: str) -> Iterator[None]:
        """A fault is logged, not raised: a picture without this file is better than none."""
        try:
            yield
        except MediaError as error:
            log.info("footage shows no picture", kind=kind, media=sha256[:12], reason=str(error))
            if error.fault is not MediaFault.DISK_FULL:
                self._failed[kind, sha256] = None
                if len(self._failed) > _FAILURES_KEPT:
                    self._failed.popitem(last=False)
        except OSError as error:
            log.warning("a picture could not be kept", kind=kind, reason=error.strerror)


def _read_frames(folder: Path, times: Iterable[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for at in times:
        with contextlib.suppress(OSError):
            found[at] = thumb(folder, at).read_bytes()
    return found


def _room(folder: Path, more: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(folder.glob("*.jpg"), key=lambda path: path.stat().st_mtime)
    for path in there[: max(0, len(there) + more - _MOST_FRAMES)]:
        path.unlink(missing_ok=True)
    for path in folder.glob("*.part"):  # of a child that was ended
        path.unlink(missing_ok=True)


def _read_peaks(path: Path) -> Peaks | None:
    try:
        kept = json.loads(path.read_text())
        found = Peaks(float(kept["step_ms"]), bytes.fromhex(kept["peak"]), bytes.fromhex(kept["mean"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    sound = found.step_ms > 0 and len(found.peak) == len(found.mean) <= MOST_STEPS
    return found if sound else None


def _write_peaks(path: Path, peaks: Peaks) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{secrets.token_hex(4)}.part")
    part.write_text(json.dumps({"step_ms": peaks.step_ms, "peak": peaks.peak.hex(), "mean": peaks.mean.hex()}))
    part.replace(path)
