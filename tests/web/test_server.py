"""The web server over a real socket: files, ranges, pages, health."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import ClientResponse, ClientSession, web
from itsdangerous import URLSafeTimedSerializer
from pydantic import SecretStr
from redis.asyncio import Redis
from yarl import URL

from bot.media.folder import MediaFolder
from bot.pictures.gallery import Gallery
from bot.store.store import Store
from bot.web import server
from bot.web.beside import Beside
from bot.web.files import display_name
from bot.web.health import run_checks
from bot.web.links import Links
from bot.web.results import Results
from bot.web.server import CannotListen, make_app, serve

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECRET = "a key for tests"
BODY = bytes(range(256)) * 400


class Site:
    """A running server and what a test does to it."""

    def __init__(self, folder: Path, redis: Redis) -> None:
        self.results = folder / "results"
        self.store = Store(redis, SecretStr(SECRET))
        self.gallery = Gallery(MediaFolder(folder / "media"), folder / "pictures")
        self.now = NOW
        self.health = {"redis": True}
        self.stuck = False
        self.url = ""
        self.links = Links(SecretStr(SECRET), "https://cut.example", 1, lambda: self.now)

    async def ready(self) -> dict[str, bool]:
        if self.stuck:
            await asyncio.Event().wait()
        return self.health

    def path(self, file: str = "abc.mp4", name: str = "my talk.mp4") -> str:
        made = self.links.link("", file, name)
        assert made is not None
        token = made[0].split("/v/")[1].split("/")[0]
        return f"/v/{token}/{quote(display_name(name, file), safe='')}"

    def app(self) -> web.Application:
        made = make_app(self.ready)
        Results(self.results, self.links, self.store, Beside(self.store, self.gallery)).add_to(made)
        return made


@pytest.fixture
async def site(tmp_path: Path, redis: Redis) -> AsyncIterator[Site]:
    made = Site(tmp_path, redis)
    made.results.mkdir()
    (made.results / "abc.mp4").write_bytes(BODY)
    async with serve(made.app(), "127.0.0.1", 0) as made.url:
        yield made


@asynccontextmanager
async def ask(site: Site, path: str, method: str = "GET", **headers: str) -> AsyncIterator[ClientResponse]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        ClientSession() as client,
        client.request(method, URL(site.url + path, encoded=True), headers=names) as answer,
    ):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "ython" not in answer.headers["Server"]
        yield answer


@pytest.mark.parametrize(
    ("file", "kind", "how"),
    [
        ("a.gif", "image/gif", "inline"),
        ("a.mp3", "audio/mpeg", "inline"),
        ("a.bin", "application/octet-stream", "attachment"),
    ],
)
async def test_each_kind_of_result_is_what_it_is(site: Site, file: str, kind: str, how: str) -> None:
    (site.results / file).write_bytes(BODY)
    async with ask(site, site.path(file, f"my talk.{file[2:]}")) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Disposition"].startswith(f'{how}; filename="my talk.{file[2:]}"')
        assert await answer.read() == BODY
        policy = answer.headers["Content-Security-Policy"]
        assert "img-src 'self'" in policy, "a browser shows a picture by itself as a page with one image"
        assert "media-src 'self'" in policy


async def test_a_link_gives_the_whole_file(site: Site) -> None:
    async with ask(site, site.path(name="夏天 talk.mp4")) as answer:
        assert answer.status == 200
        assert await answer.read() == BODY
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Content-Disposition"] == (
            "inline; filename=\"__ talk.mp4\"; filename*=UTF-8''%E5%A4%8F%E5%A4%A9%20talk.mp4"
        )


async def test_head_tells_the_size_and_sends_nothing(site: Site) -> None:
    async with ask(site, site.path(), "HEAD") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Length"] == str(len(BODY))
        assert await answer.read() == b""


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("bytes=0-0", 0, 1), ("bytes=100-1999", 100, 2000), ("bytes=-5", len(BODY) - 5, None)]
)
async def test_a_range_gives_that_part(site: Site, asked: str, start: int, stop: int | None) -> None:
    async with ask(site, site.path(), Range=asked) as answer:
        assert answer.status == 206
        assert await answer.read() == BODY[start:stop]
        last = (stop or len(BODY)) - 1
        assert answer.headers["Content-Range"] == f"bytes {start}-{last}/{len(BODY)}"


async def test_a_range_outside_the_file_is_refused(site: Site) -> None:
    async with ask(site, site.path(), Range="bytes=999999999-") as answer:
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(BODY)}"


async def test_a_file_that_is_had_already_is_not_sent_again(site: Site) -> None:
    async with ask(site, site.path()) as first:
        etag = first.headers["ETag"]
    async with ask(site, site.path(), If_None_Match=etag) as second:
        assert second.status == 304
        assert await second.read() == b""


async def pages(site: Site, path: str, status: int, method: str = "GET") -> str:
    async with ask(site, path, method) as answer:
        assert answer.status == status
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        text = await answer.text()
    if method != "HEAD":
        assert "<h1>" in text
        assert '<html lang="en">' in text
    assert str(site.results) not in text
    assert "Error" not in text
    return text


async def test_an_expired_link_says_so(site: Site) -> None:
    path = site.path()
    site.now += timedelta(hours=1, seconds=1)
    assert "has expired" in await pages(site, path, 410)
    assert await pages(site, path, 410, "HEAD") == ""


async def test_a_changed_link_says_so(site: Site) -> None:
    path = site.path()
    assert "not complete" in await pages(site, path[:10] + "x" + path[11:], 403)
    for token in ("..", "x", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "<script>alert(1)</script>", "%00", "%ff", "a" * 4000):
        async with ask(site, f"/v/{token.replace('/', '%2F')}/talk.mp4") as answer:
            assert answer.status in {403, 404}
            assert "script" not in await answer.text()


async def test_a_changed_name_changes_nothing(site: Site) -> None:
    path = site.path().rsplit("/", 1)[0] + "/virus.exe%0d%0aX-Bad:1"
    async with ask(site, path) as answer:
        assert answer.status == 200
        assert 'filename="my talk.mp4"' in answer.headers["Content-Disposition"]
        assert "X-Bad" not in answer.headers


async def test_a_file_that_is_gone_says_so(site: Site) -> None:
    path = site.path()
    (site.results / "abc.mp4").unlink()
    assert "nothing here" in await pages(site, path, 404)


@pytest.mark.parametrize(
    "file", ["../secret.mp4", "/etc/passwd", "..", "link.mp4", "abc.mp4/", "sub/abc.mp4", "x.part", ""]
)
async def test_even_a_signed_name_never_leaves_the_folder(site: Site, file: str) -> None:
    (site.results.parent / "secret.mp4").write_bytes(b"secret")
    (site.results / "link.mp4").symlink_to(site.results.parent / "secret.mp4")
    (site.results / "x.part").write_bytes(b"half")
    (site.results / "sub").mkdir()
    (site.results / "sub" / "abc.mp4").write_bytes(b"secret")
    await pages(site, site.path(file), 404)


async def test_other_paths_and_methods_get_a_page(site: Site) -> None:
    for path in ("/", "/v/", "/v/x", "/../etc/passwd", "/v/%2e%2e/%2e%2e", "/static/x", "/robots.txt/.."):
        async with ask(site, path) as answer:
            assert answer.status in {403, 404}
    async with ask(site, site.path(), "DELETE") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "GET,HEAD"


async def test_what_is_no_video_is_saved_not_shown(site: Site) -> None:
    (site.results / "page.html").write_text("<script>alert(1)</script>")
    async with ask(site, site.path("page.html", "page")) as answer:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment; ")


async def test_health(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(path: str) -> tuple[int, object]:
        async with ask(site, path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, await answer.json()

    assert await check("/livez") == (200, {"alive": True})
    assert await check("/readyz") == (200, {"ready": True, "checks": {"redis": True}})
    site.health = {"redis": True, "engine": False}
    assert await check("/readyz") == (503, {"ready": False, "checks": {"redis": True, "engine": False}})
    monkeypatch.setattr(server, "READY_S", 0.05)
    site.stuck = True
    assert await check("/readyz") == (503, {"ready": False, "checks": {"in_time": False}})
    assert await check("/livez") == (200, {"alive": True})


async def test_checks_run_together_and_none_breaks_the_others() -> None:
    met = asyncio.Barrier(2)

    async def together() -> bool:
        await met.wait()
        return True

    async def broken() -> bool:
        raise OSError(errno.EIO, "broken")

    async def stuck() -> bool:
        await asyncio.Event().wait()
        return True

    async with asyncio.timeout(10):
        found = await run_checks({"a": together, "b": together, "c": broken, "d": stuck}, timeout_s=0.2)
    assert found == {"a": True, "b": True, "c": False, "d": False}


async def test_a_fault_of_ours_shows_nothing_of_the_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail() -> dict[str, bool]:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(site, "ready", fail)
    async with serve(site.app(), "127.0.0.1", 0) as site.url:
        assert "secret detail" not in await pages(site, "/readyz", 500)


@pytest.mark.parametrize(
    ("host", "says"), [("127.0.0.1", "WEB_PORT: port {port} on 127.0.0.1 is taken"), ("203.0.113.1", "WEB_HOST: 203")]
)
async def test_an_address_that_cannot_be_had_is_one_line(site: Site, host: str, says: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        app = site.app()
        with pytest.raises(CannotListen) as caught:
            async with serve(app, host, port):
                pytest.fail("the address is taken")
    line = str(caught.value)
    assert line.startswith(says.format(port=port))
    assert "\n" not in line


async def test_closing_ends_a_download_that_is_under_way(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_CLOSE_S", 0.1)
    with (site.results / "big.mp4").open("wb") as file:
        file.truncate(50_000_000)
    async with ClientSession() as client, asyncio.timeout(20):
        async with serve(site.app(), "127.0.0.1", 0) as url:
            answer = await client.get(URL(url + site.path("big.mp4"), encoded=True))
            await answer.content.readexactly(1000)
        answer.close()


async def test_a_link_that_lacks_a_name_is_no_link(site: Site) -> None:
    for payload in ("abc.mp4", ["abc.mp4"], {"file": "abc.mp4"}, 5, None):
        token = URLSafeTimedSerializer(SECRET, salt="threadcut result link").dumps(payload)
        site.now = datetime.now(UTC)
        await pages(site, f"/v/{token!s}/talk.mp4", 403)
