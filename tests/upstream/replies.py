"""What a scripted answer can be: a document, raw bytes, a stream in pieces, a wait, a cut connection."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web


class Cut(Enum):
    """The connection ends here."""

    CUT = "cut"


CUT = Cut.CUT

Piece = bytes | Mapping[str, Any] | asyncio.Event | Callable[[], object] | Cut
"""Of a stream: bytes as they are, an event to send as `data:` JSON, an Event to wait for, a function to call, a cut."""


@dataclass
class Reply:
    """One answer. Of `json`, `body` and `pieces` one is given, or none for an empty body.

    `gate` is waited for before anything is sent; `drop` cuts the connection instead of answering; `early` answers
    without having read the request's body; `short` announces that many bytes more than are sent, then cuts.
    """

    status: int = 200
    json: Any = None
    body: bytes | str | None = None
    pieces: Sequence[Piece] | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    gate: asyncio.Event | None = None
    drop: bool = False
    early: bool = False
    short: int = 0

    @property
    def _bytes(self) -> bytes:
        if self.body is not None:
            return self.body.encode() if isinstance(self.body, str) else self.body
        return b"" if self.json is None else json.dumps(self.json, ensure_ascii=False).encode()

    @property
    def _type(self) -> str:
        if self.content_type is not None:
            return self.content_type
        return "text/event-stream" if self.pieces is not None else "application/json"

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Answer the request with it."""
        if self.gate is not None:
            await self.gate.wait()
        if self.drop:
            cut(request)
        headers = {"Content-Type": self._type, **self.headers}
        if self.pieces is None and not self.short:
            return web.Response(status=self.status, body=self._bytes, headers=headers)
        response = web.StreamResponse(status=self.status, headers=headers)
        if self.pieces is None:
            response.content_length = len(self._bytes) + self.short
        await response.prepare(request)
        for piece in self.pieces if self.pieces is not None else (self._bytes, CUT):
            await _send_piece(response, request, piece)
        await response.write_eof()
        return response


async def _send_piece(response: web.StreamResponse, request: web.Request, piece: Piece) -> None:
    if isinstance(piece, bytes):
        await response.write(piece)
    elif isinstance(piece, asyncio.Event):
        await piece.wait()
    elif isinstance(piece, Mapping):
        await response.write(f"data: {json.dumps(piece, ensure_ascii=False)}\n\n".encode())
    elif isinstance(piece, Cut):
        cut(request)
    else:
        piece()


def cut(request: web.Request) -> None:
    """End the connection once what was written has left. Raises what ends the handler."""
    if request.transport is not None:
        request.transport.close()
    raise asyncio.CancelledError


def sse(*pieces: Piece) -> Reply:
    """A turn: its events, in order."""
    return Reply(pieces=pieces)


def said(text: str, *, partial: bool = False) -> dict[str, Any]:
    """An agent-server event with a text."""
    event = _event({"text": text})
    return event | {"partial": True} if partial else event


def called(name: str, args: Mapping[str, Any] | None = None, id: str = "t1") -> dict[str, Any]:  # noqa: A002 - its name
    """An agent-server event with a tool call."""
    return _event({"functionCall": {"id": id, "name": name, "args": dict(args or {})}})


def _event(part: Mapping[str, Any]) -> dict[str, Any]:
    """All that an agent server sends with a part; its id is the same for all, as some versions have it."""
    return {
        "content": {"role": "model", "parts": [part]},
        "author": "nemo_agent",
        "invocationId": "e-1",
        "id": "1",
        "timestamp": 1.5,
        "actions": {"stateDelta": {}},
    }


def ok(data: object) -> Reply:
    """The envelope of success."""
    return Reply(json={"code": 0, "message": "success", "data": data})


def refuses(code: int, status: int = 200, message: str = "no", **headers: str) -> Reply:
    """The envelope of an error, with any HTTP status."""
    return Reply(
        status=status,
        json={"code": code, "message": message, "data": None},
        headers={key.replace("_", "-"): value for key, value in headers.items()},
    )
