"""The draft goes back as the very text it came as."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nemo.client import Nemo
from bot.nemo.draft import Draft, span
from bot.nemo.models import Output, State
from tests.nemo.conftest import SESSION
from tests.upstream.server import DRAFT, Upstream

ODD = [
    "{}",
    '{"d": 1e-7, "e": 1.0, "f": 12345678901234567890, "g": -0.0, "h": 1E+2, "i": 0.1000000000000000055}',
    '{"t" :\t[ ] ,\n\n "d":1.50 }',
    r'{"name": "\u00e9 \ud83d\ude00 \/ \ud83d"}',
    '{"name": "é 😀 剪"}',
    r'{"text": "} ] \" { \\", "t": [{"sg": ["}"]}]}',
    '{"draft": {"draft": {"draft": 1}}, "state": {"draft": "no"}}',
    '{"a": NaN, "b": Infinity}',
    '{"a": 1, "a": 2}',
    "[1, 2.0]",
    '"{\\"t\\": [{\\"sg\\": [1]}]}"',
]


@pytest.mark.parametrize("draft", ODD)
async def test_a_draft_goes_back_byte_for_byte(nemo: Nemo, upstream: Upstream, draft: str) -> None:
    upstream.draft = draft
    state = await nemo.state(SESSION)
    assert state.draft.text == draft
    await nemo.submit_render("r1", SESSION, state.draft, Output())
    body = upstream.seen("render")[0].body
    at = span(body.decode(), "draft")
    assert at is not None
    assert body.decode()[slice(*at)].encode() == draft.encode()
    assert json.loads(body).keys() == {"id", "sessionId", "draft", "output"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    before=st.dictionaries(st.text(max_size=8), JSON, max_size=3),
    draft=JSON,
    after=st.dictionaries(st.text(max_size=8), JSON, max_size=3),
    indent=st.none() | st.integers(0, 3),
    ascii_only=st.booleans(),
)
def test_the_span_of_any_value(
    before: dict[str, Any], draft: object, after: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    def dumped(value: object) -> str:
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    after = {key: value for key, value in after.items() if key != "draft"}
    inner = {**before, "draft": draft, **after}
    text = dumped({**before, "data": {**after, "state": inner}})
    at = span(text, "data", "state", "draft")
    assert at is not None
    assert json.loads(text[slice(*at)]) == draft
    assert text[: at[0]].rstrip().endswith(":")
    assert text[at[1] :].lstrip()[0] in ",}"


def test_of_two_equal_keys_the_last_counts() -> None:
    text = '{"data": {"draft": 1}, "data": {"draft": 2, "draft": [3]}}'
    at = span(text, "data", "draft")
    assert at is not None
    assert text[slice(*at)] == "[3]"


@pytest.mark.parametrize("text", ['{"data": 1}', "{}", "[]", '{"data": {"x": 1}}', '{"data": [{"draft": 1}]}', "3"])
def test_a_value_that_is_not_there(text: str) -> None:
    assert span(text, "data", "draft") is None


@pytest.mark.parametrize("text", ["", "{", '{"data": {"draft": }}', "[" * 100_000, '{"a" 1}'])
def test_no_json_has_no_span(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        span(text, "data", "draft")


@pytest.mark.parametrize(
    ("text", "ready"),
    [
        ("{}", False),
        ('{"t": []}', False),
        ('{"t": [{"tt": 0, "sg": []}]}', False),
        ('{"t": [{"tt": 0}, {"tt": 1, "sg": [{}]}]}', True),
        ('{"t": {"0": {"sg": [1]}}}', False),
        ('{"t": [null, 3, {"sg": "x"}]}', False),
        ("[]", False),
        ("null", False),
        ('"{\\"t\\": [{\\"sg\\": [1]}]}"', True),
        (DRAFT, True),
    ],
)
def test_ready_for_an_export(text: str, ready: bool) -> None:
    assert Draft(text).ready is ready


def state(draft: str = "{}", **data: Any) -> State:
    return State.read({"state": data}, Draft(draft))


def test_a_digest_is_of_what_an_edit_changes() -> None:
    a = state('{"t": [1.0, 2], "d": 3}', video_infos=[{"cdn_url": "https://x/a.mp4?sig=1", "hash": "h"}])
    b = state('{"d":3,"t":[1.0,2]}', video_infos=[{"hash": "h", "cdn_url": "https://x/a.mp4?sig=2"}])
    assert a.digest == b.digest
    assert state().digest == state(video_infos=[], canvas_config={}, generated_media=None).digest
    assert state(video_analyses=[1]).digest == state().digest
    different = [
        state('{"d": 1}'),
        state('{"d": 2}'),
        state(video_infos=[{"cdn_url": "https://x/b.mp4"}]),
        state(canvas_config={"width": 9}),
        state(generated_media=[{"id": 1}]),
        state(),
    ]
    assert len({each.digest for each in different}) == len(different)
