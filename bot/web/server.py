"""The small web server: finished files by signed link, and the health of this process."""

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from bot.web.idle import Idle
from bot.web.pages import POLICY, problem
from bot.web.static import ROUTE, read_static, serve_static

log = structlog.stdlib.get_logger(__name__)

READY_S = 5.0
"""How long all checks together may take; each has a shorter time-out of its own (`bot.web.health`)."""
_CLOSE_S = 5.0
_READ_BYTES = 1 << 17
"""How much of a body is read ahead of its handler: with less, the reading stops and starts for every block; with more,
the memory of what waits is given back to the system and taken anew all the time."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Server": "threadcut",
}


class CannotListen(Exception):  # noqa: N818 - a state of the machine
    """The address cannot be listened on; the text is one line that names the setting and the next step."""


def make_app(ready: Callable[[], Awaitable[dict[str, bool]]]) -> web.Application:
    """The application, to which parts add their routes. `ready` says of each part of this process whether it works."""

    async def livez(_request: web.Request) -> web.Response:
        return _json({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(READY_S):
                checks = await ready()
        except TimeoutError:
            checks = {"in_time": False}
        return _json({"ready": all(checks.values()), "checks": checks}, ok=all(checks.values()))

    app = web.Application(middlewares=[_only_pages])
    app.on_startup.append(read_static)
    app.on_response_prepare.append(_add_headers)
    app.router.add_get(ROUTE, serve_static)
    app.router.add_get("/livez", livez)
    app.router.add_get("/readyz", readyz)
    return app


@asynccontextmanager
async def serve(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve until the block ends; gives the address that was taken, such as `http://127.0.0.1:8780`.

    Raises CannotListen.
    """
    logging.getLogger("aiohttp.server").addFilter(_quotes_nothing)
    idle = Idle()
    app.middlewares.append(idle.note())
    # an access log would hold the tokens
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSE_S, read_bufsize=_READ_BYTES)
    await runner.setup()
    assert runner.server is not None
    closing = asyncio.create_task(idle.run(runner.server), name="idle connections")
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotListen(_why(error, host, port)) from error
        taken = runner.addresses[0][1]
        yield f"http://{f'[{host}]' if ':' in host else host}:{taken}"
    finally:
        closing.cancel()
        await runner.cleanup()


def _quotes_nothing(record: logging.LogRecord) -> bool:
    """Keep out of the log what a broken request says: its first line may hold a token."""
    if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
        record.exc_info = None
    return True


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"WEB_PORT: port {port} on {host} is taken by another program; set another one, or 0 for any"
    if error.errno == errno.EACCES:
        return f"WEB_PORT: port {port} is not for ordinary users; set one above 1023"
    return f"WEB_HOST: {host} is not an address of this machine; set 127.0.0.1, or 0.0.0.0 for all"


def _json(body: dict[str, object], *, ok: bool = True) -> web.Response:
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


@web.middleware
async def _only_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing but our own pages for what goes wrong: no class name, no path, no stack."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        answer = problem(request, error.status)
        if allow := error.headers.get("Allow"):
            answer.headers["Allow"] = allow
        return answer
    except Exception:
        log.exception("a request failed", route=str(request.match_info.route.resource))
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
