"""500 MB through the page, over three power cuts and a closed tab: every byte arrives, and little memory is used."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.discord.bot_process import BotProcess
from tests.discord.steps import said
from tests.discord.wire.world import Wire
from tests.web.browser import memory
from tests.web.browser.chromium import visiting
from tests.web.browser.drop_page import DropPage
from tests.web.browser.large import digest, make_large
from tests.web.browser.steps import upload_link

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

SIZE = 500_000_000
CUTS = (0.15, 0.4, 0.65)
CLOSED_AT = 0.8
BYTES_A_SECOND = 60_000_000
"""Slow enough that a cut meets it at work, quick enough to wait for."""


async def test_500_mb_over_three_cuts_and_a_closed_tab(
    wire: Wire, bot: BotProcess, browser: "Browser", tmp_path: Path
) -> None:
    wire.ledger.excuse(429)  # a new process knows nothing of the rate limit the old one had used up
    large = tmp_path / "whole day.mp4"
    truth = await asyncio.to_thread(make_large, large, SIZE)
    link = await upload_link(wire, wire.user("Ana"))
    grown: list[float] = []
    async with visiting(browser, link.site) as visitor:
        page = await visitor.open(link.url)
        await visitor.throttle(page, BYTES_A_SECOND)
        drop = DropPage(page)
        await drop.choose(large)
        for cut in CUTS:
            async with memory.watched(bot.pid) as growth:
                await drop.reach(cut)
            grown.append(growth.megabytes)
            await bot.kill()
            await bot.start()
        async with memory.watched(bot.pid) as growth:
            await drop.reach(CLOSED_AT)
            await page.close()
            before = len(visitor.requests)
            drop = DropPage(await visitor.open(link.url))
            await drop.choose(large)
            await drop.whole()
            offsets = [int(one.headers["upload-offset"]) for one in visitor.requests[before:] if one.method == "PATCH"]
            assert offsets[0] > CUTS[-1] * SIZE, "it began anew"
            (kept,) = [path for path in (bot.folder / "uploads").rglob("*") if path.is_file()]
            assert await asyncio.to_thread(digest, kept) == truth
            await drop.send()
            await said(wire, link.thread, link.command, "Added whole day.mp4")
        grown.append(growth.megabytes)
    print(f"\nthe server's memory grew by at most {max(grown):.0f} MB: {[round(one) for one in grown]}")
    assert max(grown) < memory.MOST_MB
    media = [path for path in (bot.folder / "media").rglob("*") if path.is_file() and path.stat().st_size == SIZE]
    assert [await asyncio.to_thread(digest, path) for path in media] == [truth]
