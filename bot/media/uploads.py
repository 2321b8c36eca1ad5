"""Files on their way in through the browser, by drop: a part's size is how far it is, true after any kill."""

import asyncio
import re
import shutil
import time
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)

_PART = ".part"
_ID = re.compile(r"[0-9a-f]{32}")


class Uploads:
    """Files under `root`: `<drop>/<file>.part` while one grows, `<drop>/<file>` once it is whole and never changes.

    Both are ids of ours, 32 hex digits; no user's file name ever reaches the disk.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is created before the first file."""
        self.root = root

    def part(self, drop: str, file: str) -> Path:
        """Where the file grows. Raises ValueError for what is no id."""
        return self._folder(drop) / f"{_checked(file)}{_PART}"

    def whole(self, drop: str, file: str) -> Path:
        """Where it is once it is whole. Raises ValueError for what is no id."""
        return self._folder(drop) / _checked(file)

    def find(self, ref: str) -> Path:
        """Where the whole file "<drop>/<file>" is, or would be. Raises ValueError for what is none."""
        drop, _, file = ref.partition("/")
        return self.whole(drop, file)

    async def remove(self, drop: str) -> None:
        """Delete all of a drop; what cannot be removed now is swept. Raises ValueError for what is no id."""
        await asyncio.to_thread(shutil.rmtree, self._folder(drop), ignore_errors=True)

    async def remove_file(self, ref: str) -> None:
        """Delete the whole file "<drop>/<file>". Raises OSError; ValueError for what is no such file."""
        await asyncio.to_thread(self.find(ref).unlink, missing_ok=True)

    async def keep_only(self, drop: str, files: Collection[str], *, older_than: timedelta = timedelta(0)) -> None:
        """Delete what lies in a drop's folder beside these files, unless it was written to lately."""
        await asyncio.to_thread(_keep_only, self._folder(drop), files, time.time() - older_than.total_seconds())

    async def drops(self) -> tuple[str, ...]:
        """The drops that have a folder."""
        return await asyncio.to_thread(self._drops)

    def _drops(self) -> tuple[str, ...]:
        try:
            return tuple(path.name for path in self.root.iterdir() if _ID.fullmatch(path.name))
        except FileNotFoundError:
            return ()

    def _folder(self, drop: str) -> Path:
        return self.root / _checked(drop)


def _checked(id_: str) -> str:
    if not _ID.fullmatch(id_):
        raise ValueError("not an id of an upload")
    return id_


def _keep_only(folder: Path, files: Collection[str], before: float) -> None:
    for path in folder.glob("*"):
        try:
            if path.name.removesuffix(_PART) not in files and path.lstat().st_mtime <= before:
                path.unlink()
        except OSError as error:
            _log.warning("an upload could not be removed", reason=error.strerror)
