"""Uploads by tus-js-client: a power cut in between, a client that is killed and goes on, one that gives up."""

import asyncio
from pathlib import Path

import pytest

from tests.discord.bot_process import BotProcess
from tests.discord.wire.world import Wire
from tests.web.browser import memory
from tests.web.browser.foreign import uploading
from tests.web.browser.large import digest, make_large
from tests.web.browser.steps import upload_link

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

SIZE = 400_000_000


def on_disk(bot: BotProcess) -> list[Path]:
    """Every file of an upload."""
    return [path for path in (bot.folder / "uploads").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A large file and its SHA-256."""
    target = tmp_path_factory.mktemp("footage") / "夏天 holiday.mp4"
    return target, make_large(target, SIZE)


async def test_goes_on_after_a_power_cut(wire: Wire, bot: BotProcess, large: tuple[Path, str]) -> None:
    wire.ledger.excuse(429)  # a new process knows nothing of the rate limit the old one had used up
    path, truth = large
    link = await upload_link(wire, wire.user("Ana"))
    async with uploading(f"{link.url}/files", path) as client:
        await client.sent(0.2)
        await bot.kill()
        await client.told("retry")
        await bot.start()
        async with memory.watched(bot.pid) as growth:  # all that is left comes in one request
            await client.told("done")
    assert growth.megabytes < memory.MOST_MB
    offsets = [int(one["offset"]) for one in client.seen if one["what"] == "request" and one["method"] == "PATCH"]
    assert offsets[0] == 0
    assert 0 < offsets[-1] < SIZE
    (kept,) = on_disk(bot)
    assert await asyncio.to_thread(digest, kept) == truth


async def test_a_client_that_died_goes_on_where_it_was(wire: Wire, bot: BotProcess, large: tuple[Path, str]) -> None:
    path, truth = large
    link = await upload_link(wire, wire.user("Ben"), "den")
    before = set(on_disk(bot))
    async with uploading(f"{link.url}/files", path) as first:
        url = (await first.told("created"))["url"]
        await first.sent(0.2)
        await first.kill()
    async with uploading(f"{link.url}/files", path, url=url) as second:
        asked = await second.told("request")
        assert asked["method"] == "HEAD"
        went_on = await second.told("request")
        assert 0 < int(went_on["offset"]) < SIZE
        assert (await second.told("done"))["url"] == url
    (kept,) = set(on_disk(bot)) - before
    assert await asyncio.to_thread(digest, kept) == truth


async def test_one_that_gives_up_leaves_nothing(wire: Wire, bot: BotProcess, large: tuple[Path, str]) -> None:
    path, _ = large
    link = await upload_link(wire, wire.user("Cleo"), "attic")
    before = set(on_disk(bot))
    async with uploading(f"{link.url}/files", path, terminate=0.2) as client:
        await client.told("terminated")
    assert set(on_disk(bot)) == before
