"""The state of a session: its files and its timeline."""

from math import gcd
from typing import Any

from aiohttp import web

from bot.engine.api.calls import envelope, project_of
from bot.engine.api.services import SERVICES
from bot.engine.api.uploads import file_shape
from bot.engine.records.records import Records
from bot.engine.timeline.draft import dump


async def latest(request: web.Request) -> web.Response:
    """The session as it is now.

    Ours are `last_turn`, how the newest message goes or how it ended, and `undo` and `redo`, how many steps of the
    timeline can be taken back and forward again.
    """
    project = await project_of(request, request.match_info["session"])
    records = request.app[SERVICES].records
    work = await records.projects.open(project)
    canvas = work.timeline.canvas
    divisor = gcd(canvas.width, canvas.height)
    state: dict[str, Any] = {
        "video_infos": [file_shape(file, project) for file in project.files if not file.made],
        "draft": dump(work.timeline) if work.timeline.segments else {},
        "canvas_config": {
            "width": canvas.width,
            "height": canvas.height,
            "ratio": f"{canvas.width // divisor}:{canvas.height // divisor}",
        },
        "video_analyses": [],
        "generated_media": [],
    }
    return envelope(
        {
            "session_id": project.session,
            "task_id": project.task,
            "task_name": project.name,
            "state": state,
            "last_turn": await _last_turn(records, project.session),
            "undo": project.undo_depth,
            "redo": project.redo_depth,
        }
    )


async def _last_turn(records: Records, session: str) -> dict[str, Any] | None:
    turn = await records.turns.newest(session)
    if turn is None:
        return None
    return {"id": turn.id, "state": turn.state, "outcome": turn.outcome, "text": turn.reply}


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [web.get("/api/state/nemo_agent/me/{session}/latest", latest)]
