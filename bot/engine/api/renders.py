"""Renders: ask for one, see how far it is, stop it, fetch the file. The client's render id is a name, never a path."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from bot.engine.api.calls import ACCOUNT, json_body, project_of
from bot.engine.api.errors import ApiError, Fault, of_file
from bot.engine.api.output import read_output
from bot.engine.api.services import SERVICES, Services
from bot.engine.records.base import hashed
from bot.engine.records.line import RenderLane
from bot.engine.records.renders import Render, Wanted
from bot.engine.render.job import WRITTEN, Output
from bot.engine.render.weight import needed_bytes
from bot.engine.timeline.draft import DRAFT_VERSION, DraftError, dump, load
from bot.engine.timeline.model import Library, Timeline
from bot.media.facts import MediaError

DRAFT_LIMIT = 8 << 20

_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ATTRIBUTION = ("X-Skill-Source", "X-Skill-Version", "X-Skill-Platform")
_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".gif": "image/gif",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".zip": "application/zip",
    ".srt": "application/x-subrip; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
_WORDS = {
    "cancelled": "cancelled",
    "gave_up": "The render broke off three times. Try a shorter or simpler version.",
    "media_gone": "Footage of this timeline is no longer here: upload it again.",
    "missing": "The footage is not on the machine that renders. Export again; if that does not help, upload the "
    "footage again and tell whoever runs the engine.",
    "unreachable": "The place where footage is kept does not answer. Export again in a few minutes.",
    "disk_full": "The disk is full: make room on the machine that runs the engine, then export again.",
    "timed_out": "The render took too long and was stopped. Export a shorter or smaller version.",
    "too_large": "The file does not fit that size: allow more, or make it shorter.",
    "silent": "There is no sound in this timeline.",
    "empty": "There is nothing to render: the timeline is empty.",
    "broken": "A file of this timeline cannot be read to its end. Convert it to an ordinary MP4 and upload it again.",
    "unsupported": "A file of this timeline cannot be rendered. Convert it to an ordinary MP4 and upload it again.",
}


async def submit(request: web.Request) -> web.Response:
    """Ask for a render. The same id again, or the same timeline and output, is the same job."""
    if not all(request.headers.get(name) for name in _ATTRIBUTION):
        raise ApiError(Fault.EXPORT_LOCKED)
    services, user = request.app[SERVICES], request[ACCOUNT].user
    body = await json_body(request, DRAFT_LIMIT)
    render = _checked_id(body.get("id"))
    project = await project_of(request, body.get("sessionId"))
    output = read_output(body.get("output"))
    owned = await services.records.media.owned(user)
    try:
        timeline = await asyncio.to_thread(load, body.get("draft"), Library(owned))
    except DraftError as error:
        raise ApiError(Fault.INVALID, f"The draft cannot be rendered: {error}") from None
    if not timeline.segments:
        raise ApiError(Fault.INVALID, "The draft has nothing to show: upload footage and edit first.")
    if output.format in WRITTEN and not any(one.words for one in timeline.heard):
        raise ApiError(Fault.INVALID, "What is said is not known here: ask for subtitles or a transcript first.")
    draft = await asyncio.to_thread(dump, timeline)
    same = hashed(str(DRAFT_VERSION), repr(timeline), repr(output))
    lane: RenderLane = "preview" if output.quality == "preview" or output.format in WRITTEN else "export"
    wanted = Wanted(user, project.session, render, same, draft, asdict(output), lane)
    if not await services.records.renders.is_known(wanted):
        await _reserve(services, timeline, output)
    job = await services.queue.enqueue(wanted)
    if job is not None and job.state == "completed" and not await _is_there(services, job):
        await services.records.renders.delete(job.id)
        job = await services.queue.enqueue(wanted)
    if job is None:
        raise ApiError(Fault.BUSY)
    return await _status(request, render, job)


async def status(request: web.Request) -> web.Response:
    """How far it is, and what came out."""
    render = _checked_id(request.match_info["render"])
    found = await request.app[SERVICES].records.renders.of_ticket(request[ACCOUNT].user, render)
    if found is None:
        raise ApiError(Fault.NOT_FOUND)
    job, ticket = found
    return await _status(request, render, job, cancelled=ticket.cancelled)


async def cancel(request: web.Request) -> web.Response:
    """Stop it, or leave it to those who wait for the same file; one that is finished stays finished."""
    render = _checked_id(request.match_info["render"])
    if await request.app[SERVICES].queue.cancel(request[ACCOUNT].user, render) is None:
        raise ApiError(Fault.NOT_FOUND)
    return await status(request)


async def download(request: web.Request) -> web.StreamResponse:
    """The finished file, with ranges."""
    render = _checked_id(request.match_info["render"])
    services = request.app[SERVICES]
    found = await services.records.renders.of_ticket(request[ACCOUNT].user, render)
    if found is None or found[1].cancelled or found[0].file is None:
        raise ApiError(Fault.NOT_FOUND)
    job, name = found[0], found[0].file
    if not await services.storage.has_result(name):
        raise ApiError(Fault.NOT_FOUND)
    link = await services.storage.url_for(name)
    if link is not None:
        raise web.HTTPFound(link)
    path = services.storage.here.results / name
    headers = {"Content-Type": _TYPES[path.suffix], "X-Content-Type-Options": "nosniff"}
    return _Finished(path, headers, partial(services.records.delivered.note, job.id))


class _Finished(web.FileResponse):
    """A finished file; `fetched` is awaited when it was sent to its end."""

    def __init__(self, path: Path, headers: dict[str, str], fetched: Callable[[], Awaitable[None]]) -> None:
        super().__init__(path, headers=headers)
        self._fetched = fetched

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send the headers and the file, as the base does it."""
        writer = await super().prepare(request)
        if self.status == HTTPStatus.OK:
            await self._fetched()
        return writer


async def plan(request: web.Request) -> web.Response:
    """How the frames of a finished render came about, as a table for people."""
    render = _checked_id(request.match_info["render"])
    records = request.app[SERVICES].records
    found = await records.renders.of_ticket(request[ACCOUNT].user, render)
    if found is None:
        raise ApiError(Fault.NOT_FOUND)
    return web.json_response({"id": render, "plan": await records.renders.plan(found[0].id)})


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [
        web.post("/api/render/proxy/lambda", submit),
        web.get("/api/render/proxy/lambda/{render}", status),
        web.post("/api/render/proxy/lambda/{render}/cancel", cancel),
        web.get("/api/render/proxy/{render}/download", download),
        web.get("/api/render/proxy/{render}/plan", plan),
    ]


async def _status(request: web.Request, render: str, job: Render, *, cancelled: bool = False) -> web.Response:
    body: dict[str, Any] = {"id": render, "status": "failed" if cancelled else job.state}
    body["progress"] = round(await request.app[SERVICES].queue.progress(job))
    if body["status"] == "completed":
        body["output"] = {
            "url": f"{request.url.origin()}/api/render/proxy/{render}/download",
            "duration": (job.duration_ms or 0) / 1000,
            "size": job.size,
            "width": job.width,
            "height": job.height,
        }
        if job.keyframes:
            body["keyframes"] = True
    elif body["status"] == "failed":
        reason = "cancelled" if cancelled else job.error or ""
        body |= {"error": _words(reason), "reason": reason.partition(":")[0]}
    return web.json_response(body)


def _words(error: str) -> str:
    reference = error.removeprefix("internal:")
    return _WORDS.get(error) or f"{Fault.INTERNAL.words} Reference {reference}."


def _checked_id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ApiError(Fault.INVALID, "A render's id has 1 to 80 letters, digits, - and _.")
    return value


async def _reserve(services: Services, timeline: Timeline, output: Output) -> None:
    """Make room for a new render, or refuse it."""
    try:
        await services.quota.reserve(await asyncio.to_thread(needed_bytes, timeline, output))
    except MediaError as error:
        raise of_file(error) from None


async def _is_there(services: Services, job: Render) -> bool:
    return job.file is not None and await services.storage.has_result(job.file)
