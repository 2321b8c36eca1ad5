"""Sessions: one a project."""

import re

from aiohttp import web

from bot.engine.api.calls import ACCOUNT, envelope, json_body
from bot.engine.api.services import SERVICES
from bot.engine.names import shown

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")


async def create(request: web.Request) -> web.Response:
    """A new session; its language is kept (English where none is named)."""
    body = await json_body(request, 16_384)
    name, language = body.get("task_name"), body.get("language")
    user = request[ACCOUNT].user
    project = await request.app[SERVICES].records.projects.create(
        user,
        shown(name if isinstance(name, str) else "", "project"),
        language if isinstance(language, str) and _LANGUAGE.fullmatch(language) else "en",
    )
    return envelope({"task_id": project.task, "session_id": project.session, "user_id": user})


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [web.post("/api/tasks/me/with-session/nemo_agent", create)]
