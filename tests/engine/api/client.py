"""A client of the engine that says exactly what it is told, so that the tests see what is on the wire."""

import asyncio
import json
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ATTRIBUTION = {"X-Skill-Source": "tests", "X-Skill-Version": "0", "X-Skill-Platform": "unknown"}

Json = dict[str, Any]


@dataclass
class Told:
    """What came over a stream, in order."""

    frames: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[Json]:
        """The events."""
        return [json.loads(frame.removeprefix("data: ")) for frame in self.frames if frame.startswith("data: ")]

    @property
    def heartbeats(self) -> int:
        """How often it said that it lives."""
        return sum(frame.startswith(":") for frame in self.frames)

    @property
    def texts(self) -> list[str]:
        """The whole texts."""
        return [part["text"] for event in self.events if not event.get("partial") for part in _parts(event, "text")]

    @property
    def deltas(self) -> list[str]:
        """The pieces of texts that came before them."""
        return [part["text"] for event in self.events if event.get("partial") for part in _parts(event, "text")]

    @property
    def failures(self) -> list[Json]:
        """Events that say that the turn failed."""
        return [event for event in self.events if "errorCode" in event]

    def calls(self, name: str) -> list[Json]:
        """Arguments of the tool calls of this name."""
        found = [part["functionCall"] for event in self.events for part in _parts(event, "functionCall")]
        return [call["args"] for call in found if call["name"] == name]


def _parts(event: Json, kind: str) -> list[Json]:
    return [part for part in event.get("content", {}).get("parts", []) if kind in part]


@dataclass
class Answer:
    """Status, headers and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> int:
        """The body's code."""
        return int(self.body["code"])

    @property
    def data(self) -> Json:
        """The data of a success."""
        assert (self.status, self.body["code"]) == (200, 0), self.body
        data: Json = self.body["data"]
        return data


class Client:
    """One account's client."""

    def __init__(self, http: aiohttp.ClientSession, address: str, client_id: str = "client-1") -> None:
        self.http = http
        self.address = address
        self.client_id = client_id
        self.token = ""

    async def start(self) -> "Client":
        """Get a token."""
        answer = await self.call("POST", "/api/auth/anonymous-token", headers={"X-Client-Id": self.client_id})
        self.token = answer.data["token"]
        return self

    async def call(self, method: str, path: str, **more: Any) -> Answer:
        """Any call; JSON bodies are parsed."""
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **more.pop("headers", {})}
        async with self.http.request(method, self.address + path, headers=headers, **more) as response:
            raw = await response.read()
            is_json = response.content_type == "application/json"
            return Answer(response.status, response.headers, json.loads(raw) if is_json else raw)

    async def session(self, **body: Any) -> str:
        """A new session."""
        wanted = {"task_name": "project", "language": "en", **body}
        answer = await self.call("POST", "/api/tasks/me/with-session/nemo_agent", json=wanted)
        return str(answer.data["session_id"])

    async def upload(self, session: str, *files: tuple[str, Path | bytes | AsyncIterable[bytes]]) -> Answer:
        """Files in one request, under these names."""
        form = aiohttp.FormData(quote_fields=False)
        for name, content in files:
            form.add_field("files", content.open("rb") if isinstance(content, Path) else content, filename=name)
        return await self.call("POST", f"/api/upload-video/nemo_agent/me/{session}", data=form)

    async def links(self, session: str, *urls: Any) -> Answer:
        """Files by link."""
        body = {"urls": list(urls), "source_type": "url"}
        return await self.call("POST", f"/api/upload-video/nemo_agent/me/{session}", json=body)

    async def state(self, session: str) -> Json:
        """The session's state."""
        return (await self.call("GET", f"/api/state/nemo_agent/me/{session}/latest")).data

    def message(self, session: str, text: str) -> Json:
        """The body of a message."""
        return {
            "app_name": "nemo_agent", "user_id": "me", "session_id": session,
            "new_message": {"parts": [{"text": text}]},
        }  # fmt: skip

    async def run(self, session: str, text: str) -> Answer:
        """A message that is expected to be refused before a stream begins."""
        return await self.call("POST", "/run_sse", json=self.message(session, text))

    async def say(self, session: str, text: str, begun: asyncio.Event | None = None) -> Told:
        """A message, and everything that comes back; `begun` is set once it is taken and the stream is open."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        body = self.message(session, text)
        async with self.http.post(f"{self.address}/run_sse", json=body, headers=headers) as response:
            if begun is not None:
                begun.set()
            raw = await response.text()
            assert response.status == 200, raw
            assert response.content_type == "text/event-stream"
        return Told([frame for frame in raw.split("\n\n") if frame])

    async def render(
        self, session: str, draft: object, render: object = "render_1", headers: Json | None = None, **output: Any
    ) -> Answer:
        """Ask for a render."""
        body = {
            "id": render, "sessionId": session, "draft": draft,
            "output": {"format": "mp4", "quality": "high", **output},
        }  # fmt: skip
        return await self.call(
            "POST", "/api/render/proxy/lambda", json=body, headers=ATTRIBUTION if headers is None else headers
        )

    async def status(self, render: str = "render_1") -> Answer:
        """How far it is."""
        return await self.call("GET", f"/api/render/proxy/lambda/{render}")

    async def cancel(self, render: str = "render_1") -> Answer:
        """Stop it."""
        return await self.call("POST", f"/api/render/proxy/lambda/{render}/cancel")

    async def download(self, render: str = "render_1", **headers: str) -> Answer:
        """Fetch it."""
        return await self.call("GET", f"/api/render/proxy/{render}/download", headers=headers)
