"""What axe-core finds in a page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.web.browser import npm

if TYPE_CHECKING:
    from playwright.async_api import Page

_BAD = frozenset({"serious", "critical"})
_RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


async def source() -> str:
    """The program, to be given to `faults`."""
    modules = await asyncio.to_thread(npm.modules)
    return await asyncio.to_thread((modules / "axe-core" / "axe.min.js").read_text, "utf-8")


async def faults(page: Page, axe: str) -> list[str]:
    """The violations of serious or critical impact, as words."""
    await page.evaluate(axe)
    found = await page.evaluate(_RUN)
    return [
        f"{one['impact']}: {one['id']}: {one['help']}: {[node['target'] for node in one['nodes']]}"
        for one in found if one["impact"] in _BAD
    ]  # fmt: skip
