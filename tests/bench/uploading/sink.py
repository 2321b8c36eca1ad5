"""The least that a server can do with an upload: read the body and write it to a file.

    python -m tests.bench.uploading.sink FOLDER

It says where it listens in its first line, and ends with its standard input.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web


async def said_and_served(address: str) -> None:
    """Say where the server listens, and wait until whoever asked for it is done or gone."""
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def sink(folder: Path) -> AsyncIterator[str]:
    """Serve; gives the address."""

    async def put(request: web.Request) -> web.Response:
        target = folder / request.match_info["name"]
        with target.open("wb", buffering=0) as file:
            async for chunk in request.content.iter_any():
                file.write(chunk)
        return web.Response(status=204)

    app = web.Application()
    app.router.add_put("/{name}", put)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def main(folder: Path) -> None:
    """The program."""
    async with sink(folder) as address:
        await said_and_served(address)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
