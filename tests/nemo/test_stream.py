"""From a turn's stream to typed events: every form the protocol file lists."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nemo.errors import NemoError, NoCredits, SessionLost, TurnFailed
from bot.nemo.events import Event, Heartbeat, Text, ToolCall, ToolResult
from bot.nemo.stream import TurnReader

NOISE = "I encountered a temporary issue while processing your request. Please try again."


def read(*chunks: bytes) -> tuple[list[Event], NemoError | None]:
    """What came, and the error that ended it, if one did."""
    reader, got = TurnReader(), []
    try:
        for chunk in chunks:
            for event in reader.feed(chunk):
                got.append(event)  # noqa: PERF402 - what came before an error is kept
        for event in reader.finish():
            got.append(event)  # noqa: PERF402 - as above
    except NemoError as error:
        return got, error
    return got, None


def stream(*bodies: dict[str, Any] | str) -> bytes:
    texts = [body if isinstance(body, str) else json.dumps(body, ensure_ascii=False) for body in bodies]
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def events(*bodies: dict[str, Any] | str) -> list[Event]:
    got, error = read(stream(*bodies))
    assert error is None
    return got


def agent(*parts: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"content": {"role": "model", "parts": list(parts)}, "author": "nemo_agent", **rest}


def part(text: str, **rest: Any) -> dict[str, Any]:
    return {"text": text, **rest}


def delta(text: str) -> dict[str, Any]:
    return agent(part(text), partial=True)


def final(text: str) -> Text:
    return Text(text, final=True)


def so_far(text: str) -> Text:
    return Text(text, final=False)


CALL = {"functionCall": {"id": "c1", "name": "edit_multitrack", "args": {"a": 1}}}
RESPONSE = {"functionResponse": {"id": "c1", "name": "edit_multitrack", "response": {"ok": True}}}


def test_deltas_and_then_the_whole() -> None:
    assert events(delta("Hel"), delta("lo"), agent(part("Hello!"))) == [so_far("Hel"), so_far("Hello"), final("Hello!")]


def test_several_texts_in_one_turn() -> None:
    got = events(delta("A"), agent(part("A.")), agent(CALL), agent(RESPONSE), delta("B"), agent(part("B.")))
    assert [event for event in got if isinstance(event, Text) and event.final] == [final("A."), final("B.")]
    assert so_far("B") in got


def test_equal_texts_are_two_texts() -> None:
    assert events(agent(part("Done."), id="e1"), agent(part("Done."), id="e1")) == [final("Done."), final("Done.")]


def test_thoughts_are_hidden() -> None:
    assert events(
        agent(part("thinking", thought=True), partial=True),
        agent(part("thinking", thought=True), part("Yes", thought=False), partial=True),
        agent(part("thinking more", thought=True), part("Yes.")),
        agent(part("only thinking", thought=True)),
    ) == [so_far("Yes"), final("Yes.")]


def test_parts_of_one_event_are_one_text() -> None:
    assert events(agent(part("One "), part("two"))) == [final("One two")]


def test_tools_act_only_when_not_partial() -> None:
    call = ToolCall("c1", "edit_multitrack", {"a": 1})
    result = ToolResult("c1", "edit_multitrack", {"ok": True})
    from_user = {"content": {"role": "user", "parts": [RESPONSE]}, "author": "nemo_agent"}
    assert events(agent(CALL, partial=True), agent(CALL), from_user) == [call, result]
    assert events(agent(part("I cut."), CALL)) == [final("I cut."), call]


def test_snake_case_and_missing_fields() -> None:
    odd = agent({"function_call": {"name": "x"}}, {"function_response": {"name": "x", "response": "fine"}})
    assert events(odd) == [ToolCall("", "x", {}), ToolResult("", "x", {"result": "fine"})]
    assert events(agent({"functionCall": 7}, {"inlineData": {}}, {"fileData": {}}, {"text": 3})) == []
    assert events({"content": {"parts": None}}, {"content": None}, {}, {"actions": {"stateDelta": {}}}) == []


def test_a_tool_call_ends_a_text_that_had_only_deltas() -> None:
    call = ToolCall("c1", "edit_multitrack", {"a": 1})
    assert events(delta("One"), agent(CALL), delta("Two"), agent(part("Two."))) == [
        so_far("One"),
        final("One"),
        call,
        so_far("Two"),
        final("Two."),
    ]
    assert events(delta("One"), agent(CALL), agent(part("One"))) == [so_far("One"), final("One"), call], "not twice"


def test_deltas_without_a_whole_are_a_text_when_the_stream_ends() -> None:
    assert events(delta("He"), delta("llo")) == [so_far("He"), so_far("Hello"), final("Hello")]
    assert events(delta("Hello"), agent(part(""))) == [so_far("Hello"), final("Hello")]
    assert events(delta("  ")) == [so_far("  ")]


def test_an_echo_of_what_was_sent_is_not_told() -> None:
    assert events({"content": {"role": "user", "parts": [part("trim")]}}) == []
    assert events(agent(part("trim"), author="user")) == []


def test_the_flat_form() -> None:
    assert events(
        {"type": "text", "content": "Hi", "partial": True},
        {"type": "text", "content": "Hi."},
        {"type": "tool_call", "name": "x", "args": {"a": 1}},
        {"type": "tool_call", "name": "y", "partial": True},
        {"type": "tool_result", "name": "x", "result": {"ok": 1}},
        {"type": "heartbeat"},
        {"type": "thinking", "content": "hm"},
        {"type": "whatever", "content": "hm"},
        {"text": "Bye."},
        {"text": "hm", "thought": True},
    ) == [
        so_far("Hi"),
        final("Hi."),
        ToolCall("", "x", {"a": 1}),
        ToolResult("", "x", {"ok": 1}),
        Heartbeat(),
        final("Bye."),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"data: heartbeat\n\n",
        b"data:\n\n",
        b"data: \n\n",
        b"event: heartbeat\n\n",
        b"event: heartbeat\ndata: {}\n\n",
        b": comment\n\n",
        b'data: {"type":"heartbeat"}\n\n',
        b'data: {"type":"ping"}\n\n',
        b"event: ping\ndata: 2026-01-01\n\n",
    ],
)
def test_heartbeats(raw: bytes) -> None:
    reader = TurnReader()
    assert list(reader.feed(raw)) == [Heartbeat()]
    assert reader.active == 0


def test_what_is_not_told_is_still_life() -> None:
    reader = TurnReader()
    assert list(reader.feed(stream(agent(part("x", thought=True)), "[DONE]", agent(CALL, partial=True)))) == []
    assert reader.active == 3


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        (agent(errorCode="SAFETY", errorMessage="blocked"), "blocked", "SAFETY"),
        ({"errorMessage": "no model"}, "no model", None),
        ({"error_code": 500, "error_message": "no model"}, "no model", "500"),
        ({"errorCode": "MAX_TOKENS"}, "", "MAX_TOKENS"),
        ({"error": "quota", "error_details": {"x": 1}}, "quota", None),
        (
            {"error": "OSError: quota", "error_details": {"error_type": "OSError", "error_message": "quota"}},
            "quota",
            "OSError",
        ),
        ({"error": "OSError: ", "error_details": {"error_type": "OSError", "error_message": ""}}, "", "OSError"),
        ({"error": "quota", "error_details": {"error_message": None}}, "quota", None),
        ({"error": "quota", "error_details": "none"}, "quota", None),
        ({"error": {"message": "quota", "code": "Q"}}, "quota", "Q"),
        ({"type": "error", "message": "quota"}, "quota", None),
        ({"type": "error", "content": "quota"}, "quota", None),
        ('{"error": "model said "no" to it"}', 'model said "no" to it', None),
        ('{"error": "said "no"", "error_details": {"a": "b"}}', 'said "no', None),
        ('{"error": "cut off in the mid', "cut off in the mid", None),
        ("{'error': 'it's broken'}", "it's broken", None),
        ("Error: it broke", "it broke", None),
    ],
)
def test_an_error_fails_the_turn(body: dict[str, Any] | str, message: str, code: str | None) -> None:
    got, error = read(stream(agent(part("First.")), body, agent(part("never"))))
    assert got == [final("First.")]
    assert isinstance(error, TurnFailed)
    assert (error.message, error.error_code) == (message, code)


def test_an_error_event() -> None:
    for raw in (b"event: error\ndata: it broke\n\n", b'event: error\ndata: {"message": "it broke"}\n\n'):
        got, error = read(raw)
        assert got == []
        assert isinstance(error, TurnFailed)
        assert error.message == "it broke"


def test_a_code_within_the_stream_is_the_code() -> None:
    assert isinstance(read(stream({"code": 2001, "message": "no credits"}))[1], NoCredits)
    assert isinstance(read(stream({"code": 1002, "message": "gone"}))[1], SessionLost)
    assert isinstance(read(stream({"errorCode": "2001", "errorMessage": "no credits"}))[1], NoCredits)
    assert isinstance(read(stream({"errorCode": "500", "errorMessage": "ours"}))[1], TurnFailed)
    assert events({"code": 0, "message": "ok"}) == []


def test_errors_that_are_not_there() -> None:
    nothing = {"errorCode": None, "errorMessage": None, "error": None}
    assert events(agent(part("Fine."), **nothing)) == [final("Fine.")]


def test_no_error_carries_a_token() -> None:
    assert "SECRET" not in str(read(stream('{"error": "bad "nmv_usr_SECRET""}'))[1])


def test_a_trailing_temporary_issue_is_noise() -> None:
    assert events(agent(part("Done.")), agent(part(NOISE))) == [final("Done.")]
    assert events(agent(part(f"Done.\n\n{NOISE}"))) == [final("Done.")]
    assert events(agent(part(f"Done. {NOISE}"))) == [final("Done.")]
    assert events(agent(part("Done.")), delta("I encoun"), delta(NOISE[8:]), agent(part(NOISE))) == [final("Done.")]
    assert events(delta("Done. "), delta(NOISE), agent(part(f"Done. {NOISE}"))) == [
        so_far("Done. "),
        so_far("Done."),
        final("Done."),
    ]


def test_a_temporary_issue_is_told_where_there_is_nothing_else() -> None:
    assert events(delta("I encoun"), agent(part(NOISE)))[-1] == final(NOISE)


def test_a_text_about_a_temporary_issue_is_a_text() -> None:
    title = "The title now says “I encountered a temporary issue” for 3 s."
    assert events(agent(part("Hm.")), agent(part(title))) == [final("Hm."), final(title)]


EVERY_FORM = (
    b"\xef\xbb\xbf: hello\r\n\r\n"
    b"data: heartbeat\n\ndata:\n\nevent: heartbeat\n\n"
    + stream(
        delta("片段 "),
        delta("😀 one"),
        agent(part("thinking", thought=True), partial=True),
        agent(part("片段 😀 one.")),
    )
    + b'data: {"type":"text",\r\ndata: "content":"two lines to one event"}\r\n\r\n'
    + stream(agent(CALL, partial=True), agent(CALL), agent(RESPONSE), {"type": "heartbeat"}, {"text": "three"})
    + b"data: [DONE]\r\r"
    + stream({"type": "tool_call", "name": "stage", "args": {"stage": "editing"}}, agent(part("")))
    + stream(agent(part(f"Done. {NOISE}")))
    + 'data: {"text": "最后，没有空行"}'.encode()
)
TOLD = [
    *[Heartbeat()] * 4,
    so_far("片段 "),
    so_far("片段 😀 one"),
    final("片段 😀 one."),
    final("two lines to one event"),
    ToolCall("c1", "edit_multitrack", {"a": 1}),
    ToolResult("c1", "edit_multitrack", {"ok": True}),
    Heartbeat(),
    final("three"),
    ToolCall("", "stage", {"stage": "editing"}),
    final("Done."),
    final("最后，没有空行"),
]


def test_every_form_in_one_turn_cut_at_every_byte() -> None:
    assert read(EVERY_FORM) == (TOLD, None)
    for place in range(1, len(EVERY_FORM)):
        assert read(EVERY_FORM[:place], EVERY_FORM[place:]) == (TOLD, None), place
    assert read(*(bytes([byte]) for byte in EVERY_FORM)) == (TOLD, None)


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_every_form_with_every_end_of_line(end: bytes) -> None:
    same = EVERY_FORM.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", end)
    assert read(same) == (TOLD, None)
    for place in range(1, len(same)):
        assert read(same[:place], same[place:]) == (TOLD, None), place


@pytest.mark.parametrize(
    "broken", ['{"error": "said "no" 不行"}', '{"error": "quota", "error_details": {}}', '{"errorCode": "E", "x": 1}']
)
def test_a_failure_cut_at_every_byte_is_the_same_failure(broken: str) -> None:
    raw = stream(agent(part("First.")), broken)
    whole, error = read(raw)
    assert isinstance(error, TurnFailed)
    for place in range(1, len(raw)):
        got, also = read(raw[:place], raw[place:])
        assert (got, type(also), str(also)) == (whole, TurnFailed, str(error)), place


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
BODIES = st.one_of(
    st.builds(delta, WORDS),
    st.builds(lambda text: agent(part(text)), WORDS),
    st.builds(lambda text: agent(part(text, thought=True), part("x")), WORDS),
    st.builds(lambda text: agent(part(text), CALL), WORDS),
    st.just(agent(RESPONSE)),
    st.builds(lambda text: {"type": "text", "content": text}, WORDS),
    st.builds(lambda text: {"text": text}, WORDS),
    st.just({"type": "heartbeat"}),
    st.builds(lambda text: {"error": text}, WORDS),
)


@given(
    bodies=st.lists(BODIES, max_size=8),
    ascii_only=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    last=st.booleans(),
    cuts=st.lists(st.floats(0, 1), max_size=25),
)
def test_cuts_change_nothing(
    bodies: list[dict[str, Any]], ascii_only: bool, end: str, last: bool, cuts: list[float]
) -> None:
    text = "".join(f"data: {json.dumps(body, ensure_ascii=ascii_only)}{end}{end}: beat{end}{end}" for body in bodies)
    raw = text.encode() if last else text.rstrip().encode()
    places = sorted(round(cut * len(raw)) for cut in cuts)
    whole, broken = read(raw)
    pieces, also_broken = read(*(raw[a:b] for a, b in zip([0, *places], [*places, len(raw)], strict=True)))
    assert pieces == whole
    assert (type(broken), str(broken)) == (type(also_broken), str(also_broken))
    if broken is None:
        said = [event.text for event in whole if isinstance(event, Text) and event.final]
        flat = [body.get("text") or body.get("content") for body in bodies]
        assert [text for text in flat if isinstance(text, str) and text.strip() and text not in said] == []
