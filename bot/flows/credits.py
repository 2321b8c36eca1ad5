"""The account's balance."""

from collections.abc import AsyncGenerator

from bot.flows.context import Context, Job
from bot.updates import Balance, Update


async def credits(job: Job) -> AsyncGenerator[Update, None]:  # noqa: A001 - the product's word for it
    """What is left, and where more is to be had; needs no project."""
    balance = await job.context.client.credits()
    link = await top_up_link(job.context) if balance.available is not None else None
    yield Balance(balance.available, balance.frozen, balance.total, link)


async def top_up_link(context: Context) -> str | None:
    """Where an anonymous account is registered; None for another, and where the upstream has no such place."""
    if not context.capabilities.gives_links or not context.account.anonymous:
        return None
    user = await context.account.user_id()
    return context.client.register_link(user) if user else None
