"""The examples in `deploy/` with the programs they are for, where those are here: uploads and ranges come through.

On Debian: `apt-get install nginx-light caddy`.
"""

import asyncio
import dataclasses
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.settings import Settings
from tests.discord.bot_process import free_port
from tests.discord.browser import browser
from tests.web.page import VIDEO, opened
from tests.web.test_reach import pem

pytestmark = pytest.mark.long
DEPLOY = Path(__file__).parents[2] / "deploy"
NAME, BACKEND = "video.example.org", "127.0.0.1:8780"
LARGE = VIDEO + bytes(40 << 20)
START_S = 15.0

Proxy = Callable[[Path, str], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def nginx(folder: Path, backend: str) -> AsyncIterator[str]:
    """nginx with the example, on other ports and with a certificate of its own."""
    tls, plain = free_port(), free_port()
    example = (DEPLOY / "nginx.conf").read_text()
    for old, new in {
        BACKEND: backend,
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(folder / "tls.pem"),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(folder / "tls.pem"),
        "/var/log/nginx/threadcut.log": str(folder / "threadcut.log"),
        "listen [::]:443 ssl http2;": "",
        "listen [::]:80;": "",
        "listen 443": f"listen 127.0.0.1:{tls}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        NAME: "localhost",
    }.items():
        assert old in example, old
        example = example.replace(old, new)
    (folder / "tls.pem").write_bytes(pem())
    (folder / "site.conf").write_text(example)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n{temporary}include {folder}/site.conf;\n}}\n"
    )
    async with running(folder, "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")):
        yield f"https://localhost:{tls}"


@asynccontextmanager
async def caddy(folder: Path, backend: str) -> AsyncIterator[str]:
    """Caddy with the example, on another port and with a certificate of its own."""
    port = free_port()
    example = (DEPLOY / "Caddyfile").read_text()
    assert NAME in example
    assert BACKEND in example
    example = example.replace(BACKEND, backend).replace(
        f"\n{NAME} {{", f"\nhttps://localhost:{port} {{\n\ttls internal"
    )
    example = example.replace(
        "{\n\t# Whoever", "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\t# Whoever", 1
    )
    (folder / "Caddyfile").write_text(example)
    async with running(folder, "caddy", "run", "--config", str(folder / "Caddyfile"), HOME=str(folder)):
        yield f"https://localhost:{port}"


@asynccontextmanager
async def running(folder: Path, *command: str, **environment: str) -> AsyncIterator[None]:
    """A program, until the block ends; what it writes is kept."""
    path = shutil.which(command[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        pytest.skip(f"{command[0]} is not here")
    with (folder / "output.log").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            path, *command[1:], env=environment, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            await process.wait()


@pytest.mark.parametrize("proxy", [nginx, caddy])
async def test_the_example(reached: Settings, tmp_path: Path, proxy: Proxy) -> None:
    """40 MB go up in one request, and nothing that was asked for is written down, also once the bot is away."""
    folder, port = tmp_path / "proxy", free_port()
    folder.mkdir()
    settings = dataclasses.replace(reached, web=reached.web.model_copy(update={"port": port}))
    file = tmp_path / "large.mp4"
    file.write_bytes(LARGE)
    async with proxy(folder, f"127.0.0.1:{port}") as public:
        async with opened(settings) as page:
            link = f"{public}/u/{page.token}"
            await answers(f"{public}/livez", 200)
            async with browser(link, trusts_all=True) as visitor:
                given = await visitor.give(file)
                assert await visitor.offset(given) == len(LARGE)
                assert (await visitor.send("", given))[0] == 200
        await answers(f"{link}/state", 502)
    written = "".join(path.read_text(errors="replace") for path in folder.rglob("*.log"))
    assert page.token not in written


async def answers(url: str, status: int) -> None:
    """Wait until the proxy answers so."""
    async with asyncio.timeout(START_S), aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as http:
        while True:
            try:
                async with http.get(url) as answer:
                    if answer.status == status:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
