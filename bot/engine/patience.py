"""How long a turn is waited for: as long as it gets on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.engine.feed import Feed

STILL_S = 900.0
"""Without getting any further."""

MOST_S = 4 * 3600.0
"""In all: hours of footage take a while to be heard."""


@asynccontextmanager
async def patience(feed: Feed, still_s: float = STILL_S, most_s: float = MOST_S) -> AsyncIterator[asyncio.Timeout]:
    """Let the block go on while the feed tells of another stage or percent. Raises TimeoutError."""
    now = asyncio.get_running_loop().time
    last = now() + most_s
    async with asyncio.timeout(min(still_s, most_s)) as limit:

        def moved() -> None:
            if not limit.expired():
                limit.reschedule(min(last, now() + still_s))

        feed.on_moved = moved
        try:
            yield limit
        finally:
            feed.on_moved = None
