"""Accounts that servers link: a token of their own, which pays for the projects made there from then on."""

import re

import structlog
from pydantic import SecretStr

from bot.flows.account import Given, LinkedTokenRejected
from bot.flows.context import Context
from bot.nemo.models import Credits
from bot.store.models import Account, Place, Thread

log = structlog.stdlib.get_logger(__name__)

_TOKEN = re.compile(r"[!-~]{8,1000}")


def key(upstream: str, guild: str) -> str:
    """Under which name a server's account is kept."""
    return f"{upstream}:guild:{guild}"


async def of_place(context: Context, place: Place) -> Account | None:
    """The account that pays for new projects at this place; None for the bot's own, which also serves messages."""
    return None if place.guild is None else await of_guild(context, place.guild)


async def of_guild(context: Context, guild: str) -> Account | None:
    """The account that this server has linked; None where there is none, or the upstream has no accounts."""
    if not context.capabilities.own_token:
        return None
    return await context.store.accounts.get(key(context.capabilities.upstream, guild))


async def link(context: Context, guild: str, token: str, by: str) -> Credits:
    """Try the token, and keep it, encrypted, as this server's account; returns its balance.

    Raises LinkedTokenRejected where it is no token or not accepted, NemoError where it could not be tried: then nothing
    is kept and an earlier account stays.
    """
    plain = token.strip().removeprefix("Bearer ").strip()
    if not _TOKEN.fullmatch(plain):
        raise LinkedTokenRejected("not a token", call="token")
    secret = SecretStr(plain)
    balance = await context.client.with_credentials(Given(secret)).credits()
    name = key(context.capabilities.upstream, guild)
    await context.store.accounts.save(Account(key=name, token=secret, issued=context.clock.now(), linked_by=by))
    log.info("account linked", account=name)
    return balance


async def unlink(context: Context, guild: str) -> bool:
    """Forget the server's account and its token; whether there was one."""
    name = key(context.capabilities.upstream, guild)
    removed = await context.store.accounts.remove(name)
    if removed:
        log.info("account unlinked", account=name)
    return removed


async def changed(context: Context, thread: Thread) -> bool:
    """Whether another token was linked since the thread's session was made."""
    if thread.account is None:
        return False
    account = await context.store.accounts.get(thread.account)
    return account is not None and account.issued != thread.account_issued
