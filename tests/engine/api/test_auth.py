"""Tokens, accounts and sessions as the protocol has them."""

import json

import aiohttp
import pytest
from redis.asyncio import Redis

from tests.engine.api.client import Client


async def test_a_token_for_a_client_id(engine: str, http: aiohttp.ClientSession) -> None:
    client = Client(http, engine)
    path = "/api/auth/anonymous-token"
    answer = await client.call("POST", path, headers={"X-Client-Id": "0d9c3f5e-1111-4222-8333-444455556666"})
    data = answer.data
    assert data["token"].startswith("nmv_usr_")
    assert data["user_id"].startswith("anon_")
    assert data["expires_at"].endswith("Z")
    assert (data["credits"], data["unmetered"]) == (100, True)
    again = await client.call("POST", path, headers={"X-Client-Id": "0d9c3f5e-1111-4222-8333-444455556666"})
    assert again.data["user_id"] == data["user_id"]
    assert again.data["token"] != data["token"]


async def test_the_health_check_needs_no_token(engine: str, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{engine}/livez") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("client_id", [None, "", "a" * 65, "with space", "ключ", "a:b*"])
async def test_no_usable_client_id(engine: str, http: aiohttp.ClientSession, client_id: str | None) -> None:
    headers = {} if client_id is None else {"X-Client-Id": client_id}
    answer = await Client(http, engine).call("POST", "/api/auth/anonymous-token", headers=headers)
    assert (answer.status, answer.code) == (400, 400)
    assert "X-Client-Id" in answer.body["message"]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer nmv_usr_wrong", "Basic abc", "Bearer a b", "nmv_usr_x"])
async def test_a_bad_token_is_1001(engine: str, http: aiohttp.ClientSession, header: str | None) -> None:
    client = Client(http, engine)
    headers = {} if header is None else {"Authorization": header}
    for method, path in (
        ("GET", "/api/credits/balance/simple"),
        ("POST", "/run_sse"),
        ("POST", "/api/tasks/me/with-session/nemo_agent"),
        ("GET", "/api/render/proxy/x/download"),
        ("GET", "/nowhere"),
    ):
        answer = await client.call(method, path, headers=headers)
        assert (answer.status, answer.code) == (401, 1001)


async def test_an_expired_token_is_1001_and_a_new_one_is_the_same_account(client: Client, redis: Redis) -> None:
    session = await client.session()
    [key] = [key async for key in redis.scan_iter("tce:d:token:*")]
    record = json.loads(await redis.get(key) or "")
    await redis.set(key, json.dumps({**record, "expires": "2020-01-01T00:00:00Z"}))
    answer = await client.call("GET", f"/api/state/nemo_agent/me/{session}/latest")
    assert (answer.status, answer.code) == (401, 1001)
    await Client.start(client)
    assert (await client.state(session))["session_id"] == session


async def test_a_session(client: Client) -> None:
    body = {"task_name": "project", "language": "zh-CN"}
    data = (await client.call("POST", "/api/tasks/me/with-session/nemo_agent", json=body)).data
    assert data["task_id"]
    assert data["session_id"].isdigit()
    assert len(data["session_id"]) == 19
    state = await client.state(data["session_id"])
    assert (state["session_id"], state["task_id"], state["task_name"]) == (
        data["session_id"], data["task_id"], "project",
    )  # fmt: skip
    assert state["state"]["draft"] == {}
    assert state["state"]["video_infos"] == []
    assert state["state"]["generated_media"] == []
    assert state["state"]["canvas_config"]["ratio"] == "16:9"


@pytest.mark.parametrize("language", [None, 5, "", "x" * 100, "../../etc", "en\n"])
async def test_an_odd_language_is_english(client: Client, language: object) -> None:
    assert await client.session(language=language)


@pytest.mark.parametrize("session", ["1" * 19, "1", "x" * 19, "%2e%2e%2fx", "1" * 40, "*"])
async def test_an_unknown_session_is_1002(client: Client, session: str) -> None:
    for answer in (
        await client.call("GET", f"/api/state/nemo_agent/me/{session}/latest"),
        await client.call("POST", f"/api/upload-video/nemo_agent/me/{session}", json={"urls": ["http://a.example/b"]}),
        await client.run(session, "hello"),
        await client.render(session, {}),
        await client.call("POST", "/api/auth/claim-token", json={"session_id": session, "task_id": "task"}),
    ):
        assert (answer.status, answer.code) == (404, 1002)
        assert "Session not found" in answer.body["detail"]


async def test_somebody_elses_session_is_1002(client: Client, http: aiohttp.ClientSession) -> None:
    session = await client.session()
    other = await Client(http, client.address, "client-2").start()
    assert (await other.run(session, "hello")).code == 1002
    assert (await other.call("GET", f"/api/state/nemo_agent/me/{session}/latest")).code == 1002


async def test_a_claim_token(client: Client) -> None:
    session = await client.session()
    task = (await client.state(session))["task_id"]
    path = "/api/auth/claim-token"
    data = (await client.call("POST", path, json={"task_id": task, "session_id": session})).data
    assert data["claim_token"].startswith("clm_")
    assert data["expires_in"] == 604_800
    wrong = await client.call("POST", path, json={"task_id": "task_other", "session_id": session})
    assert wrong.code == 1002


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"\xff", b"[" * 2000, b'{"a": NaN}', b'{"session_id":"\\ud800"}']
)
async def test_a_body_that_is_no_json_object(client: Client, body: bytes) -> None:
    for path in ("/run_sse", "/api/auth/claim-token", "/api/tasks/me/with-session/nemo_agent"):
        answer = await client.call("POST", path, data=body, headers={"Content-Type": "application/json"})
        assert (answer.status, answer.code) == (422, 422)


async def test_bodies_are_bounded(client: Client) -> None:
    answer = await client.call("POST", "/run_sse", data=b" " * 70_000, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (413, 413)
    chunked = await client.call("POST", "/api/auth/claim-token", data=pieces(10_000_000))
    assert (chunked.status, chunked.code) == (413, 413)


async def pieces(size: int):  # type: ignore[no-untyped-def]  # an async generator for aiohttp
    for _ in range(size // 50_000):
        yield b" " * 50_000


async def test_paths_and_methods_that_are_not_there(client: Client) -> None:
    assert (await client.call("GET", "/nowhere")).body["code"] == 404
    assert (await client.call("GET", "/run_sse")).body["code"] == 405


async def test_unmetered_credits(client: Client) -> None:
    assert (await client.call("GET", "/api/credits/balance/simple")).data == {
        "available": 100, "frozen": 0, "total": 100, "unmetered": True,
    }  # fmt: skip
