"""Every endpoint of the NemoVideo protocol, typed; the same client for the cloud and for our own engine."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.nemo import reading, transfer
from bot.nemo.answers import Answer
from bot.nemo.attribution import Attribution
from bot.nemo.draft import Draft, span
from bot.nemo.errors import BadAnswer, FileTooLarge, TimedOut
from bot.nemo.events import Event
from bot.nemo.models import (
    AnonymousToken,
    ClaimToken,
    Credits,
    Output,
    RenderStatus,
    Session,
    State,
    UploadedFile,
    identifier,
)
from bot.nemo.stream import TurnReader
from bot.nemo.wire import Call, Credentials, Limits, Wire, translated

__all__ = ["Credentials", "Limits", "Nemo", "http_session"]

_AGENT = "nemo_agent"
_JSON = {"Content-Type": "application/json"}
_MOST_CONNECTIONS = 1000
_DOWNLOAD_CHUNK = 512 * 1024


def http_session() -> aiohttp.ClientSession:
    """A session as `Nemo` wants it: no cookies, no proxies from the environment, no time-out over everything.

    Every turn that runs holds a connection for minutes, so there are more of them than aiohttp's default.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_MOST_CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60),
    )


class Nemo:
    """One upstream, for one account.

    Every method raises NemoError (see `bot.nemo.errors`) and nothing else, unless it says so.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base_url: str | Callable[[], str],
        web_url: str,
        attribution: Attribution,
        credentials: Credentials | None,
        sock_read_s: float = 660,
        *,
        limits: Limits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ):
        """`base_url` may be asked for anew with each call (an engine that was restarted listens elsewhere).

        `sock_read_s` is how long a turn or an upload may be silent. Without `credentials` only `anonymous_token` and
        the links work.
        """
        address = base_url if callable(base_url) else lambda: base_url
        self._wire = Wire(http, address, attribution, credentials, limits or Limits(), sleep)
        self._web_url = web_url.rstrip("/")
        self._sock_read_s = sock_read_s
        self._clock = clock

    def with_credentials(self, credentials: Credentials | None) -> "Nemo":
        """The same upstream for another account."""
        other = copy(self)
        other._wire = replace(self._wire, credentials=credentials)  # noqa: SLF001 - one of us
        return other

    async def anonymous_token(self, client_id: str) -> AnonymousToken:
        """Ask for a token of the account behind this client id (a UUID; kept for good)."""
        call = Call("token", "POST", "/api/auth/anonymous-token", headers={"X-Client-Id": client_id}, anonymous=True)
        issued = AnonymousToken.read((await self._wire.json(call)).data)
        self._wire.veil.add(issued.token)
        return replace(issued, user_id=issued.user_id and self._wire.veil.text(issued.user_id))

    async def claim_token(self, task_id: str, session_id: str) -> ClaimToken:
        """Ask for what opens this project in the upstream's own editor."""
        call = _post("claim", "/api/auth/claim-token", {"task_id": task_id, "session_id": session_id}, in_session=True)
        claim = ClaimToken.read((await self._wire.json(call)).data)
        self._wire.veil.add(claim.token)
        return claim

    def claim_link(self, token: ClaimToken) -> str:
        """The link that a user opens in a browser to take the project over."""
        return f"{self._web_url}/workspace/claim?ct={quote(token.token.get_secret_value(), safe='')}"

    def register_link(self, user_id: str) -> str:
        """The link that registers an anonymous account."""
        return f"{self._web_url}/register?bind={quote(user_id, safe='')}"

    async def create_session(self, language: str) -> Session:
        """Begin a project; `language` is an ISO code (`en`, `zh-CN`)."""
        body = {"task_name": "project", "language": language}
        call = _post("session", f"/api/tasks/me/with-session/{_AGENT}", body)
        return Session.read((await self._wire.json(call)).data)

    async def stop(self, session_id: str) -> int:
        """Stop the session's messages that are at work; how many have changed nothing. Only our own engine can."""
        call = Call("stop", "POST", f"{_session_path(session_id)}/stop", in_session=True)
        return reading.whole((await self._wire.json(call)).data.get("stopped")) or 0

    async def forget(self, session_id: str) -> None:
        """Delete the session and all that belongs to it. Only our own engine can; done again it raises SessionLost."""
        await self._wire.json(Call("forget", "DELETE", _session_path(session_id), in_session=True))

    async def run(self, session_id: str, text: str) -> AsyncGenerator[Event, None]:
        """Send words and yield what comes back until the turn ends. Close it (`contextlib.aclosing`).

        It costs: it is never sent again, also not by the caller while `error.may_run`. Raises TurnFailed when the
        turn failed, TimedOut after 15 minutes in all or 10 of nothing but heartbeats, ConnectionLost when it broke.
        """
        body = {
            "app_name": _AGENT,
            "user_id": "me",
            "session_id": session_id,
            "new_message": {"parts": [{"text": text}]},
        }
        call = _post("run", "/run_sse", body, in_session=True, wait_s=self._sock_read_s)
        call = replace(call, headers={**call.headers, "Accept": "text/event-stream"})
        limits, clock = self._wire.limits, self._clock
        started = moved = clock()
        reader = TurnReader(self._wire.veil)
        async with AsyncExitStack() as stack:
            with translated("run"):
                async with asyncio.timeout(limits.turn_s):
                    response = await stack.enter_async_context(self._wire.stream(call))
            while True:
                left = min(started + limits.turn_s, moved + limits.quiet_s) - clock()
                if left <= 0:
                    raise TimedOut("the turn takes too long", call="run")
                with translated("run"):
                    async with asyncio.timeout(left):
                        chunk = await response.content.readany()
                came, active = clock(), reader.active
                for event in reader.feed(chunk) if chunk else reader.finish():
                    yield event
                if not chunk:
                    return
                if reader.active != active:
                    moved = came

    async def upload_file(
        self, session_id: str, path: Path, name: str, on_sent: Callable[[int], None] | None = None
    ) -> tuple[UploadedFile, ...]:
        """Send a file from disk, in constant memory; `on_sent` gets the bytes sent so far (anew where it is sent again
        after a renewal). Raises OSError when the file cannot be read.
        """
        size = (await asyncio.to_thread(path.stat)).st_size
        stall_s = self._wire.limits.stall_s
        call = Call(
            "upload",
            "POST",
            _upload_path(session_id),
            content=lambda: transfer.form(path, size, name, stall_s, on_sent),
            in_session=True,
            wait_s=self._sock_read_s,
        )
        return _files(await self._wire.json(call))

    async def upload_links(self, session_id: str, urls: Sequence[str]) -> tuple[UploadedFile, ...]:
        """Let the upstream fetch files by their links."""
        body = {"urls": list(urls), "source_type": "url"}
        call = _post("upload", _upload_path(session_id), body, in_session=True, wait_s=self._sock_read_s)
        return _files(await self._wire.json(call))

    async def state(self, session_id: str) -> State:
        """The session as it is now."""
        path = f"/api/state/{_AGENT}/me/{_segment(session_id)}/latest"
        answer = await self._wire.json(Call("state", "GET", path, in_session=True, repeatable=True))
        if not isinstance(answer.data.get("state", {}), dict) or not {"state", "draft"} & answer.data.keys():
            raise BadAnswer("no state", call="state")
        inner = ("state",) if "state" in answer.data else ()
        found = span(answer.text, *answer.path, *inner, "draft")
        text = answer.text[slice(*found)] if found else "{}"
        return State.read(answer.data, Draft("{}" if text == "null" else text))

    async def credits(self) -> Credits:
        """The account's balance."""
        call = Call("credits", "GET", "/api/credits/balance/simple", repeatable=True)
        return Credits.read((await self._wire.json(call)).data)

    async def submit_render(self, render_id: str, session_id: str, draft: Draft, output: Output) -> RenderStatus:
        """Ask for a finished file, under an id of our own; the draft goes out as the very text it came as."""
        head = json.dumps({"id": render_id, "sessionId": session_id})[:-1]
        body = f'{head}, "draft": {draft.text}, "output": {json.dumps(output.body())}}}'
        call = Call("render", "POST", "/api/render/proxy/lambda", content=body.encode(), headers=_JSON)
        return RenderStatus.read({"status": "pending", **(await self._wire.json(call)).body}, render_id)

    async def render_status(self, render_id: str) -> RenderStatus:
        """How far a render is. Raises NotFound for one that the upstream does not know."""
        call = Call("render_status", "GET", f"/api/render/proxy/lambda/{_segment(render_id)}", repeatable=True)
        return RenderStatus.read((await self._wire.json(call)).body, render_id)

    async def render_plan(self, render_id: str) -> str:
        """How the frames of a finished render came about, for people; our own engine tells it. Raises NotFound."""
        call = Call("render_plan", "GET", f"/api/render/proxy/{_segment(render_id)}/plan", repeatable=True)
        return reading.text((await self._wire.json(call)).body.get("plan")) or ""

    async def cancel_render(self, render_id: str) -> None:
        """Stop a render that waits. Raises Conflict or NotFound where there is nothing to stop."""
        path = f"/api/render/proxy/lambda/{_segment(render_id)}/cancel"
        await self._wire.json(Call("cancel", "POST", path, may_be_empty=True))

    async def download(
        self,
        source: str | RenderStatus,
        target: Path,
        limit_bytes: int,
        on_received: Callable[[int], None] | None = None,
    ) -> int:
        """Fetch a finished file to `target` by way of a `.part`; returns its size in bytes.

        `source` is a URL (or a path of the upstream's) or a completed render, with or without one. The token goes to
        the upstream's own origin only. A broken download leaves nothing. Raises FileTooLarge over `limit_bytes`,
        OSError when the disk does not take it.
        """
        url = source if isinstance(source, str) else source.url
        if url is None:
            assert isinstance(source, RenderStatus)
            url = f"/api/render/proxy/{_segment(source.id)}/download"
        if not url.startswith(("http://", "https://", "/")) or url.startswith("//"):
            raise BadAnswer("not an address", call="download")
        limits = self._wire.limits
        call = Call(
            "download",
            "GET",
            url,
            headers={"Accept": "*/*", "Accept-Encoding": "identity"},
            may_leave=True,
            wait_s=limits.stall_s,
        )
        try:
            async with asyncio.timeout(limits.download_s), self._wire.stream(call) as response:
                if (response.content_length or 0) > limit_bytes:
                    raise FileTooLarge(call="download", limit=limit_bytes)
                return await transfer.save(_received(response), target, limit_bytes, on_received)
        except TimeoutError as error:
            raise TimedOut("the download takes too long", call="download") from error


async def _received(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The body in pieces of some size, so that the disk is not asked for every packet."""
    held = bytearray()
    total = 0
    while True:
        with translated("download"):
            chunk = await response.content.readany()
        held += chunk
        total += len(chunk)
        if held and (not chunk or len(held) >= _DOWNLOAD_CHUNK):
            yield bytes(held)
            held.clear()
        if not chunk:
            break
    if not total:
        raise BadAnswer("an empty file", call="download")


def _post(name: str, path: str, body: dict[str, Any], *, in_session: bool = False, wait_s: float | None = None) -> Call:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", errors="replace")
    return Call(name, "POST", path, content=content, headers=_JSON, in_session=in_session, wait_s=wait_s)


def _upload_path(session_id: str) -> str:
    return f"/api/upload-video/{_AGENT}/me/{_segment(session_id)}"


def _session_path(session_id: str) -> str:
    return f"/api/session/{_AGENT}/me/{_segment(session_id)}"


def _segment(value: str) -> str:
    return quote(identifier(value, "id"), safe="")


def _files(answer: Answer) -> tuple[UploadedFile, ...]:
    listed = reading.items(answer.data.get("files")) or reading.items(answer.body.get("data"))
    if not listed:
        raise BadAnswer("no file came of the upload", call="upload")
    return tuple(UploadedFile.read(item) for item in listed)
