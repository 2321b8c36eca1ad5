"""Sessions: one a project. The protocol only begins them; that they can be stopped and ended is ours."""

import re

from aiohttp import web

from bot.engine.api.calls import ACCOUNT, envelope, json_body, project_of
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


async def stop(request: web.Request) -> web.Response:
    """Ours: stop the messages that are at work or wait; `stopped` is how many of them have changed nothing."""
    project = await project_of(request, request.match_info["session"])
    return envelope({"stopped": await request.app[SERVICES].turning.stop(project.session)})


async def end(request: web.Request) -> web.Response:
    """Ours: delete the session with its timeline and history, its messages, renders and finished files, and its media
    where no other project has them. Cut off, it can be asked for again; once it is gone it is unknown (1002).
    """
    project = await project_of(request, request.match_info["session"])
    services = request.app[SERVICES]
    await services.turning.stop(project.session)
    await services.forgetter.forget(project)
    return envelope({"deleted": True})


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [
        web.post("/api/tasks/me/with-session/nemo_agent", create),
        web.post("/api/session/nemo_agent/me/{session}/stop", stop),
        web.delete("/api/session/nemo_agent/me/{session}", end),
    ]
