"""The bot's account: one client id for good, one renewal for many callers, an own token left alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.flows.account import BotAccount
from bot.nemo.attribution import Attribution
from bot.nemo.client import Nemo, http_session
from bot.nemo.errors import RateLimited, TokenRejected
from bot.store.accounts import Accounts
from bot.store.seal import Seal
from tests.upstream.plugin import upstream
from tests.upstream.replies import ok, refuses
from tests.upstream.server import Upstream

__all__ = ["upstream"]

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with http_session() as session:
        yield session


@pytest.fixture
def nemo(http: aiohttp.ClientSession, upstream: Upstream) -> Nemo:
    return Nemo(http, upstream.url, "https://web.invalid", Attribution("s", "1", "p"), None)


@pytest.fixture
def accounts(redis: Redis) -> Accounts:
    return Accounts(redis, Seal(SecretStr("key")))


def account(nemo: Nemo, accounts: Accounts, **changes: object) -> BotAccount:
    return BotAccount("nemo", accounts, nemo.anonymous_token, lambda: NOW, **changes)  # type: ignore[arg-type]


async def test_many_callers_with_a_stale_token_cause_one_renewal(
    nemo: Nemo, accounts: Accounts, upstream: Upstream
) -> None:
    own = account(nemo, accounts)
    stale = await own.token()
    upstream.tokens.clear()
    client = nemo.with_credentials(own)
    await asyncio.gather(*(client.credits() for _ in range(10)))
    assert len(upstream.seen("token")) == 2
    assert (await own.token()).get_secret_value() != stale.get_secret_value()


async def test_the_client_id_is_kept_for_good(nemo: Nemo, accounts: Accounts, upstream: Upstream) -> None:
    first = account(nemo, accounts)
    await first.renew(await first.token())
    second = account(nemo, accounts)
    await second.renew(await second.token())
    ids = {seen.headers["X-Client-Id"] for seen in upstream.seen("token")}
    assert len(ids) == 1
    assert len(upstream.seen("token")) == 3
    assert await second.user_id() == "anon_7"


async def test_the_client_id_is_kept_when_the_renewal_is_refused(
    nemo: Nemo, accounts: Accounts, upstream: Upstream
) -> None:
    upstream.next("token", refuses(429, 429, **{"Retry-After": "604800"}))
    with pytest.raises(RateLimited) as limited:
        await account(nemo, accounts).token()
    assert limited.value.retry_after_s == 604_800
    await account(nemo, accounts).token()
    assert len({seen.headers["X-Client-Id"] for seen in upstream.seen("token")}) == 1


async def test_a_token_about_to_end_is_renewed_before_it_is_used(
    nemo: Nemo, accounts: Accounts, upstream: Upstream
) -> None:
    soon = (NOW + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    upstream.next("token", ok({"token": "nmv_usr_short", "user_id": "anon_7", "expires_at": soon}))
    own = account(nemo, accounts)
    await own.token()
    assert (await own.token()).get_secret_value() != "nmv_usr_short"


async def test_a_token_about_to_end_is_used_on_where_no_new_one_can_be_had(
    nemo: Nemo, accounts: Accounts, upstream: Upstream
) -> None:
    soon = (NOW + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    upstream.next("token", ok({"token": "nmv_usr_short", "user_id": "anon_7", "expires_at": soon}))
    own = account(nemo, accounts)
    await own.token()
    upstream.next("token", refuses(429, 429, **{"Retry-After": "604800"}))
    assert (await own.token()).get_secret_value() == "nmv_usr_short"


async def test_an_own_token_is_used_as_it_is_and_never_renewed(
    nemo: Nemo, accounts: Accounts, upstream: Upstream
) -> None:
    own = account(nemo, accounts, own_token=SecretStr("nmv_usr_mine"))
    client = nemo.with_credentials(own)
    with pytest.raises(TokenRejected):
        await client.credits()
    assert not upstream.seen("token")
    assert not own.anonymous
    assert await own.user_id() is None


async def test_a_client_id_of_the_settings_is_used(nemo: Nemo, accounts: Accounts, upstream: Upstream) -> None:
    await account(nemo, accounts).token()
    await account(nemo, accounts, client_id="c0ffee").token()
    assert upstream.seen("token")[1].headers["X-Client-Id"] == "c0ffee"
