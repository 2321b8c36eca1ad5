"""How a page looks: at every width and in both themes, to the eye and to whoever needs help to use it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.web.browser import axe
from tests.web.browser.chromium import Visitor

if TYPE_CHECKING:
    from playwright.async_api import Page

SCREENSHOTS = "THREADCUT_SCREENSHOTS"
"""The environment variable that names a folder for pictures of all that is looked at."""
BUDGET = 150_000
"""Bytes that a page may load, without the video."""
_WIDTHS = ((320, 640), (768, 1024), (1440, 900))
_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def verify(page: Page, program: str, name: str) -> None:
    """Nothing that axe-core (`program`) calls serious, nothing wider than the window."""
    folder = os.environ.get(SCREENSHOTS)
    found: list[str] = []
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        for width, height in _WIDTHS:
            await page.set_viewport_size({"width": width, "height": height})
            if folder:
                await page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png", full_page=True)
            if wider := await page.evaluate(_WIDER):
                found.append(f"{width} px, {theme}: {wider} px wider than the window")
            found += [f"{width} px, {theme}: {fault}" for fault in await axe.faults(page, program)]
    assert not found, "\n".join(found)


async def weight(visitor: Visitor) -> int:
    """Bytes of all answers so far, heads and bodies as they were sent, without videos."""
    total = 0
    for request in visitor.requests:
        if request.resource_type != "media":
            sizes = await request.sizes()
            total += sizes["responseBodySize"] + sizes["responseHeadersSize"]
    return total
