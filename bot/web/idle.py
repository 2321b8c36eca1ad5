"""Connections on which no request ever comes whole: each takes a place, and so they are closed after a while."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HEAD_S = 30.0
"""How long a new connection may take for the head of its first request; a proxy's own connections have asked before."""


class Idle:
    """Closes what connects and then says nothing, or says it letter by letter."""

    def __init__(self) -> None:
        self._since: dict[web.RequestHandler, float] = {}
        self._asked: set[web.RequestHandler] = set()

    def note(self) -> Middleware:
        """What has to see every request."""

        @web.middleware
        async def asked(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._asked.add(request.protocol)
            return await handler(request)

        return asked

    async def run(self, server: web.Server) -> None:
        """Close them as their time is over, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            now, open_ = loop.time(), server.connections
            self._asked.intersection_update(open_)
            self._since = {one: self._since.get(one, now) for one in open_ if one not in self._asked}
            for connection, since in self._since.items():
                if now - since >= HEAD_S:
                    connection.force_close()
            await asyncio.sleep(HEAD_S / 3)
