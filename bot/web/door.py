"""What every upload route begins with, the link and its drop, and ends with: one line in the reader's language."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import redis.exceptions
import structlog
from aiohttp import web

from bot.flows import drops, servers
from bot.flows.context import Context
from bot.store.errors import NotFoundError
from bot.store.models import Drop
from bot.web.links import DropLinks, LinkBroken
from bot.web.pages import locale_of
from bot.web.refused import Refused

log = structlog.stdlib.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_AT_ONCE = 16
"""Looks into Redis at once: however many requests come, the bot's own calls find a connection."""
_LOCALE = web.RequestKey("locale", str)


class Door:
    """Opens links to upload pages."""

    def __init__(self, context: Context, links: DropLinks) -> None:
        self.context = context
        self._links = links
        self._looks = asyncio.Semaphore(_AT_ONCE)

    async def find(self, request: web.Request) -> Drop:
        """The drop of the request's link, open or not. Raises Refused."""
        try:
            id_ = self._links.open(request.match_info["token"])
        except LinkBroken:
            raise Refused(HTTPStatus.FORBIDDEN, "broken_link") from None
        async with self._looks:
            drop = await self.context.store.drops.get(id_)
        if drop is None:  # kept for as long as it was to work, and longer where it was used
            raise Refused(HTTPStatus.GONE, "expired")
        request[_LOCALE] = drop.place.locale
        return drop

    async def open(self, request: web.Request) -> Drop:
        """The drop of the request's link, which is open. Raises Refused."""
        drop = await self.find(request)
        self.require_open(drop)
        return drop

    def require_open(self, drop: Drop) -> None:
        """Raise Refused where the drop takes nothing any more."""
        if drop.state != "open":
            raise Refused(HTTPStatus.GONE, "closed")
        if not drops.is_open(self.context, drop):
            raise Refused(HTTPStatus.GONE, "expired")

    async def limit(self, drop: Drop) -> int:
        """The largest file that the drop takes, in bytes."""
        async with self._looks:
            server = await servers.of(self.context.store, drop.place.guild)
        return servers.file_bytes(self.context.limits, server)


def answering(handler: Handler, headers: dict[str, str] | None = None) -> Handler:
    """The handler, whose refusals and failures become answers; each of them has these `headers`."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            answer = await handler(request)
        except web.HTTPException:
            raise
        except ConnectionError:  # it went away: nobody reads this, and nothing failed
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        except Refused as refused:
            answer = _refusal(request, refused)
        except NotFoundError:  # forgotten with its thread, or over, in this very moment
            answer = _refusal(request, Refused(HTTPStatus.GONE, "expired"))
        except redis.exceptions.RedisError as error:
            log.warning("an upload waits for redis", error=type(error).__name__)
            answer = _refusal(request, Refused(HTTPStatus.SERVICE_UNAVAILABLE, "internal"))
        except Exception as error:
            log.exception("an upload failed", route=str(request.match_info.route.resource), error=type(error).__name__)
            answer = _refusal(request, Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "internal"))
        answer.headers.update(headers or {})
        return answer

    return handle


def _refusal(request: web.Request, refused: Refused) -> web.StreamResponse:
    return refused.answer(locale_of(request, request.get(_LOCALE, "en")))
