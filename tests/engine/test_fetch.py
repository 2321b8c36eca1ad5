"""Links: what may be asked, where a connection may really go, and what comes of it. Nothing leaves this machine."""

import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.engine.fetch import LinkError, LinkFault, Links, checked, denied

PUBLIC = "93.184.215.14"


class Names(AbstractResolver):
    """Every name has the addresses it is given here."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in self.names:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0, flags=0,
            )
            for one in self.names[host]
        ]  # fmt: skip

    async def close(self) -> None:
        pass


@dataclass
class Elsewhere:
    """A server on loopback that stands for every public address, and what was connected to."""

    port: int
    names: dict[str, list[str]] = field(default_factory=lambda: {"files.example": [PUBLIC]})
    asked: list[str] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)

    def socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        self.asked.append(f"{info[4][0]}:{info[4][1]}")
        port = self.port

        class Redirected(socket.socket):
            def connect(self, address: object) -> None:
                super().connect(("127.0.0.1", port))

        return Redirected(socket.AF_INET, socket.SOCK_STREAM)

    def links(self, **more: float) -> Links:
        return Links(self.socket, lambda: Names(self.names), **more)


Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[Elsewhere]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    runners: list[web.AppRunner] = []

    async def start(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Elsewhere:
        async def recorded(request: web.Request) -> web.StreamResponse:
            elsewhere.requests.append(request)
            return await handler(request)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", recorded)
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        elsewhere = Elsewhere(runner.addresses[0][1])
        return elsewhere

    yield start
    for runner in runners:
        await runner.cleanup()


async def a_file(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b"film" * 100_000, content_type="video/mp4", headers={"Set-Cookie": "a=b; Path=/"})


async def fetched(links: Links, link: str) -> tuple[str, bytes]:
    async with links.open(link) as linked:
        return linked.name, b"".join([chunk async for chunk in linked.chunks])


async def fault(links: Links, link: str) -> LinkFault:
    with pytest.raises(LinkError) as caught:
        await fetched(links, link)
    return caught.value.fault


async def test_a_file_comes_whole_with_a_name(serve: Serve) -> None:
    elsewhere = await serve(a_file)
    name, data = await fetched(elsewhere.links(), "http://files.example/a/My%20talk.mp4?sig=1#t")
    assert (name, data) == ("My talk.mp4", b"film" * 100_000)
    assert elsewhere.asked == [f"{PUBLIC}:80"]
    assert "Cookie" not in elsewhere.requests[0].headers
    assert "Authorization" not in elsewhere.requests[0].headers


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "198.18.0.1", "198.19.255.255", "224.0.0.1",
        "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::7f00:1", "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1", "64:ff9b:1::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
        "2002:7f00:1::", "2001::1", "2001:db8::1", "100::1", "localhost", "", "1",
    ],
)  # fmt: skip
def test_addresses_that_are_nobodys_footage(address: str) -> None:
    assert denied(address)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111",
                                     "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"])  # fmt: skip
def test_addresses_of_the_world(address: str) -> None:
    assert not denied(address)


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/a.mp4", "http://[::1]/a.mp4", "http://[::ffff:127.0.0.1]/a.mp4", "http://169.254.169.254/meta",
        "http://inside.example/a.mp4", "http://both.example/a.mp4", "http://sixth.example/a.mp4", "https://10.0.0.1/",
    ],
)  # fmt: skip
async def test_no_connection_is_made_to_a_private_address(serve: Serve, link: str) -> None:
    elsewhere = await serve(a_file)
    elsewhere.names = {
        "inside.example": ["10.0.0.5"], "both.example": ["10.0.0.5", "127.0.0.1"], "sixth.example": ["fd00::5"],
    }  # fmt: skip
    assert await fault(elsewhere.links(), link) is LinkFault.DENIED
    assert elsewhere.asked == []
    assert elsewhere.requests == []


@pytest.mark.parametrize("link", ["http://2130706433/", "http://127.1/", "http://0x7f000001/", "http://017700000001/"])
async def test_odd_spellings_of_loopback_reach_nothing(serve: Serve, link: str) -> None:
    elsewhere = await serve(a_file)
    await fault(elsewhere.links(), link)
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("", LinkFault.NOT_A_LINK), ("talk.mp4", LinkFault.NOT_A_LINK), ("ftp://files.example/a", LinkFault.NOT_A_LINK),
        ("file:///etc/passwd", LinkFault.NOT_A_LINK), ("http://files.example:8080/a", LinkFault.NOT_A_LINK),
        ("http://files.example:443/a", LinkFault.NOT_A_LINK), ("http://a:b@files.example/", LinkFault.NOT_A_LINK),
        ("http:///a.mp4", LinkFault.NOT_A_LINK), ("http://[::1", LinkFault.NOT_A_LINK),
        ("http://files.example:x/", LinkFault.NOT_A_LINK), ("javascript:alert(1)", LinkFault.NOT_A_LINK),
        ("http://files.example/" + "a" * 3000, LinkFault.NOT_A_LINK),
        ("https://www.youtube.com/watch?v=1", LinkFault.VIDEO_SITE), ("https://youtu.be/1", LinkFault.VIDEO_SITE),
        ("https://open.spotify.com/track/1", LinkFault.VIDEO_SITE), ("https://vm.TikTok.com./1", LinkFault.VIDEO_SITE),
    ],
)  # fmt: skip
def test_what_is_no_link_to_a_file(link: str, expected: LinkFault) -> None:
    with pytest.raises(LinkError) as caught:
        checked(link)
    assert caught.value.fault is expected
    assert "files.example" not in str(caught.value)


def test_a_name_that_only_ends_like_a_site_is_asked() -> None:
    assert checked("https://notyoutube.com/a.mp4").host == "notyoutube.com"
    assert checked("https://example.org/youtube.com/a.mp4").host == "example.org"


async def test_three_redirects_are_followed_and_no_fourth(serve: Serve) -> None:
    async def hop(request: web.Request) -> web.StreamResponse:
        left = int(request.path[1:])
        if left == 0:
            return await a_file(request)
        raise web.HTTPFound(f"/{left - 1}")

    elsewhere = await serve(hop)
    assert len((await fetched(elsewhere.links(), "http://files.example/3"))[1]) == 400_000
    assert "Cookie" not in elsewhere.requests[-1].headers
    assert await fault(elsewhere.links(), "http://files.example/4") is LinkFault.REDIRECTS


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://127.0.0.1/a", LinkFault.DENIED), ("http://inside.example/a", LinkFault.DENIED),
        ("file:///etc/passwd", LinkFault.NOT_A_LINK), ("http://files.example:22/", LinkFault.NOT_A_LINK),
        ("https://www.youtube.com/watch", LinkFault.VIDEO_SITE), ("", LinkFault.REDIRECTS),
    ],
)  # fmt: skip
async def test_a_redirect_is_checked_like_a_link(serve: Serve, target: str, expected: LinkFault) -> None:
    async def away(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": target})

    elsewhere = await serve(away)
    elsewhere.names["inside.example"] = ["192.168.0.9"]
    assert await fault(elsewhere.links(), "http://files.example/a") is expected
    assert set(elsewhere.asked) == {f"{PUBLIC}:80"}


async def test_a_page_an_error_and_an_unknown_name(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/page":
            return web.Response(text="<html>", content_type="text/html")
        return web.Response(status=403)

    elsewhere = await serve(answer)
    assert await fault(elsewhere.links(), "http://files.example/page") is LinkFault.A_PAGE
    assert await fault(elsewhere.links(), "http://files.example/no") is LinkFault.REFUSED
    assert await fault(elsewhere.links(), "http://nowhere.example/") is LinkFault.UNREACHABLE


async def test_what_comes_packed_is_not_unpacked(serve: Serve) -> None:
    """A kilobyte could unpack to a gigabyte, and nothing packed was asked for."""
    packed = gzip.compress(bytes(5_000_000))

    async def bomb(_: web.Request) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"}, content_type="video/mp4")

    elsewhere = await serve(bomb)
    assert (await fetched(elsewhere.links(), "http://files.example/a.mp4"))[1] == packed
    assert elsewhere.requests[0].headers["Accept-Encoding"] == "identity"


async def test_a_server_that_goes_quiet_or_breaks_off(serve: Serve) -> None:
    async def quiet(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "video/mp4", "Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"film")
        if request.path == "/broken":
            assert request.transport is not None
            request.transport.abort()
        return response  # short of its length: the connection stays open and nothing more comes

    elsewhere = await serve(quiet)
    assert await fault(elsewhere.links(stall_s=0.2), "http://files.example/quiet") is LinkFault.TOO_SLOW
    assert await fault(elsewhere.links(total_s=0.2), "http://files.example/quiet") is LinkFault.TOO_SLOW
    assert await fault(elsewhere.links(), "http://files.example/broken") is LinkFault.UNREACHABLE
