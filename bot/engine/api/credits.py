"""Credits: what the account may still spend."""

from aiohttp import web

from bot.engine.api.calls import ACCOUNT, envelope
from bot.engine.api.services import SERVICES


async def balance(request: web.Request) -> web.Response:
    """The balance; `available` and `total` are null where nothing is metered."""
    found = await request.app[SERVICES].records.ledger.balance(request[ACCOUNT].user)
    return envelope({"available": found.available, "frozen": found.frozen, "total": found.total})


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [web.get("/api/credits/balance/simple", balance)]
