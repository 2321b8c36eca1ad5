"""Every row of the code table, each as a code in a 200, as a status, and as both."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.nemo import errors
from bot.nemo.attribution import Attribution
from bot.nemo.client import Nemo
from bot.nemo.draft import Draft
from bot.nemo.models import Output
from tests.nemo.conftest import SESSION, Anonymous, MakeNemo, Sleeps
from tests.upstream.replies import Reply, refuses
from tests.upstream.server import DRAFT, Upstream

Do = Callable[[Nemo], Awaitable[object]]


async def run(nemo: Nemo) -> list[object]:
    async with aclosing(nemo.run(SESSION, "x")) as events:
        return [event async for event in events]


CALLS: dict[str, Do] = {
    "claim": lambda nemo: nemo.claim_token("t", SESSION),
    "session": lambda nemo: nemo.create_session("en"),
    "run": run,
    "upload": lambda nemo: nemo.upload_links(SESSION, ["https://example.invalid/a.mp4"]),
    "state": lambda nemo: nemo.state(SESSION),
    "credits": lambda nemo: nemo.credits(),
    "render": lambda nemo: nemo.submit_render("r1", SESSION, Draft(DRAFT), Output()),
    "render_status": lambda nemo: nemo.render_status("r1"),
    "cancel": lambda nemo: nemo.cancel_render("r1"),
}
READS = ("state", "credits", "render_status")


@pytest.mark.parametrize("endpoint", CALLS)
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("code", "error"),
    [
        (1002, errors.SessionLost),
        (2001, errors.NoCredits),
        (4001, errors.UnsupportedFile),
        (4002, errors.FileTooLarge),
        (7777, errors.BadRequest),
    ],
)
async def test_a_code(
    nemo: Nemo, upstream: Upstream, endpoint: str, status: int, code: int, error: type[errors.NemoError]
) -> None:
    upstream.next(endpoint, refuses(code, status, "because"))
    with pytest.raises(error) as caught:
        await CALLS[endpoint](nemo)
    assert type(caught.value) is error
    assert (caught.value.code, caught.value.status, caught.value.message) == (code, status, "because")
    assert (caught.value.call, caught.value.may_run) == (endpoint, False)
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("endpoint", CALLS)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.BadRequest),
        (402, errors.ExportLocked),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (413, errors.FileTooLarge),
        (415, errors.UnsupportedFile),
        (422, errors.BadRequest),
        (500, errors.UpstreamDown),
        (502, errors.UpstreamDown),
        (503, errors.UpstreamDown),
        (507, errors.StorageFull),
    ],
)
@pytest.mark.parametrize("form", ["code", "page", "nothing"])
async def test_a_status(
    nemo: Nemo, upstream: Upstream, endpoint: str, status: int, error: type[errors.NemoError], form: str
) -> None:
    reply = {
        "code": Reply(status, json={"code": status, "message": "no"}),
        "page": Reply(status, body="<html>nginx</html>", content_type="text/html"),
        "nothing": Reply(status),
    }[form]
    upstream.next(endpoint, reply, reply, reply)
    if status == 404 and endpoint in {"claim", "run", "upload", "state"}:
        error = errors.SessionLost
    with pytest.raises(error) as caught:
        await CALLS[endpoint](nemo)
    assert type(caught.value) is error
    assert caught.value.status == status
    assert "nginx" not in str(caught.value)
    assert caught.value.may_run == (error is errors.UpstreamDown)
    repeated = error is errors.UpstreamDown and endpoint in READS
    assert len(upstream.requests) == (3 if repeated else 1)


@pytest.mark.parametrize("endpoint", ["render", "render_status", "cancel"])
async def test_a_lost_session_is_told_by_its_words_where_the_path_names_none(
    nemo: Nemo, upstream: Upstream, endpoint: str
) -> None:
    upstream.next(endpoint, Reply(404, json={"detail": "Session not found: 73"}))
    with pytest.raises(errors.SessionLost):
        await CALLS[endpoint](nemo)


async def test_what_the_agent_server_says_of_a_bad_field(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("run", Reply(422, json={"detail": [{"loc": ["body", "session_id"], "msg": "field required"}]}))
    with pytest.raises(errors.BadRequest, match="field required"):
        await run(nemo)


async def test_a_status_can_hide_in_the_code(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("render", Reply(200, json={"code": 402, "message": "upgrade"}))
    with pytest.raises(errors.ExportLocked):
        await CALLS["render"](nemo)


async def test_a_code_may_be_a_string(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("credits", Reply(200, json={"code": "2001", "message": "no"}))
    with pytest.raises(errors.NoCredits):
        await nemo.credits()


@pytest.mark.parametrize("endpoint", CALLS)
@pytest.mark.parametrize("reply", [refuses(1001), refuses(1001, 401), Reply(401), refuses(1001, 403)])
async def test_a_bad_token_is_renewed_once_and_the_call_repeated(
    nemo: Nemo, upstream: Upstream, account: Anonymous, endpoint: str, reply: Reply
) -> None:
    upstream.renders["r1"] = ["pending"]
    upstream.next(endpoint, reply)
    await CALLS[endpoint](nemo)
    assert account.stale == ["nmv_usr_first"]
    assert [(seen.endpoint, seen.token) for seen in upstream.requests] == [
        (endpoint, "nmv_usr_first"),
        ("token", None),
        (endpoint, "nmv_usr_2"),
    ]
    assert upstream.requests[0].body == upstream.requests[2].body


@pytest.mark.parametrize("endpoint", CALLS)
async def test_a_token_is_not_renewed_for_ever(
    nemo: Nemo, upstream: Upstream, account: Anonymous, endpoint: str
) -> None:
    upstream.next(endpoint, refuses(1001, 401), refuses(1001, 401))
    with pytest.raises(errors.TokenRejected):
        await CALLS[endpoint](nemo)
    assert len(upstream.seen(endpoint)) == 2
    assert len(account.stale) == 1


async def test_an_own_token_is_not_renewed(nemo: Nemo, upstream: Upstream, account: Anonymous) -> None:
    account.own = True
    upstream.tokens.clear()
    with pytest.raises(errors.TokenRejected):
        await nemo.credits()
    assert [seen.endpoint for seen in upstream.requests] == ["credits"]


async def test_a_token_is_needed_to_ask_for_a_token_only_once(nemo: Nemo, upstream: Upstream) -> None:
    upstream.next("token", refuses(1001, 401))
    with pytest.raises(errors.TokenRejected):
        await nemo.anonymous_token("c")
    assert len(upstream.requests) == 1


async def test_a_token_without_a_client_id(nemo: Nemo, upstream: Upstream) -> None:
    with pytest.raises(errors.BadRequest, match="X-Client-Id"):
        await nemo.anonymous_token("")


@pytest.mark.parametrize("endpoint", CALLS)
@pytest.mark.parametrize(("headers", "wait"), [({}, 30), ({"Retry_After": "7"}, 7), ({"Retry_After": "soon"}, 30)])
async def test_a_rate_limit_is_waited_for_once(
    nemo: Nemo, upstream: Upstream, sleeps: Sleeps, endpoint: str, headers: dict[str, str], wait: float
) -> None:
    upstream.renders["r1"] = ["pending"]
    upstream.next(endpoint, refuses(429, 429, **headers))
    await CALLS[endpoint](nemo)
    assert sleeps.seconds == [wait]
    upstream.next(endpoint, refuses(429, 429, **headers), refuses(429, 429, Retry_After="9"))
    with pytest.raises(errors.RateLimited) as caught:
        await CALLS[endpoint](nemo)
    assert caught.value.retry_after_s == 9
    assert sleeps.seconds == [wait, wait]
    assert len(upstream.requests) == 4


async def test_a_long_wait_is_left_to_the_caller(nemo: Nemo, upstream: Upstream, sleeps: Sleeps) -> None:
    upstream.next("token", refuses(429, 429, Retry_After="604800"))
    with pytest.raises(errors.RateLimited) as caught:
        await nemo.anonymous_token("c")
    assert (caught.value.retry_after_s, sleeps.seconds) == (604800, [])
    when = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    upstream.next("token", refuses(429, 429, Retry_After=when))
    with pytest.raises(errors.RateLimited) as caught:
        await nemo.anonymous_token("c")
    assert 7100 < (caught.value.retry_after_s or 0) <= 7200


async def test_an_export_without_attribution_is_locked(make_nemo: MakeNemo, upstream: Upstream) -> None:
    class Nobody(Attribution):
        headers: Mapping[str, str] = {}

    nemo = make_nemo(attribution=Nobody("", "", ""))
    with pytest.raises(errors.ExportLocked):
        await CALLS["render"](nemo)


@pytest.mark.parametrize("code", [0, None])
async def test_a_server_error_is_one_whatever_its_code(nemo: Nemo, upstream: Upstream, code: int | None) -> None:
    upstream.next("session", Reply(503, body=json.dumps({"code": code})))
    with pytest.raises(errors.UpstreamDown):
        await nemo.create_session("en")


async def test_why_a_file_was_refused(nemo: Nemo, upstream: Upstream) -> None:
    """Our engine says more than the table has: a word for the reason, and the limit."""
    data = {"reason": "too_long", "limit": 14_400_000}
    upstream.next("upload", Reply(415, json={"code": 4001, "message": "4 hours is the limit", "data": data}))
    with pytest.raises(errors.UnsupportedFile) as caught:
        await CALLS["upload"](nemo)
    assert (caught.value.reason, caught.value.limit) == ("too_long", 14_400_000)
    data = {"reason": "too_large", "limit": 524_288_000}
    upstream.next("upload", Reply(413, json={"code": 4002, "message": "too large", "data": data}))
    with pytest.raises(errors.FileTooLarge) as large:
        await CALLS["upload"](nemo)
    assert large.value.limit_bytes == 524_288_000


def test_no_error_carries_a_token() -> None:
    error = errors.refusal(400, None, "bad token nmv_usr_SECRET, sent as Bearer SECRET2\n\x1b[31mclm_SECRET3")
    assert "SECRET" not in str(error) + repr(error) + error.message
    assert "\n" not in error.message
    assert "\x1b" not in error.message


def test_every_class_is_drawn_in_the_tree() -> None:
    drawn = errors.__doc__ or ""
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    ours = [each.__name__ for each in classes if each.__module__ == errors.__name__]
    assert len(ours) > 15
    assert [name for name in ours if name not in drawn] == []
