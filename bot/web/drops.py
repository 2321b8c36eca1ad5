"""An upload page's own requests: how far its files are, the batch sent, the link closed."""

import asyncio
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Protocol

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.flows import drops, standing
from bot.flows.context import NotAllowed
from bot.store.errors import QueueFullError
from bot.store.models import Drop, DropFile
from bot.web import parts
from bot.web.door import Door, answering
from bot.web.links import thread_url
from bot.web.refused import Refused
from bot.web.tus import Tus

_MOST_BYTES = 65_536
_BODY_S = 20.0


class Batches(Protocol):
    """Where batches go."""

    async def send(self, drop: str, words: str, order: Sequence[str]) -> Drop:
        """Hand a batch over, for good. Raises QueueFullError, NotOpenError, NotFoundError, KeyError (no such file)."""

    async def close(self, drop: str) -> bool:
        """Revoke a link, and tell its thread."""

    async def disk_full(self, drop: Drop, name: str) -> None:
        """Tell the thread that there was no room for a file."""


class _Sent(BaseModel):
    """What the page sends: the files by their ids, in order, and the words for them."""

    model_config = ConfigDict(frozen=True, strict=True)

    words: Annotated[str, Field(max_length=drops.MOST_WORDS)] = ""
    files: list[str] = []


def add_drops(app: web.Application, door: Door, batches: Batches) -> None:
    """Add the upload routes: those of the protocol and those of the page."""
    Tus(door, batches.disk_full).add_to(app)
    page = _Page(door, batches)
    app.router.add_get("/u/{token}/state", answering(page.state))
    app.router.add_post("/u/{token}/send", answering(page.send))
    app.router.add_delete("/u/{token}", answering(page.close))


class _Page:
    def __init__(self, door: Door, batches: Batches) -> None:
        self._door = door
        self._context = door.context
        self._batches = batches

    async def state(self, request: web.Request) -> web.Response:
        drop = await self._door.open(request)
        found = await self._offsets(drop, drop.files)
        files = [
            {"id": file.id, "name": file.name, "size": file.size, "offset": offset, "done": done}
            for file, (offset, done) in zip(drop.files, found, strict=True)
        ]
        return _json(
            {
                "state": drop.state,
                "files": files,
                "limit": await self._door.limit(drop),
                "most": drops.MOST_FILES,
                "expires": drop.expires.isoformat(),
                "thread": thread_url(drop.place),
            }
        )

    async def send(self, request: web.Request) -> web.Response:
        drop = await self._door.find(request)
        sent = _read(await _body(request))
        if drop.state == "open":
            await self._require_whole(drop, sent.files)
        try:
            drop = await self._batches.send(drop.id, sent.words.strip(), sent.files)
        except QueueFullError:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "busy", words="busy.queue") from None
        except standing.NotAllowedError as error:
            raise _not_allowed(error.why) from None
        except drops.NotOpenError:
            self._door.require_open(await self._door.find(request))
            raise
        except KeyError:  # removed from another page just now
            raise Refused(HTTPStatus.NOT_FOUND, "gone") from None
        return _json({"state": drop.state, "thread": thread_url(drop.place)})

    async def close(self, request: web.Request) -> web.Response:
        drop = await self._door.open(request)
        if not await self._batches.close(drop.id):
            raise Refused(HTTPStatus.GONE, "closed")
        return _json({"state": "closed", "thread": thread_url(drop.place)})

    async def _require_whole(self, drop: Drop, ids: Sequence[str]) -> None:
        """Raise Refused unless all of these are whole; then they are on the disk for good."""
        self._door.require_open(drop)
        if not set(ids) <= {file.id for file in drop.files}:
            raise Refused(HTTPStatus.NOT_FOUND, "gone")
        if not all(done for _, done in await self._offsets(drop, [file for file in drop.files if file.id in ids])):
            raise Refused(HTTPStatus.CONFLICT, "not_whole")
        try:
            await asyncio.to_thread(parts.keep, self._context.uploads, drop.id, ids)
        except FileNotFoundError:
            raise Refused(HTTPStatus.NOT_FOUND, "gone") from None

    async def _offsets(self, drop: Drop, files: Sequence[DropFile]) -> list[tuple[int, bool]]:
        """How far each file is and whether it is whole."""
        uploads = self._context.uploads
        return await asyncio.to_thread(lambda: [parts.offset(uploads, drop.id, file) or (0, False) for file in files])


async def _body(request: web.Request) -> bytes:
    """The body of a small request, which has to come soon. Raises Refused."""
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_S):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "bad_request")
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "bad_request") from None
    except web.RequestPayloadError:
        raise Refused(HTTPStatus.BAD_REQUEST, "bad_request") from None
    return bytes(body)


def _read(body: bytes) -> _Sent:
    try:
        sent = _Sent.model_validate(json.loads(body))
        sent.words.encode()  # half a character, which JSON can write, is none
    except (ValidationError, ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "bad_request") from None
    if not sent.files:
        raise Refused(HTTPStatus.BAD_REQUEST, "nothing")
    if len(set(sent.files)) < len(sent.files):
        raise Refused(HTTPStatus.BAD_REQUEST, "bad_request")
    return sent


def _not_allowed(why: NotAllowed) -> Refused:
    unsure = why.why == "unsure"
    status = HTTPStatus.SERVICE_UNAVAILABLE if unsure else HTTPStatus.FORBIDDEN
    return Refused(status, "not_allowed", None, words=f"not_allowed.{why.why}", **why.fields)


def _json(body: dict[str, object]) -> web.Response:
    return web.json_response(body, headers={"Cache-Control": "no-store"})
