"""The whole way in a real browser: `/upload`, the page, the thread, the result and its page: played, sought, saved."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests import counter
from tests.discord.bot_process import BotProcess
from tests.discord.steps import said
from tests.discord.wire.world import Wire
from tests.web.browser.chromium import visiting
from tests.web.browser.drop_page import DropPage
from tests.web.browser.steps import upload_link

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

FPS, FRAMES, CUT = 30, 90, 30
WORDS = "cut the first second and export"

_SEEK = """async seconds => {
  const video = document.querySelector('video');
  const frame = new Promise(yes => video.requestVideoFrameCallback((_, facts) => yes(facts.mediaTime)));
  video.currentTime = seconds;
  await frame;
  const canvas = Object.assign(document.createElement('canvas'), {width: video.videoWidth, height: video.videoHeight});
  const pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0);
  const {data} = pen.getImageData(0, 0, canvas.width, canvas.height), grey = [];
  for (let at = 0; at < data.length; at += 4) grey.push(data[at + 1]);
  return {width: canvas.width, height: canvas.height, grey};
}"""
_ENDED = """() => {
  const {ended, error} = document.querySelector('video');
  if (error) throw new Error(error.message);
  return ended;
}"""


async def shown(page: "Page", seconds: float) -> int | None:
    """The number on the frame that the player shows there."""
    told: dict[str, Any] = await page.evaluate(_SEEK, seconds)
    return counter.read(np.array(told["grey"], np.uint8).reshape(told["height"], told["width"]))


async def test_from_the_command_to_the_saved_result(
    wire: Wire, bot: BotProcess, browser: "Browser", clip: Path, tmp_path: Path
) -> None:
    ana = wire.user("Ana")
    link = await upload_link(wire, ana)
    async with visiting(browser, link.site) as visitor:
        drop = DropPage(await visitor.open(link.url))
        await drop.choose(clip)
        await drop.whole()
        assert await drop.names() == ["my clip.mp4"]
        await drop.send(WORDS)
        await drop.says("Done: it is in your thread")
        assert await drop.page.locator("#back a").get_attribute("href") == thread_url(wire, link.thread.id)

        await said(wire, link.thread, link.command, "Added my clip.mp4")
        await said(wire, link.thread, link.command, "Length")
        result = await said(wire, link.thread, link.command, "Your video is ready")
        video = wire.attachment(result, "video/mp4")
        (address,) = re.findall(rf"{re.escape(link.site)}/v/\S+", result.content)
        page = await visitor.open(address)
        player = page.locator("video")
        await player.focus()
        await page.keyboard.press("Space")
        await page.wait_for_function(_ENDED)
        assert await player.evaluate("video => video.currentTime") == pytest.approx((FRAMES - CUT) / FPS, abs=0.1)
        for frame in (50, 3, 31, 0, 59):
            assert await shown(page, (frame + 0.5) / FPS) == frame + CUT
        async with page.expect_download() as begun:
            await page.get_by_role("link", name="Download").first.click()
        saved = tmp_path / "saved.mp4"
        await (await begun.value).save_as(saved)
        assert saved.read_bytes() == video
        back = page.get_by_role("link", name="Edit again in Discord")
        assert await back.get_attribute("href") == thread_url(wire, link.thread.id)


def thread_url(wire: Wire, thread: int) -> str:
    """Where a thread is in Discord."""
    return f"https://discord.com/channels/{wire.guild.id}/{thread}"
