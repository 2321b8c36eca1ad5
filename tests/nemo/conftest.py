"""A client on a real socket, with an account that renews itself at the scripted upstream."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from pydantic import SecretStr

from bot.nemo.attribution import Attribution
from bot.nemo.client import Limits, Nemo, http_session
from bot.nemo.errors import TokenRejected
from tests.upstream.plugin import upstream
from tests.upstream.server import Upstream

__all__ = ["upstream"]

SESSION = "7300000000000000001"
ATTRIBUTION = Attribution("ai-video-editor-offline", "1.2.3", "unknown")


@dataclass
class Anonymous:
    """Credentials that ask for a new token with the same client id; `own` ones cannot."""

    current: str = "nmv_usr_first"
    own: bool = False
    nemo: Nemo | None = None
    stale: list[str] = field(default_factory=list)

    async def token(self) -> SecretStr:
        return SecretStr(self.current)

    async def renew(self, stale: SecretStr) -> SecretStr:
        self.stale.append(stale.get_secret_value())
        if self.own or self.nemo is None:
            raise TokenRejected("ask for a new one", call="token")
        self.current = (await self.nemo.anonymous_token("c0ffee")).token.get_secret_value()
        return SecretStr(self.current)


@dataclass
class Sleeps:
    """Remembers how long was to be waited, and does not wait."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with http_session() as session:
        yield session


@pytest.fixture
def account() -> Anonymous:
    return Anonymous()


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


MakeNemo = Callable[..., Nemo]


@pytest.fixture
def make_nemo(http: aiohttp.ClientSession, upstream: Upstream, account: Anonymous, sleeps: Sleeps) -> MakeNemo:
    """A client with other limits or another clock."""

    def make(
        *,
        url: str | Callable[[], str] | None = None,
        attribution: Attribution = ATTRIBUTION,
        sock_read_s: float = 10,
        clock: Callable[[], float] | None = None,
        **limits: float,
    ) -> Nemo:
        client = Nemo(
            http,
            url or upstream.url,
            "https://web.invalid/",
            attribution,
            account,
            sock_read_s,
            limits=Limits(**{"read_wait_s": 0.001, **limits}),  # type: ignore[arg-type]  # read_attempts alone is whole
            sleep=sleeps,
            clock=clock or time.monotonic,
        )
        account.nemo = client
        return client

    return make


@pytest.fixture
def nemo(make_nemo: MakeNemo) -> Nemo:
    return make_nemo()
