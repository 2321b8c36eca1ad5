"""Messages: one turn each, told as a stream of agent-server events."""

import json
from typing import Any

from aiohttp import web

from bot.engine.api.calls import json_body, project_of
from bot.engine.api.errors import ApiError, Fault
from bot.engine.api.services import SERVICES
from bot.engine.feed import Feed
from bot.engine.turns import ClosingError, QueueFullError

WORDS_LIMIT = 8_000

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}


async def run_sse(request: web.Request) -> web.StreamResponse:
    """Take a message in and tell how its turn goes; the turn does not need its listener."""
    services = request.app[SERVICES]
    body = await json_body(request, 65_536)
    words = _words(body)
    project = await project_of(request, body.get("session_id"))
    try:
        feed = await services.turning.submit(project, words)
    except QueueFullError:
        raise ApiError(Fault.BUSY) from None
    except ClosingError:
        raise ApiError(Fault.UNAVAILABLE) from None
    events = await feed.after(0, services.heartbeat_s)
    if feed.only_failed:
        raise ApiError(_FAULTS.get(feed.failure or 0, Fault.INTERNAL), events[0]["errorMessage"])
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    try:
        await _tell(response, feed, events, services.heartbeat_s)
        await response.write_eof()
    except ConnectionError:
        pass  # the client went away; the turn goes on
    return response


def routes() -> list[web.RouteDef]:
    """The routes of this resource."""
    return [web.post("/run_sse", run_sse)]


_FAULTS = {2001: Fault.NO_CREDITS, 503: Fault.UNAVAILABLE}


async def _tell(response: web.StreamResponse, feed: Feed, events: list[dict[str, Any]], heartbeat_s: float) -> None:
    seen = 0
    while True:
        for event in events:
            await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        seen += len(events)
        if not events:
            if feed.ended:
                return
            await response.write(b": heartbeat\n\n")
        events = await feed.after(seen, heartbeat_s)


def _words(body: dict[str, Any]) -> str:
    message = body.get("new_message")
    parts = message.get("parts") if isinstance(message, dict) else None
    if not isinstance(parts, list):
        raise ApiError(Fault.INVALID, 'new_message.parts is missing: a list of {"text": ...}.')
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    words = "\n".join(text for text in texts if isinstance(text, str)).strip()
    if not words:
        raise ApiError(Fault.INVALID, "The message has no words.")
    if len(words) > WORDS_LIMIT:
        raise ApiError(Fault.INVALID, f"The message is too long: {WORDS_LIMIT} characters is the limit.")
    return words
