"""Where the engine's files are for all of its processes, and how one of them gets at a file.

Every process works in folders of its own disk (`Folders`). Those of one machine, and of machines that share a folder,
see the same files: that is `FolderStorage`, which has nothing to do but to say so. Where they share only a bucket,
files go up when they are made and come down when they are needed (`bot.engine.storage.bucket`).
"""

import asyncio
import contextlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from bot.media.facts import MediaError, MediaFault
from bot.media.folder import MediaFolder

Kind = Literal["media", "proxies", "results", "spans", "scratch"]


@dataclass(frozen=True)
class Entry:
    """A file, or a folder of a job: media by content, the others by the job's id and an attempt's number.

    Proxies go by the content of their media, and so does the folder in which one is made.

    `changed` is when it was written last, in seconds since 1970.
    """

    kind: Kind
    name: str
    changed: float = 0.0

    @property
    def job(self) -> str:
        """The job that it belongs to, where it belongs to one."""
        return self.name.partition("-")[0]


@dataclass(frozen=True)
class Folders:
    """The folders of one process: `results` are finished files, `spans` finished pieces of jobs under way (a folder
    a job, by its id), `proxies` small copies of media, `scratch` is thrown away."""

    media: MediaFolder
    proxies: Path
    results: Path
    spans: Path
    scratch: Path
    root: Path

    @classmethod
    def of(cls, root: Path) -> "Folders":
        """Those of an engine's folder."""
        media, proxies = MediaFolder(root / "media"), root / "proxies"
        return cls(media, proxies, root / "renders", root / "spans", root / "scratch", root)

    def path(self, entry: Entry) -> Path:
        """Where an entry is, or would be."""
        if entry.kind == "media":
            return self.media.path(entry.name)
        folders = {"proxies": self.proxies, "results": self.results, "spans": self.spans, "scratch": self.scratch}
        return folders[entry.kind] / entry.name

    def make(self) -> None:
        """Make those that are listed. Raises OSError."""
        for folder in (self.proxies, self.results, self.spans, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)


class Storage(Protocol):
    """The engine's files, wherever they are. What asks the network raises MediaError(UNREACHABLE) without an answer."""

    @property
    def here(self) -> Folders:
        """The folders of this process."""

    async def name(self) -> str | None:
        """What the processes that see the same files have in common, and others have not; None without any."""

    async def make_name(self) -> str:
        """The same, made where there is none yet: what an engine does. Raises OSError."""

    async def keep_media(self, sha256: str) -> None:
        """Let every process have this media file, which has come into the folder here."""

    async def media(self, sha256: str) -> Path:
        """Where the media file is on this disk, fetched first if it is not. Raises MediaError(MISSING)."""

    async def keep_proxy(self, sha256: str) -> None:
        """Let every process have the proxy of this media file, which is in the folder here."""

    async def has_proxy(self, sha256: str) -> bool:
        """Whether there is a proxy of this media file."""

    async def proxy(self, sha256: str) -> Path | None:
        """Where the proxy of this media file is on this disk, to be used now; fetched first if it is not there."""

    async def keep_result(self, name: str) -> None:
        """Let every process have this finished file, which is in the folder here."""

    async def has_result(self, name: str) -> bool:
        """Whether there is such a finished file."""

    async def url_for(self, name: str) -> str | None:
        """A link to a finished file that is not on this disk, for an hour; None when it is, or is nowhere."""

    def spans(self, job: str) -> AbstractAsyncContextManager[Path]:
        """The folder of a job's finished spans, with those of its earlier attempts; what comes into it is kept."""

    async def entries(self) -> list[Entry]:
        """Every file there is."""

    async def of_job(self, job: str) -> list[Entry]:
        """What there is of one job."""

    async def spares(self) -> list[Entry]:
        """What is on this disk and can be had again, the least needed first."""

    async def remove(self, entry: Entry) -> None:
        """Delete it everywhere."""


class FolderStorage:
    """One folder for all processes: of one machine, or mounted on each."""

    def __init__(self, here: Folders) -> None:
        """Nothing is created before the first file."""
        self.here = here
        self._mark = here.root / ".id"

    async def name(self) -> str | None:
        """A mark in the folder: whoever reads another one has another folder."""
        try:
            return await asyncio.to_thread(_read, self._mark)
        except (OSError, ValueError):
            return None

    async def make_name(self) -> str:
        """The mark, written if there is none. Raises OSError."""
        known = await self.name()
        return known if known is not None else await asyncio.to_thread(_marked, self._mark)

    async def keep_media(self, sha256: str) -> None:
        """It is where everybody sees it."""

    async def media(self, sha256: str) -> Path:
        """Where it is. Raises MediaError(MISSING)."""
        path = self.here.media.path(sha256)
        if not await asyncio.to_thread(path.is_file):
            raise MediaError(MediaFault.MISSING, sha256)
        return path

    async def keep_proxy(self, sha256: str) -> None:
        """It is where everybody sees it."""

    async def has_proxy(self, sha256: str) -> bool:
        """Whether it is in the folder."""
        return await asyncio.to_thread(self.here.path(Entry("proxies", sha256)).is_file)

    async def proxy(self, sha256: str) -> Path | None:
        """Where it is, if it is."""
        return await asyncio.to_thread(used_proxy, self.here, sha256)

    async def keep_result(self, name: str) -> None:
        """It is where everybody sees it."""

    async def has_result(self, name: str) -> bool:
        """Whether it is in the folder."""
        return await asyncio.to_thread((self.here.results / name).is_file)

    async def url_for(self, name: str) -> str | None:  # noqa: ARG002 - as the others have it
        """There is no other place."""
        return None

    @asynccontextmanager
    async def spans(self, job: str) -> AsyncIterator[Path]:
        """The folder itself."""
        yield self.here.spans / job

    async def entries(self) -> list[Entry]:
        """Every file in the folder."""
        return await asyncio.to_thread(entries, self.here)

    async def of_job(self, job: str) -> list[Entry]:
        """What is in the folder of a job."""
        return await asyncio.to_thread(of_job, self.here, job)

    async def spares(self) -> list[Entry]:
        """The proxies: first the one that was not used for the longest time."""
        return await asyncio.to_thread(spare_proxies, self.here)

    async def remove(self, entry: Entry) -> None:
        """Delete it."""
        await remove(self.here, entry)


def entries(here: Folders) -> list[Entry]:
    """Every file in these folders but those on their way in; one that is going just now is left out."""
    return [
        *_listed("results", here.results, "*"),
        *_listed("scratch", here.scratch, "*"),
        *_listed("spans", here.spans, "*"),
        *_listed("proxies", here.proxies, "*"),
        *_listed("media", here.media.root, "??/*"),
    ]


def used_proxy(here: Folders, sha256: str) -> Path | None:
    """The proxy of a media file, which is needed just now; None when there is none in these folders."""
    path = here.path(Entry("proxies", sha256))
    try:
        os.utime(path)
    except FileNotFoundError:
        return None
    return path


def spare_proxies(here: Folders) -> list[Entry]:
    """The finished proxies in these folders, first the one that was not used for the longest time."""
    found = [entry for entry in _listed("proxies", here.proxies, "*") if entry.name == entry.job]
    return sorted(found, key=lambda entry: entry.changed)


def of_job(here: Folders, job: str) -> list[Entry]:
    """What is in these folders of one job."""
    return [
        *_listed("results", here.results, f"{job}-*"),
        *_listed("scratch", here.scratch, f"{job}-*"),
        *_listed("spans", here.spans, job),
    ]


async def remove(here: Folders, entry: Entry) -> None:
    """Delete it from these folders; a file of which somebody else was quicker is gone all the same."""
    if entry.kind == "media":
        await here.media.remove(entry.name)
        for made in await asyncio.to_thread(_listed, "proxies", here.proxies, f"{entry.name}*"):
            await asyncio.to_thread(_remove, here.path(made))
        return
    await asyncio.to_thread(_remove, here.path(entry))


def _listed(kind: Kind, folder: Path, pattern: str) -> list[Entry]:
    found: list[Entry] = []
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            found.append(Entry(kind, path.name, path.lstat().st_mtime))
    return found


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _marked(path: Path) -> str:
    """The text of this file, which is made once; of two processes that make it together, one wins."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    fresh.write_text(secrets.token_hex(16), encoding="ascii")
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii")
