"""The REST front: reads a request, holds it against the rules, lets SimCord's routes do it, keeps the answer."""

import io
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web
from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.http import RouteNotImplemented, UnsupportedField, dispatch

from tests.discord.wire import complete
from tests.discord.wire.cdn import Cdn
from tests.discord.wire.invariants import Call, Ledger
from tests.discord.wire.rules import File, Request, Rules

API = "/api/v10"
_NO_TOKEN_NEEDED = {"interactions", "webhooks", "gateway"}


class Rest:
    """Answers what discord.py asks over HTTP."""

    def __init__(
        self, backend: Backend, cdn: Cdn, rules: Rules, ledger: Ledger, token: str, moved: Callable[[], None]
    ) -> None:
        self._backend = backend
        self._cdn = cdn
        self._rules = rules
        self._ledger = ledger
        self._token = token
        self._moved = moved
        self.gateway = ""
        self.sees_content: Callable[[], bool] = lambda: True
        """Whether the developer portal lets the bot see what messages hold: it is the same over HTTP."""
        self.before_effect: Callable[[Request], Awaitable[bool]] | None = None
        """What a test does when a request has come and nothing of it is done; False if it was lost on the way."""
        self.before_answer: Callable[[Request], Awaitable[None]] | None = None
        """What a test does between a request's effect and its answer, such as cutting the bot's power."""

    async def serve(self, raw: web.Request) -> web.Response:
        """One request."""
        request = await _read(raw)
        if self.before_effect is not None and not await self.before_effect(request):
            return web.Response(status=502)
        headers, passes = self._rules.rate(request)
        if not passes:
            wait = float(headers["X-RateLimit-Reset-After"])
            answer: Any = {"message": "You are being rate limited.", "code": 0, "retry_after": wait, "global": False}
            headers |= {"Via": "1.1 wire", "Retry-After": f"{wait:.3f}"}
            return self._reply(request, 429, answer, headers)
        if request.parts[0] not in _NO_TOKEN_NEEDED and raw.headers.get("Authorization") != f"Bot {self._token}":
            return self._reply(request, 401, {"message": "401: Unauthorized", "code": 0}, headers)
        try:
            status, answer = self._do(request, dict(raw.query))
        except (RouteNotImplemented, UnsupportedField) as gap:
            self._ledger.wrong(str(gap))
            status, answer = 501, gap.to_json()
        except BackendError as refused:
            status, answer = refused.status, refused.to_json()
            if status == 429:
                answer |= {"retry_after": 0.3, "global": False}
        except Exception as error:  # noqa: BLE001 - whatever broke in a handler must fail the test, not hang the bot
            self._ledger.wrong(f"{request.method} {request.path}: {error!r}")
            status, answer = 400, {"message": "the wire broke", "code": 0}
        if self.before_answer is not None:
            await self.before_answer(request)
        return self._reply(request, status, answer, headers)

    def _do(self, request: Request, query: dict[str, str]) -> tuple[int, Any]:
        if request.parts == ("gateway", "bot"):
            limits = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
            return 200, {"url": self.gateway, "shards": 1, "session_start_limit": limits}
        earlier = self._rules.repeated(request)
        if earlier is not None:
            return 200, earlier
        self._rules.check(request)
        answer = dispatch(
            self._backend,
            request.method,
            request.path,
            json=request.body,
            params=query,
            files=list(request.files),
            message_content_access=self.sees_content(),
        )
        if request.parts[-1] == "callback" and query.get("with_response") not in {"1", "true"}:
            answer = None
        answer = complete.answer(request, self._cdn.signed(answer))
        self._rules.remember(request, answer)
        return complete.status(request, answer), answer

    def _reply(self, request: Request, status: int, answer: Any, headers: dict[str, str]) -> web.Response:
        self._ledger.note(Call(request.method, request.path, request.body, len(request.files), status, answer))
        self._moved()
        if answer is None:
            return web.Response(status=status, headers=headers)
        # discord.py reads JSON only where the content type is exactly this, without a charset.
        return web.Response(
            status=status, body=json.dumps(answer).encode(), headers={**headers, "Content-Type": "application/json"}
        )


async def _read(raw: web.Request) -> Request:
    """The body as JSON and the files beside it."""
    path = raw.path.removeprefix(API)
    if raw.content_type != "multipart/form-data":
        text = await raw.read()
        return Request(raw.method, path, json.loads(text) if text else None, ())
    body: Any = None
    files: list[File] = []
    async for part in await raw.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            files.append(File(part.filename or secrets.token_hex(4), io.BytesIO(data), len(data)))
    for said in (body or {}).get("attachments") or []:
        index = int(said["id"])  # of an upload: its place among the files; of a kept attachment: its snowflake
        if index < len(files):
            files[index].filename = said.get("filename") or files[index].filename
            files[index].description = said.get("description")
    return Request(raw.method, path, body, tuple(files))
