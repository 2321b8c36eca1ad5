"""Attachments from Discord's own file hosts, streamed; from nowhere else."""

from collections.abc import AsyncGenerator

import aiohttp
from yarl import URL

from bot.flows.context import FetchError
from bot.media.facts import MediaError, MediaFault

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_CHUNK = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=1800, sock_connect=10, sock_read=60)
_GONE = frozenset({403, 404, 410})


class AttachmentFetcher:
    """Streams files from `hosts` only, redirects off, within a size limit and time-outs."""

    def __init__(self, http: aiohttp.ClientSession, hosts: frozenset[str] = HOSTS, *, secure: bool = True) -> None:
        """`hosts` are names, with a port where it is not the usual one. `secure` is off only against a local server."""
        self._http = http
        self._hosts = hosts
        self._scheme = "https" if secure else "http"

    async def chunks(self, url: str, limit: int) -> AsyncGenerator[bytes, None]:
        """The file in pieces. Raises FetchError, and MediaError(TOO_LARGE) where it says that it is over `limit`."""
        address = self._checked(url)
        try:
            async with self._http.get(address, allow_redirects=False, timeout=_TIMEOUT) as response:
                if response.status in _GONE:
                    raise FetchError(f"HTTP {response.status}", gone=True)
                if response.status != 200:
                    raise FetchError(f"HTTP {response.status}")
                if (response.content_length or 0) > limit:
                    raise MediaError(MediaFault.TOO_LARGE, limit=limit)
                async for chunk in response.content.iter_chunked(_CHUNK):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FetchError(type(error).__name__) from error

    def _checked(self, url: str) -> URL:
        try:
            address = URL(url, encoded=url.isascii() and url.isprintable() and " " not in url)
            authority = address.host if address.is_default_port() else f"{address.host}:{address.port}"
        except ValueError as error:
            raise FetchError("not an address") from error
        if address.scheme != self._scheme or authority not in self._hosts or address.user is not None:
            raise FetchError("not one of the attachment hosts")
        return address
