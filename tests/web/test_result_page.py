"""The page of a finished video over a real socket: what it says, what it leads to, what Discord reads, how it goes."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from aiohttp import ClientResponse, ClientSession
from PIL import Image
from pydantic import SecretStr
from redis.asyncio import Redis
from yarl import URL

from bot.media.folder import MediaFolder
from bot.pictures.gallery import Gallery
from bot.store.models import Export, Format, KeptFootage, Place, Render, RenderState, Thread
from bot.store.store import Store
from bot.updates import TimelineSummary, TrackItem, TrackSummary
from bot.web.beside import Beside, beside
from bot.web.links import Links
from bot.web.results import Results
from bot.web.server import make_app, serve
from bot.web.sweep import sweep_results
from tests import footage

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEEP = timedelta(hours=48)
PLACE = Place(face="discord", thread="7", guild="5", requester="9", locale="zh-CN")
TALK = TrackItem("talk.mp4", 0, 2000, cuts=(500,), sources=((0, 500), (900, 2400)))
TIMELINE = TimelineSummary(2000, 320, 180, (TrackSummary("video", (TALK,)),))
TITLED = replace(TIMELINE, tracks=(*TIMELINE.tracks, TrackSummary("text", (TrackItem("Hello", 0, 1000),))))
PUBLIC = "https://cut.example/x"


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag]

    @property
    def graph(self) -> dict[str, str | None]:
        return {str(one["property"]): one["content"] for one in self.all("meta") if "property" in one}


class Site:
    """A running server with finished files."""

    def __init__(self, folder: Path, redis: Redis) -> None:
        self.now = NOW
        self.results = folder / "results"
        self.results.mkdir()
        self.store = Store(redis, SecretStr("a key for tests"))
        self.media = MediaFolder(folder / "media", folder / "pictures")
        self.links = Links(SecretStr("a key for tests"), PUBLIC, 100, lambda: self.now)
        self.url = ""

    async def ready(self) -> dict[str, bool]:
        return {}

    async def finish(
        self, id_: str, body: bytes = b"a finished file", format_: Format = "mp4", name: str = "my talk", **facts: Any
    ) -> Render:
        """A file that was handed over, and its record."""
        file = f"{id_}.{Export(format=format_).ending}"
        (self.results / file).write_bytes(body)
        export = Export(format=format_, **facts.pop("export", {}))
        known = {"duration_ms": 2000, "width": 320, "height": 180, "timeline": TIMELINE, "place": PLACE} | facts
        render = Render.model_validate(
            {"id": id_, "session": "s", "name": name, "export": export, "file": file, "drafted": "one", "created": NOW,
             "expires": NOW + KEEP, "nonce": id_, **known}
        )  # fmt: skip
        await self.store.renders.put(render, NOW)
        render = render.model_copy(update={"state": facts.get("state", RenderState.DELIVERED)})
        await self.store.renders.save(render, None)
        return render

    def path(self, render: Render, page: bool = True) -> str:
        made = self.links.link(render.id if page else "", render.file or "", render.name)
        assert made is not None
        return made[0].removeprefix(PUBLIC)

    async def page(self, render: Render, language: str = "en") -> Page:
        async with self.ask(self.path(render), Accept_Language=language) as answer:
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            return Page(await answer.text())

    async def body(self, path: str, status: int = 200) -> bytes:
        async with self.ask(path) as answer:
            assert answer.status == status
            return await answer.read()

    @asynccontextmanager
    async def ask(self, path: str, method: str = "GET", **headers: str) -> AsyncIterator[ClientResponse]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            ClientSession() as client,
            client.request(method, URL(self.url + path, encoded=True), headers=named) as answer,
        ):
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            yield answer


@pytest.fixture
async def site(tmp_path: Path, redis: Redis) -> AsyncIterator[Site]:
    made = Site(tmp_path, redis)
    pictures = Beside(made.store, Gallery(made.media, tmp_path / "pictures"))
    app = make_app(made.ready)
    Results(made.results, made.links, made.store, pictures).add_to(app)
    async with serve(app, "127.0.0.1", 0) as made.url:
        yield made


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return footage.clip(tmp_path_factory.mktemp("a video") / "talk.mp4", frames=60).read_bytes()


async def test_the_page_plays_the_file_and_says_what_it_is(site: Site, video: bytes) -> None:
    render = await site.finish("r1", video, name="夏天 <b>talk</b>.mp4")
    path = site.path(render)
    page = await site.page(render)
    [player] = page.all("video")
    assert player.keys() >= {"controls", "playsinline"}
    assert (player["preload"], player["width"], player["height"]) == ("metadata", "320", "180")
    assert await site.body(urljoin(path, player["src"])) == video
    [saved] = [link for link in page.all("a") if "download" in link]
    async with site.ask(urljoin(path, saved["href"])) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert await answer.read() == video
    assert page.all("b") == [], "a name is text"
    assert "夏天 b talk b.mp4" in page.words
    assert "2s · 320×180" in page.words
    assert "Video: talk.mp4 (0s-2s, 2 parts)" in page.words
    assert "https://discord.com/channels/5/7" in [link["href"] for link in page.all("a")]
    [until] = page.all("time")
    assert until["datetime"] == (NOW + KEEP).isoformat()
    assert page.all("track") == []


async def test_it_seeks(site: Site, video: bytes) -> None:
    path = f"{site.path(await site.finish('r1', video))}/video.mp4"
    async with site.ask(path, Range="bytes=100-199") as answer:
        assert answer.status == 206
        assert await answer.read() == video[100:200]
        changed = answer.headers["Last-Modified"]
    async with site.ask(path, Range="bytes=100-199", If_Range="Thu, 01 Jan 1970 00:00:00 GMT") as answer:
        assert (answer.status, await answer.read()) == (200, video)
    async with site.ask(path, Range="bytes=100-199", If_Range=changed) as answer:
        assert answer.status == 206
    async with site.ask(path, Range=f"bytes={len(video)}-") as answer:
        assert answer.status == 416
    async with site.ask(path, "HEAD") as answer:
        assert answer.headers["Content-Length"] == str(len(video))
    async with site.ask(site.path(await site.finish("r2", video)), "HEAD") as answer:
        assert (answer.status, await answer.read()) == (200, b"")


async def test_what_discord_reads(site: Site) -> None:
    render = await site.finish("r1", width=3840, height=2160, name="talk-edited.mp4")
    whole = f"https://cut.example/x{site.path(render)}"
    graph = (await site.page(render)).graph
    assert graph == {
        "og:site_name": "Threadcut",
        "og:title": "talk-edited.mp4",
        "og:description": "2s · 3840×2160 · 1 KB · MP4",
        "og:url": whole,
        "og:type": "video.other",
        "og:video": f"{whole}/video.mp4",
        "og:video:secure_url": f"{whole}/video.mp4",
        "og:video:type": "video/mp4",
        "og:video:width": "3840",
        "og:video:height": "2160",
        "og:image": f"{whole}/poster.jpg",
        "og:image:type": "image/jpeg",
        "og:image:width": "1280",
        "og:image:height": "720",
    }
    assert len(whole) + 20 < 2048, "with a longer address there is no preview"


@pytest.mark.parametrize(
    ("format_", "kind", "plain"),
    [("mov", "video/quicktime", False), ("webm", "video/webm", True), ("mkv", None, False)],
)
async def test_other_kinds_of_video(site: Site, format_: Format, kind: str | None, plain: bool) -> None:
    page = await site.page(await site.finish("r1", format_=format_))
    assert page.graph.get("og:video:type") == kind
    assert (f"Not every browser plays {format_.upper()}" in page.words) is not plain


async def test_the_language_is_the_readers_else_the_places(site: Site) -> None:
    render = await site.finish("r1")
    assert "下载" in (await site.page(render, "fr")).words
    assert "Download" in (await site.page(render, "en")).words


@pytest.mark.long
async def test_the_poster_is_a_frame_of_the_video_made_once(site: Site, video: bytes) -> None:
    render = await site.finish("r1", video)
    path = f"{site.path(render)}/poster.jpg"
    image = Image.open(io.BytesIO(await site.body(path)))
    assert (image.format, image.size) == ("JPEG", (320, 180))
    kept = beside(site.results / "r1.mp4")[0]
    before = kept.stat().st_mtime_ns
    await site.body(path)
    assert kept.stat().st_mtime_ns == before
    assert {one.name for one in site.results.iterdir()} == {"r1.mp4", kept.name}, "nothing else stays behind"


async def test_what_shows_nothing_has_a_page_without_pictures(site: Site) -> None:
    render = await site.finish("r1", b"no video at all", timeline=None)
    page = await site.page(render)
    assert page.all("img") == [one for one in page.all("img") if "icon" in str(one["src"])]
    for picture in ("poster.jpg", "timeline.png"):
        for _ in range(2):
            await site.body(f"{site.path(render)}/{picture}", 404)
    assert [one.name for one in site.results.iterdir()] == ["r1.mp4"]


@pytest.mark.long
async def test_the_timeline_is_drawn_with_what_is_kept_of_the_footage(site: Site, video: bytes, tmp_path: Path) -> None:
    source = tmp_path / "talk.mp4"
    source.write_bytes(video)
    kept = await site.media.ingest_file(source, 1 << 30)
    talk = KeptFootage(
        name="talk.mp4", kind="video", size=kept.size, sha256=kept.sha256, duration_ms=2000, width=320, height=180
    )
    await site.store.threads.save(Thread(key="7", place=PLACE, footage=(talk,)))
    shown = await site.finish("r1", video)
    bare = await site.finish("r2", video, place=PLACE.model_copy(update={"thread": "8"}))
    with_frames, without = [
        Image.open(io.BytesIO(await site.body(f"{site.path(one)}/timeline.png"))) for one in (shown, bare)
    ]
    assert (with_frames.format, with_frames.width) == ("PNG", 1200)
    assert with_frames.height > without.height, "there is a row of the footage's pictures"


async def test_what_else_is_there_of_the_same_timeline(site: Site, video: bytes) -> None:
    render = await site.finish("r1", video)
    await site.finish("r2", b"WEBVTT\n", "vtt", name="my talk.vtt", timeline=None)
    await site.finish("r3", b"a project", "fcpxml", name="my talk.zip", timeline=None)
    await site.finish("r4", b"1", "srt", drafted="another")
    await site.finish("r5", b"1", "txt", export={"from_ms": 5000})
    await site.finish("r6", b"1", "edl", session="another")
    await site.finish("r7", b"1", "otio", state=RenderState.READY)
    gone = await site.finish("r8", b"1", "srt")
    (site.results / str(gone.file)).unlink()
    path, page = site.path(render), await site.page(render)
    [track] = page.all("track")
    async with site.ask(urljoin(path, track["src"])) as answer:
        assert (answer.headers["Content-Type"], await answer.read()) == ("text/vtt; charset=utf-8", b"WEBVTT\n")
    links = [str(link["href"]) for link in page.all("a") if "download" in link][1:]
    assert [link.rpartition("/")[2] for link in links] == ["captions.vtt?download", "project-fcpxml.zip?download"]
    async with site.ask(urljoin(path, links[1])) as answer:
        assert await answer.read() == b"a project"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="my talk.zip"')
    for other in ("subtitles.srt", "transcript.txt", "project-edl.zip", "project-otio.zip"):
        await site.body(f"{path}/{other}", 404)


async def test_what_was_changed_since_the_export_before(site: Site) -> None:
    await site.finish("r0", session="another", created=NOW + timedelta(minutes=1), drafted="zero")
    first = await site.finish("r1")
    again = await site.finish("r2", created=NOW + timedelta(minutes=2))
    second = await site.finish("r3", created=NOW + timedelta(minutes=3), drafted="two", timeline=TITLED)
    assert "Changed since" not in (await site.page(first)).words
    assert "Changed since" not in (await site.page(again)).words
    assert "Changed since the last export\nTitle added: “Hello” (0-1s)" in (await site.page(second)).words


async def test_what_was_changed_in_the_first_export_is_told_against_the_footage(site: Site) -> None:
    footage = (
        KeptFootage(name="talk.mp4", kind="video", size=1, duration_ms=2400, width=320, height=180),
        KeptFootage(name="dropped later.mp4", kind="video", size=1, duration_ms=9000),
    )
    await site.store.threads.save(Thread(key=PLACE.thread, place=PLACE, footage=footage))
    words = (await site.page(await site.finish("r1", timeline=TITLED))).words
    assert "What was changed\nLength: 2.4s → 2sTitle added: “Hello” (0-1s)" in words
    assert "later" not in words


async def test_a_damaged_record_beside_it_costs_what_it_tells_not_the_page(site: Site, redis: Redis) -> None:
    await site.finish("r0", drafted="zero", timeline=TITLED)
    render = await site.finish("r1", created=NOW + timedelta(minutes=1))
    assert "Changed since" in (await site.page(render)).words
    await redis.set("tc:r:render:r0", "{damaged")
    assert "Changed since" not in (await site.page(render)).words


async def test_a_project_in_the_terminal_has_no_thread_to_lead_to(site: Site) -> None:
    page = await site.page(await site.finish("r1", place=Place(face="terminal", thread="t")))
    assert "discord.com" not in str(page.elements)


async def test_links_that_lead_nowhere(site: Site) -> None:
    render = await site.finish("r1")
    path = site.path(render)
    for wrong, status in ((f"{path[:10]}x{path[11:]}", 403), (f"{path}/", 404), (site.path(render, page=False), 404)):
        async with site.ask(wrong) as answer:
            assert answer.status == status
            assert "r1" not in await answer.text()
    site.now += timedelta(hours=100, seconds=1)
    await site.body(path, 410)
    await site.body(f"{path}/poster.jpg", 410)


async def test_a_link_of_an_earlier_release_gives_the_file_whatever_it_is_called(site: Site) -> None:
    render = await site.finish("r1", b"the file")
    old = site.path(render, page=False)
    for name in ("my%20talk.mp4", "poster.jpg", "captions.vtt"):
        assert await site.body(f"{old}/{name}") == b"the file"


async def test_a_page_goes_with_its_file_and_leaves_nothing(site: Site) -> None:
    render = await site.finish("r1")
    path = site.path(render)
    for made in beside(site.results / "r1.mp4"):
        made.write_bytes(b"a picture")
    assert await site.body(f"{path}/poster.jpg") == b"a picture"
    assert len(list(site.results.iterdir())) == 4
    await sweep_results(site.store, site.results, NOW + KEEP)
    assert list(site.results.iterdir()) == []
    for gone in (path, f"{path}/video.mp4", f"{path}/poster.jpg", f"{path}/timeline.png"):
        await site.body(gone, 404)


async def test_a_forgotten_threads_page_is_gone_before_its_file_is(site: Site) -> None:
    await site.store.threads.save(Thread(key="7", place=PLACE))
    path = site.path(await site.finish("r1"))
    await site.store.threads.forget("7")
    assert (site.results / "r1.mp4").exists()
    await site.body(path, 404)
