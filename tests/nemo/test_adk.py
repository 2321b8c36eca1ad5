"""The client against the agent server that the upstream is built on: google-adk's own, as its package has it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import aiohttp
import pytest

from bot.nemo.client import Nemo
from bot.nemo.errors import BadRequest, NemoError, SessionLost, TurnFailed
from bot.nemo.events import Event, Text, ToolCall, ToolResult
from bot.nemo.stream import TurnReader
from tests.nemo.adk.process import NAMED, python, served
from tests.nemo.conftest import MakeNemo

PYTHON = python()
if PYTHON is None:
    pytest.skip(f"google-adk is not installed; .ci/run installs it and sets {NAMED}", allow_module_level=True)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the real thing."""
    assert PYTHON is not None
    context = served(PYTHON)
    with asyncio.Runner() as runner:
        yield runner.run(context.__aenter__())
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture
async def session(server: str, http: aiohttp.ClientSession) -> str:
    """A session of the test's own, made by ADK's own call."""
    async with http.post(f"{server}/apps/nemo_agent/users/me/sessions", json={}) as response:
        response.raise_for_status()
        name: str = (await response.json())["id"]
        return name


@pytest.fixture
def nemo(make_nemo: MakeNemo, server: str) -> Nemo:
    return make_nemo(url=server)


def said(text: str, **rest: Any) -> dict[str, Any]:
    return spoken({"text": text}, **rest)


def spoken(*parts: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"content": {"role": "model", "parts": list(parts)}, **rest}


def final(text: str) -> Text:
    return Text(text, final=True)


def so_far(text: str) -> Text:
    return Text(text, final=False)


async def turn(nemo: Nemo, session: str, script: dict[str, Any]) -> tuple[list[Event], NemoError | None]:
    """What came, and the error that ended it, if one did."""
    got: list[Event] = []
    try:
        async with aclosing(nemo.run(session, json.dumps(script))) as events:
            async for event in events:
                got.append(event)  # noqa: PERF401 - what came before an error is kept
    except NemoError as error:
        return got, error
    return got, None


async def events(nemo: Nemo, session: str, *steps: dict[str, Any]) -> list[Event]:
    got, error = await turn(nemo, session, {"events": steps})
    assert error is None
    return got


async def streamed(
    http: aiohttp.ClientSession, server: str, session: str, script: dict[str, Any]
) -> tuple[list[Event], NemoError | None]:
    """The same with `streaming`, which the client never asks for and an upstream may have turned on."""
    body = {
        "app_name": "nemo_agent",
        "user_id": "me",
        "session_id": session,
        "new_message": {"parts": [{"text": json.dumps(script)}]},
        "streaming": True,
    }
    reader, got = TurnReader(), []
    async with http.post(f"{server}/run_sse", json=body) as response:
        response.raise_for_status()
        try:
            async for chunk in response.content.iter_any():
                for event in reader.feed(chunk):
                    got.append(event)  # noqa: PERF402 - what came before an error is kept
            got.extend(reader.finish())
        except NemoError as error:
            return got, error
    return got, None


async def test_a_text(nemo: Nemo, session: str) -> None:
    assert await events(nemo, session, said("I trimmed it.")) == [final("I trimmed it.")]


async def test_several_texts_are_each_told_once(nemo: Nemo, session: str) -> None:
    steps = [said("Trimmed."), said("Done."), said("Done."), spoken({"text": "One "}, {"text": "more."})]
    assert await events(nemo, session, *steps) == [final(text) for text in ("Trimmed.", "Done.", "Done.", "One more.")]


async def test_the_next_turn_tells_only_its_own(nemo: Nemo, session: str) -> None:
    assert await events(nemo, session, said("First.")) == [final("First.")]
    assert await events(nemo, session, said("Second.")) == [final("Second.")]


async def test_thoughts_are_hidden(nemo: Nemo, session: str) -> None:
    thought = {"text": "Where is the silence?", "thought": True}
    assert await events(nemo, session, spoken(thought), spoken(thought, {"text": "Here."})) == [final("Here.")]


@pytest.mark.parametrize(
    "empty",
    [
        {},
        {"content": {"role": "model"}},
        spoken(),
        said(""),
        spoken({"text": "", "thought_signature": "c2lnbmVk"}),
        spoken({"inline_data": {"data": "AAAA", "mime_type": "image/png"}}),
        {"actions": {"state_delta": {"draft": {"t": []}}}},
        {"turn_complete": True},
    ],
    ids=json.dumps,
)
async def test_an_empty_final_event_tells_nothing(nemo: Nemo, session: str, empty: dict[str, Any]) -> None:
    assert await events(nemo, session, empty) == []
    assert await events(nemo, session, said("Done."), empty) == [final("Done.")]


async def test_a_turn_without_events_is_over(nemo: Nemo, session: str) -> None:
    assert await events(nemo, session) == []


async def test_a_text_that_comes_with_a_file_is_told_once(nemo: Nemo, session: str) -> None:
    """The server makes two events of it."""
    saved = said("I kept the frame.", actions={"artifact_delta": {"frame.png": 0}})
    assert await events(nemo, session, saved) == [final("I kept the frame.")]


@pytest.mark.parametrize(
    "text",
    [
        "剪好了 🎬 é e\u0301 👩‍👩‍👧",
        "line\u2028and\u0085line",
        'first\n\ndata: {"error": "no"}\n\nevent: error\r\nlast',
        'say "cut", \\ and {"a": 1}',
        "heartbeat",
        "[DONE]",
        "剪🎬" * 500_000,
    ],
    ids=["unicode", "line separators", "like a stream", "quotes", "heartbeat", "done", "long"],
)
async def test_a_text_comes_as_it_was_written(
    nemo: Nemo, session: str, http: aiohttp.ClientSession, server: str, text: str
) -> None:
    assert await events(nemo, session, said(text)) == [final(text)]
    half = len(text) // 2
    script = {"answers": [[said(text[:half], partial=True), said(text[half:], partial=True), said(text)]]}
    got, error = await streamed(http, server, session, script)
    assert error is None
    assert got == [so_far(text[:half]), so_far(text), final(text)]


async def test_a_tool_call_and_its_result(nemo: Nemo, session: str) -> None:
    call = {"function_call": {"name": "trim", "args": {"start_s": 2.5}}}
    got, error = await turn(nemo, session, {"answers": [[spoken({"text": "I cut."}, call)], [said("Done.")]]})
    assert error is None
    assert isinstance(got[1], ToolCall)
    name = got[1].id
    assert name
    assert got == [
        final("I cut."),
        ToolCall(name, "trim", {"start_s": 2.5}),
        ToolResult(name, "trim", {"removed_s": 2.5}),
        final("Done."),
    ]


async def test_two_tools_at_once(nemo: Nemo, session: str) -> None:
    calls = [{"function_call": {"name": "trim", "args": {"start_s": start_s}}} for start_s in (1.5, 2.5)]
    got, error = await turn(nemo, session, {"answers": [[spoken(*calls)], [], [said("Done.")]]})
    assert error is None
    called = [event for event in got if isinstance(event, ToolCall)]
    told = [event for event in got if isinstance(event, ToolResult)]
    assert [event.args for event in called] == [{"start_s": 1.5}, {"start_s": 2.5}]
    assert [(event.id, event.response) for event in told] == [
        (called[0].id, {"removed_s": 1.5}),
        (called[1].id, {"removed_s": 2.5}),
    ]
    assert got == [*called, *told, final("Done.")]


async def test_a_tool_that_breaks_fails_the_turn(nemo: Nemo, session: str) -> None:
    call = {"function_call": {"name": "trim", "args": {"start_s": -1.0}}}
    got, error = await turn(nemo, session, {"answers": [[spoken(call)]]})
    assert [type(event) for event in got] == [ToolCall]
    assert isinstance(error, TurnFailed)
    assert (error.message, error.error_code) == ('a "negative" time: -1.0', "ValueError")


PIECES = {
    "answers": [
        [
            spoken({"text": "Where?", "thought": True}, partial=True),
            said("I ", partial=True),
            said("cut.", partial=True),
            spoken(
                {"text": "Where?", "thought": True},
                {"text": "I cut!"},
                {"function_call": {"name": "trim", "args": {"start_s": 2.5}}},
            ),
        ],
        [said("Do", partial=True), said("ne", partial=True), said("Done.")],
    ]
}


async def test_partial_texts_and_then_the_whole(http: aiohttp.ClientSession, server: str, session: str) -> None:
    got, error = await streamed(http, server, session, PIECES)
    assert error is None
    assert [event for event in got if isinstance(event, Text)] == [
        so_far("I "),
        so_far("I cut."),
        final("I cut!"),
        so_far("Do"),
        so_far("Done"),
        final("Done."),
    ]
    assert [type(event) for event in got[3:5]] == [ToolCall, ToolResult]


async def test_without_streaming_there_are_no_partial_texts(nemo: Nemo, session: str) -> None:
    got, error = await turn(nemo, session, PIECES)
    assert error is None
    assert [event for event in got if isinstance(event, Text)] == [final("I cut!"), final("Done.")]


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("model overloaded", "model overloaded"),
        ('it said "no", twice', 'it said "no", twice'),
        (
            '429: {"error": {"code": 429, "message": "slow down"}}',
            '429: {"error": {"code": 429, "message": "slow down"}}',
        ),
        ("first line\n\nsecond 'line'\r\n", "first line second 'line'"),
        ("\\ 剪 🎬", "\\ 剪 🎬"),
        ("", ""),
    ],
)
async def test_an_error_in_mid_stream_fails_the_turn(
    nemo: Nemo, session: str, http: aiohttp.ClientSession, server: str, raised: str, told: str
) -> None:
    got, error = await turn(nemo, session, {"events": [said("First."), {"raise": raised}, said("never")]})
    assert got == [final("First.")]
    assert isinstance(error, TurnFailed)
    assert (error.message, error.error_code, error.may_run) == (told, "RuntimeError", False)
    pieces = {"answers": [[said("Fir", partial=True), {"raise": raised}]]}
    got, error = await streamed(http, server, session, pieces)
    assert got == [so_far("Fir")]
    assert isinstance(error, TurnFailed)
    assert error.message == told


async def test_an_event_with_an_error_code_fails_the_turn(nemo: Nemo, session: str) -> None:
    blocked = {"error_code": "SAFETY", "error_message": 'it is "blocked"'}
    scripts: list[dict[str, Any]] = [
        {"events": [said("First."), blocked, said("never")]},
        {"answers": [[said("First."), blocked]]},
    ]
    for script in scripts:
        got, error = await turn(nemo, session, script)
        assert got == [final("First.")]
        assert isinstance(error, TurnFailed)
        assert (error.message, error.error_code) == ('it is "blocked"', "SAFETY")


async def test_a_session_that_is_not_there_is_lost_before_the_stream_begins(nemo: Nemo, session: str) -> None:
    got, error = await turn(nemo, "7300000000000000001", {"events": [said("never")]})
    assert got == []
    assert isinstance(error, SessionLost)
    assert (error.status, error.may_run) == (404, False)
    assert "7300000000000000001" in error.message


async def test_a_body_that_is_not_understood(nemo: Nemo) -> None:
    with pytest.raises(BadRequest, match="valid string") as caught:
        await anext(nemo.run(7, "x"))  # type: ignore[arg-type]  # the server checks it too
    assert caught.value.status == 422
