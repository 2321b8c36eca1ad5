"""A bot on a wire with links on, a browser that visits it, and what people bring."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests import footage
from tests.discord.bot_process import BotProcess
from tests.discord.conftest import invariants, module_wire
from tests.discord.steps import with_links
from tests.discord.wire.world import Wire
from tests.web.browser.chromium import chromium

if TYPE_CHECKING:
    from playwright.async_api import Browser

__all__ = ["invariants", "module_wire"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> "AsyncIterator[Browser]":
    """Chromium, for the module."""
    async with chromium() as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """The bot, for the module."""
    async with with_links(wire, tmp_path_factory.mktemp("a bot")) as process:
        yield process


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds whose frames carry their numbers."""
    return footage.clip(tmp_path_factory.mktemp("footage") / "my clip.mp4", frames=90)
