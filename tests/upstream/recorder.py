"""A way to see what a client sends to any upstream: a server in front of it that writes down and passes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from tests.upstream.server import ROUTES

_BETWEEN_TWO = ("Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length")
"""Headers that speak of one connection only."""


@dataclass(frozen=True)
class Passed:
    """A request on its way; `endpoint` is its name in the table of routes."""

    endpoint: str
    path: str
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass
class Recorder:
    """Where it listens, and what came by, in order."""

    url: str = ""
    requests: list[Passed] = field(default_factory=list)

    def seen(self, endpoint: str) -> list[Passed]:
        """The requests to one endpoint."""
        return [request for request in self.requests if request.endpoint == endpoint]


@asynccontextmanager
async def recording(upstream: str) -> AsyncIterator[Recorder]:
    """A recorder in front of an upstream, listening while the block runs."""
    recorder = Recorder()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as http:

        def route(method: str, path: str, endpoint: str) -> None:
            async def handler(request: web.Request) -> web.StreamResponse:
                passed = Passed(endpoint, request.raw_path, request.headers, await request.read())
                recorder.requests.append(passed)
                return await _pass_on(http, upstream, request, passed)

            app.router.add_route(method, path, handler)

        for each in ROUTES:
            route(*each)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            recorder.url = f"http://{host}:{port}"
            yield recorder
        finally:
            await runner.cleanup()


async def _pass_on(
    http: aiohttp.ClientSession, upstream: str, request: web.Request, passed: Passed
) -> web.StreamResponse:
    """The upstream's answer, as it comes; it is told the address that the client knows it by."""
    url = URL(upstream + passed.path, encoded=True)
    async with http.request(
        request.method, url, headers=_ends(passed.headers), data=passed.body or None, allow_redirects=False
    ) as answer:
        response = web.StreamResponse(status=answer.status, headers=_ends(answer.headers))
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
        return response


def _ends(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    kept = CIMultiDict(headers)
    for name in _BETWEEN_TWO:
        kept.popall(name, None)
    return kept
