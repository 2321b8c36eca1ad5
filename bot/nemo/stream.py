"""From the messages of a turn's stream to typed events, for every form of section 4 of the protocol."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.nemo import reading
from bot.nemo.errors import CODES, BadAnswer, TurnFailed, refusal
from bot.nemo.events import Event, Heartbeat, Text, ToolCall, ToolResult
from bot.nemo.sse import LONGEST_MESSAGE, Message, SseParser
from bot.nemo.veil import Veil

_HEARTBEATS = frozenset({"heartbeat", "ping", "keepalive", "keep-alive", "comment"})
_BROKEN_ERROR = re.compile(
    r"""^\s*\{?\s*["']?error\w*["']?\s*:\s*(?P<said>.*?)(?:["']\s*,\s*["']error_details\b.*)?$""",
    re.DOTALL | re.IGNORECASE,
)
_NOISE = "I encountered a temporary issue"
_TRAILING_NOISE = re.compile(rf"(?:^|(?<=[.!?。！？…)\]])|\n)\s*{_NOISE}[^\n]*\s*$")


class TurnReader:
    """Reads one turn: feed it bytes, then `finish` once.

    `active` counts what came besides heartbeats: also what is not told, such as the agent's thoughts.

    Raises TurnFailed (or the error of its code) where the stream says that the turn failed, BadAnswer where a message
    has no end. What `veil` hides is in none of it.
    """

    def __init__(self, veil: Veil | None = None) -> None:
        self.active = 0
        self._veil = veil or Veil()
        self._parser = SseParser()
        self._draft = ""  # deltas of the message that is being written
        self._settled = ""  # a draft that a tool call ended, in case its whole text still comes
        self._said = False  # whether the turn holds a complete text already

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take bytes, cut anywhere."""
        for message in self._parser.feed(chunk):
            yield from self._message(message)

    def finish(self) -> Iterator[Event]:
        """Take the end of the stream, which is the end of the turn."""
        for message in self._parser.finish():
            yield from self._message(message)
        yield from self._end_draft()

    def _message(self, message: Message) -> Iterator[Event]:
        data = self._veil.text(message.data.strip())
        if message.event.lower() in _HEARTBEATS or data.lower() in _HEARTBEATS or not data:
            yield Heartbeat()
            return
        body = _parsed(data, self._veil)
        if body is None:
            broken = _BROKEN_ERROR.match(data)
            if message.event == "error" or broken:
                raise TurnFailed(broken["said"].strip(" \t\r\n\"'{},") if broken else data)
            self.active += 1  # something like "[DONE]": life, but nothing to tell
            return
        kind = (reading.text(body.get("type")) or "").lower()
        if kind in _HEARTBEATS:
            yield Heartbeat()
            return
        self.active += 1
        _raise_failure(body, failed=kind == "error" or message.event == "error")
        if kind or not isinstance(body.get("content"), dict):
            yield from self._flat(kind, body)
        else:
            yield from self._agent(body)

    def _agent(self, body: Mapping[str, Any]) -> Iterator[Event]:
        """An agent-server event."""
        content = body["content"]
        parts = [part for part in reading.items(content.get("parts")) if isinstance(part, dict)]
        spoken = "".join(
            part["text"] for part in parts if isinstance(part.get("text"), str) and part.get("thought") is not True
        )
        if body.get("author") == "user" or (content.get("role") == "user" and not body.get("author")):
            spoken = ""  # an echo of what was sent
        if body.get("partial") is True:
            yield from self._delta(spoken)
            return
        if spoken.strip():
            yield from self._whole(spoken)
        for part in parts:
            call, result = reading.first(part, "functionCall", "function_call"), None
            if not isinstance(call, dict):
                call, result = None, reading.first(part, "functionResponse", "function_response")
            yield from self._tool(call, result)

    def _flat(self, kind: str, body: Mapping[str, Any]) -> Iterator[Event]:
        """The flat form, and a bare text."""
        if kind in {"tool_call", "function_call"}:
            if body.get("partial") is not True:
                yield from self._tool(body, None)
        elif kind in {"tool_result", "tool_response", "function_response"}:
            if body.get("partial") is not True:
                yield from self._tool(None, body)
        elif kind in {"", "text", "message"}:
            said = reading.first(body, "content", "text")
            if not isinstance(said, str) or body.get("thought") is True:
                return
            if body.get("partial") is True:
                yield from self._delta(said)
            elif said.strip():
                yield from self._whole(said)

    def _tool(self, call: object, result: object) -> Iterator[Event]:
        if not isinstance(call, dict) and not isinstance(result, dict):
            return
        settled = self._draft
        yield from self._end_draft()
        self._settled = settled or self._settled
        if isinstance(call, dict):
            yield ToolCall(_string(call.get("id")), _string(call.get("name")), reading.mapping(call.get("args")))
        elif isinstance(result, dict):
            response = reading.first(result, "response", "result", "content")
            yield ToolResult(
                _string(result.get("id")),
                _string(result.get("name")),
                response if isinstance(response, dict) else {} if response is None else {"result": response},
            )

    def _delta(self, piece: str) -> Iterator[Event]:
        if not piece:
            return
        self._draft = self._veil.appended(self._draft, piece)
        if len(self._draft) > LONGEST_MESSAGE:
            raise BadAnswer("a text of the stream is too long", call="run")
        shown = self._draft
        if self._said and _may_be_noise(shown):
            return
        yield Text(_without_noise(shown), final=False)

    def _whole(self, text: str) -> Iterator[Event]:
        """The complete text of one message, which replaces its deltas."""
        repeated = not self._draft and text == self._settled
        self._draft = self._settled = ""
        if repeated:
            return
        kept = _without_noise(text) or ("" if self._said else text)
        if kept:
            self._said = True
            yield Text(kept, final=True)

    def _end_draft(self) -> Iterator[Event]:
        if self._draft.strip():
            yield from self._whole(self._draft)
        self._draft = ""


def _parsed(data: str, veil: Veil) -> Mapping[str, Any] | None:
    try:
        body = veil.value(json.loads(data))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _raise_failure(body: Mapping[str, Any], *, failed: bool) -> None:
    """Raise what an event says that went wrong, if it says so."""
    error = body.get("error")
    code = reading.first(body, "errorCode", "error_code")
    said = reading.first(body, "errorMessage", "error_message")
    number = reading.whole(body.get("code"))
    if number and not error and not code and "content" not in body:
        raise refusal(200, number, _string(body.get("message")), call="run", in_session=True)
    if not (error or code or said or failed):
        return
    details = reading.mapping(body.get("error_details"))
    if isinstance(error, dict):
        code = code or error.get("code")
        error = reading.first(error, "message", "detail")
    elif isinstance(details.get("error_message"), str):  # `error` has the exception's name before the words
        code, error = code or details.get("error_type"), details["error_message"]
    message = _string(said) or _string(error) or _string(reading.first(body, "message", "content"))
    if (number := reading.whole(code)) in CODES:
        raise refusal(200, number, message, call="run")
    raise TurnFailed(message, error_code=reading.text(code))


def _string(value: object) -> str:
    return reading.text(value) or ""


def _without_noise(text: str) -> str:
    """The text without a trailing "temporary issue"; empty where there is nothing else."""
    return _TRAILING_NOISE.sub("", text).rstrip() if _NOISE in text else text


def _may_be_noise(text: str) -> bool:
    start = text.strip()
    return _NOISE.startswith(start) or start.startswith(_NOISE)
