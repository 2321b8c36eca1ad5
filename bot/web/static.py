"""Style, script and icon of the pages, each under a name with its content's hash, so that it may be kept for good.

Whoever has an old page has the old names; a new release changes the names of what it changed, and nothing else.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
ROUTE = "/static/{name}"

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR_S = 31_536_000
_HASH_LENGTH = 12


@dataclass(frozen=True)
class Asset:
    """A file of the pages as it is served: `name` is its own with its content's hash in it."""

    name: str
    kind: str
    body: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Every file by its own name. Blocks where nobody asked before; they are small, and read once."""
    return {path.name: _asset(path) for path in sorted(FOLDER.iterdir()) if path.suffix in _KINDS}


def href(root: str, name: str) -> str:
    """The address of a file for a page that lies `root` ("../" or more) below the site. Raises KeyError."""
    return f"{root}static/{assets()[name].name}"


async def read_static(_app: web.Application) -> None:
    """Read them all, so that no answer waits for the disk."""
    await asyncio.to_thread(assets)


async def serve_static(request: web.Request) -> web.Response:
    """A file by the name that has its hash; any other is not there."""
    asset = next((one for one in assets().values() if one.name == request.match_info["name"]), None)
    if asset is None:
        raise web.HTTPNotFound
    return web.Response(
        body=asset.body,
        content_type=asset.kind,
        charset="utf-8",
        headers={"Cache-Control": f"public, max-age={_YEAR_S}, immutable"},
    )


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
    return Asset(f"{path.stem}.{digest}{path.suffix}", _KINDS[path.suffix], body)
