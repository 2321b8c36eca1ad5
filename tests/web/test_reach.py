"""What the doctor finds out about the way in: asked as a browser would, on real sockets."""

import dataclasses
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from bot.doctor import examine
from bot.settings import Settings
from bot.web import reach
from bot.web.reach import Fault, Reached
from bot.web.server import make_app, serve
from tests.discord.bot_process import free_port


async def _ready() -> dict[str, bool]:
    return {}


@asynccontextmanager
async def ours() -> AsyncIterator[str]:
    """The web server itself, with nothing before it."""
    async with serve(make_app(_ready), "127.0.0.1", 0) as url:
        yield url


@asynccontextmanager
async def before_it(alive: int = 200, body: int = 403, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """What lies between: these statuses for `/livez` and for a body, which it does not read."""

    async def livez(_: web.Request) -> web.Response:
        return web.json_response({"alive": True} if alive == 200 else {}, status=alive)

    async def take(_: web.Request) -> web.Response:
        return web.Response(status=body)

    app = web.Application()
    app.router.add_get("/cut/livez", livez)
    app.router.add_patch("/cut/u/{rest:.*}", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}/cut"
    await runner.cleanup()


def pem() -> bytes:
    """A certificate that nobody has signed but itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = made.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + signed.public_bytes(serialization.Encoding.PEM)


def unknown_certificate(folder: Path) -> ssl.SSLContext:
    """TLS with such a certificate."""
    path = folder / "certificate.pem"
    path.write_bytes(pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_all_is_well() -> None:
    async with ours() as own, before_it() as url:
        for one in (own, url):
            assert await reach.look(one, "127.0.0.1", URL(own).port or 0) == Reached()


@pytest.mark.parametrize(
    ("answers", "found"),
    [({"alive": 404}, Reached(Fault.SOMEBODY_ELSE, 404)), ({"body": 413}, Reached(Fault.SMALL_BODIES, 413))],
)
async def test_what_lies_between_is_at_fault(answers: dict[str, Any], found: Reached) -> None:
    async with ours() as own, before_it(**answers) as url:
        assert await reach.look(url, "0.0.0.0", URL(own).port or 0) == found


async def test_a_certificate_that_nobody_knows(tmp_path: Path) -> None:
    async with ours() as own, before_it(tls=unknown_certificate(tmp_path)) as url:
        assert await reach.look(url, "127.0.0.1", URL(own).port or 0) == Reached(Fault.CERTIFICATE)


async def test_not_reached_is_told_from_not_running() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with ours() as own:
        assert await reach.look(nowhere, "127.0.0.1", URL(own).port or 0) == Reached(Fault.UNREACHED)
    assert await reach.look(nowhere, "127.0.0.1", free_port()) == Reached(Fault.NOT_RUNNING)
    assert await reach.look(nowhere, "127.0.0.1", 0) == Reached(Fault.UNREACHED)  # any port: nobody knows which


async def test_the_doctor_says_what_mends_it(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async with before_it(body=413) as url:
        general = settings.general.model_copy(update={"public_url": url})
        assert await examine(dataclasses.replace(settings, general=general), "http://127.0.0.1:9") == 1
    told = capsys.readouterr().out
    assert f"FAIL links: what lies before {url} refuses a body of 8 MB (HTTP 413)" in told
    assert "client_max_body_size 0" in told
