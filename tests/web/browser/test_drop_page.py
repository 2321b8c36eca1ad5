"""The drop page as people use it: by keyboard, off line, in two tabs, on a small screen, without JavaScript.

    THREADCUT_SCREENSHOTS=FOLDER uv run --group browser pytest -m long tests/web/browser -n 1

also leaves pictures of every page in every state, width, theme and language.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.discord.bot_process import BotProcess
from tests.discord.steps import said
from tests.discord.wire.world import Wire
from tests.web.browser import axe, looks
from tests.web.browser.chromium import visiting
from tests.web.browser.drop_page import DropPage
from tests.web.browser.large import digest, make_large
from tests.web.browser.steps import upload_link

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]
LOCALES = ("en-US", "zh-CN")
STATES = ("empty", "uploading", "paused", "error", "sent")
CRAWL = 20_000
"""Bytes a second at which a small clip stays on its way for as long as a test looks."""
WALK = 1_000_000
"""The same for a file that is larger than all that a connection holds between its ends."""
STORED = "JSON.stringify({...localStorage})"
"""All that the browser keeps of the site."""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", STATES)
async def test_looks(
    wire: Wire, bot: BotProcess, browser: "Browser", clip: Path, tmp_path: Path, state: str, locale: str
) -> None:
    """In every state, at any width, in both themes: nothing that bars anybody, nothing out of the window."""
    program = await axe.source()
    link = await upload_link(wire, wire.user("Ana", locale=locale), f"{state} {locale}")
    async with visiting(browser, link.site, locale=locale) as visitor:
        page = await visitor.open(link.url)
        drop = DropPage(page)
        if state in ("uploading", "paused"):
            await visitor.throttle(page, CRAWL)
        await bring(drop, state, clip, tmp_path)
        await looks.verify(page, program, f"drop-{state}-{locale}")
        assert await page.locator("#total").is_visible() == (state in ("uploading", "paused")), "it went on meanwhile"


async def bring(drop: DropPage, state: str, clip: Path, folder: Path) -> None:
    """Bring a page into a state."""
    page = drop.page
    if state == "empty":
        await page.locator("#app").wait_for()
        return
    other = folder / "a name that is longer than any phone is wide, and then some more of it.mp4"
    other.write_bytes(clip.read_bytes() + b"\0")
    if state == "error":
        other.write_text("not a video\n" * 10_000)
        heavy = folder / "two hours.mov"
        with heavy.open("wb") as file:
            file.truncate(501_000_000)
        await drop.choose(other)
        await page.locator("#files .says.bad").wait_for()
        await drop.choose(heavy)
        await page.locator("#notice").wait_for()
        return
    await drop.choose(clip, other)
    if state == "sent":
        await drop.whole()
        await drop.send()
        return
    await drop.reach(0.05)
    if state == "paused":
        await page.locator("#pause").click()


async def test_by_keyboard_alone(wire: Wire, bot: BotProcess, browser: "Browser", clip: Path, tmp_path: Path) -> None:
    """Choose, order, pause, resume, remove, say what to do, send."""
    second, third = tmp_path / "second.mp4", tmp_path / "third.mp4"
    for number, path in enumerate((second, third)):
        path.write_bytes(clip.read_bytes() + bytes(number + 1))
    link = await upload_link(wire, wire.user("Ana"), "keys")
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        await visitor.throttle(page, CRAWL)
        drop = DropPage(page)
        async with page.expect_file_chooser() as chooser:  # early: the browser has to know of it before the key comes
            await tab_to(drop, "#choose")
            await page.keyboard.press("Enter")
        await (await chooser.value).set_files([clip, second, third])
        await drop.reach(0.01)
        await tab_to(drop, "#pause")
        await page.keyboard.press("Enter")
        await page.locator("#total").get_by_text("Resume").wait_for()
        await tab_to(drop, "#files > li:nth-child(3) .up")
        await page.keyboard.press("Enter")
        assert await drop.names() == ["my clip.mp4", "third.mp4", "second.mp4"]
        await tab_to(drop, "#files > li:nth-child(1) .remove")
        await page.keyboard.press("Space")
        assert await drop.names() == ["third.mp4", "second.mp4"]
        assert await page.evaluate("document.activeElement !== document.body"), "whoever uses a keyboard is lost"
        await visitor.throttle(page)
        await tab_to(drop, "#pause")
        await page.keyboard.press("Enter")
        await drop.whole()
        await tab_to(drop, "#words")
        await page.keyboard.type("mute the first clip")
        await tab_to(drop, "#send")
        await page.keyboard.press("Enter")
        await drop.says("Done: it is in your thread")
    added = await said(wire, link.thread, link.command, "third.mp4")
    assert added.content.index("third.mp4") < added.content.index("second.mp4")
    await said(wire, link.thread, link.command, "Muted")


async def tab_to(drop: DropPage, selector: str) -> None:
    """Press Tab until this has the focus, which it shows."""
    for _ in range(60):
        await drop.page.keyboard.press("Tab")
        if await drop.page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"Tab never gets to {selector}")


async def test_without_javascript(wire: Wire, bot: BotProcess, browser: "Browser") -> None:
    """It says what is missing and which other ways there are, and shows nothing that does not work."""
    link = await upload_link(wire, wire.user("Ana"), "plain")
    async with visiting(browser, link.site, java_script_enabled=False) as visitor:
        page = await visitor.open(link.url)
        assert await page.locator("noscript h2").is_visible()
        assert "needs JavaScript" in await page.locator("noscript h2").inner_text()
        assert not await page.locator("#app").is_visible()
        assert await page.locator("#back a").is_visible()


async def test_two_tabs_at_once(wire: Wire, bot: BotProcess, browser: "Browser", clip: Path) -> None:
    """The second one is told that the first is at work, goes on when that has ended, and may send."""
    link = await upload_link(wire, wire.user("Ana"), "twice")
    async with visiting(browser, link.site) as visitor:
        first = DropPage(await visitor.open(link.url))
        await visitor.throttle(first.page, CRAWL)
        await first.choose(clip)
        await first.reach(0.05)
        second = DropPage(await visitor.open(link.url))
        await second.choose(clip)
        await second.says("another tab")
        await visitor.throttle(first.page)
        await first.whole()
        await second.whole()
        await second.send()
        assert await first.rows.count() == 1
        await first.page.locator("#send").click()
        await first.says("Done: it is in your thread")
    await said(wire, link.thread, link.command, "Added my clip.mp4")


async def test_off_line_and_back(wire: Wire, bot: BotProcess, browser: "Browser", tmp_path: Path) -> None:
    """The network goes in the middle of it and comes back: the page says so, and goes on by itself."""
    path = tmp_path / "tunnel.mp4"
    truth = make_large(path, 100 * WALK)
    link = await upload_link(wire, wire.user("Ana"), "tunnel")
    before = set((bot.folder / "uploads").rglob("*"))
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        await visitor.throttle(page, 30 * WALK)
        drop = DropPage(page)
        await drop.choose(path)
        await drop.reach(0.1)
        await visitor.throttle(page, offline=True)
        await drop.says("You are offline")
        assert await drop.reach(0) < 1
        await visitor.throttle(page)
        await drop.whole()
    (kept,) = [one for one in set((bot.folder / "uploads").rglob("*")) - before if one.is_file()]
    assert digest(kept) == truth


async def test_files_that_are_dropped_anywhere(wire: Wire, bot: BotProcess, browser: "Browser", clip: Path) -> None:
    """Not only where it says so: a browser opens in place of the page what it is not told to take."""
    link = await upload_link(wire, wire.user("Ana"), "rain")
    held = """bytes => {
      const all = new DataTransfer();
      all.items.add(new File([new Uint8Array(bytes)], "x.mp4"));
      return all;
    }"""
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        drop = DropPage(page)
        files = await page.evaluate_handle(held, list(clip.read_bytes()))
        await page.dispatch_event("h1", "dragover", {"dataTransfer": files})
        await page.dispatch_event("h1", "drop", {"dataTransfer": files})
        await drop.whole()
        assert await drop.names() == ["x.mp4"]


async def test_a_file_that_grew_begins_anew(wire: Wire, bot: BotProcess, browser: "Browser", tmp_path: Path) -> None:
    """A part of what it was is never gone on with: what is sent is the file as it is now."""
    path = tmp_path / "still recording.mp4"
    make_large(path, 20 * WALK)
    link = await upload_link(wire, wire.user("Ana"), "growth")
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        await visitor.throttle(page, WALK)
        await DropPage(page).choose(path)
        await DropPage(page).reach(0.1)
        await page.close()
        with path.open("ab") as file:
            file.write(bytes(5000))
        drop = DropPage(await visitor.open(link.url))
        await drop.says("choose this file again")
        await drop.choose(path)
        await drop.says("another size than the last time")
        await drop.whole()
        before = set(bot.folder.joinpath("media").rglob("*"))
        await drop.send()
        await said(wire, link.thread, link.command, "Added still recording.mp4")
    kept = [one.read_bytes() for one in set(bot.folder.joinpath("media").rglob("*")) - before if one.is_file()]
    assert path.read_bytes() in kept


async def test_words_survive_a_closed_tab(wire: Wire, bot: BotProcess, browser: "Browser", clip: Path) -> None:
    """They come back in this link's page alone, and go with the batch; who has the browser's storage has no link."""
    link, other = [await upload_link(wire, wire.user("Ana"), channel) for channel in ("ink", "paper")]
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        await page.locator("#words").press_sequentially("mute the first clip")
        await kept(page, '"mute the first clip"')
        assert link.url.rsplit("/", 1)[1] not in await page.evaluate(STORED)
        await page.close()
        strange = await visitor.open(other.url)
        await strange.locator("#words").press_sequentially("x")
        await strange.locator("#words").press("Backspace")
        again = await visitor.open(link.url)
        await again.wait_for_function("() => document.getElementById('words').value === 'mute the first clip'")
        assert await strange.locator("#words").input_value() == ""
        drop = DropPage(again)
        await drop.choose(clip)
        await drop.whole()
        await again.locator("#send").click()
        await again.locator("#over").wait_for()
        await again.wait_for_function(f"() => {STORED} === '{{}}'")
    await said(wire, link.thread, link.command, "Muted")


async def test_words_go_with_a_link_that_ended_meanwhile(wire: Wire, bot: BotProcess, browser: "Browser") -> None:
    """No script of the page was there to hear of it: the page that says so takes them away."""
    link = await upload_link(wire, wire.user("Ana"), "chalk")
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        await page.locator("#words").fill("make it short")
        await kept(page, '"make it short"')
        await page.close()
        answer = await visitor.context.request.delete(link.url)
        assert answer.ok
        over = await visitor.open(link.url)
        await over.get_by_text("This upload link is closed").wait_for()
        await over.wait_for_function(f"() => {STORED} === '{{}}'")


async def kept(page: "Page", text: str) -> None:
    """Wait until the browser keeps this."""
    await page.wait_for_function(f"text => {STORED}.includes(text)", arg=text)


async def test_the_link_is_revoked_from_the_page(wire: Wire, bot: BotProcess, browser: "Browser", clip: Path) -> None:
    """What was uploaded goes at once, and a reload says why nothing more can be done here."""
    link = await upload_link(wire, wire.user("Ana"), "done")
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        drop = DropPage(page)
        await drop.choose(clip)
        await drop.whole()
        kept = {path for path in (bot.folder / "uploads").rglob("*") if path.is_file()}
        await page.locator("#close").click()
        await page.locator("#close-now").click()
        await drop.says("This upload link is closed")
        assert kept > {path for path in (bot.folder / "uploads").rglob("*") if path.is_file()}
        again = await visitor.open(link.url)
        await again.get_by_text("This upload link is closed").wait_for()


async def test_a_page_is_light(wire: Wire, bot: BotProcess, browser: "Browser") -> None:
    """All that the page loads, on its way over the network."""
    link = await upload_link(wire, wire.user("Ana"), "light")
    async with visiting(browser, link.site) as visitor:
        await visitor.open(link.url)
        assert await looks.weight(visitor) < looks.BUDGET
