"""Accounts keep their token encrypted; marks are for the first who asks."""

import asyncio

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.redis_server import connect
from bot.store.errors import UnreadableRecordError
from bot.store.models import Account
from bot.store.store import Store
from tests.store.conftest import KEY

ACCOUNT = Account(key="bot", client_id="a-b", token=SecretStr("nmv_usr_very_secret"), user_id="u")


@pytest.mark.parametrize("account", [ACCOUNT, ACCOUNT.model_copy(update={"token": None})])
async def test_an_account_comes_back_and_its_token_is_never_in_the_clear(
    store: Store, redis: Redis, account: Account
) -> None:
    assert await store.accounts.get("bot") is None
    await store.accounts.save(account)
    assert await store.accounts.get("bot") == account
    assert "very_secret" not in str(await redis.get("tc:r:account:bot"))
    assert "very_secret" not in repr(await store.accounts.get("bot"))


async def test_a_changed_secret_key_is_said_and_loses_nothing(store: Store, redis: Redis) -> None:
    await store.accounts.save(ACCOUNT)
    with pytest.raises(UnreadableRecordError, match="SECRET_KEY"):
        await Store(redis, SecretStr("another key")).accounts.get("bot")
    assert await store.accounts.get("bot") == ACCOUNT


async def test_a_mark_is_for_the_first_who_asks(redis_url: str, store: Store) -> None:
    async def ask() -> bool:
        async with connect(redis_url) as client:
            return await Store(client, KEY).marks.once("told")

    assert not await store.marks.done("told")
    assert sum(await asyncio.gather(*(ask() for _ in range(20)))) == 1
    assert await store.marks.done("told")
    await store.marks.clear("told")
    assert await store.marks.once("told")


async def test_a_mark_lasts_as_long_as_it_shall(store: Store, redis: Redis) -> None:
    await store.marks.once("for ever")
    await store.marks.once("for a while", ttl_s=60)
    assert await redis.ttl("tc:r:mark:for ever") == -1
    assert 0 < await redis.ttl("tc:r:mark:for a while") <= 60
