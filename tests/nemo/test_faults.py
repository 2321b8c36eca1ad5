"""What a bad line, a proxy or a broken server can do to an answer."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from bot.nemo import errors
from bot.nemo.client import Nemo
from bot.nemo.draft import Draft
from bot.nemo.events import Event, Heartbeat, Text
from bot.nemo.models import Output
from tests.nemo.conftest import SESSION, Anonymous, MakeNemo, Sleeps
from tests.nemo.test_codes import CALLS, READS
from tests.upstream.replies import CUT, Reply, ok, refuses, said, sse
from tests.upstream.server import DRAFT, Upstream, scripted

PAGE = "<!doctype html><title>Sign in</title>"


@pytest.mark.parametrize("endpoint", CALLS)
@pytest.mark.parametrize(
    ("body", "content_type", "why"),
    [
        (PAGE, "text/html", "a page instead of data"),
        ("", "application/json", "an empty answer"),
        ('{"code": 0, "data": {"session', "application/json", "half an answer"),
        ("[1, 2]", "application/json", "an answer that is not data"),
        ("null", "application/json", "an answer that is not data"),
        (b'{"code": 0, "message": "\xff"}', "application/json", "half an answer"),
        ("[" * 100_000, "application/json", "an answer that is not data"),
    ],
)
async def test_an_answer_that_cannot_be_read(
    nemo: Nemo, upstream: Upstream, endpoint: str, body: str | bytes, content_type: str, why: str
) -> None:
    if endpoint == "cancel" and body == "":
        return  # that is an answer there
    upstream.next(endpoint, Reply(body=body, content_type=content_type))
    with pytest.raises(errors.BadAnswer, match=why) as caught:
        await CALLS[endpoint](nemo)
    assert caught.value.may_run
    assert len(upstream.requests) == 1


async def test_a_document_where_a_stream_was_due(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("run", ok({}))
    with pytest.raises(errors.BadAnswer, match="data where a stream was due"):
        await CALLS["run"](nemo)


@pytest.mark.parametrize("endpoint", CALLS)
@pytest.mark.parametrize("reply", [Reply(drop=True), Reply(body='{"code": 0', short=20)])
async def test_a_connection_that_breaks(nemo: Nemo, upstream: Upstream, endpoint: str, reply: Reply) -> None:
    """Reads are repeated; what may cost is sent once."""
    upstream.renders["r1"] = ["pending"]
    upstream.next(endpoint, reply, reply)
    if endpoint in READS:
        await CALLS[endpoint](nemo)
        assert len(upstream.requests) == 3
        return
    with pytest.raises(errors.ConnectionLost) as caught:
        await CALLS[endpoint](nemo)
    assert caught.value.may_run
    assert caught.value.__cause__ is not None
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("endpoint", CALLS)
async def test_nobody_listens(make_nemo: MakeNemo, endpoint: str) -> None:
    async with scripted() as gone:
        nemo = make_nemo(url=gone.url)
    with pytest.raises(errors.ConnectionLost) as caught:
        await CALLS[endpoint](nemo)
    assert not caught.value.may_run
    assert gone.url not in str(caught.value)


@pytest.mark.parametrize("endpoint", CALLS)
async def test_an_upstream_that_starts_is_waited_for(
    make_nemo: MakeNemo, upstream: Upstream, sleeps: Sleeps, endpoint: str
) -> None:
    """What never reached anybody may be sent again, whatever it is: it comes once."""
    async with scripted() as gone:
        pass
    upstream.renders["r1"] = ["pending"]
    nemo = make_nemo(url=lambda: upstream.url if len(sleeps.seconds) >= 2 else gone.url, unreached_attempts=3)
    await CALLS[endpoint](nemo)
    assert len(upstream.requests) == 1
    with pytest.raises(errors.ConnectionLost):
        await CALLS[endpoint](make_nemo(url=gone.url, unreached_attempts=3))


@pytest.mark.parametrize("endpoint", READS)
async def test_a_read_is_not_repeated_for_ever(nemo: Nemo, upstream: Upstream, endpoint: str) -> None:
    upstream.next(endpoint, *[Reply(502)] * 4)
    with pytest.raises(errors.UpstreamDown):
        await CALLS[endpoint](nemo)
    assert len(upstream.requests) == 3


@pytest.mark.parametrize("endpoint", READS)
async def test_a_read_is_repeated(nemo: Nemo, upstream: Upstream, endpoint: str) -> None:
    upstream.renders["r1"] = ["pending"]
    upstream.next(endpoint, Reply(500), Reply(drop=True))
    await CALLS[endpoint](nemo)
    assert len(upstream.requests) == 3


@pytest.mark.parametrize("endpoint", CALLS)
async def test_nothing_comes(make_nemo: MakeNemo, upstream: Upstream, endpoint: str) -> None:
    nemo = make_nemo(sock_read_s=0.05, answer_s=0.05)
    upstream.next(endpoint, Reply(gate=asyncio.Event()))
    with pytest.raises(errors.TimedOut) as caught:
        await CALLS[endpoint](nemo)
    assert caught.value.may_run
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("endpoint", CALLS)
async def test_an_answer_without_end(
    nemo: Nemo, upstream: Upstream, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.nemo.wire._LONGEST_ANSWER", 100_000)
    upstream.next(endpoint, Reply(body=b'{"x": "' + b"y" * 200_000 + b'"}'))
    with pytest.raises(errors.BadAnswer, match="too long"):
        await CALLS[endpoint](nemo)


@pytest.mark.parametrize("endpoint", CALLS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_origin_is_not_followed(
    nemo: Nemo, upstream: Upstream, endpoint: str, status: int
) -> None:
    async with scripted() as other:
        upstream.next(endpoint, Reply(status, headers={"Location": other.url + "/api/credits/balance/simple"}))
        with pytest.raises(errors.BadAnswer):
            await CALLS[endpoint](nemo)
        assert other.requests == []
    assert len(upstream.requests) == 1


async def test_a_redirect_within_the_upstream_is_followed(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("render_status", Reply(301, headers={"Location": "/api/render/proxy/lambda/r2"}))
    upstream.renders["r2"] = ["processing"]
    assert (await nemo.render_status("r1")).status == "processing"
    assert [seen.token for seen in upstream.requests] == ["nmv_usr_first"] * 2
    upstream.next("cancel", Reply(307, headers={"Location": "/api/render/proxy/lambda/r2/cancel"}))
    await nemo.cancel_render("r1")
    assert [seen.method for seen in upstream.seen("cancel")] == ["POST", "POST"]


@pytest.mark.parametrize("location", ["", "http://[bad", "ftp://x/y", "javascript:1", "http://u:p@127.0.0.1/"])
async def test_a_redirect_to_nowhere(nemo: Nemo, upstream: Upstream, location: str) -> None:
    upstream.next("render_status", Reply(302, headers={"Location": location}))
    with pytest.raises(errors.BadAnswer):
        await nemo.render_status("r1")


async def test_a_redirect_in_a_circle(nemo: Nemo, upstream: Upstream) -> None:
    circle = Reply(302, headers={"Location": "/api/render/proxy/lambda/r1"})
    upstream.next("render_status", *[circle] * 9)
    with pytest.raises(errors.BadAnswer, match="without end"):
        await nemo.render_status("r1")
    assert len(upstream.requests) == 4


async def test_both_retries_in_one_call(nemo: Nemo, upstream: Upstream, account: Anonymous) -> None:
    upstream.next("render", refuses(429, 429), refuses(1001, 401))
    await nemo.submit_render("r1", SESSION, Draft(DRAFT), Output())
    assert [seen.endpoint for seen in upstream.requests] == ["render", "render", "token", "render"]


async def collect(nemo: Nemo, into: list[Event]) -> None:
    async with aclosing(nemo.run(SESSION, "x")) as events:
        async for event in events:
            into.append(event)  # noqa: PERF401 - what came before an error is kept


async def test_a_stream_that_breaks_gives_what_came_and_then_the_error(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("run", sse(said("First."), said("Sec", partial=True), CUT))
    got: list[Event] = []
    with pytest.raises(errors.ConnectionLost) as caught:
        await collect(nemo, got)
    assert got == [Text("First.", final=True), Text("Sec", final=False)]
    assert caught.value.may_run
    assert len(upstream.requests) == 1


async def test_a_turn_that_fails(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("run", sse(said("First."), {"error": "model overloaded", "error_details": {}}, said("never")))
    got: list[Event] = []
    with pytest.raises(errors.TurnFailed, match="model overloaded") as caught:
        await collect(nemo, got)
    assert got == [Text("First.", final=True)]
    assert not caught.value.may_run


async def test_a_silent_stream_is_told_apart_from_a_finished_one(make_nemo: MakeNemo, upstream: Upstream) -> None:
    nemo = make_nemo(sock_read_s=0.05)
    upstream.next("run", sse(said("First."), asyncio.Event()))
    got: list[Event] = []
    with pytest.raises(errors.TimedOut):
        await collect(nemo, got)
    assert got == [Text("First.", final=True)]


@dataclass
class Clock:
    """Stands where the test put it, in seconds."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def test_ten_minutes_of_heartbeats_are_a_time_out(make_nemo: MakeNemo, upstream: Upstream) -> None:
    gates = [asyncio.Event() for _ in range(3)]
    clock = Clock()
    nemo = make_nemo(clock=clock)
    upstream.next("run", sse(said("Hm."), gates[0], b": beat\n\n", gates[1], b"data: heartbeat\n\n", gates[2]))
    async with aclosing(nemo.run(SESSION, "x")) as events:
        assert await anext(events) == Text("Hm.", final=True)  # at 0
        clock.now = 400
        gates[0].set()
        assert await anext(events) == Heartbeat()
        clock.now = 599
        gates[1].set()
        assert await anext(events) == Heartbeat()
        clock.now = 601
        with pytest.raises(errors.TimedOut, match="too long"):
            await anext(events)


async def test_a_turn_that_works_may_take_longer_than_ten_minutes_but_not_fifteen(
    make_nemo: MakeNemo, upstream: Upstream
) -> None:
    gates = [asyncio.Event() for _ in range(4)]
    clock = Clock()
    nemo = make_nemo(clock=clock)
    thought = {"content": {"parts": [{"text": "…", "thought": True}]}}
    beat = b": beat\n\n"
    upstream.next("run", sse(beat, gates[0], thought, beat, gates[1], beat, gates[2], said("Still."), gates[3]))
    async with aclosing(nemo.run(SESSION, "x")) as events:
        assert await anext(events) == Heartbeat()
        clock.now = 590
        gates[0].set()
        assert await anext(events) == Heartbeat()  # the thought is not told, and counts
        gates[1].set()
        assert await anext(events) == Heartbeat()
        clock.now = 880
        gates[2].set()
        assert await anext(events) == Text("Still.", final=True)
        clock.now = 901
        with pytest.raises(errors.TimedOut, match="too long"):
            await anext(events)


async def test_closing_a_turn_ends_its_connection(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("run", sse(said("First."), asyncio.Event()))
    async with aclosing(nemo.run(SESSION, "x")) as events:
        assert await anext(events) == Text("First.", final=True)
    await nemo.credits()
    connector = nemo._wire.http.connector
    assert connector is not None
    assert not connector._acquired


async def test_cancelling_a_turn_ends_its_connection(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("run", sse(asyncio.Event()))
    task = asyncio.create_task(collect(nemo, []))
    await upstream.wait_for("run")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    connector = nemo._wire.http.connector
    assert connector is not None
    assert not connector._acquired
