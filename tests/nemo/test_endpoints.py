"""Every endpoint, as the protocol says, over a real socket."""

from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.nemo.client import Nemo
from bot.nemo.draft import Draft
from bot.nemo.errors import BadAnswer, Conflict, NotFound, TokenRejected
from bot.nemo.events import Text
from bot.nemo.models import ClaimToken, Credits, LastTurn, Output, RenderStatus
from tests.nemo.conftest import ATTRIBUTION, SESSION, MakeNemo
from tests.upstream.replies import Reply, ok
from tests.upstream.server import DRAFT, VIDEO, Upstream


async def test_anonymous_token(nemo: Nemo, upstream: Upstream) -> None:
    token = await nemo.anonymous_token("11111111-2222-3333-4444-555555555555")
    assert token.token.get_secret_value() in upstream.tokens
    assert (token.user_id, token.credits) == ("anon_7", 100)
    assert token.expires == datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
    seen = upstream.requests[0]
    assert seen.headers["X-Client-Id"] == "11111111-2222-3333-4444-555555555555"
    assert seen.body == b""
    assert seen.token is None
    assert token.token.get_secret_value() not in repr(token)


async def test_claim_token_and_links(nemo: Nemo, upstream: Upstream) -> None:
    claim = await nemo.claim_token("task-1", SESSION)
    assert upstream.requests[0].json == {"task_id": "task-1", "session_id": SESSION}
    assert claim.expires_in_s == 604800
    assert nemo.claim_link(claim) == "https://web.invalid/workspace/claim?ct=clm_abc"
    assert "clm_abc" not in repr(claim)
    assert nemo.register_link("anon_7&x=1") == "https://web.invalid/register?bind=anon_7%26x%3D1"


async def test_a_link_escapes_what_it_carries(nemo: Nemo) -> None:
    assert nemo.claim_link(ClaimToken.read({"claim_token": "a/b&c"})).endswith("?ct=a%2Fb%26c")


async def test_create_session(nemo: Nemo, upstream: Upstream) -> None:
    session = await nemo.create_session("zh-CN")
    assert upstream.requests[0].json == {"task_name": "project", "language": "zh-CN"}
    assert session.session_id in upstream.sessions
    assert session.task_id == f"task-{session.session_id}"


@pytest.mark.parametrize("bad", ["..", "a/b", "", None, {"x": 1}, "a b", "x" * 300])
async def test_an_id_that_is_no_id_is_refused(nemo: Nemo, upstream: Upstream, bad: object) -> None:
    upstream.next("session", ok({"task_id": "1", "session_id": bad}))
    with pytest.raises(BadAnswer):
        await nemo.create_session("en")


async def test_ids_may_be_numbers(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("session", ok({"task_id": 12, "session_id": 1234567890123456789}))
    assert (await nemo.create_session("en")).session_id == "1234567890123456789"


async def test_run(nemo: Nemo, upstream: Upstream) -> None:
    async with aclosing(nemo.run(SESSION, "trim 😀 the “silences”")) as events:
        got = [event async for event in events]
    assert got == [Text("Do", final=False), Text("Done.", final=False), Text("Done.", final=True)]
    seen = upstream.requests[0]
    assert seen.json == {
        "app_name": "nemo_agent",
        "user_id": "me",
        "session_id": SESSION,
        "new_message": {"parts": [{"text": "trim 😀 the “silences”"}]},
    }
    assert seen.headers["Accept"] == "text/event-stream"


async def test_upload_links(nemo: Nemo, upstream: Upstream) -> None:
    (file,) = await nemo.upload_links(SESSION, ["https://example.invalid/a.mp4"])
    assert upstream.requests[0].json == {"urls": ["https://example.invalid/a.mp4"], "source_type": "url"}
    assert (file.name, file.kind, file.duration_ms, file.width, file.fps) == ("a.mp4", "video", 10500, 1920, 29.97)


async def test_state(nemo: Nemo, upstream: Upstream, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"footage")
    await nemo.upload_file(SESSION, clip, "clip.mp4")
    before = await nemo.state(SESSION)
    assert (before.session_id, before.task_id, before.task_name) == (SESSION, f"task-{SESSION}", "project")
    assert [file.name for file in before.files] == ["clip.mp4"]
    assert (before.draft.text, before.draft.ready) == ("{}", False)
    assert (before.canvas.width, before.canvas.height, before.canvas.ratio) == (1920, 1080, "16:9")
    assert (await nemo.state(SESSION)).digest == before.digest
    upstream.draft = DRAFT
    after = await nemo.state(SESSION)
    assert (after.draft.text, after.draft.ready) == (DRAFT, True)
    assert after.digest != before.digest


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"code":0,"data":{"state":{"draft":null}}}', "{}"),
        ('{"code":0,"data":{"state":{}}}', "{}"),
        ('{"state":{"draft":{"t":[ ]}}}', '{"t":[ ]}'),
        ('{"code":0,"data":{"draft":{"t":1.0}}}', '{"t":1.0}'),
        ('\ufeff{"code":"0","data":{"state":{"draft":{"d":1e-7}}}}', '{"d":1e-7}'),
    ],
)
async def test_forms_of_a_state(nemo: Nemo, upstream: Upstream, body: str, text: str) -> None:
    upstream.next("state", Reply(body=body))
    assert (await nemo.state(SESSION)).draft.text == text


@pytest.mark.parametrize("body", ['{"code":0,"data":{}}', '{"code":0,"data":{"state":[]}}', '{"code":0,"data":null}'])
async def test_an_answer_without_a_state_is_not_an_empty_state(nemo: Nemo, upstream: Upstream, body: str) -> None:
    upstream.next("state", Reply(body=body))
    with pytest.raises(BadAnswer):
        await nemo.state(SESSION)


async def test_how_the_newest_turn_ended(nemo: Nemo, upstream: Upstream) -> None:
    """Our engine tells; the cloud does not."""
    turn = {"id": "e-1", "state": "done", "outcome": "changed", "text": "Removed 3 pauses."}
    upstream.next(
        "state", ok({"state": {}, "last_turn": turn}), ok({"state": {}, "last_turn": {**turn, "state": "running"}})
    )
    done, running = await nemo.state(SESSION), await nemo.state(SESSION)
    assert done.last_turn == LastTurn("e-1", running=False, outcome="changed", text="Removed 3 pauses.")
    assert running.last_turn is not None
    assert running.last_turn.running
    assert (await nemo.state(SESSION)).last_turn is None
    assert done.digest == running.digest


async def test_credits(nemo: Nemo, upstream: Upstream) -> None:
    assert await nemo.credits() == Credits(available=100, frozen=0, total=100)
    upstream.balance = {"available": None, "frozen": None, "total": None}
    assert await nemo.credits() == Credits(available=None, frozen=0, total=None)
    upstream.balance = {"available": 100, "frozen": 0, "total": 100, "unmetered": True}
    assert await nemo.credits() == Credits(available=None, frozen=0, total=None)
    upstream.balance["unmetered"] = False
    assert await nemo.credits() == Credits(available=100, frozen=0, total=100)
    upstream.next("credits", ok({}))
    with pytest.raises(BadAnswer):
        await nemo.credits()


async def test_a_render_from_submission_to_the_file(nemo: Nemo, upstream: Upstream, tmp_path: Path) -> None:
    output = Output(quality="high", height=1080, max_bytes=8_000_000)
    first = await nemo.submit_render("render_1", SESSION, Draft(DRAFT), output)
    assert (first.id, first.status, first.progress) == ("render_1", "pending", 0)
    assert upstream.requests[0].json == {
        "id": "render_1",
        "sessionId": SESSION,
        "draft": Draft(DRAFT).data,
        "output": {"format": "mp4", "quality": "high", "resolution": "1080p", "max_bytes": 8_000_000},
    }
    statuses = [await nemo.render_status("render_1") for _ in range(4)]
    assert [status.status for status in statuses] == ["pending", "processing", "completed", "completed"]
    assert [status.progress for status in statuses] == [0, 40, 100, 100]
    done = statuses[-1]
    assert (done.duration_ms, done.size, done.width, done.height) == (9500, len(VIDEO), 1920, 1080)
    target = tmp_path / "out.mp4"
    assert await nemo.download(done, target, 1_000_000) == len(VIDEO)
    assert target.read_bytes() == VIDEO


async def test_output_leaves_out_what_nobody_asked_for(nemo: Nemo, upstream: Upstream) -> None:
    await nemo.submit_render("render_1", SESSION, Draft(DRAFT), Output())
    assert upstream.requests[0].json["output"] == {"format": "mp4", "quality": "high"}


async def test_cancel(nemo: Nemo, upstream: Upstream) -> None:
    await nemo.submit_render("render_1", SESSION, Draft(DRAFT), Output())
    await nemo.cancel_render("render_1")
    stopped = await nemo.render_status("render_1")
    assert (stopped.status, stopped.cancelled) == ("failed", True)
    upstream.next("cancel", Reply(204), Reply(409, json={"detail": "already completed"}))
    await nemo.cancel_render("render_1")
    with pytest.raises(Conflict):
        await nemo.cancel_render("render_1")
    with pytest.raises(NotFound):
        await nemo.cancel_render("render_2")
    with pytest.raises(NotFound):
        await nemo.render_status("render_2")


@pytest.mark.parametrize(
    ("body", "want"),
    [
        ({"status": "completed", "progress": 100, "output": {"url": "u", "duration": 3, "size": 9}}, "completed"),
        ({"success": True, "data": {"id": "r", "status": "completed", "progress": 1, "outputUrl": "u"}}, "completed"),
        ({"status": "completed", "data": {"output": {"url": "u"}}}, "completed"),
        ({"outputUrl": "u", "data": {"status": "done"}}, "completed"),
        ({"success": True, "data": {"output": {"url": "u"}}}, "completed"),
        ({"data": {"status": "PROCESSING", "progress": 0.5}}, "processing"),
        ({"status": "rendering", "progress": "12.5"}, "processing"),
        ({"status": "warming up"}, None),
        ({"success": True, "data": {"id": "r"}}, "pending"),
        ({"status": "failed", "error": {"message": "boom"}}, "failed"),
        ({"success": False, "message": "boom"}, "failed"),
        ({"success": False, "error": "boom"}, "failed"),
        ({}, None),
    ],
)
async def test_forms_of_a_render_status(body: dict[str, object], want: str | None) -> None:
    if want is None:
        with pytest.raises(BadAnswer):
            RenderStatus.read(body, "r")
        return
    status = RenderStatus.read(body, "r")
    assert (status.id, status.status) == ("r", want)
    assert status.url == ("u" if want == "completed" else None)
    assert status.error == ("boom" if want == "failed" else None)
    assert 0 <= status.progress <= 100


@pytest.mark.parametrize(
    ("body", "stopped"),
    [
        ({"status": "cancelled"}, True),
        ({"data": {"status": "Canceled"}}, True),
        ({"status": "failed", "error": "cancelled"}, True),
        ({"status": "failed", "error": "The disk is full."}, False),
        ({"status": "failed"}, False),
        ({"status": "processing", "error": "cancelled"}, False),
    ],
)
def test_a_render_that_was_stopped_is_not_one_that_went_wrong(body: dict[str, object], stopped: bool) -> None:
    status = RenderStatus.read(body, "r")
    assert status.cancelled is stopped
    assert status.error is None or (status.error == "cancelled") is stopped


def test_a_fraction_is_a_percentage() -> None:
    assert RenderStatus.read({"data": {"status": "processing", "progress": 0.5}}, "r").progress == 50
    assert RenderStatus.read({"status": "processing", "progress": 250}, "r").progress == 100


async def test_every_call_says_who_calls(nemo: Nemo, upstream: Upstream, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"footage")
    await nemo.anonymous_token("c")
    await nemo.claim_token("t", SESSION)
    await nemo.create_session("en")
    async with aclosing(nemo.run(SESSION, "x")) as events:
        assert [event async for event in events]
    await nemo.upload_file(SESSION, clip, "clip.mp4")
    await nemo.upload_links(SESSION, ["https://example.invalid/a.mp4"])
    await nemo.state(SESSION)
    await nemo.credits()
    await nemo.submit_render("r1", SESSION, Draft(DRAFT), Output())
    await nemo.render_status("r1")
    upstream.renders["r1"] = ["completed"]
    await nemo.download(RenderStatus("r1", "completed"), tmp_path / "a.mp4", 1_000_000)
    await nemo.cancel_render("r1")
    assert {seen.endpoint for seen in upstream.requests} == {
        *("token", "claim", "session", "run", "upload", "state", "credits"),
        *("render", "render_status", "download", "cancel"),
    }
    for seen in upstream.requests:
        assert {key: seen.headers.get(key) for key in ATTRIBUTION.headers} == dict(ATTRIBUTION.headers), seen.endpoint
        assert seen.token == (None if seen.endpoint == "token" else "nmv_usr_first"), seen.endpoint
        assert "nmv_usr" not in seen.path


async def test_without_an_account_only_a_token_can_be_asked_for(nemo: Nemo, upstream: Upstream) -> None:
    nobody = nemo.with_credentials(None)
    await nobody.anonymous_token("c")
    with pytest.raises(TokenRejected):
        await nobody.credits()
    assert [seen.endpoint for seen in upstream.requests] == ["token"]
    await nemo.credits()  # the other account is as it was


async def test_the_address_is_asked_for_with_each_call(make_nemo: MakeNemo, upstream: Upstream) -> None:
    addresses = ["http://127.0.0.1:9/", upstream.url + "/"]
    nemo = make_nemo(url=lambda: addresses[-1])
    await nemo.credits()
    assert upstream.requests[0].path == "/api/credits/balance/simple"
