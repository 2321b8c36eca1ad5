"""A NemoVideo made of paper: a real HTTP server on a loopback socket that answers as the protocol says.

    async with scripted() as upstream:
        upstream.url                                      # the base URL
        upstream.next("run", sse(said("Done.")), Reply(status=502))   # the next answers of an endpoint, then the usual
        upstream.next("state", refuses(1002))             # an error code in a 200 (or with a status)
        upstream.requests, upstream.seen("run")           # everything that came in, in order
        await upstream.wait_for("run", 2)                 # until the second one has come in
        upstream.draft = '{"t": []}'                      # the world: also files, balance, tokens, sessions, renders

Endpoints: token, claim, session, run, upload, state, credits, render, render_status, cancel, download, file.
Every session is a project of its own; `draft`, `files` and `generated` are those of the newest. Usually a run says
"Done." and puts DRAFT in place; a render is pending, processing, completed on three polls in turn; its file is VIDEO at
`file`; tokens are checked (401 with 1001), sessions too (404 with 1002), and a render without attribution headers is
refused with 402. What a file is goes by its name: its content may be anything. `between` lets a test act while a
request waits. `tests/upstream/test_conformance.py` holds it to the protocol.
"""

import asyncio
import hashlib
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web
from multidict import CIMultiDictProxy

from tests.upstream.replies import Reply, ok, refuses, said, sse

DRAFT = (
    '{"t": [{"tt": 0, "sg": [{"id": "s1", "d": 10000, "m": {"name": "clip.mp4"}}]},'
    ' {"tt": 7, "sg": [{"d": 3000.0}]}], "d": 1e4}'
)
CLIP = b"\x00\x00\x00\x18ftypmp42" + b"a clip" * 500
"""What begins like a video; more is not looked at before it is sent to a NemoVideo."""
VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40
_KEPT = 1024 * 1024
U = TypeVar("U", bound="Upstream")
_TOKEN_LIFE = timedelta(days=7)
_ATTRIBUTION = ("X-Skill-Source", "X-Skill-Version", "X-Skill-Platform")
_KINDS: dict[str, str | None] = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".webp"), "image"),
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".aac"), "audio"),
    **dict.fromkeys((".txt", ".html", ".pdf", ".docx", ".zip", ".py", ".exe"), None),
}
_NO_SOURCES = ("youtube.com", "youtu.be", "spotify.com")

ROUTES = (
    ("POST", "/api/auth/anonymous-token", "token"),
    ("POST", "/api/auth/claim-token", "claim"),
    ("POST", "/api/tasks/me/with-session/nemo_agent", "session"),
    ("POST", "/run_sse", "run"),
    ("POST", "/api/upload-video/nemo_agent/me/{session}", "upload"),
    ("GET", "/api/state/nemo_agent/me/{session}/latest", "state"),
    ("GET", "/api/credits/balance/simple", "credits"),
    ("POST", "/api/render/proxy/lambda", "render"),
    ("GET", "/api/render/proxy/lambda/{render}", "render_status"),
    ("POST", "/api/render/proxy/lambda/{render}/cancel", "cancel"),
    ("GET", "/api/render/proxy/{render}/download", "download"),
    ("GET", "/files/{render}.mp4", "file"),
)
_OPEN = frozenset({"token", "file"})
_SESSION_KEYS = {"run": "session_id", "claim": "session_id", "render": "sessionId"}


@dataclass(frozen=True)
class Part:
    """One uploaded file; its content is kept up to 1 MiB, its hash always."""

    field: str | None
    name: str | None
    content_type: str | None
    size: int
    sha256: str
    content: bytes


@dataclass(frozen=True)
class Seen:
    """One request as it came in."""

    endpoint: str
    method: str
    path: str
    headers: CIMultiDictProxy[str]
    body: bytes = b""
    parts: tuple[Part, ...] = ()

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def token(self) -> str | None:
        """The bearer token, where one came."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token if scheme == "Bearer" else None


@dataclass
class Project:
    """What one session holds."""

    files: list[dict[str, Any]] = field(default_factory=list)
    draft: str = "{}"
    generated: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Upstream:
    """The server's world and its memory; see the module."""

    url: str = ""
    requests: list[Seen] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {"nmv_usr_first"})
    sessions: set[str] = field(default_factory=lambda: {"7300000000000000001"})
    projects: dict[str, Project] = field(default_factory=dict)
    newest: Project = field(default_factory=Project)
    """The project of the last session that was made, or of one that was there before."""
    balance: dict[str, Any] = field(default_factory=lambda: {"available": 100, "frozen": 0, "total": 100})
    renders: dict[str, list[str]] = field(default_factory=dict)
    """Of each render id the statuses still to be told; the last one stays."""
    render_states: tuple[str, ...] = ("pending", "processing", "completed")
    """Those of a new render."""
    file_url: str | None = None
    """Where finished files are, if not here (`{id}` is the render's)."""
    keyframes: bool = False
    """Whether finished files have only a few pictures."""
    between: Callable[[str], Awaitable[None]] | None = None
    """Called with the endpoint of a request that was taken and not answered yet."""
    now: Callable[[], datetime] = lambda: datetime(2030, 12, 26, 3, 4, 5, tzinfo=UTC)
    """When tokens are given out: so late that none expires while the tests run."""

    def __post_init__(self) -> None:
        self._scripts: dict[str, deque[Reply]] = {name: deque() for _, _, name in ROUTES}
        self._users: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._numbers = itertools.count(2)
        self._came = asyncio.Condition()

    @property
    def files(self) -> list[dict[str, Any]]:
        """The newest project's files."""
        return self.newest.files

    @property
    def generated(self) -> list[dict[str, Any]]:
        """What the agent made for the newest project."""
        return self.newest.generated

    @property
    def draft(self) -> str:
        """The newest project's draft."""
        return self.newest.draft

    @draft.setter
    def draft(self, text: str) -> None:
        self.newest.draft = text

    def project(self, session: str) -> Project:
        """What a session holds."""
        return self.projects.get(session, self.newest)

    def next(self, endpoint: str, *replies: Reply) -> None:
        """Script the next answers of an endpoint, one a request."""
        self._scripts[endpoint].extend(replies)

    def seen(self, endpoint: str) -> list[Seen]:
        """The requests to one endpoint."""
        return [request for request in self.requests if request.endpoint == endpoint]

    async def wait_for(self, endpoint: str, count: int = 1) -> Seen:
        """Wait until so many requests to an endpoint have come in; gives the last of them."""
        async with asyncio.timeout(10), self._came:
            await self._came.wait_for(lambda: len(self.seen(endpoint)) >= count)
        return self.seen(endpoint)[count - 1]

    async def handle(self, request: web.Request, endpoint: str) -> web.StreamResponse:
        """Record a request and answer it: as scripted, else as usual."""
        script = self._scripts[endpoint]
        reply = script.popleft() if script else None
        body, parts = (b"", ()) if reply is not None and reply.early else await _read(request)
        seen = Seen(endpoint, request.method, request.path_qs, request.headers, body, parts)
        async with self._came:
            self.requests.append(seen)
            self._came.notify_all()
        reply = reply or self._usual(seen, request.match_info)
        if self.between is not None:
            await self.between(endpoint)
        return await reply.send(request)

    def _usual(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        if seen.endpoint not in _OPEN and seen.token not in self.tokens:
            return refuses(1001, 401, "token expired")
        key = _SESSION_KEYS.get(seen.endpoint)
        session = seen.json.get(key) if key else names.get("session")
        if (key or "session" in names) and session not in self.sessions:
            return refuses(1002, 404, "session not found")
        answer: Reply = getattr(self, f"_{seen.endpoint}")(seen, names)
        return answer

    def _token(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        client = seen.headers.get("X-Client-Id", "")
        if not 1 <= len(client) <= 64:
            return Reply(400, json={"code": 400, "message": "X-Client-Id is required: 64 characters at most"})
        token = f"nmv_usr_{next(self._numbers)}"
        self.tokens.add(token)
        user = self._owners[token] = self._users.setdefault(client, f"anon_{7 + len(self._users)}")
        expires = (self.now() + _TOKEN_LIFE).isoformat(timespec="seconds").replace("+00:00", "Z")
        return ok({"token": token, "user_id": user, "expires_at": expires, "credits": 100})

    def _claim(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        return ok({"claim_token": "clm_abc", "expires_in": 604800})

    def _session(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        session = str(7300000000000000000 + next(self._numbers))
        self.sessions.add(session)
        self.newest = self.projects[session] = Project()
        user = self._owners.get(seen.token or "", "anon_7")
        return ok({"task_id": f"task-{session}", "session_id": session, "user_id": user})

    def _run(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        if self.balance["available"] == 0:
            return refuses(2001, message="no credits")

        project = self.project(seen.json["session_id"])

        def edit() -> None:
            project.draft = DRAFT

        return sse(said("Do", partial=True), said("ne.", partial=True), edit, said("Done."))

    def _upload(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        given = [(_shown(part.name or "file"), part.sha256) for part in seen.parts]
        if not seen.parts:
            urls: list[str] = seen.json["urls"]
            if any((urlsplit(url).hostname or "").endswith(_NO_SOURCES) for url in urls):
                return refuses(4001, message="YouTube and Spotify pages are not sources")
            given = [(url.rsplit("/", 1)[-1], hashlib.sha256(url.encode()).hexdigest()) for url in urls]
        if any(_kind(name) is None for name, _ in given):
            return refuses(4001, message="not a file that can be edited")
        files = [_file(index, name, sha256) for index, (name, sha256) in enumerate(given)]
        self.project(names["session"]).files += files
        return ok({"files": files, "session_state_applied": True})

    def _state(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        session = names["session"]
        project = self.project(session)
        canvas = '{"width": 1920, "height": 1080, "ratio": "16:9"}'
        body = (
            f'{{"code": 0, "message": "success", "data": {{"session_id": "{session}", "task_id": "task-{session}",'
            f' "task_name": "project", "app": {{"v": 3}}, "state": {{"video_infos": {json.dumps(project.files)},'
            f' "draft": {project.draft}, "ui": {{"zoom": 1.5}},'
            f' "canvas_config": {canvas}, "video_analyses": [],'
            f' "generated_media": {json.dumps(project.generated)}}}}}}}'
        )
        return Reply(body=body)

    def _credits(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        return ok(self.balance)

    def _render(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        if not all(seen.headers.get(name) for name in _ATTRIBUTION):
            return Reply(402, json={"code": 402, "message": "Payment required"})
        self.renders[seen.json["id"]] = list(self.render_states)
        return Reply(json={"id": seen.json["id"], "status": "pending", "progress": 0})

    def _render_status(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        render = names["render"]
        if render not in self.renders:
            return Reply(404, json={"detail": "Render not found"})
        left = self.renders[render]
        status = left.pop(0) if len(left) > 1 else left[0]
        body: dict[str, Any] = {"status": status, "progress": {"processing": 40, "completed": 100}.get(status, 0)}
        if status == "completed":
            here = f"http://{seen.headers['Host']}/files/{{id}}.mp4"
            url = (self.file_url or here).format(id=render)
            body["output"] = {"url": url, "duration": 9.5, "size": len(VIDEO), "width": 1920, "height": 1080}
            if self.keyframes:
                body["keyframes"] = True
        elif status == "failed":
            body["error"] = "out of memory"
        elif status == "cancelled":
            body |= {"status": "failed", "error": "cancelled"}
        return Reply(json=body)

    def _cancel(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        if names["render"] not in self.renders:
            return Reply(404, json={"detail": "Render not found"})
        if self.renders[names["render"]] not in (["completed"], ["failed"]):
            self.renders[names["render"]] = ["cancelled"]
        return Reply(json={"success": True})

    def _download(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        if self.renders.get(names["render"]) != ["completed"]:
            return Reply(404, json={"detail": "Render not found"})
        return self._file(seen, names)

    def _file(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        return Reply(body=VIDEO, content_type="video/mp4")


def _kind(name: str) -> str | None:
    """What a file is; None for what is not taken. An ending that means nothing stands for a video."""
    return _KINDS.get(PurePosixPath(name).suffix.lower(), "video")


def _shown(name: str) -> str:
    """The last part of a name, without what cannot be seen."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())


def _file(index: int, name: str, sha256: str) -> dict[str, Any]:
    kind = _kind(name)
    seen, moves = kind != "audio", kind == "video"
    return {
        "filename": name,
        "file_type": kind,
        "cdn_url": f"https://cdn.invalid/{index}.mp4",
        "duration": 0.0 if kind == "image" else 10.5,
        "width": 1920 if seen else None,
        "height": 1080 if seen else None,
        "fps": 29.97 if moves else None,
        "hash": sha256,
    }


async def _read(request: web.Request) -> tuple[bytes, tuple[Part, ...]]:
    if request.content_type != "multipart/form-data":
        return await request.read(), ()
    parts = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        kept, size, digest = bytearray(), 0, hashlib.sha256()
        while chunk := await part.read_chunk(256 * 1024):
            size += len(chunk)
            digest.update(chunk)
            kept += chunk[: _KEPT - len(kept)]
        name, kind = part.filename, part.headers.get("Content-Type")
        parts.append(Part(part.name, name, kind, size, digest.hexdigest(), bytes(kept)))
    return b"", tuple(parts)


@asynccontextmanager
async def scripted() -> AsyncIterator[Upstream]:
    """A scripted NemoVideo, listening while the block runs."""
    async with listening(Upstream()) as upstream:
        yield upstream


@asynccontextmanager
async def listening(upstream: U) -> AsyncIterator[U]:
    """This one, listening while the block runs."""
    app = web.Application(client_max_size=64 * 1024 * 1024)

    def route(method: str, path: str, endpoint: str) -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await upstream.handle(request, endpoint)

        app.router.add_route(method, path, handler)

    for each in ROUTES:
        route(*each)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        upstream.url = f"http://{host}:{port}"
        yield upstream
    finally:
        await runner.cleanup()
