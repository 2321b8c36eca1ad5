"""Credits: what the account may still spend.

The numbers are integers also where nothing is metered: a client of the cloud reads them as such. `unmetered` (ours)
says that they mean nothing then.
"""

from typing import Any

from aiohttp import web

from bot.engine.api.calls import ACCOUNT, envelope
from bot.engine.api.services import SERVICES
from bot.engine.records.ledger import Balance

_ALWAYS = 100  # what the cloud gives an anonymous account; here it never becomes less


async def balance(request: web.Request) -> web.Response:
    """The balance."""
    found = await request.app[SERVICES].records.ledger.balance(request[ACCOUNT].user)
    total = _ALWAYS if found.total is None else found.total
    return envelope({"available": spendable(found), "frozen": found.frozen, "total": total, **note(found)})


def spendable(balance: Balance) -> int:
    """What may be spent now."""
    return _ALWAYS if balance.available is None else balance.available


def note(balance: Balance) -> dict[str, Any]:
    """What goes beside the numbers: whether they are only for show."""
    return {"unmetered": True} if balance.available is None else {}


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [web.get("/api/credits/balance/simple", balance)]
