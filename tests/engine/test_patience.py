"""A turn is waited for as long as it gets on, and not for ever."""

import asyncio

import pytest

from bot.engine.feed import Feed
from bot.engine.patience import patience


async def test_it_goes_on_while_it_gets_further() -> None:
    feed = Feed("turn")
    async with patience(feed, still_s=1e6, most_s=1e7) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + 1e5)
        soon = limit.when()
        feed.stage("listening", 10.2)
        later = limit.when()
        assert soon is not None
        assert later is not None
        assert later > soon
        limit.reschedule(soon)
        feed.stage("listening", 10.9)  # the same percent
        assert limit.when() == soon
        feed.stage("editing", 0)
        assert limit.when() != soon
    feed.stage("editing", 100)  # nobody waits any more


async def test_but_not_for_ever() -> None:
    feed = Feed("turn")
    async with patience(feed, still_s=1e6, most_s=1e3) as limit:
        whole = limit.when()
        feed.stage("listening", 10)
        assert limit.when() == pytest.approx(whole, abs=100)
    with pytest.raises(TimeoutError):
        async with patience(feed, still_s=0.01):
            await asyncio.Event().wait()
