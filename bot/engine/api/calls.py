"""What every route needs: the account that calls, the project it names, a bounded body, the envelope."""

import re
from typing import Any

import pydantic_core
from aiohttp import web

from bot.engine.api.errors import ApiError, Fault
from bot.engine.api.services import SERVICES
from bot.engine.records.accounts import Account
from bot.engine.records.projects import Project

ACCOUNT = web.RequestKey("account", Account)

_SESSION = re.compile(r"[0-9]{19}")


def envelope(data: Any) -> web.Response:
    """A success as the protocol has it."""
    return web.json_response({"code": 0, "message": "success", "data": data})


async def project_of(request: web.Request, session: object) -> Project:
    """The caller's project of this session. Raises ApiError(SESSION) for an unknown one or somebody else's."""
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        raise ApiError(Fault.SESSION)
    project = await request.app[SERVICES].records.projects.get(session)
    if project is None or project.user != request[ACCOUNT].user:
        raise ApiError(Fault.SESSION)
    return project


async def json_body(request: web.Request, limit: int) -> dict[str, Any]:
    """The body as a JSON object of at most `limit` bytes. Raises ApiError."""
    if (request.content_length or 0) > limit:
        raise ApiError(Fault.BODY_TOO_LARGE)
    data = await request.read()
    if len(data) > limit:
        raise ApiError(Fault.BODY_TOO_LARGE)
    try:
        body = pydantic_core.from_json(data or b"{}", allow_inf_nan=False)  # bounded depth, no half surrogates
    except ValueError:
        raise ApiError(Fault.INVALID, "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise ApiError(Fault.INVALID, "The body is not a JSON object.")
    return body
