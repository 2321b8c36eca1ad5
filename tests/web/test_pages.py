"""The pages: their shell, their language, what they load, and the drop page's words and markup."""

import dataclasses
import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from urllib.parse import urljoin

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.settings import Settings
from bot.store.models import Place
from bot.voice.words import en, zh_cn
from bot.web.drop_page import Ending, Offered, drop_page, over_page
from bot.web.languages import reader_locale
from bot.web.links import thread_url
from bot.web.pages import Page, answer, locale_of, problem, short
from bot.web.server import serve
from bot.web.static import FOLDER, ROUTE, href, imports, read_release, read_static, release, serve_static
from tests.watch.bench import FastClock, place
from tests.web.page import opened

LOCALES = ("en-US", "zh-CN")
OFFERED = Offered("https://discord.com/channels/1/2", datetime(2026, 5, 2, 12, tzinfo=UTC), 500_000_000, 10)
MODULES = {path.name: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "drop").iterdir())}
SCRIPT = "\n".join(MODULES.values())
BUDGET = 60_000
"""Bytes of a page with all that it loads before a word was said."""


class Markup(HTMLParser):
    """What a browser would make of it: the elements with their attributes, and the text of each."""

    VOID = frozenset({"meta", "link", "img", "input", "path", "track", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self._open[-1] if self._open else "", data))

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.elements if name in attributes]


async def page(request: web.Request) -> web.Response:
    """A site of every page there is."""
    locale = locale_of(request)
    match request.match_info["kind"]:
        case "drop":
            return answer(request, drop_page(OFFERED, locale), locale)
        case "over":
            return answer(request, over_page("closed", OFFERED.thread, locale), locale, 410)
        case status:
            return problem(request, int(status))


@pytest.fixture
async def site() -> AsyncIterator[str]:
    app = web.Application()
    app.on_startup.append(read_static)
    app.router.add_get("/{depth:(a/)*}{kind}", page)
    app.router.add_get(f"/x{ROUTE}", serve_static)
    app.router.add_get(ROUTE, serve_static)
    async with serve(app, "127.0.0.1", 0) as url:
        yield url


async def get(url: str, language: str = "en") -> tuple[int, str, str]:
    async with ClientSession() as client, client.get(
        URL(url, encoded=True), headers={"Accept-Language": language}
    ) as found:  # fmt: skip
        return found.status, await found.text(), found.headers.get("Cache-Control", "")


@pytest.mark.parametrize("kind", ["drop", "over", "403", "404", "410", "500", "418"])
@pytest.mark.parametrize(("asked", "spoken"), [("zh-Hans-CN,en;q=0.5", "zh-CN"), ("fr,en;q=0.1", "en"), ("fr", "en")])
async def test_every_page_stands_alone_in_the_readers_language(site: str, kind: str, asked: str, spoken: str) -> None:
    for depth in ("", "a/", "a/a/a/"):
        url = f"{site}/{depth}{kind}"
        status, text, kept = await get(url, asked)
        assert status == {"drop": 200, "over": 410}.get(kind) or int(kind)
        assert kept == "no-store"
        markup = Markup(text)
        assert ("html", {"lang": spoken}) in markup.elements
        assert len([tag for tag, _ in markup.elements if tag == "h1"]) == 1 + (kind == "drop")
        loaded = [*markup.attributes("src"), *(one["href"] for tag, one in markup.elements if tag == "link")]
        assert len(loaded) >= 3
        for address in loaded:
            assert address is not None
            assert not re.match(r"\w+:|/", address), "relative: a proxy may put the site under a path"
            whole = urljoin(url, address)
            assert whole.startswith(f"{site}/static/")
            assert (await get(whole))[0] == 200
        assert not [name for _, one in markup.elements for name in one if name.startswith("on") or name == "style"]
        assert not [tag for tag, _ in markup.elements if tag == "style"]
        scripts = [one["src"] for tag, one in markup.elements if tag == "script" and one.get("type") == "module"]
        early = {one["href"] for tag, one in markup.elements if tag == "link" and one["rel"] == "modulepreload"}
        assert early == {href("../" * depth.count("/"), name) for one in scripts for name in imports(name_of(one))}
        inline = [one for tag, one in markup.elements if tag == "script" and "src" not in one]
        assert all(one["type"] == "application/json" for one in inline), "no policy lets another one run"


def name_of(address: str | None) -> str:
    assert address is not None
    return address.partition(f"static/{release().name}/")[2]


async def test_what_a_page_loads_is_kept_for_good_in_a_folder_of_all_contents(site: str) -> None:
    folder = f"{site}/static/{release().name}"
    assert re.fullmatch(r"[0-9a-f]{12}", release().name)
    for name, asset in release().files.items():
        status, text, kept = await get(f"{folder}/{name}")
        assert (status, text.encode()) == (200, asset.body)
        assert "immutable" in kept
    for name in (
        "drop.js",
        "drop",
        "drop/",
        "..%2Fserver.py",
        "drop/..%2Fpage.css",
        "%2e%2e%2fstatic.py",
        "%00",
        "x" * 3000,
    ):
        status, _, kept = await get(f"{folder}/{name}")
        assert (status, kept) == (404, "")
    for other in ("page.css", "000000000000/page.css", "000000000000/drop/page.js", f"{release().name}x/page.css"):
        status, _, kept = await get(f"{site}/static/{other}")
        assert (status, kept) == (404, "")


def test_whatever_changes_in_a_file_every_address_changes(tmp_path: Path) -> None:
    """A script names those that it imports, not what is in them: a kept one never meets one of another release."""
    copy = tmp_path / "static"
    shutil.copytree(FOLDER, copy)
    names = {read_release(copy).name}
    assert names == {release().name}
    for path in sorted(copy.rglob("*.*")):
        path.write_bytes(path.read_bytes() + b" ")
        names.add(read_release(copy).name)
    (copy / "drop" / "page.js").rename(copy / "drop" / "other.js")
    names.add(read_release(copy).name)
    assert len(names) == 2 + len(release().files)


def test_the_scripts_import_one_way_and_all_that_is_there() -> None:
    assert "import(" not in SCRIPT, "what is asked for late, a page of an older release gets no more"
    for name, text in MODULES.items():
        asked = re.findall(r'(?:from|import) "(.*)"', text)
        assert all(re.fullmatch(r"\./\w+\.js", one) for one in asked)
        found = imports(f"drop/{name}")
        assert {f"drop/{one[2:]}" for one in asked} <= set(found) <= set(release().files)
        assert f"drop/{name}" not in found, "a circle"
    begun = ("drop/page.js", "drop/over.js")
    assert {*begun, *imports("drop/page.js")} == {f"drop/{name}" for name in MODULES}


async def test_the_drop_page_is_small(site: str) -> None:
    _, text, _ = await get(f"{site}/drop", "zh")
    assert len(text.encode()) + sum(len(asset.body) for asset in release().files.values()) < BUDGET


@pytest.mark.parametrize("locale", LOCALES)
def test_the_drop_page_says_what_it_takes_and_whose_it_is(locale: str) -> None:
    body = drop_page(OFFERED, locale).body
    markup = Markup(body)
    words = " ".join(text for tag, text in markup.texts if tag not in {"script", "option"})
    assert "500 MB" in words
    assert "10" in words
    assert "2026-05-02 12:00 UTC" in words
    assert OFFERED.thread in markup.attributes("href")
    assert "2026-05-02T12:00:00+00:00" in markup.attributes("datetime")
    assert any(tag == "noscript" for tag, _ in markup.elements)
    assert ("as you" in words) or ("以你的身份" in words)
    labelled = {*markup.attributes("for"), *(one["id"] for _, one in markup.elements if "aria-label" in one)}
    fields = {one["id"] for tag, one in markup.elements if tag in {"input", "textarea"}}
    assert fields <= labelled
    ids = markup.attributes("id")
    assert len(ids) == len(set(ids))
    assert all(
        address in ids for address in markup.attributes("aria-labelledby") + markup.attributes("aria-describedby")
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_the_scripts_words_are_those_it_says(locale: str) -> None:
    said = json.loads(
        re.findall(r'<script type="application/json" id="said">(.*?)</script>', drop_page(OFFERED, locale).body)[0]
    )
    asked = set(re.findall(r'\bsay\(\s*"(\w+)"', SCRIPT)) | {"up", "down", "remove", "pause", "resume"}
    asked |= {"offline", "away", "busy", "full"}  # why it waits
    asked |= {"changed", "other_size"}
    asked |= {f"{ending}_{part}" for ending in get_args(Ending) for part in ("title", "text")}
    assert set(said) == asked
    for key, text in said.items():
        words = {"en-US": en.WORDS, "zh-CN": zh_cn.WORDS}[locale]
        kept = words.get(f"page.drop.js.{key}") or words[f"page.drop.{key.replace('_', '.')}"]
        assert text == kept, "its fields are left open"
    for key, fields in re.findall(r'\bsay\(\s*"(\w+)",\s*\{([^}]*)\}', SCRIPT):
        given = set(re.findall(r"(?:^|,)\s*(\w+)", fields))
        if "...fields" in fields:
            given |= {"done", "total"}
        assert set(re.findall(r"\{(\w+)\}", said[key])) <= given, key


def test_the_script_finds_what_the_page_has() -> None:
    ids = set(Markup(drop_page(OFFERED, "en").body).attributes("id"))
    assert set(re.findall(r'\bat\("([\w-]+)"\)', SCRIPT)) <= ids
    assert "innerHTML" not in SCRIPT


@given(st.text(), st.text(), st.text())
def test_no_text_becomes_markup(title: str, text: str, link: str) -> None:
    made = short(title, text, (f"https://discord.com/{link}", text))
    tags = [tag for tag, _ in Markup(made.body.replace("\0", "")).elements]
    assert tags == ["h1", "p", "p", "a"]


async def test_a_title_is_text(site: str) -> None:
    async def hostile(request: web.Request) -> web.Response:
        return answer(request, Page("</title><script>alert(1)</script>", "<p>x</p>"), "en")

    app = web.Application()
    app.router.add_get("/", hostile)
    async with serve(app, "127.0.0.1", 0) as url:
        _, text, _ = await get(f"{url}/")
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("accepted", "otherwise", "expected"),
    [
        (None, "zh-CN", "zh-CN"),
        (None, "de", "en-US"),
        ("de, zh;q=0.5, en;q=0.4", "en-US", "zh-CN"),
        ("en-GB,en;q=0.9", "zh-CN", "en-US"),
        ("en;q=0, zh;q=0.001", "en-US", "zh-CN"),
        ("zh-Hant-TW", "en-US", "zh-CN"),
        ("*", "zh-CN", "zh-CN"),
        (";;;,,,\0, en;q=x", "zh-CN", "zh-CN"),
        ("en-" + "x" * 100_000, "zh-CN", "zh-CN"),
    ],
)
def test_the_language_is_the_browsers_else_the_places(accepted: str | None, otherwise: str, expected: str) -> None:
    assert reader_locale(accepted, otherwise) == expected


def test_a_page_leads_back_to_its_thread() -> None:
    assert thread_url(Place(face="discord", thread="7", guild="5")) == "https://discord.com/channels/5/7"
    assert thread_url(Place(face="discord", thread="7")) == "https://discord.com/channels/@me/7"
    assert thread_url(Place(face="terminal", thread="/tmp")) is None


def test_the_files_of_the_pages_are_in_the_package() -> None:
    assert Path(__file__).parents[2] / "bot" / "web" / "static" == FOLDER
    assert set(release().files) == {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*")}


async def test_the_page_of_a_real_link_until_it_is_over(reached: Settings) -> None:
    at = place("7", guild="5", locale="zh-CN")
    clock = FastClock(1)
    async with opened(reached, at, clock=clock) as link:
        for language, says in (("en", "Whoever holds this link acts as you"), ("fr", "以你的身份")):
            found = await link.ask("GET", headers={"Accept-Language": language})
            assert found.status == 200
            assert found.headers["Cache-Control"] == "no-store"
            assert found.headers["Referrer-Policy"] == "no-referrer"
            assert "script-src 'self';" in found.headers["Content-Security-Policy"]
            text = found.body.decode()
            assert says in text
            assert 'href="https://discord.com/channels/5/7"' in text
            assert link.drop.expires.isoformat() in text
            assert link.drop.id not in text, "relative addresses alone: the link is in none of them"
        again = dataclasses.replace(link, token=link.token[:-3] + ("xxx" if link.token[-3:] != "xxx" else "yyy"))
        assert (await again.ask("GET")).status == 403
        await link.send("", await link.give())
        sent = await link.ask("GET")
        assert (sent.status, "已在你的帖子里" in sent.body.decode()) == (410, True)
        late = await link.another(place("8", locale="zh-CN"))
        clock.jump(timedelta(hours=25))
        expired = await late.ask("GET")
        assert (expired.status, "已过期" in expired.body.decode()) == (410, True)
