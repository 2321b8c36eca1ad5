"""The bot's account at the upstream: a token from the settings, or an anonymous one under a client id kept for good.

A token is in no update, no log line and no message.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from pydantic import SecretStr

from bot.nemo.errors import RateLimited, TokenRejected
from bot.nemo.models import AnonymousToken
from bot.store.accounts import Accounts
from bot.store.models import Account

log = structlog.stdlib.get_logger(__name__)

_EARLY = timedelta(minutes=5)
"""A token this close to its end is renewed before it is used: a long turn must not outlive it."""


class BotAccount:
    """Credentials of one upstream (`key`); renews once for however many callers find the token stale."""

    def __init__(
        self,
        key: str,
        accounts: Accounts,
        issue: Callable[[str], Awaitable[AnonymousToken]],
        clock: Callable[[], datetime],
        *,
        own_token: SecretStr | None = None,
        client_id: str | None = None,
    ) -> None:
        """`issue` asks the upstream for the token of a client id. With `own_token` nothing is ever asked for."""
        self._key = key
        self._accounts = accounts
        self._issue = issue
        self._clock = clock
        self._own = own_token
        self._client_id = client_id
        self._known: Account | None = None
        self._lock = asyncio.Lock()

    @property
    def anonymous(self) -> bool:
        """Whether nobody registered for it."""
        return self._own is None

    async def user_id(self) -> str | None:
        """Who the upstream takes an anonymous account for; None where it is not known."""
        return None if self._own is not None else (await self._account()).user_id

    async def token(self) -> SecretStr:
        """The token to use now. Raises NemoError when there is none and none can be had."""
        if self._own is not None:
            return self._own
        async with self._lock:
            account = await self._account()
            left = None if account.expires is None else account.expires - self._clock()
            if account.token is not None and (left is None or left > _EARLY):
                return account.token
            try:
                return await self._renewed(account)
            except RateLimited:
                if account.token is None or left is None or left <= timedelta(0):
                    raise
                return account.token  # one token a week and client: the old one still works for these minutes

    async def renew(self, stale: SecretStr) -> SecretStr:
        """A token other than the rejected one. Raises TokenRejected for an own token, else NemoError."""
        if self._own is not None:
            raise TokenRejected("the token in the settings is not accepted", call="token")
        async with self._lock:
            self._known = None  # another process may have renewed it
            account = await self._account()
            if account.token is not None and account.token.get_secret_value() != stale.get_secret_value():
                return account.token
            return await self._renewed(account)

    async def _account(self) -> Account:
        if self._known is None:
            kept = await self._accounts.get(self._key)
            if kept is None or (self._client_id is not None and kept.client_id != self._client_id):
                kept = Account(key=self._key, client_id=self._client_id or str(uuid.uuid4()))
                await self._accounts.save(kept)  # before it is used: the id is kept for good
            self._known = kept
        return self._known

    async def _renewed(self, account: Account) -> SecretStr:
        issued = await self._issue(account.client_id)
        self._known = account.model_copy(
            update={"token": issued.token, "user_id": issued.user_id or account.user_id, "expires": issued.expires}
        )
        await self._accounts.save(self._known)
        log.info("account renewed", account=self._key)
        return issued.token
