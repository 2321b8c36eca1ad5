"""Finished files by signed link: the file itself and, of a video, its page with all that belongs to it."""

import asyncio
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.flows.timeline import changes, since_footage
from bot.store.errors import UnreadableRecordError
from bot.store.models import Render, RenderState
from bot.store.store import Store
from bot.updates import Changed, TimelineSummary
from bot.web.beside import Beside
from bot.web.files import CONTENT_TYPES, is_result, is_video, result_path
from bot.web.links import LinkBroken, LinkExpired, Links, Opened, thread_url
from bot.web.pages import answer, locale_of, problem
from bot.web.result_page import CAPTIONS, POSTER, TIMELINE, Other, Result, result_page

log = structlog.stdlib.get_logger(__name__)

OTHERS: Mapping[str, str] = MappingProxyType(
    {
        CAPTIONS: "vtt",
        "subtitles.srt": "srt",
        "transcript.txt": "txt",
        "project-otio.zip": "otio",
        "project-fcpxml.zip": "fcpxml",
        "project-edl.zip": "edl",
    }
)
"""Where below a video's page the other files of its timeline are, and their formats."""
_SHOWN = {CAPTIONS: "text/vtt; charset=utf-8", POSTER: "image/jpeg", TIMELINE: "image/png"}
"""What the page itself shows of that, and its types."""


class _Answered(Exception):  # noqa: N818 - not an error
    """There is nothing to show: the status says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Results:
    """The routes under `/v/`."""

    def __init__(self, results_dir: Path, links: Links, store: Store, beside: Beside) -> None:
        self._results = results_dir
        self._links = links
        self._store = store
        self._beside = beside

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/v/{token}", self._page)
        app.router.add_get("/v/{token}/{name}", self._named)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        try:
            opened, file = await self._opened(request)
            render = await self._render(opened)
        except _Answered as answered:
            return problem(request, answered.status)
        locale = locale_of(request, render.place.locale)
        shown = await self._shown(request.match_info["token"], opened, render, file)
        return answer(request, result_page(shown, locale), locale)

    async def _named(self, request: web.Request) -> web.StreamResponse:
        """The file, whatever it is called in the address, or what belongs to its page."""
        try:
            opened, file = await self._opened(request)
            name = request.match_info["name"]
            if _has_page(opened) and (name in OTHERS or name in {POSTER, TIMELINE}):
                return await self._belonging(request, name, opened, file)
        except _Answered as answered:
            return problem(request, answered.status)
        return _sent(file, opened.name, None if _wants_file(request) else CONTENT_TYPES.get(file.suffix.lower()))

    async def _belonging(self, request: web.Request, name: str, opened: Opened, file: Path) -> web.StreamResponse:
        render = await self._render(opened)
        if name in OTHERS:
            others = await self._others(render, await self._siblings(render))
            other = next((one for one in others if one.export.format == OTHERS[name]), None)
            if other is None or other.file is None:
                raise _Answered(HTTPStatus.NOT_FOUND)
            return _sent(self._results / other.file, other.name, None if _wants_file(request) else _SHOWN.get(name))
        if name == POSTER:
            picture = await self._beside.poster(render, file)
        else:
            picture = await self._beside.timeline(render, file, locale_of(request, render.place.locale))
        if picture is None:
            raise _Answered(HTTPStatus.NOT_FOUND)
        return _sent(picture, name, _SHOWN[name])

    async def _opened(self, request: web.Request) -> tuple[Opened, Path]:
        """What the link stands for, and its file, which is there. Raises _Answered."""
        try:
            opened = self._links.open(request.match_info["token"])
        except LinkExpired:
            raise _Answered(HTTPStatus.GONE) from None
        except LinkBroken:
            raise _Answered(HTTPStatus.FORBIDDEN) from None
        path = result_path(self._results, opened.file)
        if path is None or not await asyncio.to_thread(is_result, path):
            raise _Answered(HTTPStatus.NOT_FOUND)
        return opened, path

    async def _render(self, opened: Opened) -> Render:
        """The record of a video that has a page. Raises _Answered, and what Redis raises."""
        render = await self._store.renders.get(opened.render) if _has_page(opened) else None
        if render is None or render.file != opened.file:
            raise _Answered(HTTPStatus.NOT_FOUND)
        return render

    async def _siblings(self, render: Render) -> tuple[Render, ...]:
        """What was exported in the same thread, the newest first; nothing where that cannot be read."""
        try:
            return await self._store.renders.of_thread(render.place.thread)
        except UnreadableRecordError as error:
            log.warning("a page does without its thread's other exports", reason=str(error))
            return ()

    async def _others(self, render: Render, siblings: Iterable[Render]) -> list[Render]:
        """Finished files of the same timeline, or of the same part of it, that are still here: the newest first."""
        asked = render.export.from_ms, render.export.to_ms
        found = [
            one for one in siblings
            if one.drafted and (one.session, one.drafted) == (render.session, render.drafted)
            and one.state is RenderState.DELIVERED and one.export.format in OTHERS.values()
            and (one.export.from_ms, one.export.to_ms) == asked and one.file is not None
        ]  # fmt: skip
        there = await asyncio.to_thread(_there, self._results, [one.file or "" for one in found])
        return [one for one in found if one.file in there]

    async def _changed(self, render: Render, earlier: TimelineSummary | None) -> Changed | None:
        """What was changed since the earlier video, or where there is none, since the footage came in."""
        if render.timeline is None:
            return None
        if earlier is not None:
            return Changed(changes(earlier, render.timeline), render.timeline)
        try:
            thread = await self._store.threads.get(render.place.thread)
        except UnreadableRecordError as error:
            log.warning("a page does without its thread's footage", reason=str(error))
            return None
        return None if thread is None else Changed(since_footage(thread.footage, render.timeline), render.timeline)

    async def _shown(self, token: str, opened: Opened, render: Render, file: Path) -> Result:
        siblings = await self._siblings(render)
        others = {one.export.format: one for one in reversed(await self._others(render, siblings))}
        earlier = _earlier(render, siblings)
        ends = opened.ends if render.expires is None else min(opened.ends, render.expires)
        return Result(
            name=opened.name,
            suffix=file.suffix.lower(),
            base=quote(token, safe=""),
            page_url=self._links.page(token),
            size=(await asyncio.to_thread(file.stat)).st_size,
            duration_ms=render.duration_ms,
            width=render.width,
            height=render.height,
            ends=ends,
            thread=thread_url(render.place),
            timeline=render.timeline,
            changes=await self._changed(render, earlier),
            first=earlier is None,
            captions="vtt" in others,
            others=tuple(
                Other(address, format_, others[format_].size or 0)
                for address, format_ in OTHERS.items() if format_ in others
            ),
        )  # fmt: skip


def _has_page(opened: Opened) -> bool:
    return bool(opened.render) and is_video(opened.file)


def _earlier(render: Render, siblings: Iterable[Render]) -> TimelineSummary | None:
    """The timeline of the video that was handed over before this one; None where this is the first."""
    for one in siblings:
        if (
            one.created < render.created and one.session == render.session and one.timeline is not None
            and one.state is RenderState.DELIVERED and one.drafted != render.drafted
        ):  # fmt: skip
            return one.timeline
    return None


def _there(folder: Path, files: Iterable[str]) -> set[str]:
    paths = ((file, result_path(folder, file)) for file in files)
    return {file for file, path in paths if path is not None and is_result(path)}


def _wants_file(request: web.Request) -> bool:
    """Whether it shall be saved, whatever could be shown of it."""
    return "download" in request.query


def _sent(path: Path, name: str, kind: str | None) -> web.FileResponse:
    """The file: to be shown as this `kind`, or where that is None, to be saved under its name."""
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\' else "_" for char in name)
    how = "inline" if kind else "attachment"
    return web.FileResponse(
        path,
        headers={
            "Content-Type": kind or "application/octet-stream",
            # RFC 6266: the plain name for old clients, the whole one for all others
            "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, no-cache",
        },
    )
