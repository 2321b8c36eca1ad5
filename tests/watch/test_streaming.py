"""Footage of any size passes through the bot in constant memory: from its host to the folder, then to the upstream."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from redis.asyncio import Redis

from tests.upstream.server import CLIP, Upstream

MIB = 1024 * 1024


@asynccontextmanager
async def attachments(path: Path) -> AsyncIterator[str]:
    """The address of a file on a real socket."""

    async def give(_: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    app = web.Application()
    app.router.add_get("/attachments/1/2/long.mp4", give)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/attachments/1/2/long.mp4"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("size", [64 * MIB, pytest.param(500_000_000, marks=pytest.mark.long)])
async def test_an_attachment_grows_the_bot_by_less_than_50_mb(
    upstream: Upstream, redis: Redis, redis_url: str, tmp_path: Path, size: int
) -> None:
    pytest.importorskip("resource", reason="this system does not tell a process's peak of memory")
    path = tmp_path / "source.mp4"
    with path.open("wb") as file:
        file.write(CLIP)
        file.truncate(size)
    async with attachments(path) as address:
        child = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-m",
                "tests.watch.streaming_bot",
                str(tmp_path / "data"),
                redis_url,
                upstream.url,
                address,
            ),
            cwd=Path(__file__).parents[2],
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(180):
                out, _ = await child.communicate()
        finally:
            if child.returncode is None:
                child.kill()
    told = json.loads(out.splitlines()[-1])
    print(f"{size / MIB:.0f} MiB: grown by {told['grown'] / MIB:.1f} MiB")
    assert told["taken"] == 1
    assert upstream.seen("upload")[0].parts[0].size == size
    assert told["grown"] < 50 * MIB
