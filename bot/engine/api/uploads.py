"""Files in: multipart or by link, streamed to disk; a request is taken whole or not at all."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.engine.agent.say import say_errors
from bot.engine.api.calls import ACCOUNT, envelope, json_body, project_of
from bot.engine.api.errors import FORMATS, ApiError, Fault, of_file
from bot.engine.api.services import SERVICES, Services
from bot.engine.fetch import LinkError, LinkFault
from bot.engine.intake import FullProjectError, GoneError, Taken
from bot.engine.names import shown
from bot.engine.records.projects import FILES_LIMIT, Project, ProjectFile
from bot.engine.timeline.apply import OpErrors
from bot.media.facts import MediaError

AT_ONCE = 16
FILES_PER_CALL = 50
LINKS_PER_CALL = 10

_CHUNK = 1 << 18
_FIELD_LIMIT = 1 << 16
_BUSY: web.AppKey[Counter[str]] = web.AppKey("uploads", Counter)

_LINK_WORDS = {
    LinkFault.NOT_A_LINK: "That is no link to a file: http and https links to a public address work.",
    LinkFault.VIDEO_SITE: "{detail} pages are not sources: save the video to a file and upload that.",
    LinkFault.DENIED: "That link leads to a private address: upload the file itself.",
    LinkFault.A_PAGE: "That link leads to a page, not to a file: use the link of the file itself, or upload it.",
    LinkFault.REFUSED: "The link's server answered {detail}: check the link, or upload the file itself.",
    LinkFault.UNREACHABLE: "The link's server cannot be reached: check the link, or upload the file itself.",
    LinkFault.TOO_SLOW: "The link's server is too slow: upload the file itself.",
    LinkFault.REDIRECTS: "The link leads from one address to the next without end: use the file's own link.",
}
_OF_THE_LINK = (LinkFault.REFUSED, LinkFault.UNREACHABLE, LinkFault.TOO_SLOW)


async def upload(request: web.Request) -> web.Response:
    """Take files into the project's library; pictures join the end of the timeline in upload order."""
    project = await project_of(request, request.match_info["session"])
    services = request.app[SERVICES]
    taken: list[Taken] = []
    with _slot(request.app[_BUSY], request[ACCOUNT].user):
        try:
            incoming = _parts(request, services) if _is_multipart(request) else await _linked(request, services)
            async with contextlib.aclosing(incoming):
                async for one in incoming:
                    taken.append(one)  # noqa: PERF401 - what came before a failure must be dropped
            files = await _join(services, project, taken)
        except BaseException:
            await services.intake.drop(taken)
            raise
    await services.proxies.want([file.media for file in files])
    return envelope({"files": [file_shape(file, project) for file in files], "session_state_applied": True})


async def content(request: web.Request) -> web.StreamResponse:
    """A file of the project, with ranges: what `cdn_url` names."""
    project = await project_of(request, request.match_info["session"])
    media = request.match_info["media"]
    if media not in {file.media for file in project.files}:
        raise ApiError(Fault.NOT_FOUND)
    path = await request.app[SERVICES].storage.media(media)
    headers = {"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(path, headers=headers)


def file_shape(file: ProjectFile, project: Project) -> dict[str, Any]:
    """The protocol's file object; `duration` in seconds, 0 for a still.

    `cdn_url` is relative: the engine may come back on another port, and the state shall read the same then.
    """
    picture = file.kind != "audio"
    return {
        "filename": file.name,
        "file_type": file.kind,
        "cdn_url": f"/api/media/nemo_agent/me/{project.session}/{file.media}",
        "duration": 0.0 if file.kind == "image" else file.duration_ms / 1000,
        "width": file.width if picture else None,
        "height": file.height if picture else None,
        "fps": round(file.fps, 3) if file.fps else None,
        "hash": file.media,
        "size": file.size,
    }


def setup(app: web.Application) -> list[web.RouteDef]:
    """The routes of this resource."""
    app[_BUSY] = Counter()
    return [
        web.post("/api/upload-video/nemo_agent/me/{session}", upload),
        web.get("/api/media/nemo_agent/me/{session}/{media}", content),
    ]


async def _join(services: Services, project: Project, taken: list[Taken]) -> tuple[ProjectFile, ...]:
    if not taken:
        raise ApiError(Fault.INVALID, "No file came: send them in the multipart field `files`.")
    try:
        return await services.intake.join(project, taken)
    except FullProjectError:
        raise ApiError(Fault.INVALID, f"A project holds {FILES_LIMIT} files: start a new one for more.") from None
    except OpErrors as errors:
        raise ApiError(Fault.INVALID, say_errors(errors, project.language)) from None
    except GoneError:
        raise ApiError(Fault.UNAVAILABLE, "The file got lost on its way: send it again.") from None


def _is_multipart(request: web.Request) -> bool:
    return request.content_type.startswith("multipart/")


@contextlib.contextmanager
def _slot(busy: Counter[str], user: str) -> Iterator[None]:
    if busy[user] >= AT_ONCE:
        raise ApiError(Fault.BUSY)
    busy[user] += 1
    try:
        yield
    finally:
        busy[user] -= 1
        if not busy[user]:
            del busy[user]


async def _parts(request: web.Request, services: Services) -> AsyncGenerator[Taken, None]:
    count = 0
    try:
        reader = await request.multipart()
        while (part := await _within(services.stall_s, reader.next())) is not None:
            if isinstance(part, MultipartReader):
                raise ApiError(Fault.INVALID, "A multipart inside a multipart is not understood.")
            if part.name != "files":
                await _skip(part, services.stall_s)
                continue
            count += 1
            if count > FILES_PER_CALL:
                raise ApiError(Fault.INVALID, f"At most {FILES_PER_CALL} files in one request.")
            chunks = _read(part, services.stall_s)
            yield await _take(services, chunks, part.filename or "file", request[ACCOUNT].user)
    except (ValueError, HttpProcessingError) as error:
        raise ApiError(Fault.INVALID, "The multipart body cannot be read.") from error


async def _linked(request: web.Request, services: Services) -> AsyncGenerator[Taken, None]:
    body = await json_body(request, 65_536)
    urls = body.get("urls")
    if not isinstance(urls, list) or not urls or not all(isinstance(url, str) for url in urls):
        raise ApiError(Fault.INVALID, "Send files in the multipart field `files`, or links in `urls`.")
    if len(urls) > LINKS_PER_CALL:
        raise ApiError(Fault.INVALID, f"At most {LINKS_PER_CALL} links in one request.")
    return _from_links(services, urls, request[ACCOUNT].user)


async def _from_links(services: Services, urls: list[str], user: str) -> AsyncGenerator[Taken, None]:
    for url in urls:
        try:
            async with services.links.open(url) as linked:
                limit = services.intake.limit
                if linked.size is not None and linked.size > limit:
                    raise ApiError(Fault.TOO_LARGE, f"{Fault.TOO_LARGE.words} The limit is {limit / 1_000_000:g} MB.")
                taken = await _take(services, linked.chunks, linked.name, user)
        except LinkError as error:
            words = _LINK_WORDS[error.fault].format(detail=error.detail)
            fault = Fault.INVALID if error.fault in _OF_THE_LINK else Fault.UNSUPPORTED
            raise ApiError(fault, words, reason=error.fault.value) from error
        yield taken


async def _take(services: Services, chunks: AsyncIterator[bytes], name: str, user: str) -> Taken:
    try:
        return await services.intake.take(chunks, name, user)
    except MediaError as error:
        raise of_file(error, shown(name)) from error


async def _read(part: BodyPartReader, stall_s: float) -> AsyncIterator[bytes]:
    while chunk := await _within(stall_s, part.read_chunk(_CHUNK)):
        yield chunk


async def _skip(part: BodyPartReader, stall_s: float) -> None:
    size = 0
    async for chunk in _read(part, stall_s):
        size += len(chunk)
        if size > _FIELD_LIMIT:
            raise ApiError(Fault.INVALID, f"Files come in the multipart field `files`. {FORMATS} work.")


async def _within(seconds: float, awaitable: Any) -> Any:
    try:
        async with asyncio.timeout(seconds):
            return await awaitable
    except TimeoutError:
        raise ApiError(Fault.STALLED) from None
