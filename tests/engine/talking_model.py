"""A loopback endpoint that plays a language model: it says what a test wants, and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "sk-very-secret-key-of-the-model"


@dataclass
class TalkingModel:
    """`says` are its answers in turn (the last again and again); `forms` the response formats that it knows.

    `translates`, where it is set, makes a line of each that it is given.
    """

    url: str = ""
    says: list[str] = field(default_factory=lambda: ['{"ops": []}'])
    translates: Callable[[str], str] | None = None
    forms: frozenset[str] = frozenset({"json_schema", "json_object", ""})
    status: int = 200
    slow: bool = False
    raw: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def ops(self, *ops: dict[str, Any]) -> None:
        """Answer with these from now on."""
        self.says = [json.dumps({"ops": ops})]

    @property
    def seen(self) -> dict[str, Any]:
        """The data of the last question."""
        told = json.loads(self.asked[-1]["messages"][1]["content"])
        assert isinstance(told, dict)
        return told

    async def complete(self, request: web.Request) -> web.Response:
        """POST /chat/completions."""
        asked = await request.json()
        self.asked.append(asked)
        self.keys.append(request.headers.get("Authorization", ""))
        if asked.get("response_format", {}).get("type", "") not in self.forms:
            return web.json_response({"error": {"message": "unknown response_format"}}, status=400)
        if self.slow:
            await self.released.wait()
        if self.raw is not None:
            return web.Response(body=self.raw, status=self.status, content_type="application/json")
        if self.translates is not None:
            said = json.dumps({"lines": [self.translates(one["said"]) for one in self.seen["lines"]]})
        else:
            said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        whole = {"choices": [{"index": 0, "message": {"role": "assistant", "content": said}}]}
        return web.json_response(whole, status=self.status)

    async def models(self, request: web.Request) -> web.Response:
        """GET /models."""
        self.keys.append(request.headers.get("Authorization", ""))
        return web.json_response({"data": [{"id": "tiny"}]}, status=self.status)


@asynccontextmanager
async def talking() -> AsyncIterator[TalkingModel]:
    """A model that listens as long as the context is open."""
    played = TalkingModel()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", played.complete)
    app.router.add_get("/v1/models", played.models)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    played.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield played
    finally:
        played.released.set()
        await runner.cleanup()
