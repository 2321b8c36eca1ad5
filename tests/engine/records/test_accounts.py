"""Accounts: one a client id, tokens that expire and are kept only as hashes."""

import asyncio
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from bot.engine.records.accounts import TOKENS_PER_ACCOUNT
from bot.engine.records.records import Records
from tests.engine.records.conftest import Clock


async def everything(redis: Redis) -> str:
    readers: dict[str, Callable[[str], Awaitable[object]]] = {
        "string": redis.get,
        "list": lambda key: redis.lrange(key, 0, -1),
        "hash": redis.hgetall,
    }
    return "\n".join(
        [f"{key}={await readers[str(await redis.type(key))](key)!r}" async for key in redis.scan_iter("*")]
    )


async def test_a_token_names_its_account_until_it_expires(records: Records, clock: Clock) -> None:
    issued = await records.accounts.issue("client-1")
    token = issued.token.get_secret_value()
    assert token.startswith("nmv_usr_")
    assert (issued.expires - clock()).days == 7
    account = await records.accounts.of_token(token)
    assert account is not None
    assert account.user == issued.user
    clock.forward(days=6, hours=23)
    assert await records.accounts.of_token(token) is not None
    clock.forward(hours=1)
    assert await records.accounts.of_token(token) is None


async def test_the_same_client_is_the_same_account_with_a_new_token(records: Records, clock: Clock) -> None:
    first = await records.accounts.issue("client-1")
    clock.forward(days=8)
    second = await records.accounts.issue("client-1")
    other = await records.accounts.issue("client-2")
    assert first.user == second.user != other.user
    assert first.token.get_secret_value() != second.token.get_secret_value()


async def test_a_client_that_asks_twice_at_once_gets_one_account(records: Records) -> None:
    issued = await asyncio.gather(*(records.accounts.issue("client-1") for _ in range(8)))
    assert len({one.user for one in issued}) == 1
    for one in issued:
        assert await records.accounts.of_token(one.token.get_secret_value()) is not None


async def test_no_secret_and_no_client_id_is_written_down(records: Records, redis: Redis) -> None:
    issued = await records.accounts.issue("client-1:with *odd* text")
    claim = await records.accounts.claim(issued.user, "1" * 19)
    kept = await everything(redis)
    assert issued.user in kept
    for secret in (issued.token, claim):
        assert secret.get_secret_value() not in kept
    assert "odd" not in kept


async def test_an_account_has_a_bounded_number_of_tokens(records: Records) -> None:
    issued = [await records.accounts.issue("client-1") for _ in range(TOKENS_PER_ACCOUNT + 1)]
    alive = [await records.accounts.of_token(one.token.get_secret_value()) for one in issued]
    assert alive[0] is None
    assert None not in alive[1:]


async def test_unknown_text_is_no_token(records: Records) -> None:
    for text in ("", "nmv_usr_", "nmv_usr_x", "\udcff", "*"):
        assert await records.accounts.of_token(text) is None
