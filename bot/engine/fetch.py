"""Footage from a link, without lending the engine's place in the network to whoever wrote the link.

The address is checked where the connection is really made (a resolver never sees a literal address, and an answer may
change between two questions): our own list of networks that are nobody's footage. `http` and `https` on ports 80 and
443, three redirects, each checked again, no cookies, no proxy from the environment, limits on size and time.
"""

import contextlib
import errno
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.engine.names import from_url

REDIRECTS = 3
_PORTS = {("http", 80), ("https", 443)}
_CHUNK = 1 << 18
_URL_LIMIT = 2048
_CONNECT_S, _STALL_S, _TOTAL_S = 10.0, 30.0, 900.0

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registries (RFC 6890 and its updates); `is_global` differs between Python's versions.
_DENIED: tuple[_Network, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_SITES = {
    "youtube.com": "YouTube", "youtu.be": "YouTube", "youtube-nocookie.com": "YouTube", "spotify.com": "Spotify",
    "tiktok.com": "TikTok", "instagram.com": "Instagram", "facebook.com": "Facebook", "fb.watch": "Facebook",
    "twitter.com": "X", "x.com": "X", "twitch.tv": "Twitch", "vimeo.com": "Vimeo", "bilibili.com": "Bilibili",
    "b23.tv": "Bilibili", "douyin.com": "Douyin", "youku.com": "Youku", "dailymotion.com": "Dailymotion",
    "netflix.com": "Netflix", "soundcloud.com": "SoundCloud", "reddit.com": "Reddit", "pinterest.com": "Pinterest",
}  # fmt: skip


class LinkFault(StrEnum):
    """Why a link gives no footage."""

    NOT_A_LINK = "not_a_link"
    VIDEO_SITE = "video_site"
    DENIED = "denied"
    A_PAGE = "a_page"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    REDIRECTS = "redirects"


@dataclass
class LinkError(Exception):
    """A link that gives no footage; `detail` is a site's name or an HTTP status, never the link."""

    fault: LinkFault
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.fault.value}: {self.detail}" if self.detail else self.fault.value


@dataclass(frozen=True)
class Linked:
    """What a link leads to: a name to show, its size in bytes if the server says it, and its content once."""

    name: str
    size: int | None
    chunks: AsyncIterator[bytes]


SocketFactory = Callable[[aiohttp.AddrInfoType], socket.socket]


@dataclass(frozen=True)
class Links:
    """How links are opened; tests give a socket and a resolver of their own, so that nothing leaves the machine."""

    make_socket: SocketFactory | None = None
    resolver: Callable[[], AbstractResolver] | None = None
    total_s: float = _TOTAL_S
    stall_s: float = _STALL_S

    @contextlib.asynccontextmanager
    async def open(self, link: str) -> AsyncIterator[Linked]:
        """Open a link for reading once. Raises LinkError, also while its chunks are read."""
        url = checked(link)
        gate = _Gate(self.make_socket or _plain)
        connector = aiohttp.TCPConnector(
            socket_factory=gate, resolver=self.resolver() if self.resolver else None, use_dns_cache=False, limit=1
        )
        timeout = aiohttp.ClientTimeout(total=self.total_s, sock_connect=_CONNECT_S, sock_read=self.stall_s)
        session = aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            trust_env=False,
            auto_decompress=False,  # none was asked for, and a small answer could unpack to anything
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept": "video/*, audio/*, image/*, */*;q=0.1", "Accept-Encoding": "identity"},
        )
        async with session:
            with _faults(gate):
                response = await _follow(session, url)
            async with response:
                yield Linked(from_url(response.url.path), response.content_length, _chunks(response, gate))


def checked(link: str) -> URL:
    """A link as an address that may be asked. Raises LinkError."""
    if len(link) > _URL_LIMIT:
        raise LinkError(LinkFault.NOT_A_LINK)
    try:
        url = URL(link.strip())
        port, host = url.port, (url.host or "").rstrip(".").lower()
    except ValueError:
        raise LinkError(LinkFault.NOT_A_LINK) from None
    if not host or url.user is not None or url.password is not None or (url.scheme, port) not in _PORTS:
        raise LinkError(LinkFault.NOT_A_LINK)
    parts = host.split(".")
    for start in range(len(parts)):
        site = _SITES.get(".".join(parts[start:]))
        if site is not None:
            raise LinkError(LinkFault.VIDEO_SITE, site)
    return url


def denied(address: str) -> bool:
    """Whether no footage may be fetched from this address; anything that is no address is denied."""
    try:
        found: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found in _NAT64:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return any(found in network for network in _DENIED)


@dataclass
class _Gate:
    """Makes a connection's socket only for an address that is allowed."""

    make_socket: SocketFactory
    closed: bool = False

    def __call__(self, info: aiohttp.AddrInfoType) -> socket.socket:
        if denied(str(info[4][0])):
            self.closed = True
            raise OSError(errno.EACCES, "address not allowed")
        return self.make_socket(info)


def _plain(info: aiohttp.AddrInfoType) -> socket.socket:
    return socket.socket(info[0], info[1], info[2])


async def _follow(session: aiohttp.ClientSession, url: URL) -> aiohttp.ClientResponse:
    for _ in range(REDIRECTS + 1):
        response = await session.get(url, allow_redirects=False)
        if response.status in (301, 302, 303, 307, 308):
            target = response.headers.get("Location", "")
            response.release()
            try:
                url = checked(str(url.join(URL(target))))
            except ValueError:
                raise LinkError(LinkFault.NOT_A_LINK) from None
            continue
        if response.status != 200:
            response.release()
            raise LinkError(LinkFault.REFUSED, str(response.status))
        if response.content_type in ("text/html", "application/xhtml+xml"):
            response.release()
            raise LinkError(LinkFault.A_PAGE)
        return response
    raise LinkError(LinkFault.REDIRECTS)


async def _chunks(response: aiohttp.ClientResponse, gate: _Gate) -> AsyncIterator[bytes]:
    with _faults(gate):
        async for chunk in response.content.iter_chunked(_CHUNK):
            yield chunk


@contextlib.contextmanager
def _faults(gate: _Gate) -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:
        if gate.closed:
            raise LinkError(LinkFault.DENIED) from error
        if isinstance(error, TimeoutError):
            raise LinkError(LinkFault.TOO_SLOW) from error
        raise LinkError(LinkFault.UNREACHABLE) from error
