"""Accounts at the upstream; their tokens are encrypted with a key made from the installation's secret."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.store import keys
from bot.store.errors import SealedError
from bot.store.models import Account
from bot.store.records import dump, load


class Accounts:
    """The account records."""

    def __init__(self, client: Redis, secret_key: SecretStr) -> None:
        self._redis = client
        digest = hashlib.sha256(b"threadcut account tokens\0" + secret_key.get_secret_value().encode()).digest()
        self._box = Fernet(base64.urlsafe_b64encode(digest))

    async def get(self, key: str) -> Account | None:
        """The account, its token in the clear. Raises UnreadableRecordError, SealedError when SECRET_KEY changed."""
        text = await self._redis.get(keys.account(key))
        if text is None:
            return None
        account = load(Account, text)
        if account.token is None:
            return account
        try:
            token = self._box.decrypt(account.token.get_secret_value()).decode()
        except InvalidToken as error:
            raise SealedError(
                "SECRET_KEY: an account's token was encrypted with another key; set the earlier key again"
            ) from error
        return account.model_copy(update={"token": SecretStr(token)})

    async def remove(self, key: str) -> bool:
        """Forget an account and its token; whether there was one."""
        return bool(await self._redis.delete(keys.account(key)))

    async def save(self, account: Account) -> None:
        """Write the whole record."""
        token = account.token
        sealed = None if token is None else self._box.encrypt(token.get_secret_value().encode()).decode()
        await self._redis.set(keys.account(account.key), dump(account, token=sealed))
