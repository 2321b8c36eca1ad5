"""What an upstream repeats of our own secrets is in nothing that comes out of the client."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.nemo.client import Nemo
from bot.nemo.draft import Draft
from bot.nemo.errors import NemoError, TurnFailed
from bot.nemo.events import Text, ToolCall
from bot.nemo.models import Output
from bot.nemo.veil import MASK, Veil
from tests.nemo.conftest import SESSION, Anonymous
from tests.upstream.replies import Reply, called, ok, refuses, said, sse
from tests.upstream.server import DRAFT, VIDEO, Upstream

TOKEN = "odd/form+of=token"
ESCAPED = "".join(f"\\u{ord(char):04x}" for char in TOKEN)


@pytest.fixture
def veil() -> Veil:
    veil = Veil()
    veil.add(SecretStr(TOKEN))
    return veil


@pytest.fixture
def odd(nemo: Nemo, account: Anonymous, upstream: Upstream) -> Nemo:
    """A client whose token has none of the published forms."""
    account.current = TOKEN
    upstream.tokens.add(TOKEN)
    return nemo


def test_a_document_without_it_stays_as_it_is_to_the_letter(veil: Veil) -> None:
    raw = b'\xef\xbb\xbf{"d" : 1.0e1, "x": "\\u00e4/", "n": [1.50, null]}'
    text, value = veil.document(raw)
    assert text.encode() == raw[3:]
    assert value == {"d": 10.0, "x": "ä/", "n": [1.5, None]}


@pytest.mark.parametrize("written", [json.dumps(TOKEN), json.dumps(TOKEN).replace("/", "\\/"), f'"{ESCAPED}"'])
def test_it_is_found_however_it_is_escaped(veil: Veil, written: str) -> None:
    text, value = veil.document(f'{{"a": [{{"b": {written}}}], {written}: 1}}'.encode())
    assert value == {"a": [{"b": MASK}], MASK: 1}
    assert json.loads(text) == value


def test_it_is_found_across_the_seam_of_two_pieces(veil: Veil) -> None:
    whole = ""
    for piece in ("the token is od", "d/form+", "of=token", " so"):
        whole = veil.appended(whole, piece)
    assert whole == f"the token is {MASK} so"


def test_what_is_used_again_and_again_is_not_forgotten(veil: Veil) -> None:
    for number in range(500):
        veil.add(SecretStr(f"claim number {number}"))
        veil.add(SecretStr(TOKEN))
    assert veil.text(f"{TOKEN}, claim number 499, claim number 0") == f"{MASK}, {MASK}, claim number 0"


def test_what_is_shorter_than_a_word_is_no_secret(veil: Veil) -> None:
    veil.add(SecretStr("a"))
    assert veil.text("a banana") == "a banana"


@pytest.mark.parametrize(
    "reply",
    [
        refuses(4001, 200, f"no {TOKEN}"),
        Reply(400, json={"detail": [{"msg": f"Basic {TOKEN}"}]}),
        Reply(500, json={"error": {"message": TOKEN}}),
        Reply(body=f"<html>{TOKEN}</html>", content_type="text/html"),
        Reply(body=f'{{"code": 1, "message": "{TOKEN}'),
    ],
)
async def test_no_error_tells_it(odd: Nemo, upstream: Upstream, reply: Reply) -> None:
    upstream.next("session", reply)
    with pytest.raises(NemoError) as caught:
        await odd.create_session("en")
    error: BaseException | None = caught.value
    while error is not None:
        assert TOKEN not in f"{error} {error!r} {error.args} {vars(error)}"
        error = error.__cause__ or error.__context__


async def test_no_name_and_no_draft_tells_it(odd: Nemo, upstream: Upstream, tmp_path: Path) -> None:
    upstream.next("upload", ok({"files": [{"filename": f"{TOKEN}.mp4", "file_type": "video"}]}))
    (file,) = await odd.upload_links(SESSION, ["https://a.invalid/x.mp4"])
    assert TOKEN not in str(file)
    upstream.draft = DRAFT.replace("clip.mp4", TOKEN)
    state = await odd.state(SESSION)
    assert TOKEN not in state.draft.text
    assert state.draft.ready
    await odd.submit_render("r1", SESSION, state.draft, Output())
    assert upstream.seen("render")[0].json["draft"] == state.draft.data


async def test_an_address_that_holds_it_is_not_told_and_the_file_comes_all_the_same(
    odd: Nemo, upstream: Upstream, tmp_path: Path
) -> None:
    await odd.submit_render("r1", SESSION, Draft(DRAFT), Output())
    upstream.renders["r1"] = ["completed"]
    upstream.next("render_status", Reply(json={"status": "completed", "output": {"url": f"/files/r1.mp4?t={TOKEN}"}}))
    status = await odd.render_status("r1")
    assert status.url is None
    assert await odd.download(status, tmp_path / "r1.mp4", 1 << 20) == len(VIDEO)
    assert upstream.seen("download")


def piece_by_piece(text: str) -> list[dict[str, Any]]:
    return [said(char, partial=True) for char in text]


@pytest.mark.parametrize(
    "events",
    [
        [said(f"It is {TOKEN}.")],
        [*piece_by_piece(f"It is {TOKEN}."), said(f"It is {TOKEN}.")],
        piece_by_piece(f"It is {TOKEN}."),
        [{"type": "text", "content": f"It is {TOKEN}."}],
    ],
)
async def test_no_text_of_a_turn_tells_it(odd: Nemo, upstream: Upstream, events: list[dict[str, Any]]) -> None:
    upstream.next("run", sse(*events))
    texts = [event async for event in odd.run(SESSION, "hello") if isinstance(event, Text)]
    assert texts[-1] == Text(f"It is {MASK}.", final=True)
    assert not any(TOKEN in text.text for text in texts)


async def test_no_tool_call_tells_it(odd: Nemo, upstream: Upstream) -> None:
    upstream.next("run", sse(called("ask_question", {"prompt": TOKEN})))
    (call,) = [event async for event in odd.run(SESSION, "hello")]
    assert isinstance(call, ToolCall)
    assert call.args == {"prompt": MASK}


@pytest.mark.parametrize(
    "piece",
    [
        {"errorCode": "X", "errorMessage": f"no {TOKEN}"},
        {"error": {"message": f"no {TOKEN}"}},
        f'data: {{"error": "no "{TOKEN}"", "error_details": {{}}}}\n\n'.encode(),
        f"event: error\ndata: no {TOKEN}\n\n".encode(),
    ],
)
async def test_no_failure_of_a_turn_tells_it(odd: Nemo, upstream: Upstream, piece: Any) -> None:
    upstream.next("run", sse(piece))
    with pytest.raises(TurnFailed) as caught:
        async for _ in odd.run(SESSION, "hello"):
            pass
    assert TOKEN not in f"{caught.value} {caught.value!r}"
    assert MASK in str(caught.value)


async def test_what_was_issued_since_is_known_too(odd: Nemo, upstream: Upstream) -> None:
    """A renewed token, the account's id made of it, and a claim."""
    token, claim = "renewed:token/1", "claim:token/2"
    upstream.next("token", ok({"token": token, "user_id": f"anon_{token}"}))
    upstream.next("claim", ok({"claim_token": claim}))
    issued = await odd.anonymous_token("c0ffee")
    assert issued.token == SecretStr(token)
    assert issued.user_id == f"anon_{MASK}"
    assert (await odd.claim_token("t1", SESSION)).token == SecretStr(claim)
    upstream.next("credits", refuses(4001, 200, f"{token} {claim} {TOKEN}"))
    with pytest.raises(NemoError) as caught:
        await odd.credits()
    assert caught.value.message == f"{MASK} {MASK} {MASK}"
