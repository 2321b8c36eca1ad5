"""The page of a finished video, and the pages that links end on: how they look, and how much they load."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio

from tests.discord.bot_process import BotProcess
from tests.discord.steps import delivered, project, said
from tests.discord.wire.world import Wire
from tests.web.browser import axe, looks
from tests.web.browser.chromium import visiting
from tests.web.browser.steps import Link, upload_link

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]
LOCALES = ("en-US", "zh-CN")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def result(wire: Wire, bot: BotProcess, clip: Path) -> Link:
    """The page of a video that was exported before, with a project file beside it."""
    ana = wire.user("Ana")
    thread = await project(wire, ana, 'cut the first second and add the title "Holiday"', clip)
    await delivered(wire, thread, await ana.slash(thread, "export"))
    await said(wire, thread, await ana.post(thread, "make it vertical and mute the first clip"), "Muted")
    await said(wire, thread, await ana.post(thread, "export as edl"), "is ready")
    export = await ana.slash(thread, "export")
    told = await delivered(wire, thread, export)
    url = re.findall(r"http\S+/v/[^/\s)>]+", f"{told.content} {told.components}")[0]
    return Link(export, thread, url)


@pytest.mark.parametrize("locale", LOCALES)
async def test_looks(browser: "Browser", result: Link, locale: str) -> None:
    program = await axe.source()
    async with visiting(browser, result.site, locale=locale) as visitor:
        page = await visitor.open(result.url)
        await page.wait_for_function("() => document.querySelector('video').readyState >= 1")
        assert await page.locator(".said").count() == 2, "what is in it, and what was changed"
        assert await page.locator(".others a").count() == 1
        await looks.verify(page, program, f"result-{locale}")


async def test_is_light(browser: "Browser", result: Link) -> None:
    async with visiting(browser, result.site) as visitor:
        await visitor.open(result.url)
        assert await looks.weight(visitor) < looks.BUDGET


async def test_without_javascript(browser: "Browser", result: Link) -> None:
    """It plays and saves all the same."""
    async with visiting(browser, result.site, java_script_enabled=False) as visitor:
        page = await visitor.open(result.url)
        assert await page.locator("video[controls]").is_visible()
        async with page.expect_download() as begun:
            await page.get_by_role("link", name="Download").first.click()
        assert (await (await begun.value).path()).stat().st_size > 0


def altered(url: str) -> str:
    """The same link with one letter of its token changed."""
    return url[:-3] + ("A" if url[-3] != "A" else "B") + url[-2:]


@pytest.mark.parametrize("locale", LOCALES)
async def test_ended_and_broken_links_look(
    wire: Wire, bot: BotProcess, browser: "Browser", result: Link, locale: str
) -> None:
    """Closed, expired, altered, and nothing there: each says so, and what to do."""
    wire.ledger.excuse(429)  # a new process knows nothing of the rate limit the old one had used up
    program = await axe.source()
    ana = wire.user("Ana", locale=locale)
    closed = await upload_link(wire, ana, f"closed {locale}")
    async with aiohttp.ClientSession() as http, http.delete(closed.url) as answer:
        assert answer.status == 200
    await bot.stop()
    await bot.start(WEB_UPLOAD_HOURS="0.0005", WEB_LINK_HOURS="0.0001")
    short = await upload_link(wire, ana, f"short {locale}")
    await until(410, short.url)
    await until(410, result.url)
    pages = {
        "closed": (closed.url, 410), "expired": (short.url, 410), "altered": (altered(short.url), 403),
        "result-expired": (result.url, 410), "result-altered": (altered(result.url), 403),
        "nothing": (f"{result.site}/nothing", 404),
    }  # fmt: skip
    async with visiting(browser, result.site, locale=locale) as visitor:
        for name, (url, status) in pages.items():
            page = await visitor.open(url)
            await until(status, url)
            assert await page.locator("h1").first.inner_text()
            await looks.verify(page, program, f"{name}-{locale}")
            await page.close()
    await bot.stop()
    await bot.start()


async def until(status: int, url: str) -> None:
    """Wait until a link answers so."""
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            async with http.get(url) as answer:
                if answer.status == status:
                    return
            await asyncio.sleep(0.2)  # a link tells nobody that its time is over
