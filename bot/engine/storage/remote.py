"""The engine's files in a bucket, for processes that share no folder: up when they are made, down when needed.

The folders of a process are its near side: media stay there for as long as there is room, finished files leave it once
they are up. Names in the bucket are ours alone: `media/<two>/<sha256>`, `proxies/<sha256>`, `results/<job>/<name>`,
`spans/<job>/<name>`.
"""

import asyncio
import contextlib
import os
import re
import time
from asyncio import Lock
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from weakref import WeakValueDictionary

import structlog

from bot.engine.storage.bucket import Bucket
from bot.engine.storage.storage import (
    Entry,
    Folders,
    Kind,
    entries,
    of_job,
    remove,
    spare_proxies,
    used_proxy,
)
from bot.engine.tasks import stop
from bot.media.facts import MediaError, MediaFault

_log = structlog.get_logger(__name__)

_LINK = timedelta(hours=1)
_EVERY_S = 2.0
_LAST_S = 20.0
"""How long a worker that stops may take to bring up the pieces that it finished last."""
_FRESH_S = 6 * 3600.0
"""Media that no project has are swept after a day: those brought up again are younger than that by far."""
_IDLE_S = 6 * 3600.0
"""A render may take hours: media that were asked for since then may be open."""
_OURS: dict[Kind, re.Pattern[str]] = {
    "media": re.compile(r"media/[0-9a-f]{2}/([0-9a-f]{64})"),
    "proxies": re.compile(r"proxies/([0-9a-f]{64})"),
    "results": re.compile(r"results/[0-9a-f]{32}/([0-9a-f]{32}-[0-9]+\.[a-z0-9]+)"),
    "spans": re.compile(r"spans/([0-9a-f]{32})/[\w-][\w.-]*"),
}


class BucketStorage:
    """Files in a bucket, and these folders as its near side."""

    def __init__(self, here: Folders, bucket: Bucket) -> None:
        """Nothing is asked yet."""
        self.here = here
        self._bucket = bucket
        self._fetching: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    async def name(self) -> str | None:
        """The bucket's own."""
        return self._bucket.url

    async def make_name(self) -> str:
        """The same."""
        return self._bucket.url

    async def keep_media(self, sha256: str) -> None:
        """Bring it up, unless it is there; what is there for long as well, lest it is swept as nobody's meanwhile."""
        path = self.here.media.path(sha256)
        size = (await asyncio.to_thread(path.stat)).st_size
        there = await self._bucket.find(_media(sha256))
        if there is None or there.size != size or there.changed < time.time() - _FRESH_S:
            await self._bucket.put(_media(sha256), path)

    async def media(self, sha256: str) -> Path:
        """Where it is here; fetched first if it is not, once however many ask. Raises MediaError(MISSING)."""
        path = self.here.media.path(sha256)
        lock = self._fetching.setdefault(sha256, Lock())
        async with lock:
            if await asyncio.to_thread(_used_now, path):
                return path
            size = await self._bucket.size(_media(sha256))
            if not size:
                raise MediaError(MediaFault.MISSING, sha256)
            began = time.monotonic()
            try:
                kept = await self.here.media.ingest(self._bucket.read(_media(sha256), size), size)
            except FileNotFoundError:
                raise MediaError(MediaFault.MISSING, sha256) from None
            if kept.sha256 != sha256:
                await self.here.media.remove(kept.sha256)
                _log.error("a media file in the bucket is not what its name says", media=sha256)
                raise MediaError(MediaFault.MISSING, sha256)
            _log.info("media fetched", media=sha256, bytes=size, seconds=round(time.monotonic() - began, 1))
        return path

    async def keep_proxy(self, sha256: str) -> None:
        """Bring it up."""
        await self._bucket.put(_proxy(sha256), self.here.path(Entry("proxies", sha256)))

    async def has_proxy(self, sha256: str) -> bool:
        """Whether it is up there."""
        return await self._bucket.size(_proxy(sha256)) is not None

    async def proxy(self, sha256: str) -> Path | None:
        """Where it is here; fetched first if it is not, once however many ask."""
        lock = self._fetching.setdefault(_proxy(sha256), Lock())
        async with lock:
            path = await asyncio.to_thread(used_proxy, self.here, sha256)
            if path is None and await self.has_proxy(sha256):
                await self._bring(_proxy(sha256), self.here.path(Entry("proxies", sha256)))
                path = await asyncio.to_thread(used_proxy, self.here, sha256)
            return path

    async def keep_result(self, name: str) -> None:
        """Bring it up, and let the one here go."""
        path = self.here.results / name
        await self._bucket.put(_result(name), path)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def has_result(self, name: str) -> bool:
        """Whether it is up there."""
        return await self._bucket.size(_result(name)) is not None

    async def url_for(self, name: str) -> str | None:
        """A signed link into the bucket."""
        return await self._bucket.link(_result(name), _LINK)

    @asynccontextmanager
    async def spans(self, job: str) -> AsyncIterator[Path]:
        """A folder that what others finished was brought into, and out of which what comes goes up.

        Without the bucket a job begins anew: that is no reason not to do it.
        """
        folder, up = self.here.spans / job, set[str]()
        with contextlib.suppress(MediaError):
            up |= await self._bring_spans(job, folder)
        keeping = asyncio.create_task(self._keep_spans(job, folder, up))
        try:
            yield folder
        except BaseException:
            await stop((keeping,))
            with contextlib.suppress(MediaError, TimeoutError):
                async with asyncio.timeout(_LAST_S):
                    await self._keep_new(job, folder, up)
            raise
        finally:
            await stop((keeping,))

    async def entries(self) -> list[Entry]:
        """Every file here and up there; what is in the bucket under other names than ours is not seen."""
        found = await asyncio.to_thread(entries, self.here)
        for kind in _OURS:
            found += await self._listed(kind, kind)
        return _once(found)

    async def of_job(self, job: str) -> list[Entry]:
        """What there is of one job, here and up there."""
        found = await asyncio.to_thread(of_job, self.here, job)
        return _once([
            *found, *await self._listed("results", f"results/{job}"), *await self._listed("spans", f"spans/{job}"),
        ])  # fmt: skip

    async def spares(self) -> list[Entry]:
        """Proxies, and media that are up there as well and were not asked for lately."""
        before = time.time() - _IDLE_S
        here = [one for one in await asyncio.to_thread(entries, self.here) if one.kind == "media"]
        there = {one.name for one in await self._listed("media", "media")}
        media = sorted((one for one in here if one.changed < before and one.name in there), key=lambda one: one.changed)
        return [*await asyncio.to_thread(spare_proxies, self.here), *media]

    async def remove(self, entry: Entry) -> None:
        """Delete it here, then up there."""
        await remove(self.here, entry)
        match entry.kind:
            case "media":
                await self._bucket.delete(_media(entry.name), _proxy(entry.name))
            case "proxies":
                await self._bucket.delete(_proxy(entry.name))
            case "results":
                await self._bucket.delete(_result(entry.name))
            case "spans":
                await self._bucket.delete(*[one.name for one in await self._bucket.listed(f"spans/{entry.name}")])
            case "scratch":
                pass

    async def _listed(self, kind: Kind, folder: str) -> list[Entry]:
        named = [(_OURS[kind].fullmatch(one.name), one.changed) for one in await self._bucket.listed(folder)]
        return [Entry(kind, match[1], changed) for match, changed in named if match is not None]

    async def _bring_spans(self, job: str, folder: Path) -> set[str]:
        """Fetch the finished pieces that are not here; the names of all that are up there."""
        up = set[str]()
        for one in await self._bucket.listed(f"spans/{job}"):
            if _OURS["spans"].fullmatch(one.name) is None:
                continue
            path = folder / one.name.rpartition("/")[2]
            up.add(path.name)
            if not await asyncio.to_thread(path.is_file):
                await self._bring(one.name, path)
        return up

    async def _bring(self, name: str, path: Path) -> None:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.fetched.part")
        size = await self._bucket.size(name)
        try:
            with part.open("wb") as file:
                async for piece in self._bucket.read(name, size or 0):
                    await asyncio.to_thread(file.write, piece)
            await asyncio.to_thread(part.replace, path)
        except FileNotFoundError:
            pass  # the job ended meanwhile
        finally:
            part.unlink(missing_ok=True)

    async def _keep_spans(self, job: str, folder: Path, up: set[str]) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            with contextlib.suppress(MediaError):
                await self._keep_new(job, folder, up)

    async def _keep_new(self, job: str, folder: Path, up: set[str]) -> None:
        for path in await asyncio.to_thread(_finished, folder, up):
            with contextlib.suppress(OSError):  # it went meanwhile
                await self._bucket.put(f"spans/{job}/{path.name}", path)
                up.add(path.name)


def _media(sha256: str) -> str:
    return f"media/{sha256[:2]}/{sha256}"


def _proxy(sha256: str) -> str:
    return f"proxies/{sha256}"


def _result(name: str) -> str:
    return f"results/{name.partition('-')[0]}/{name}"


def _used_now(path: Path) -> bool:
    """Whether the file is here; if so, it counts as asked for just now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _finished(folder: Path, up: set[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    named = re.compile(r"[\w-][\w.-]*")
    return [
        path
        for path in folder.iterdir()
        if path.name not in up and path.suffix != ".part" and named.fullmatch(path.name) and path.is_file()
    ]


def _once(found: Iterable[Entry]) -> list[Entry]:
    """Each file once, with the time that it was written last anywhere."""
    newest: dict[tuple[str, str], Entry] = {}
    for one in found:
        known = newest.get((one.kind, one.name))
        if known is None or known.changed < one.changed:
            newest[one.kind, one.name] = one
    return list(newest.values())
