"""An upload page's requests, as a test makes them: over a real socket, to a whole bot with a real Redis."""

import base64
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from multidict import CIMultiDictProxy
from yarl import URL

from bot.flows import drops
from bot.settings import Settings
from bot.store.models import Drop, Place
from tests.watch.bench import Bench, Recorder, bench, cloud, place

PUBLIC = "https://cut.example"
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}
VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 800
"""What begins like a video: 205 kB."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """A status, headers and what the body says."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    json: dict[str, Any]

    @property
    def error(self) -> tuple[int, str]:
        """What went wrong: the status and its key."""
        return self.status, self.json.get("error", "")


@dataclasses.dataclass
class Page:
    """One link, opened."""

    bot: Bench
    drop: Drop
    token: str
    client: ClientSession
    settings: Settings

    @property
    def folder(self) -> Path:
        return self.settings.uploads_dir / self.drop.id

    def url(self, path: str = "") -> URL:
        return URL(f"{self.bot.app.web}/u/{self.token}{path}", encoded=True)

    async def ask(self, method: str, path: str = "", **options: Any) -> Answer:
        async with self.client.request(method, self.url(path), **options) as answer:
            body = await answer.read()
            json = await answer.json() if answer.content_type == "application/json" and body else {}
            return Answer(answer.status, answer.headers, body, json)

    async def create(self, size: int | str, name: str = "a.mp4", **headers: str) -> Answer:
        metadata = f"filename {base64.b64encode(name.encode()).decode()},filetype dmlkZW8vbXA0"
        return await self.ask(
            "POST", "/files", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata, **headers}
        )

    async def begin(self, size: int, name: str = "a.mp4") -> str:
        """The id of a new file."""
        made = await self.create(size, name)
        assert made.status == 201, made
        location = made.headers["Location"]
        assert "://" not in location
        return self.url("/files").join(URL(location)).name

    async def patch(self, file: str, offset: int | str, data: Any, **headers: str) -> Answer:
        return await self.ask(
            "PATCH", f"/files/{file}", data=data, headers={**CHUNK, "Upload-Offset": str(offset), **headers}
        )

    async def offset(self, file: str) -> int:
        head = await self.ask("HEAD", f"/files/{file}", headers=TUS)
        assert head.status == 200, head
        assert head.headers["Cache-Control"] == "no-store"
        return int(head.headers["Upload-Offset"])

    async def give(self, data: bytes = VIDEO, name: str = "a.mp4") -> str:
        """A file sent whole; its id."""
        file = await self.begin(len(data), name)
        assert (await self.patch(file, 0, data)).status == 204
        return file

    async def send(self, words: str, *files: str) -> Answer:
        return await self.ask("POST", "/send", json={"words": words, "files": files})

    async def state(self) -> dict[str, Any]:
        answer = await self.ask("GET", "/state")
        assert answer.status == 200, answer
        return answer.json

    async def another(self, at: Place) -> "Page":
        """The page of another link."""
        drop = await drops.open_drop(self.bot.app.context, at)
        return dataclasses.replace(self, drop=drop, token=token_of(self.bot, drop))


def token_of(bot: Bench, drop: Drop) -> str:
    link = bot.app.drop_link(drop.id)
    assert link is not None
    return link.removeprefix(f"{PUBLIC}/u/")


def served(settings: Settings, upstream: str, **general: object) -> Settings:
    """Settings with the scripted upstream, reached from outside, on any free port."""
    made = cloud(settings, upstream, public_url=PUBLIC, **general)
    return dataclasses.replace(made, web=made.web.model_copy(update={"port": 0}))


@asynccontextmanager
async def opened(
    settings: Settings, at: Place | None = None, face: Recorder | None = None, **tuning: Any
) -> AsyncIterator[Page]:
    """A bot, and the page of a link of its user."""
    async with bench(settings, face, web=True, speed=1, **tuning) as bot, ClientSession() as client:
        drop = await drops.open_drop(bot.app.context, at or place())
        yield Page(bot, drop, token_of(bot, drop), client, settings)
