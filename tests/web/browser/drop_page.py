"""What a person does on the drop page, and waits to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page


@dataclass
class DropPage:
    """An open page, in any language."""

    page: Page

    @property
    def rows(self) -> Locator:
        """The chosen files, in order."""
        return self.page.locator("#files > li")

    async def choose(self, *paths: Path) -> None:
        """Choose files with the page's button."""
        await self.page.locator("#choose").set_input_files(list(paths))

    async def names(self) -> Sequence[str]:
        """The chosen files' names, in order."""
        names: Sequence[str] = await self.rows.locator(".name").all_inner_texts()
        return names

    async def reach(self, share: float) -> float:
        """Wait until so much of the batch is up; how much is."""
        bar = "() => Number(document.getElementById('total-bar').value)"
        await self.page.wait_for_function(f"share => ({bar})() >= share", arg=share)
        return float(await self.page.evaluate(bar))

    async def whole(self) -> None:
        """Wait until every chosen file is up."""
        await self.page.wait_for_function(
            "() => { const rows = [...document.querySelectorAll('#files > li')];"
            " return rows.length && rows.every(row => row.querySelector('.says.good')); }"
        )

    async def says(self, words: str) -> None:
        """Wait until the page says this somewhere."""
        await self.page.get_by_text(words).first.wait_for()

    async def send(self, words: str = "") -> None:
        """Send the batch with these words, and wait until the page says that it is sent."""
        await self.page.locator("#words").fill(words)
        await self.page.locator("#send").click()
        await self.page.locator("#over").wait_for()
