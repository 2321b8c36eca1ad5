"""Headless Chromium that visits the pages, by Playwright and the program that is installed, never one of its own.

What is not here skips the test, with a word why.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.engine.render.browser import installed

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, Request

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio")
WAIT_MS = 120_000
"""The longest wait for anything on a page, on a machine that does other things as well."""
_NETWORK = "Failed to load resource"


@dataclass
class Visitor:
    """Somebody's browser, with a storage and a language of its own, at one site."""

    context: BrowserContext
    site: str
    faults: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    _networks: dict[Page, CDPSession] = field(default_factory=dict)

    async def open(self, url: str) -> Page:
        """A new tab at this address."""
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", self._said)
        await page.goto(url)
        return page

    async def throttle(self, page: Page, bytes_a_second: float = -1, *, offline: bool = False) -> None:
        """Let a tab send no faster than this (-1: as fast as it goes), or have no network at all."""
        if page not in self._networks:
            self._networks[page] = await self.context.new_cdp_session(page)
            await self._networks[page].send("Network.enable")
        limits = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
        await self._networks[page].send("Network.emulateNetworkConditions", limits)

    async def verify(self) -> None:
        """Nothing was wrong with what was seen: no error, nothing that its policy forbids, nobody else asked."""
        assert not self.faults, self.faults
        assert await self.context.cookies() == []

    def note(self, request: Request) -> None:
        """Keep a request; one to anybody else is a fault."""
        self.requests.append(request)
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.site:
            self.faults.append(f"a request to {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # What a server that is down answers is the page's business, and the browser says it here all the same.
        if message.type == "error" and not message.text.startswith(_NETWORK):
            self.faults.append(f"console: {message.text}")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The program, running."""
    playwright = pytest.importorskip("playwright.async_api", reason="no playwright here (uv sync --group browser)")
    program = installed()
    if program is None:
        pytest.skip("no Chromium here (on Debian: apt-get install chromium)")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visiting(browser: Browser, site: str, **options: Any) -> AsyncIterator[Visitor]:
    """A visitor of a site (`http://host:port`), who is content in the end; `options` are Playwright's of a context."""
    given = {"locale": "en-US", "viewport": {"width": 1440, "height": 900}, **options}
    context = await browser.new_context(**given)
    context.set_default_timeout(WAIT_MS)
    visitor = Visitor(context, site)
    context.on("request", visitor.note)
    try:
        yield visitor
        await visitor.verify()
    finally:
        await context.close()
