"""The pages: their shell, their language, what they load, and the drop page's words and markup."""

import dataclasses
import json
import re
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
from bot.web.static import FOLDER, ROUTE, assets, read_static, serve_static
from tests.watch.bench import FastClock, place
from tests.web.page import opened

LOCALES = ("en-US", "zh-CN")
OFFERED = Offered("https://discord.com/channels/1/2", datetime(2026, 5, 2, 12, tzinfo=UTC), 500_000_000, 10)
SCRIPT = (FOLDER / "drop.js").read_text(encoding="utf-8")
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
        inline = [one for tag, one in markup.elements if tag == "script" and "src" not in one]
        assert all(one["type"] == "application/json" for one in inline), "no policy lets another one run"


async def test_what_a_page_loads_is_kept_for_good_under_a_name_of_its_content(site: str) -> None:
    for asset in assets().values():
        status, text, kept = await get(f"{site}/static/{asset.name}")
        assert (status, text.encode()) == (200, asset.body)
        assert "immutable" in kept
        assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.(css|js|svg)", asset.name)
    for name in ("drop.js", "drop.000000000000.js", "..%2Fserver.py", "%2e%2e%2fstatic.py", "x" * 3000, "%00"):
        status, _, kept = await get(f"{site}/static/{name}")
        assert (status, kept) == (404, "")


async def test_the_drop_page_is_small(site: str) -> None:
    _, text, _ = await get(f"{site}/drop", "zh")
    assert len(text.encode()) + sum(len(asset.body) for asset in assets().values()) < BUDGET


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
    assert set(assets()) == {path.name for path in FOLDER.iterdir()}


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
