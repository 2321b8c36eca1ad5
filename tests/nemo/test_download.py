"""Files on their way down: whole or not at all, and the token to the upstream only."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.nemo import errors
from bot.nemo.client import Nemo
from bot.nemo.models import RenderStatus
from tests.nemo.conftest import Anonymous, MakeNemo
from tests.upstream.replies import CUT, Reply, refuses
from tests.upstream.server import VIDEO, Upstream, scripted

LIMIT = 10_000_000


def done(url: str | None) -> RenderStatus:
    return RenderStatus("r1", "completed", 100, url)


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "a folder"
    path.mkdir()
    return path


@pytest.fixture
async def other() -> AsyncIterator[Upstream]:
    """Another origin: somebody's file server."""
    async with scripted() as running:
        yield running


async def test_by_url_path_and_id(nemo: Nemo, upstream: Upstream, folder: Path) -> None:
    upstream.renders["r1"] = ["completed"]
    got: list[int] = []
    path = "/files/r1.mp4"
    sources: list[str | RenderStatus] = [upstream.url + path, path, done(path), done(None)]
    for source in sources:
        target = folder / "out.mp4"
        assert await nemo.download(source, target, LIMIT, got.append) == len(VIDEO)
        assert target.read_bytes() == VIDEO
    assert [seen.path for seen in upstream.requests] == [path] * 3 + ["/api/render/proxy/r1/download"]
    assert [seen.token for seen in upstream.requests] == ["nmv_usr_first"] * 4
    assert got[-1] == len(VIDEO)
    assert files(folder) == ["out.mp4"]


async def test_another_origin_sees_no_token(nemo: Nemo, upstream: Upstream, other: Upstream, folder: Path) -> None:
    await nemo.download(done(other.url + "/files/r1.mp4?sig=a%2Fb"), folder / "out.mp4", LIMIT)
    (seen,) = other.requests
    assert seen.path == "/files/r1.mp4?sig=a%2Fb"
    assert seen.token is None
    assert not [name for name in seen.headers if name.startswith("X-Skill")]
    assert upstream.requests == []


async def test_a_redirect_to_another_origin_leaves_the_token_behind(
    nemo: Nemo, upstream: Upstream, other: Upstream, folder: Path
) -> None:
    upstream.next("download", Reply(302, headers={"Location": other.url + "/files/r1.mp4"}))
    other.next("file", Reply(302, headers={"Location": upstream.url + "/files/r1.mp4"}))
    assert await nemo.download(done(None), folder / "out.mp4", LIMIT) == len(VIDEO)
    assert [(seen.endpoint, seen.token) for seen in upstream.requests] == [
        ("download", "nmv_usr_first"),
        ("file", None),
    ]
    assert [seen.token for seen in other.requests] == [None]


async def test_a_renewal_in_a_download(nemo: Nemo, upstream: Upstream, account: Anonymous, folder: Path) -> None:
    upstream.renders["r1"] = ["completed"]
    upstream.next("download", refuses(1001, 401))
    await nemo.download(done(None), folder / "out.mp4", LIMIT)
    assert [seen.token for seen in upstream.seen("download")] == ["nmv_usr_first", "nmv_usr_2"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_refusal_elsewhere_is_no_refusal_of_ours(
    nemo: Nemo, other: Upstream, account: Anonymous, folder: Path, status: int
) -> None:
    other.next("file", Reply(status, body="<Error/>", content_type="application/xml"))
    with pytest.raises(errors.NotFound):
        await nemo.download(done(other.url + "/files/r1.mp4"), folder / "out.mp4", LIMIT)
    assert account.stale == []
    assert files(folder) == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404, json={"detail": "gone"}), errors.NotFound),
        (refuses(1001), errors.TokenRejected),
        (Reply(402), errors.ExportLocked),
        (Reply(500), errors.UpstreamDown),
        (Reply(body="<html>", content_type="text/html"), errors.BadAnswer),
        (Reply(json={"ok": True}), errors.BadAnswer),
        (Reply(body=b"", content_type="video/mp4"), errors.BadAnswer),
        (Reply(body=VIDEO, content_type="video/mp4", short=5), errors.ConnectionLost),
        (Reply(pieces=[VIDEO, CUT], content_type="video/mp4"), errors.ConnectionLost),
        (Reply(drop=True), errors.ConnectionLost),
        (Reply(pieces=[VIDEO, asyncio.Event()], content_type="video/mp4"), errors.TimedOut),
        (Reply(gate=asyncio.Event()), errors.TimedOut),
        (Reply(body=VIDEO * 50, content_type="video/mp4"), errors.FileTooLarge),
        (Reply(pieces=[VIDEO] * 50, content_type="video/mp4"), errors.FileTooLarge),
    ],
)
async def test_a_broken_download_leaves_nothing(
    make_nemo: MakeNemo,
    upstream: Upstream,
    account: Anonymous,
    folder: Path,
    reply: Reply,
    error: type[errors.NemoError],
) -> None:
    account.own = True
    nemo = make_nemo(stall_s=0.1)
    target = folder / "out.mp4"
    target.write_bytes(b"an earlier one")
    upstream.next("download", *[reply] * 2)
    with pytest.raises(error):
        await nemo.download(done(None), target, 100_000)
    assert files(folder) == ["out.mp4"]
    assert target.read_bytes() == b"an earlier one"


async def test_a_drip_is_not_waited_for_for_ever(make_nemo: MakeNemo, upstream: Upstream, folder: Path) -> None:
    nemo = make_nemo(download_s=0.1)
    upstream.next("download", Reply(pieces=[VIDEO, asyncio.Event()], content_type="video/mp4"))
    with pytest.raises(errors.TimedOut, match="too long"):
        await nemo.download(done(None), folder / "out.mp4", LIMIT)
    assert files(folder) == []


async def test_a_cancelled_download_leaves_nothing(nemo: Nemo, upstream: Upstream, folder: Path) -> None:
    begun = asyncio.Event()
    big = b"x" * 2_000_000
    upstream.next("download", Reply(pieces=[big, asyncio.Event()], content_type="video/mp4"))
    task = asyncio.create_task(nemo.download(done(None), folder / "o.mp4", LIMIT, lambda _: begun.set()))
    await begun.wait()
    assert [name[-5:] for name in files(folder)] == [".part"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(folder) == []


async def test_a_folder_that_is_not_there(nemo: Nemo, upstream: Upstream, folder: Path) -> None:
    upstream.renders["r1"] = ["completed"]
    with pytest.raises(FileNotFoundError):
        await nemo.download(done(None), folder / "none" / "out.mp4", LIMIT)


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "file:///etc/passwd", "//evil/x", "", "http://[bad", "http:///x", "x.mp4"]
)
async def test_what_is_no_address(nemo: Nemo, upstream: Upstream, folder: Path, url: str) -> None:
    with pytest.raises(errors.BadAnswer, match="not an address"):
        await nemo.download(url, folder / "out.mp4", LIMIT)
    assert upstream.requests == []
    assert files(folder) == []


async def test_a_hostile_render_id_is_no_path(nemo: Nemo, upstream: Upstream, folder: Path) -> None:
    for bad in ("../../x", "..", "a/b", "a?b", ""):
        with pytest.raises(errors.BadAnswer):
            await nemo.download(RenderStatus(bad, "completed"), folder / "out.mp4", LIMIT)
        with pytest.raises(errors.BadAnswer):
            await nemo.state(bad)
    assert upstream.requests == []
