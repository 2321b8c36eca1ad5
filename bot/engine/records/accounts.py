"""Accounts, their tokens and claim tokens. Tokens are kept only as hashes; the client id names the account."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr
from redis.asyncio import Redis

from bot.engine.records.base import Clock, Record, durable, hashed, text

TOKEN_LIFE = timedelta(days=7)
TOKENS_PER_ACCOUNT = 8


class Account(Record):
    """An anonymous account; it lives as long as its client id is used."""

    user: str
    created: datetime


class _Token(Record):
    user: str
    expires: datetime


class _Claim(Record):
    user: str
    session: str
    expires: datetime


@dataclass(frozen=True)
class Issued:
    """A fresh token: the only moment it is known in the clear."""

    token: SecretStr
    user: str
    expires: datetime


class Accounts:
    """Who may call."""

    def __init__(self, redis: Redis, now: Clock) -> None:
        """`now` decides what has expired."""
        self._redis = redis
        self._now = now

    async def issue(self, client_id: str) -> Issued:
        """A token for seven days; the same client id is always the same account.

        An account has at most eight live tokens: the oldest stops working when a ninth is made.
        """
        user = await self._user(client_id)
        token = f"nmv_usr_{secrets.token_urlsafe(32)}"
        expires = self._now() + TOKEN_LIFE
        key, of_user = durable("token", hashed(token)), durable("tokens", user)
        record = _Token(user=user, expires=expires)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(key, record.model_dump_json(), ex=TOKEN_LIFE + timedelta(days=1))
            pipe.lpush(of_user, key)
            pipe.lrange(of_user, TOKENS_PER_ACCOUNT, -1)
            pipe.ltrim(of_user, 0, TOKENS_PER_ACCOUNT - 1)
            old = (await pipe.execute())[2]
        if old:
            await self._redis.delete(*old)
        return Issued(SecretStr(token), user, expires)

    async def of_token(self, token: str) -> Account | None:
        """Whose token this is, or None when it is unknown or has expired."""
        kept = text(await self._redis.get(durable("token", hashed(token))))
        if kept is None:
            return None
        record = _Token.model_validate_json(kept)
        if record.expires <= self._now():
            return None
        account = text(await self._redis.get(durable("account", record.user)))
        return Account.model_validate_json(account) if account else None

    async def claim(self, user: str, session: str) -> SecretStr:
        """A token that lets a browser take the project over, for seven days."""
        token = f"clm_{secrets.token_urlsafe(24)}"
        record = _Claim(user=user, session=session, expires=self._now() + TOKEN_LIFE)
        await self._redis.set(durable("claim", hashed(token)), record.model_dump_json(), ex=TOKEN_LIFE)
        return SecretStr(token)

    async def _user(self, client_id: str) -> str:
        fresh = f"anon_{secrets.token_hex(10)}"
        key = durable("client", hashed(client_id))
        account = Account(user=fresh, created=self._now())
        await self._redis.set(durable("account", fresh), account.model_dump_json())
        if await self._redis.set(key, fresh, nx=True):
            return fresh
        await self._redis.delete(durable("account", fresh))
        known = text(await self._redis.get(key))
        assert known is not None, "client ids are never deleted"
        return known
