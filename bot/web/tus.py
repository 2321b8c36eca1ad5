"""Resumable uploads: tus 1.0.0 with creation, termination and expiration, into the files of a drop.

The size of a part on the disk is its offset; nothing else remembers how far an upload is.
"""

import asyncio
import base64
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web

from bot.flows import drops
from bot.flows.names import clean_name
from bot.media.facts import MediaError, MediaFault
from bot.media.room import require
from bot.store.models import Drop, DropFile
from bot.voice.phrase import size as shown_size
from bot.web import parts
from bot.web.door import Door, answering
from bot.web.holds import Hold, Holds
from bot.web.refused import Refused

log = structlog.stdlib.get_logger(__name__)

VERSION = "1.0.0"
_RESUMABLE = {"Tus-Resumable": VERSION}
_CHUNK = "application/offset+octet-stream"
_DIGITS = 18
_REMEMBERED = 1000

Told = Callable[[Drop, str], Awaitable[None]]
"""Is told that the disk was full for a file of this drop, by its name."""


class Tus:
    """The routes under `/u/{token}/files`."""

    def __init__(self, door: Door, disk_full: Told) -> None:
        self._door = door
        self._context = door.context
        self._disk_full = disk_full
        self._holds = Holds()
        self._creating = asyncio.Lock()
        self._no_media: OrderedDict[str, None] = OrderedDict()

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and have uploads end cleanly when the server stops."""
        files, one = "/u/{token}/files", "/u/{token}/files/{file}"
        for method, path, handler in (
            (hdrs.METH_OPTIONS, files, self._options),
            (hdrs.METH_OPTIONS, one, self._options),
            (hdrs.METH_POST, files, self._create),
            (hdrs.METH_POST, one, self._overridden),
            (hdrs.METH_HEAD, one, self._head),
            (hdrs.METH_PATCH, one, self._patch),
            (hdrs.METH_DELETE, one, self._delete),
        ):
            app.router.add_route(method, path, answering(handler, _RESUMABLE))
        app.on_shutdown.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        self._holds.close()

    async def _options(self, request: web.Request) -> web.Response:
        drop = await self._door.open(request)
        limit = await self._door.limit(drop)
        return web.Response(
            status=HTTPStatus.NO_CONTENT,
            headers={
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,termination,expiration",
                "Tus-Max-Size": str(limit),
            },
        )

    async def _create(self, request: web.Request) -> web.Response:
        drop = await self._opened(request)
        length = _number(request, "Upload-Length")
        name = clean_name(_file_name(request.headers.get("Upload-Metadata", "")))
        limit = await self._door.limit(drop)
        if length > limit:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", limit=shown_size(limit))
        if length == 0:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_media")
        file = DropFile(id=secrets.token_hex(16), name=name, size=length)

        def add(kept: Drop) -> Drop:
            self._door.require_open(kept)
            if len(kept.files) >= drops.MOST_FILES:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many_files", most=drops.MOST_FILES)
            return kept.model_copy(update={"files": (*kept.files, file)})

        add(drop)
        async with self._creating:  # so that no two are promised the same room
            await self._require_room(drop, length, limit)
            await asyncio.to_thread(parts.create, self._context.uploads, drop.id, file.id)
            try:
                await self._context.store.drops.update(drop.id, add)
            except BaseException:
                await asyncio.shield(asyncio.to_thread(parts.remove, self._context.uploads, drop.id, file.id))
                raise
        headers = {"Location": f"files/{file.id}", "Upload-Offset": "0", **_expires(drop)}
        return web.Response(status=HTTPStatus.CREATED, headers=headers)

    async def _head(self, request: web.Request) -> web.Response:
        drop = await self._opened(request)
        file = self._file(drop, request)
        await self._holds.free(file.id)
        offset, _ = await self._offset(drop, file)
        name = base64.b64encode(file.name.encode()).decode()
        headers = {
            "Upload-Offset": str(offset),
            "Upload-Length": str(file.size),
            "Upload-Metadata": f"filename {name}",
            "Cache-Control": "no-store",
        }
        return web.Response(headers=headers | _expires(drop))

    async def _patch(self, request: web.Request) -> web.Response:
        drop = await self._opened(request)
        file = self._file(drop, request)
        if request.content_type != _CHUNK or hdrs.CONTENT_ENCODING in request.headers:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "bad_request")
        claimed = _number(request, "Upload-Offset")
        async with self._holds.hold(file.id) as hold:
            offset, whole = await self._offset(drop, file)
            if claimed != offset:
                raise Refused(HTTPStatus.CONFLICT, "offset", {"Upload-Offset": str(offset)})
            if (request.content_length or 0) > file.size - offset:
                raise _too_long()
            if not whole:
                offset = await self._take(request, drop, file, hold)
        return web.Response(
            status=HTTPStatus.NO_CONTENT,
            headers={"Upload-Offset": str(offset), "Cache-Control": "no-store", **_expires(drop)},
        )

    async def _take(self, request: web.Request, drop: Drop, file: DropFile, hold: Hold) -> int:
        """Take the request's body in; how far the file is then."""
        try:
            await require(self._context.uploads.root, request.content_length or file.size)
            part = await asyncio.to_thread(self._part, drop, file)
            async with parts.Inflow(part) as inflow, hold.listening():
                while chunk := await request.content.readany():
                    if inflow.size + len(chunk) > file.size:
                        raise _too_long()
                    hold.hear(len(chunk))
                    await inflow.take(chunk)
        except parts.PartGoneError:
            await self._door.open(request)
            raise _gone() from None
        except web.RequestPayloadError:
            raise Refused(HTTPStatus.BAD_REQUEST, "bad_request") from None
        except MediaError as error:
            raise await self._refused(drop, file, error) from None
        return part.size

    async def _refused(self, drop: Drop, file: DropFile, error: MediaError) -> Refused:
        """The answer where the disk is full, or the file is nothing that is taken: then it is removed."""
        if error.fault is MediaFault.DISK_FULL:
            await self._disk_full(drop, file.name)
            return Refused(HTTPStatus.INSUFFICIENT_STORAGE, "disk_full")
        self._no_media[file.id] = None
        if len(self._no_media) > _REMEMBERED:
            self._no_media.popitem(last=False)
        await self._remove(drop, file)
        return _not_media()

    async def _delete(self, request: web.Request) -> web.Response:
        drop = await self._opened(request)
        file = self._file(drop, request)
        await self._holds.free(file.id, force=True)
        await self._remove(drop, file)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _overridden(self, request: web.Request) -> web.Response:
        """The same by POST, for who can send nothing else: the protocol wants it."""
        match request.headers.get("X-HTTP-Method-Override", "").upper():
            case hdrs.METH_PATCH:
                return await self._patch(request)
            case hdrs.METH_DELETE:
                return await self._delete(request)
            case hdrs.METH_HEAD:
                return await self._head(request)
        raise web.HTTPMethodNotAllowed(request.method, [hdrs.METH_DELETE, hdrs.METH_HEAD, hdrs.METH_PATCH])

    async def _opened(self, request: web.Request) -> Drop:
        """The open drop that the request is for. Raises Refused, also for a client of another version."""
        if request.headers.get("Tus-Resumable") != VERSION:
            raise Refused(HTTPStatus.PRECONDITION_FAILED, "bad_request", {"Tus-Version": VERSION})
        return await self._door.open(request)

    def _file(self, drop: Drop, request: web.Request) -> DropFile:
        id_ = request.match_info["file"]
        file = next((file for file in drop.files if file.id == id_), None)
        if file is None:
            raise _not_media() if id_ in self._no_media else _gone()
        return file

    async def _offset(self, drop: Drop, file: DropFile) -> tuple[int, bool]:
        """How far a file is that nobody writes, and whether it is whole; one that was only to be named is now."""
        uploads = self._context.uploads
        found = await asyncio.to_thread(parts.offset, uploads, drop.id, file)
        if found is None:
            raise _gone()
        if found == (file.size, False):  # the process was killed after its last byte
            await asyncio.to_thread(parts.settle, uploads, drop.id, file.id)
            return file.size, True
        return found

    def _part(self, drop: Drop, file: DropFile) -> parts.Part:
        uploads, takes = self._context.uploads, self._context.capabilities.takes
        return parts.Part(uploads.part(drop.id, file.id), uploads.whole(drop.id, file.id), file.size, takes)

    async def _remove(self, drop: Drop, file: DropFile) -> None:
        """The record first: what is left on the disk then is swept."""

        def without(kept: Drop) -> Drop:
            self._door.require_open(kept)
            return kept.model_copy(update={"files": tuple(one for one in kept.files if one.id != file.id)})

        await self._context.store.drops.update(drop.id, without)
        await asyncio.to_thread(parts.remove, self._context.uploads, drop.id, file.id)

    async def _require_room(self, drop: Drop, size: int, limit: int) -> None:
        """Raise Refused where the disk has no room for so many bytes beside all that is on its way already, or where
        one person would have more on its way than one link takes: files of `limit` bytes.
        """
        uploads = self._context.uploads
        coming = [
            (one, file) async for one in self._context.store.drops.each()
            if drops.is_open(self._context, one) for file in one.files
        ]  # fmt: skip
        own = sum(file.size for one, file in coming if one.place.requester == drop.place.requester)
        most = drops.MOST_FILES * limit
        if own + size > most:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", words="too_much", used=shown_size(own),
                limit=shown_size(most),
            )  # fmt: skip

        def announced() -> int:
            there = ((file.size, parts.offset(uploads, one.id, file)) for one, file in coming)
            return sum(whole - found[0] for whole, found in there if found is not None)

        try:
            await require(uploads.root, size + await asyncio.to_thread(announced))
        except MediaError:
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, "disk_full") from None


def _number(request: web.Request, name: str) -> int:
    """A header's number. Raises Refused for none, or anything else than a plain count of bytes."""
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Refused(HTTPStatus.BAD_REQUEST, "bad_request")
    return int(text)


def _file_name(metadata: str) -> str:
    """The name in an Upload-Metadata header; empty where it has none. Raises Refused for what is no such header."""
    pairs = (pair.strip().partition(" ") for pair in metadata.split(","))
    try:
        values = {key: base64.b64decode(value.strip(), validate=True) for key, _, value in pairs}
        return values.get("filename", b"").decode()
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "bad_request") from None


def _expires(drop: Drop) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(drop.expires, usegmt=True)}


def _too_long() -> Refused:
    """More bytes than were announced: it is not the file that it was."""
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "offset")


def _not_media() -> Refused:
    return Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_media")


def _gone() -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "gone")
