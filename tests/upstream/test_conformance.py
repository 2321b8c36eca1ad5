"""What the protocol says, asked of the scripted NemoVideo and of our own engine alike.

The same tests for both: what the bot learns at the one holds at the other. On the wire where the form matters, with
the bot's own client where the meaning does.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.nemo.attribution import Attribution
from bot.nemo.client import Nemo
from bot.nemo.draft import Draft, span
from bot.nemo.errors import BadRequest, ExportLocked, NoCredits, NotFound, SessionLost, TokenRejected, UnsupportedFile
from bot.nemo.events import Heartbeat, Text
from bot.nemo.models import Output, RenderStatus
from tests.engine.api.bots_client import ATTRIBUTION, bots_client, said
from tests.engine.api.client import Answer, Client, Json, Told
from tests.engine.api.conftest import until, watched
from tests.upstream.recorder import Recorder
from tests.upstream.server import ROUTES

TOKEN = "/api/auth/anonymous-token"
CLAIM = "/api/auth/claim-token"
SESSIONS = "/api/tasks/me/with-session/nemo_agent"
BALANCE = "/api/credits/balance/simple"
NOWHERE = "1" * 19
"""A session that nobody has."""
EDIT = "cut the first 0.5 seconds"
FILE_KEYS = {"filename", "file_type", "cdn_url", "duration", "width", "height", "fps", "hash"}
SMALL = Output(height=144)


@dataclass(frozen=True)
class Made:
    """A project with a clip in it and an edit made, and where to put files."""

    session: str
    task: str
    draft: Draft
    clip: Path
    folder: Path


@pytest.fixture
async def session(client: Client) -> str:
    """An empty project."""
    return await client.session()


@pytest.fixture
async def made(client: Client, session: str, footage: Path, tmp_path: Path) -> Made:
    clip = footage / "one.mp4"
    assert (await client.upload(session, ("one.mp4", clip))).status == 200
    await client.say(session, EDIT)
    task = (await client.state(session))["task_id"]
    return Made(session, task, Draft(await draft_text(client, session)), clip, tmp_path)


async def draft_text(client: Client, session: str) -> str:
    """The state's draft, character for character."""
    headers = {"Authorization": f"Bearer {client.token}"}
    path = f"{client.address}/api/state/nemo_agent/me/{session}/latest"
    async with client.http.get(path, headers=headers) as response:
        raw = await response.text()
    found = span(raw, "data", "state", "draft")
    assert found is not None
    return raw[slice(*found)]


def ready(draft: Json) -> bool:
    """Whether there is something to export."""
    return any(track["sg"] for track in draft.get("t", []))


def code_of(answer: Answer) -> int:
    """What an answer says, by its body or else by its status."""
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    return int(code) if code else answer.status


def requests(session: str, task: str = "task") -> dict[str, tuple[str, str, Json | None]]:
    """A request to every endpoint that wants a token: method, path, body."""
    render = {"id": "render_1", "sessionId": session, "draft": {}, "output": {"format": "mp4", "quality": "high"}}
    message = {"app_name": "nemo_agent", "user_id": "me", "session_id": session}
    return {
        "claim": ("POST", CLAIM, {"task_id": task, "session_id": session}),
        "session": ("POST", SESSIONS, {"task_name": "project", "language": "en"}),
        "run": ("POST", "/run_sse", {**message, "new_message": {"parts": [{"text": EDIT}]}}),
        "upload": (
            "POST", f"/api/upload-video/nemo_agent/me/{session}",
            {"urls": ["http://files.example/one.mp4"], "source_type": "url"},
        ),
        "state": ("GET", f"/api/state/nemo_agent/me/{session}/latest", None),
        "credits": ("GET", BALANCE, None),
        "render": ("POST", "/api/render/proxy/lambda", render),
        "render_status": ("GET", "/api/render/proxy/lambda/render_1", None),
        "cancel": ("POST", "/api/render/proxy/lambda/render_1/cancel", None),
        "download": ("GET", "/api/render/proxy/render_1/download", None),
    }  # fmt: skip


async def send(client: Client, endpoint: str, session: str, headers: Mapping[str, str]) -> Answer:
    method, path, body = requests(session)[endpoint]
    return await client.call(method, path, json=body, headers={**ATTRIBUTION.headers, **headers})


class TestTokens:
    """Section 2: who calls."""

    async def ask(self, address: str, http: aiohttp.ClientSession, client_id: str | None) -> Answer:
        """For a token; without a bearer."""
        headers = {} if client_id is None else {"X-Client-Id": client_id}
        return await Client(http, address).call("POST", TOKEN, headers=headers)

    async def test_an_anonymous_token(self, address: str, http: aiohttp.ClientSession) -> None:
        data = (await self.ask(address, http, "0d9c3f5e-1111-4222-8333-444455556666")).data
        assert re.fullmatch(r"nmv_usr_[A-Za-z0-9_-]+", data["token"])
        assert re.fullmatch(r"anon_[A-Za-z0-9_-]+", data["user_id"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", data["expires_at"])
        left = datetime.fromisoformat(data["expires_at"]) - datetime.now(UTC)
        assert abs(left - timedelta(days=7)) < timedelta(minutes=2)
        assert type(data["credits"]) is int
        assert data["credits"] == 100

    async def test_the_bots_client_reads_it(self, address: str, http: aiohttp.ClientSession, nemo: Nemo) -> None:
        token, told = await nemo.anonymous_token("a-1"), (await self.ask(address, http, "a-1")).data
        assert token.user_id == told["user_id"]
        assert token.credits == (None if told.get("unmetered") else told["credits"])
        assert token.expires is not None
        assert token.expires > datetime.now(UTC) + timedelta(days=6)

    async def test_a_client_id_is_an_account_for_good(self, address: str, http: aiohttp.ClientSession) -> None:
        first, again, other = [(await self.ask(address, http, name)).data for name in ("a-1", "a-1", "b-2")]
        assert first["user_id"] == again["user_id"] != other["user_id"]

    async def test_a_new_token_is_the_same_account(self, client: Client, session: str) -> None:
        old = client.token
        client.token = ""
        await client.start()
        assert client.token != old
        assert (await client.state(session))["session_id"] == session
        assert (await client.call("POST", SESSIONS, json={})).data["user_id"] == (
            (await self.ask(client.address, client.http, client.client_id)).data["user_id"]
        )

    @pytest.mark.parametrize("client_id", [None, "", "a" * 65], ids=["none", "empty", "too long"])
    async def test_no_token_without_a_usable_client_id(
        self, address: str, http: aiohttp.ClientSession, client_id: str | None
    ) -> None:
        answer = await self.ask(address, http, client_id)
        assert answer.status == 400
        assert "X-Client-Id" in answer.body["message"]
        assert (await self.ask(address, http, "a" * 64)).data["token"]

    async def test_the_bots_client_says_what_is_missing(self, nemo: Nemo) -> None:
        with pytest.raises(BadRequest, match="X-Client-Id") as caught:
            await nemo.anonymous_token("")
        assert caught.value.status == 400

    async def test_a_claim_token(self, client: Client, made: Made) -> None:
        data = (await client.call("POST", CLAIM, json={"task_id": made.task, "session_id": made.session})).data
        assert re.fullmatch(r"clm_[A-Za-z0-9_-]+", data["claim_token"])
        assert data["expires_in"] == 604_800

    async def test_a_claim_link(self, nemo: Nemo) -> None:
        session = await nemo.create_session("en")
        claim = await nemo.claim_token(session.task_id, session.session_id)
        assert claim.expires_in_s == 604_800
        assert nemo.claim_link(claim).startswith("https://nemovideo.com/workspace/claim?ct=clm_")


class TestEveryEndpoint:
    """Section 1: what holds for all of them."""

    @pytest.mark.parametrize("endpoint", requests(""))
    @pytest.mark.parametrize("header", [None, "{}", "Basic {}", "Bearer nmv_usr_wrong"])
    async def test_needs_a_bearer(self, client: Client, session: str, endpoint: str, header: str | None) -> None:
        token, client.token = client.token, ""
        headers = {} if header is None else {"Authorization": header.format(token)}
        assert code_of(await send(client, endpoint, session, headers)) in (401, 1001)
        good = await send(client, endpoint, session, {"Authorization": f"Bearer {token}"})
        assert good.status not in (401, 403)

    async def test_the_bots_client_reads_a_bad_token(self, nemo: Nemo) -> None:
        class Wrong:
            async def token(self) -> SecretStr:
                return SecretStr("nmv_usr_wrong")

            async def renew(self, stale: SecretStr) -> SecretStr:
                return stale

        with pytest.raises(TokenRejected):
            await nemo.with_credentials(Wrong()).credits()

    async def test_wraps_what_it_gives(self, client: Client, made: Made) -> None:
        asked = requests(made.session, made.task)
        answers = [await client.call("POST", TOKEN, headers={"X-Client-Id": "a-1"})]
        for endpoint in ("claim", "session", "upload", "state", "credits"):
            method, path, body = asked[endpoint]
            answers.append(await client.call(method, path, json=body))
        for answer in answers:
            assert (answer.status, answer.body["code"]) == (200, 0)
            assert answer.headers["Content-Type"].split(";")[0] == "application/json"
            assert isinstance(answer.body["message"], str)
            assert isinstance(answer.body["data"], dict)

    async def test_takes_keys_that_nobody_knows(self, client: Client, made: Made) -> None:
        extra: Json = {"streaming": True, "x_unknown": {"a": [1]}}
        for endpoint in ("claim", "session", "run", "upload"):
            method, path, body = requests(made.session, made.task)[endpoint]
            answer = await client.call(method, path, json={**(body or {}), **extra})
            assert answer.status == 200, (endpoint, answer.body)
        assert (await client.render(made.session, made.draft.data, **extra)).status == 200

    @pytest.mark.parametrize("endpoint", ["claim", "run", "upload", "state", "render"])
    async def test_tells_of_a_session_that_is_not_there(self, client: Client, endpoint: str) -> None:
        answer = await send(client, endpoint, NOWHERE, {})
        assert answer.headers["Content-Type"].split(";")[0] == "application/json"
        assert code_of(answer) in (404, 1002)

    @pytest.mark.parametrize("endpoint", ["claim", "run", "upload", "links", "state", "render"])
    async def test_the_bots_client_reads_a_lost_session(self, nemo: Nemo, made: Made, endpoint: str) -> None:
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "claim": lambda: nemo.claim_token("task", NOWHERE),
            "run": lambda: said(nemo, NOWHERE, EDIT),
            "upload": lambda: nemo.upload_file(NOWHERE, made.clip, "one.mp4"),
            "links": lambda: nemo.upload_links(NOWHERE, ["http://files.example/one.mp4"]),
            "state": lambda: nemo.state(NOWHERE),
            "render": lambda: nemo.submit_render("render_1", NOWHERE, made.draft, SMALL),
        }
        with pytest.raises(SessionLost) as lost:
            await calls[endpoint]()
        assert not lost.value.may_run


class TestSessions:
    """Section 3: one a project."""

    @pytest.mark.parametrize("language", ["en", "zh-CN", "ja", "pt-BR"])
    async def test_a_session(self, client: Client, language: str) -> None:
        data = (await client.call("POST", SESSIONS, json={"task_name": "project", "language": language})).data
        assert isinstance(data["session_id"], str)
        assert re.fullmatch(r"[0-9]{19}", data["session_id"])
        assert isinstance(data["task_id"], str)
        assert data["task_id"]
        assert data["user_id"].startswith("anon_")
        state = await client.state(data["session_id"])
        assert (state["session_id"], state["task_id"]) == (data["session_id"], data["task_id"])

    async def test_each_is_its_own(self, client: Client, nemo: Nemo) -> None:
        sessions = [await client.session(), (await nemo.create_session("en")).session_id]
        sessions.append((await nemo.create_session("zh-CN")).session_id)
        assert len(set(sessions)) == 3


class TestUploads:
    """Section 5: files in."""

    def checked(self, file: Json, name: str, kind: str) -> None:
        """A file object as the protocol has it: seconds, pixels, frames a second."""
        assert file.keys() >= FILE_KEYS
        assert (file["filename"], file["file_type"]) == (name, kind)
        for key in ("cdn_url", "hash"):
            assert isinstance(file[key], str)
            assert file[key]
        assert type(file["duration"]) is float
        assert file["duration"] == 0 if kind == "image" else 0.9 < file["duration"] < 60
        for key in ("width", "height"):
            assert file[key] is None if kind == "audio" else type(file[key]) is int and file[key] > 0
        assert 1 <= file["fps"] <= 240 if kind == "video" else file["fps"] is None

    async def test_one_file(self, client: Client, session: str, footage: Path) -> None:
        data = (await client.upload(session, ("one.mp4", footage / "one.mp4"))).data
        assert data["session_state_applied"] is True
        [file] = data["files"]
        self.checked(file, "one.mp4", "video")
        assert (await client.state(session))["state"]["video_infos"] == [file]

    async def test_several_in_one_request(self, client: Client, session: str, footage: Path) -> None:
        names = {"one.mp4": "video", "still.png": "image", "music.mp3": "audio", "two.mp4": "video"}
        data = (await client.upload(session, *((name, footage / name) for name in names))).data
        assert data["session_state_applied"] is True
        for file, (name, kind) in zip(data["files"], names.items(), strict=True):
            self.checked(file, name, kind)
        assert (await client.state(session))["state"]["video_infos"] == data["files"]

    async def test_by_link(self, client: Client, session: str) -> None:
        data = (await client.links(session, "http://files.example/one.mp4", "http://files.example/two.mp4")).data
        assert data["session_state_applied"] is True
        for file, name in zip(data["files"], ("one.mp4", "two.mp4"), strict=True):
            self.checked(file, name, "video")

    async def test_the_bots_client_reads_them(self, nemo: Nemo, client: Client, session: str, footage: Path) -> None:
        sent: list[int] = []
        [file] = await nemo.upload_file(session, footage / "one.mp4", "one.mp4", sent.append)
        [linked] = await nemo.upload_links(session, ["http://files.example/two.mp4"])
        assert sent[-1] == (footage / "one.mp4").stat().st_size
        first, second = (await client.state(session))["state"]["video_infos"]
        for read, told in ((file, first), (linked, second)):
            assert (read.name, read.kind, read.url) == (told["filename"], told["file_type"], told["cdn_url"])
            assert (read.width, read.height, read.fps) == (told["width"], told["height"], told["fps"])
            assert (read.duration_ms, read.hash) == (round(told["duration"] * 1000), told["hash"])

    @pytest.mark.parametrize("name", ["notes.txt", "page.html", "script.py"])
    async def test_a_kind_that_is_not_taken(
        self, client: Client, nemo: Nemo, session: str, footage: Path, name: str
    ) -> None:
        answer = await client.upload(session, (name, footage / "text.mp4"))
        assert answer.code == 4001
        assert answer.body["message"]
        with pytest.raises(UnsupportedFile) as refused:
            await nemo.upload_file(session, footage / "text.mp4", name)
        assert (refused.value.code, refused.value.may_run) == (4001, False)
        assert (await client.state(session))["state"]["video_infos"] == []

    @pytest.mark.parametrize("link", ["https://www.youtube.com/watch?v=x", "https://open.spotify.com/track/x"])
    async def test_pages_that_are_no_sources(self, client: Client, nemo: Nemo, session: str, link: str) -> None:
        answer = await client.links(session, link)
        assert answer.code == 4001
        assert "not sources" in answer.body["message"]
        with pytest.raises(UnsupportedFile, match="not sources"):
            await nemo.upload_links(session, [link])

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ('my "best" take.mp4', 'my "best" take.mp4'),
            ("it's; a=b.mp4", "it's; a=b.mp4"),
            ("片段 😀 Ünï.mp4", "片段 😀 Ünï.mp4"),
            ("../../etc/cron.d/a.mp4", "a.mp4"),
            ("C:\\videos\\a.mp4", "a.mp4"),
            ("gpj\u202e.mp4", "gpj.mp4"),
        ],
    )
    async def test_a_name_comes_back_safe(
        self, client: Client, nemo: Nemo, session: str, footage: Path, name: str, shown: str
    ) -> None:
        [file] = (await client.upload(session, (name, footage / "two.mp4"))).data["files"]
        assert file["filename"] == shown
        [read] = await nemo.upload_file(session, footage / "two.mp4", name)
        assert read.name == re.sub('[";]', "_", shown)
        listed = [each["filename"] for each in (await client.state(session))["state"]["video_infos"]]
        assert listed == [shown, read.name]


class TestStates:
    """Section 6: the session as it is now."""

    async def test_its_shape(self, client: Client, made: Made) -> None:
        data = await client.state(made.session)
        known = {"session_id", "task_id", "task_name", "state"}
        assert data.keys() > known, "both send keys of their own, which the bot's client must bear"
        assert (data["session_id"], data["task_id"], data["task_name"]) == (made.session, made.task, "project")
        state = data["state"]
        assert state.keys() >= {"video_infos", "draft", "canvas_config", "video_analyses", "generated_media"}
        canvas = state["canvas_config"]
        assert type(canvas["width"]) is type(canvas["height"]) is int
        wide, high = (int(part) for part in canvas["ratio"].split(":"))
        assert canvas["width"] * high == canvas["height"] * wide
        assert isinstance(state["video_analyses"], list)
        assert isinstance(state["generated_media"], list)

    async def test_the_bots_client_reads_it(self, client: Client, nemo: Nemo, made: Made) -> None:
        data, state = await client.state(made.session), await nemo.state(made.session)
        canvas = data["state"]["canvas_config"]
        assert (state.session_id, state.task_id, state.task_name) == (made.session, made.task, "project")
        assert (state.canvas.width, state.canvas.height, state.canvas.ratio) == (
            canvas["width"], canvas["height"], canvas["ratio"],
        )  # fmt: skip
        assert [file.name for file in state.files] == ["one.mp4"]
        assert state.draft == made.draft
        assert state.draft.ready

    async def test_a_draft_before_and_after_the_first_edit(
        self, client: Client, nemo: Nemo, session: str, footage: Path
    ) -> None:
        """Nothing at first; footage may lie on the timeline as soon as it is there (the engine's does); after the
        edit there is something to export, and it is not what it was.
        """
        empty = await client.state(session)
        assert (empty["state"]["draft"], empty["state"]["video_infos"]) == ({}, [])
        assert not (await nemo.state(session)).draft.ready
        await client.upload(session, ("one.mp4", footage / "one.mp4"))
        uploaded = (await client.state(session))["state"]["draft"]
        assert uploaded == {} or ready(uploaded)
        before = await nemo.state(session)
        assert before.draft.ready is ready(uploaded)
        await client.say(session, EDIT)
        edited, after = (await client.state(session))["state"]["draft"], await nemo.state(session)
        assert ready(edited)
        assert after.draft.ready
        assert edited != uploaded
        assert after.digest != before.digest

    async def test_the_public_keys_of_a_draft(self, made: Made) -> None:
        draft = made.draft.data
        assert {track["tt"] for track in draft["t"]} <= {0, 1, 7}
        [video] = [track for track in draft["t"] if track["tt"] == 0]
        assert all(isinstance(track["sg"], list) for track in draft["t"])
        assert sum(segment["d"] for segment in video["sg"]) == draft["d"]
        assert draft["d"] > 1000, "milliseconds"

    async def test_read_twice_it_is_the_same(self, client: Client, nemo: Nemo, made: Made) -> None:
        first, second = [await draft_text(client, made.session) for _ in range(2)]
        assert first.encode() == second.encode()
        assert len(first) > len("{}")
        states = [await nemo.state(made.session) for _ in range(2)]
        assert {state.draft.text for state in states} == {first}
        assert states[0].digest == states[1].digest


class TestTurns:
    """Section 4: words in, a stream of events out."""

    async def test_the_events_are_the_agent_servers(self, client: Client, made: Made) -> None:
        told = await client.say(made.session, EDIT)
        assert told.events
        for frame in told.frames:
            assert frame.startswith(":") or (frame.startswith("data: {") and "\n" not in frame)
        for event in told.events:
            assert event.keys() <= {
                "content", "partial", "author", "invocationId", "id", "timestamp", "actions",
            }, "camelCase, and no key beside"  # fmt: skip
            assert event["author"] == "nemo_agent"
            assert event["invocationId"].startswith("e-")
            assert isinstance(event["id"], str)
            assert type(event["timestamp"]) is float
            assert event["actions"] == {"stateDelta": {}}
            assert event.get("partial", True) is True
            assert None not in event.values(), "nulls are left out"
            self.check_content(event["content"])
        assert len({event["invocationId"] for event in told.events}) == 1

    def check_content(self, content: Json) -> None:
        """The parts of an event, each one of the known ones."""
        assert content["parts"]
        for part in content["parts"]:
            [kind] = part.keys() - {"thought"}
            assert kind in {"text", "functionCall", "functionResponse", "inlineData", "fileData"}
            assert content["role"] == ("user" if kind == "functionResponse" else "model")
            if kind == "functionCall":
                assert part[kind].keys() == {"id", "name", "args"}

    @pytest.mark.parametrize("words", ["help", EDIT])
    async def test_the_whole_text_follows_its_deltas(self, client: Client, made: Made, words: str) -> None:
        told = await client.say(made.session, words)
        messages = _messages(told)
        assert messages
        assert all(text.strip() for _, text in messages)
        assert all("".join(deltas) in ("", text) for deltas, text in messages)
        assert words == EDIT or any(len(deltas) > 1 for deltas, _ in messages)

    async def test_the_bots_client_reads_them(self, nemo: Nemo, made: Made) -> None:
        events = [event for event in await said(nemo, made.session, "help") if not isinstance(event, Heartbeat)]
        texts = [event for event in events if isinstance(event, Text)]
        finals = [event.text for event in texts if event.final]
        growing = [event.text for event in texts if not event.final]
        assert len(finals) == 1
        assert len(growing) > 1
        assert all(finals[0].startswith(text.rstrip()) for text in growing)
        assert [len(text) for text in growing] == sorted(len(text) for text in growing)

    async def test_the_end_of_the_stream_is_the_end_of_the_turn(self, client: Client, nemo: Nemo, made: Made) -> None:
        """No event says so; what the turn did can be seen at once, and nothing comes after it."""
        session = (await nemo.create_session("en")).session_id
        await nemo.upload_file(session, made.clip, "one.mp4")
        before = await nemo.state(session)
        told = await client.say(session, EDIT)
        after = await nemo.state(session)
        assert after.digest != before.digest
        assert after.last_turn is None or not after.last_turn.running
        assert all(event["content"]["parts"] for event in told.events)
        assert "[DONE]" not in told.frames[-1]
        assert (await nemo.state(session)).digest == after.digest

    async def test_a_lost_session_is_told_before_a_stream_begins(self, client: Client) -> None:
        answer = await client.call(
            "POST", "/run_sse", json=client.message(NOWHERE, EDIT), headers={"Accept": "text/event-stream"}
        )
        assert answer.status == 404
        assert answer.headers["Content-Type"].split(";")[0] == "application/json"
        assert "session not found" in answer.body["message"].lower()


class TestCredits:
    """Whole numbers, whether or not they count anything."""

    async def balance(self, client: Client) -> Json:
        """As it stands on the wire."""
        data = (await client.call("GET", BALANCE)).data
        assert [type(data[key]) for key in ("available", "frozen", "total")] == [int, int, int]
        assert 0 <= data["available"] + data["frozen"] <= data["total"]
        return data

    @pytest.mark.parametrize("address", ["scripted", "engine", "engine, metered"], indirect=True)
    async def test_the_balance(self, client: Client, nemo: Nemo, made: Made) -> None:
        told, read = await self.balance(client), await nemo.credits()
        if told.get("unmetered"):
            assert (read.available, read.frozen, read.total) == (None, 0, None)
        else:
            assert (read.available, read.frozen, read.total) == (told["available"], told["frozen"], told["total"])

    @pytest.mark.parametrize("address", ["scripted", "engine", "engine, metered"], indirect=True)
    async def test_an_export_costs_nothing(self, client: Client, made: Made) -> None:
        before = await self.balance(client)
        assert (await client.render(made.session, made.draft.data, resolution="144p")).status == 200
        assert (await watched(client))[-1]["status"] == "completed"
        assert await self.balance(client) == before

    @pytest.mark.parametrize("address", ["scripted, nothing left", "engine, nothing left"], indirect=True)
    async def test_nothing_left(self, client: Client, nemo: Nemo, session: str, footage: Path) -> None:
        await client.upload(session, ("one.mp4", footage / "one.mp4"))
        assert (await self.balance(client))["available"] == 0
        assert (await nemo.credits()).available == 0
        assert code_of(await client.run(session, EDIT)) == 2001
        with pytest.raises(NoCredits) as empty:
            await said(nemo, session, EDIT)
        assert not empty.value.may_run


class TestExports:
    """Section 7: from a draft to a file."""

    @pytest.mark.parametrize("without", [*([name] for name in ATTRIBUTION.headers), [*ATTRIBUTION.headers]], ids=str)
    async def test_without_attribution_there_is_none(self, client: Client, made: Made, without: list[str]) -> None:
        headers = {name: value for name, value in ATTRIBUTION.headers.items() if name not in without}
        for blank in ({}, dict.fromkeys(without, "")):
            answer = await client.render(made.session, made.draft.data, headers={**headers, **blank})
            assert answer.status == 402
        assert (await client.status()).status == 404, "nothing was begun"
        assert (await client.render(made.session, made.draft.data)).status == 200

    async def test_the_bots_client_reads_that(self, address: str, http: aiohttp.ClientSession, made: Made) -> None:
        class Nobody(Attribution):
            headers: Mapping[str, str] = {}

        with pytest.raises(ExportLocked) as locked:
            await bots_client(http, address, Nobody("", "", "")).submit_render(
                "render_1", made.session, made.draft, SMALL
            )
        assert (locked.value.status, locked.value.may_run) == (402, False)

    async def test_from_the_draft_to_the_file(self, client: Client, made: Made) -> None:
        order = ["pending", "processing", "completed"]
        asked = await client.render(made.session, made.draft.data, resolution="144p")
        assert (asked.status, asked.body["id"]) == (200, "render_1")
        answers = await watched(client)
        statuses = [asked.body["status"], *(answer["status"] for answer in answers)]
        assert statuses == sorted(statuses, key=order.index)
        assert all(0 <= answer["progress"] <= 100 for answer in answers)
        assert all("output" not in answer for answer in answers[:-1])
        done = answers[-1]
        assert (done["status"], done["progress"]) == ("completed", 100)
        assert type(done["output"]["duration"]) is float
        async with client.http.get(
            done["output"]["url"], headers={"Authorization": f"Bearer {client.token}"}
        ) as response:
            assert (response.status, response.content_type) == (200, "video/mp4")
            file = await response.read()
        assert len(file) == done["output"]["size"]
        assert file[4:8] == b"ftyp"
        loaded = await client.download()
        assert (loaded.status, loaded.headers["Content-Type"], loaded.body) == (200, "video/mp4", file)
        await client.cancel()
        assert (await client.status()).body == done, "what is finished stays finished"

    async def test_with_the_bots_client(self, nemo: Nemo, made: Made) -> None:
        asked = await nemo.submit_render("render_1", made.session, made.draft, SMALL)
        assert (asked.id, asked.status in ("pending", "processing")) == ("render_1", True)
        done = await finished(nemo, "render_1")
        assert (done.status, done.progress, done.error) == ("completed", 100, None)
        by_url, by_id = made.folder / "by url.mp4", made.folder / "by id.mp4"
        assert await nemo.download(done, by_url, 1 << 20) == done.size
        assert await nemo.download(RenderStatus("render_1", "completed"), by_id, 1 << 20) == done.size
        assert by_url.read_bytes() == by_id.read_bytes()

    async def test_keys_of_ours_are_no_reason_to_refuse(self, nemo: Nemo, made: Made) -> None:
        """The bot asks the cloud for none of them; an upstream that does not know one goes on without."""
        ours = Output(quality="preview", height=144, max_bytes=8_000_000, ratio="9:16")
        await nemo.submit_render("render_1", made.session, made.draft, ours)
        assert (await finished(nemo, "render_1")).status == "completed"

    async def test_a_draft_is_posted_back_as_the_text_it_came_as(
        self, recorder: Recorder, http: aiohttp.ClientSession, client: Client, made: Made
    ) -> None:
        nemo = bots_client(http, recorder.url)
        state = await nemo.state(made.session)
        await nemo.submit_render("render_1", made.session, state.draft, SMALL)
        body = recorder.seen("render")[0].body.decode()
        found = span(body, "draft")
        assert found is not None
        assert body[slice(*found)] == await draft_text(client, made.session)
        assert {name: value for name, value in json.loads(body).items() if name != "draft"} == {
            "id": "render_1", "sessionId": made.session, "output": SMALL.body(),
        }  # fmt: skip
        assert (await finished(nemo, "render_1")).status == "completed"

    async def test_a_stopped_one(self, client: Client, nemo: Nemo, session: str, made: Made) -> None:
        """Of a timeline that takes long enough to be caught."""
        await client.upload(session, *((f"{number}.mp4", made.clip) for number in range(30)))
        await client.say(session, EDIT)
        state = await nemo.state(session)
        await nemo.submit_render("render_1", session, state.draft, Output(height=1080))
        await nemo.cancel_render("render_1")
        body = (await client.status()).body
        assert (body["status"], body["error"]) == ("failed", "cancelled")
        status = await nemo.render_status("render_1")
        assert (status.status, status.cancelled) == ("failed", True)
        with pytest.raises(NotFound):
            await nemo.download(status, made.folder / "none.mp4", 1 << 20)
        assert (await client.download()).status == 404

    async def test_an_unknown_one(self, client: Client, nemo: Nemo, tmp_path: Path) -> None:
        for answer in (
            await client.status("render_9"),
            await client.cancel("render_9"),
            await client.download("render_9"),
        ):
            assert answer.status == 404
        with pytest.raises(NotFound):
            await nemo.render_status("render_9")
        with pytest.raises(NotFound):
            await nemo.cancel_render("render_9")
        with pytest.raises(NotFound):
            await nemo.download(RenderStatus("render_9", "completed"), tmp_path / "none.mp4", 1 << 20)
        assert list(tmp_path.glob("*.mp4")) == []


def _messages(told: Told) -> list[tuple[list[str], str]]:
    """Every whole text, and the deltas that came before it."""
    found: list[tuple[list[str], str]] = []
    deltas: list[str] = []
    for event in told.events:
        for text in [part["text"] for part in event["content"]["parts"] if "text" in part]:
            if event.get("partial"):
                deltas.append(text)
            else:
                found.append((deltas, text))
                deltas = []
    assert not deltas, "deltas without their whole text"
    return found


async def finished(nemo: Nemo, render: str) -> RenderStatus:
    """The render, once there is nothing more to wait for."""
    seen: list[RenderStatus] = []

    async def over() -> bool:
        seen.append(await nemo.render_status(render))
        return seen[-1].status in ("completed", "failed")

    await until(over, 60)
    return seen[-1]


async def _render(nemo: Nemo, made: Made) -> None:
    await nemo.submit_render("render_1", made.session, made.draft, SMALL)


async def _render_status(nemo: Nemo, made: Made) -> None:
    await _render(nemo, made)
    await nemo.render_status("render_1")


async def _cancel(nemo: Nemo, made: Made) -> None:
    await _render(nemo, made)
    await nemo.cancel_render("render_1")


async def _download(nemo: Nemo, made: Made) -> None:
    await _render(nemo, made)
    await finished(nemo, "render_1")
    await nemo.download(RenderStatus("render_1", "completed"), made.folder / "out.mp4", 1 << 20)


CALLS: dict[str, tuple[str, Callable[[Nemo, Made], Awaitable[object]]]] = {
    "token": ("token", lambda nemo, _: nemo.anonymous_token("a-1")),
    "claim": ("claim", lambda nemo, made: nemo.claim_token(made.task, made.session)),
    "session": ("session", lambda nemo, _: nemo.create_session("en")),
    "run": ("run", lambda nemo, made: said(nemo, made.session, EDIT)),
    "upload": ("upload", lambda nemo, made: nemo.upload_file(made.session, made.clip, "one.mp4")),
    "links": ("upload", lambda nemo, made: nemo.upload_links(made.session, ["http://files.example/one.mp4"])),
    "state": ("state", lambda nemo, made: nemo.state(made.session)),
    "credits": ("credits", lambda nemo, _: nemo.credits()),
    "render": ("render", _render),
    "render_status": ("render_status", _render_status),
    "cancel": ("cancel", _cancel),
    "download": ("download", _download),
}


class TestAttribution:
    """Section 1: every call says who calls."""

    def test_every_endpoint_is_tried(self) -> None:
        assert {endpoint for endpoint, _ in CALLS.values()} == {name for *_, name in ROUTES} - {"file"}

    @pytest.mark.parametrize("call", CALLS)
    async def test_a_call_carries_the_three_headers(
        self, recorder: Recorder, http: aiohttp.ClientSession, made: Made, call: str
    ) -> None:
        endpoint, do = CALLS[call]
        await do(bots_client(http, recorder.url), made)
        assert recorder.seen(endpoint)
        for passed in recorder.requests:
            headers = passed.headers
            assert {name: headers.get(name) for name in ATTRIBUTION.headers} == dict(ATTRIBUTION.headers), passed
            bearer = headers.get("Authorization", "")
            assert bearer == "" if passed.endpoint == "token" else bearer.startswith("Bearer nmv_usr_")
            assert "nmv_usr" not in passed.path
