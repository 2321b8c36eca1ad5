"""Accounts at the upstream; their tokens are encrypted with a key made from the installation's secret."""

from redis.asyncio import Redis

from bot.store import keys
from bot.store.models import Account
from bot.store.records import dump, load
from bot.store.seal import Seal


class Accounts:
    """The account records."""

    def __init__(self, client: Redis, seal: Seal) -> None:
        self._redis = client
        self._seal = seal

    async def get(self, key: str) -> Account | None:
        """The account, its token in the clear. Raises UnreadableRecordError, SealedError when SECRET_KEY changed."""
        text = await self._redis.get(keys.account(key))
        if text is None:
            return None
        account = load(Account, text)
        if account.token is None:
            return account
        return account.model_copy(update={"token": self._seal.open(account.token)})

    async def remove(self, key: str) -> bool:
        """Forget an account and its token; whether there was one."""
        return bool(await self._redis.delete(keys.account(key)))

    async def save(self, account: Account) -> None:
        """Write the whole record."""
        await self._redis.set(keys.account(account.key), dump(account, token=self._seal.close(account.token)))
