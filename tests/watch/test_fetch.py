"""Attachments come from the named hosts only, in pieces, within limits."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import aiohttp
import pytest
from aiohttp import web

from bot.flows.context import FetchError
from bot.media.facts import MediaError
from bot.watch.fetch import HOSTS, AttachmentFetcher


async def _answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/moved":
            raise web.HTTPFound("/file")
        case "/gone":
            raise web.HTTPNotFound
        case "/broken":
            response = web.StreamResponse()
            response.content_length = 100
            await response.prepare(request)
            await response.write(b"half")
            assert request.transport is not None
            request.transport.close()
            return response
    return web.Response(body=b"x" * 700_000)


@pytest.fixture
async def server() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{name:.*}", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def fetcher(server: str) -> AsyncIterator[AttachmentFetcher]:
    async with aiohttp.ClientSession() as http:
        yield AttachmentFetcher(http, frozenset({server}), secure=False)


async def fetched(fetcher: AttachmentFetcher, url: str, limit: int = 1 << 20) -> list[bytes]:
    async with aclosing(fetcher.chunks(url, limit)) as chunks:
        return [chunk async for chunk in chunks]


async def test_a_file_comes_in_pieces(fetcher: AttachmentFetcher, server: str) -> None:
    pieces = await fetched(fetcher, f"http://{server}/file?ex=1&is=2")
    assert b"".join(pieces) == b"x" * 700_000
    assert max(map(len, pieces)) <= 256 * 1024


async def test_what_says_that_it_is_too_large_is_not_fetched(fetcher: AttachmentFetcher, server: str) -> None:
    with pytest.raises(MediaError) as error:
        await fetched(fetcher, f"http://{server}/file", 699_999)
    assert error.value.limit == 699_999


@pytest.mark.parametrize(("name", "gone"), [("gone", True), ("moved", False), ("broken", False)])
async def test_what_cannot_be_had(fetcher: AttachmentFetcher, server: str, name: str, gone: bool) -> None:
    with pytest.raises(FetchError) as error:
        await fetched(fetcher, f"http://{server}/{name}")
    assert error.value.gone is gone


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/attachments/1/2/a.mp4",
        "https://cdn.discordapp.com.evil.example/a.mp4",
        "https://evil.example/cdn.discordapp.com",
        "https://cdn.discordapp.com@evil.example/a.mp4",
        "https://user@cdn.discordapp.com/a.mp4",
        "https://cdn.discordapp.com:8443/a.mp4",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "not an address",
        "",
    ],
)
async def test_no_other_host_is_ever_asked(url: str) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(FetchError):
            await fetched(AttachmentFetcher(http), url)


def test_the_hosts_are_discords_two() -> None:
    assert {"cdn.discordapp.com", "media.discordapp.net"} == HOSTS
