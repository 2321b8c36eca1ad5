"""An S3 on loopback: moto, in a process of its own. It stands in for a real one, which cannot be had here."""

import re
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count

import aiohttp
import pytest
from pydantic import SecretStr

from bot.settings import Engine

_NUMBERS = count()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Its address."""
    with serving() as (address, _):
        yield address


@contextmanager
def serving() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of one's own."""
    if find_spec("obstore") is None or find_spec("moto") is None:
        pytest.skip("the extra s3 and the group s3 are not installed")
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            pytest.fail("the S3 server did not start")
        yield found[0], process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture
def s3(s3_server: str) -> Engine:
    """Settings for a new bucket."""
    return new_bucket(s3_server)


def new_bucket(server: str) -> Engine:
    """Settings for a new bucket there."""
    name = f"bucket-{next(_NUMBERS)}"
    made = urllib.request.Request(f"{server}/{name}", method="PUT")
    with urllib.request.urlopen(made) as answer:
        assert answer.status == 200
    return settings_of(server, name)


def settings_of(endpoint: str, bucket: str) -> Engine:
    return Engine.model_construct(
        s3_url=f"s3://{bucket}/some/prefix", s3_endpoint=endpoint, s3_region="us-east-1",
        s3_key=SecretStr("a key"), s3_secret=SecretStr("a secret"),
    )  # fmt: skip


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
