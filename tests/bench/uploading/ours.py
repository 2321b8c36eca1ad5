"""The bot's own web server, with everything behind it but Discord, and one upload link.

    python -m tests.bench.uploading.ours

Its settings come from the environment. It says the link in its first line, and ends with its standard input.
"""

import asyncio

from bot import logs
from bot.app import open_app
from bot.flows.drops import open_drop
from bot.settings import load
from bot.store.models import Place
from tests.bench.uploading.sink import said_and_served

_PLACE = Place(face="terminal", thread="bench", requester="bench")


async def main() -> None:
    """The program."""
    settings = load()
    logs.configure(settings.general.log_level, settings.general.log_format, settings.secrets)
    async with open_app(settings, web=True) as app:
        await app.start()
        link = app.drop_link((await open_drop(app.context, _PLACE)).id)
        assert link is not None
        await said_and_served(link)


if __name__ == "__main__":
    asyncio.run(main())
