"""An upload page without its page: what a browser asks for, as plain requests."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

_TUS = {"Tus-Resumable": "1.0.0"}
_ASK_S = aiohttp.ClientTimeout(total=60)


class Browser:
    """One upload link, opened."""

    def __init__(self, http: aiohttp.ClientSession, link: str) -> None:
        self._http = http
        self._link = URL(f"{link}/", encoded=True)

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """The status and what the answer says."""
        async with self._http.request(method, self._link.join(URL(path)), **options) as answer:
            told = await answer.json() if answer.content_type == "application/json" else {}
            return answer.status, told

    async def begin(self, path: Path) -> str:
        """Announce a file; its address."""
        name = base64.b64encode(path.name.encode()).decode()
        headers = _TUS | {"Upload-Length": str(path.stat().st_size), "Upload-Metadata": f"filename {name}"}
        async with self._http.post(self._link.join(URL("files")), headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            return f"files/{URL(answer.headers['Location']).name}"

    async def offset(self, file: str) -> int:
        """How much of it is there."""
        async with self._http.head(self._link.join(URL(file)), headers=_TUS) as answer:
            return int(answer.headers["Upload-Offset"])

    async def go_on(self, file: str, data: bytes) -> None:
        """Send these bytes at the end of what is there."""
        headers = _TUS | {"Upload-Offset": str(await self.offset(file))}
        headers["Content-Type"] = "application/offset+octet-stream"
        async with self._http.patch(self._link.join(URL(file)), data=data, headers=headers) as answer:
            assert answer.status == 204, await answer.text()

    async def give(self, path: Path) -> str:
        """A file, whole; its address."""
        file = await self.begin(path)
        await self.go_on(file, path.read_bytes())
        return file

    async def send(self, words: str, *files: str) -> tuple[int, dict[str, Any]]:
        """Send the batch."""
        body = {"words": words, "files": [file.removeprefix("files/") for file in files]}
        return await self.ask("POST", "send", json=body)

    async def state(self) -> int:
        """The status of the link: 200 while it is open."""
        return (await self.ask("GET", "state"))[0]


@asynccontextmanager
async def browser(link: str, *, trusts_all: bool = False) -> AsyncIterator[Browser]:
    """A browser at this link; it may trust every certificate."""
    way = aiohttp.TCPConnector(ssl=not trusts_all)
    async with aiohttp.ClientSession(timeout=_ASK_S, connector=way) as http:
        yield Browser(http, link)
