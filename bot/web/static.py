"""Style, scripts and icon of the pages, in one folder named by the hash of them all, so that they may be kept for good.

Scripts import one another by relative addresses, which stay in that folder: whoever has an old page never mixes its
scripts with new ones.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
ROUTE = "/static/{release}/{name:.+}"

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR_S = 31_536_000
_HASH_LENGTH = 12
_IMPORT = re.compile(rb'^import [^"]*"(\.[^"]+)";\s*$', re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """A file of the pages as it is served."""

    kind: str
    body: bytes


@dataclass(frozen=True)
class Release:
    """All files by their names below the folder, such as `drop/page.js`; `name` is the hash of names and contents."""

    name: str
    files: Mapping[str, Asset]


@cache
def release() -> Release:
    """The files of this release. Blocks where nobody asked before; they are small, and read once."""
    return read_release(FOLDER)


def read_release(folder: Path) -> Release:
    """Read the files of a folder and of those in it."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in _KINDS}
    files = {name: Asset(_KINDS[path.suffix], path.read_bytes()) for name, path in sorted(paths.items())}
    digests = "".join(f"{hashlib.sha256(asset.body).hexdigest()} {name}\n" for name, asset in files.items())
    return Release(hashlib.sha256(digests.encode()).hexdigest()[:_HASH_LENGTH], files)


def href(root: str, name: str) -> str:
    """The address of a file for a page that lies `root` ("../" or more) below the site. Raises KeyError."""
    if name not in release().files:
        raise KeyError(name)
    return f"{root}static/{release().name}/{name}"


@cache
def imports(name: str) -> tuple[str, ...]:
    """All scripts that a script cannot begin without, which a browser else finds one after another. Raises KeyError."""
    found: set[str] = set()
    unread = [name]
    while unread:
        importer = unread.pop()
        for address in _IMPORT.findall(release().files[importer].body):
            imported = normpath(join(dirname(importer), address.decode()))
            if imported not in found:
                found.add(imported)
                unread.append(imported)
    return tuple(sorted(found))


async def read_static(_app: web.Application) -> None:
    """Read them all, so that no answer waits for the disk."""
    await asyncio.to_thread(release)


async def serve_static(request: web.Request) -> web.Response:
    """A file of this release; of any other, none is there."""
    asset = release().files.get(request.match_info["name"])
    if asset is None or request.match_info["release"] != release().name:
        raise web.HTTPNotFound
    return web.Response(
        body=asset.body,
        content_type=asset.kind,
        charset="utf-8",
        headers={"Cache-Control": f"public, max-age={_YEAR_S}, immutable"},
    )
