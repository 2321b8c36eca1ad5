"""Discord's file host: attachments behind signed links that expire."""

import hashlib
import hmac
import mimetypes
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web
from simcord.backend.cdn import CdnStore

_KEY = b"only this wire signs with it"
_UNSAFE = re.compile(r"[^\w.\-]+")


class Cdn(CdnStore):
    """Keeps files; links are signed anew whenever a message leaves the wire, and end after `valid`."""

    def __init__(self, base: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._base = base
        self._now = now
        self._files: dict[str, tuple[bytes, str]] = {}
        self.valid = timedelta(hours=24)
        self.served: list[str] = []

    def store_attachment(
        self, attachment_id: int, channel_id: int, filename: str, data: bytes, description: str | None
    ) -> dict[str, Any]:
        """Keep a file; the name is made safe as Discord does it, the type is a guess from the name."""
        name = _UNSAFE.sub("_", filename.rsplit("/", 1)[-1].replace("..", "_")) or "unknown"
        path = f"/attachments/{channel_id}/{attachment_id}/{name}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._files[path] = (data, kind)
        stored = {
            "id": str(attachment_id),
            "filename": name,
            "size": len(data),
            "url": self._base + quote(path),
            "proxy_url": self._base + quote(path),
            "content_type": kind,
        }
        return stored if description is None else stored | {"description": description}

    def data(self, attachment: dict[str, Any]) -> bytes:
        """The bytes of a message's attachment."""
        return self._files[attachment["url"].removeprefix(self._base).split("?")[0]][0]

    def signed(self, payload: Any) -> Any:
        """The payload with a fresh signature on every link to this host."""
        if isinstance(payload, dict):
            return {key: self.signed(value) for key, value in payload.items()}
        if isinstance(payload, list):
            return [self.signed(value) for value in payload]
        if isinstance(payload, str) and payload.startswith(f"{self._base}/attachments/") and "?" not in payload:
            ends = f"{int((self._now() + self.valid).timestamp()):x}"
            return f"{payload}?ex={ends}&hm={_sign(payload.removeprefix(self._base), ends)}"
        return payload

    async def serve(self, request: web.Request) -> web.Response:
        """GET of an attachment: 404 once the signature is wrong or has ended, as Discord answers it."""
        found = self._files.get(request.path)
        ends, given = request.query.get("ex", "0"), request.query.get("hm", "")
        valid = hmac.compare_digest(given, _sign(request.rel_url.raw_path, ends)) and _hex(ends) > (
            self._now().timestamp()
        )
        if found is None or not valid:
            return web.Response(status=404, text="This content is no longer available.")
        self.served.append(request.path)
        data, kind = found
        return web.Response(body=data, content_type=kind)


def _hex(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0


def _sign(path: str, ends: str) -> str:
    return hmac.new(_KEY, f"{path} {ends}".encode(), hashlib.sha256).hexdigest()
