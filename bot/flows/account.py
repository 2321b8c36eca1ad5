"""Whose account pays at the upstream: the bot's (a token from the settings, or an anonymous one), or a server's.

A token is in no update, no log line and no message.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from pydantic import SecretStr

from bot.nemo.errors import BadRequest, RateLimited, TokenRejected
from bot.nemo.models import AnonymousToken
from bot.store.accounts import Accounts
from bot.store.models import Account

log = structlog.stdlib.get_logger(__name__)

_EARLY = timedelta(minutes=5)
"""A token this close to its end is renewed before it is used: a long turn must not outlive it."""
_RENEWAL = timedelta(days=7)
"""One token per client id and week (section 1 of the protocol)."""


class AccountRests(RateLimited):
    """The anonymous account's token has expired and no other can be had yet; `until` when, where that is known."""

    def __init__(self, until: datetime | None, retry_after_s: float | None) -> None:
        super().__init__("no token to be had yet", call="token", status=429)
        self.until = until
        self.retry_after_s = retry_after_s


class Unlinked(TokenRejected):
    """The account a project was made with is not linked any more."""


class LinkedTokenRejected(TokenRejected):
    """The upstream does not accept a linked account's token (any more)."""


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
                return account.token  # the old one still works for these minutes

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
        assert account.client_id is not None
        try:
            issued = await self._issue(account.client_id)
        except RateLimited as error:
            raise AccountRests(self._when(account, error.retry_after_s), error.retry_after_s) from error
        except BadRequest as error:
            if error.status != HTTPStatus.BAD_REQUEST or self._client_id is not None:
                raise
            account = account.model_copy(update={"client_id": str(uuid.uuid4())})  # the id was not accepted as one
            await self._accounts.save(account)
            issued = await self._issue(account.client_id or "")
        self._known = account.model_copy(
            update={
                "token": issued.token,
                "user_id": issued.user_id or account.user_id,
                "issued": self._clock(),
                "expires": issued.expires,
            }
        )
        await self._accounts.save(self._known)
        log.info("account renewed", account=self._key)
        return issued.token

    def _when(self, account: Account, retry_after_s: float | None) -> datetime | None:
        if retry_after_s is not None:
            return self._clock() + timedelta(seconds=retry_after_s)
        return None if account.issued is None else max(self._clock(), account.issued + _RENEWAL)


class LinkedAccount:
    """Credentials of a linked account; nothing is remembered, so that an unlinked one is not used for a moment more."""

    def __init__(self, key: str, accounts: Accounts) -> None:
        self._key = key
        self._accounts = accounts

    async def token(self) -> SecretStr:
        """The token to use now. Raises Unlinked."""
        account = await self._accounts.get(self._key)
        if account is None or account.token is None:
            raise Unlinked("the account is not linked any more", call="token")
        return account.token

    async def renew(self, stale: SecretStr) -> SecretStr:
        """The token that was linked meanwhile. Raises LinkedTokenRejected where there is none, Unlinked."""
        token = await self.token()
        if token.get_secret_value() == stale.get_secret_value():
            raise LinkedTokenRejected("the linked token is not accepted", call="token")
        return token


class Given:
    """Credentials of a token that was just given, to try it."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    async def token(self) -> SecretStr:
        """That token."""
        return self._token

    async def renew(self, stale: SecretStr) -> SecretStr:  # noqa: ARG002 - there is no other
        """Raises LinkedTokenRejected."""
        raise LinkedTokenRejected("the token is not accepted", call="token")
