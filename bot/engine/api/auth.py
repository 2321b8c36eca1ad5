"""Tokens: who calls, a token for an anonymous client, a token to claim a project with."""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.engine.api import credits as balances
from bot.engine.api.calls import ACCOUNT, envelope, json_body, project_of
from bot.engine.api.errors import ApiError, Fault
from bot.engine.api.services import SERVICES
from bot.engine.records.accounts import TOKEN_LIFE

_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9_.~+/=-]{1,200})")
ALIVE = "/livez"
_TOKEN = "/api/auth/anonymous-token"  # noqa: S105 - a path
_OPEN = frozenset({_TOKEN, ALIVE})


@web.middleware
async def authenticate(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Let only a live token through, to everything but the call that gives tokens out and
    the health check."""
    if request.path not in _OPEN:
        bearer = _BEARER.fullmatch(request.headers.get("Authorization", ""))
        account = await request.app[SERVICES].records.accounts.of_token(bearer[1]) if bearer else None
        if account is None:
            raise ApiError(Fault.TOKEN)
        request[ACCOUNT] = account
    return await handler(request)


async def anonymous_token(request: web.Request) -> web.Response:
    """A token for seven days; the same client id is always the same account."""
    client_id = request.headers.get("X-Client-Id", "")
    if not _CLIENT_ID.fullmatch(client_id):
        raise ApiError(Fault.NO_CLIENT_ID)
    records = request.app[SERVICES].records
    issued = await records.accounts.issue(client_id)
    balance = await records.ledger.balance(issued.user)
    return envelope(
        {
            "token": issued.token.get_secret_value(),
            "user_id": issued.user,
            "expires_at": issued.expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "credits": balances.spendable(balance),
            **balances.note(balance),
        }
    )


async def claim_token(request: web.Request) -> web.Response:
    """A token that lets a browser take the project over."""
    body = await json_body(request, 4096)
    project = await project_of(request, body.get("session_id"))
    if body.get("task_id") != project.task:
        raise ApiError(Fault.SESSION)
    token = await request.app[SERVICES].records.accounts.claim(project.user, project.session)
    return envelope({"claim_token": token.get_secret_value(), "expires_in": int(TOKEN_LIFE.total_seconds())})


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [web.post(_TOKEN, anonymous_token), web.post("/api/auth/claim-token", claim_token)]
