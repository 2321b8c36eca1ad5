"""The account's balance: whose it is, what is left, and what an edit costs."""

from collections.abc import AsyncGenerator

from bot.flows import linked
from bot.flows.context import Context, Job
from bot.updates import Balance, Owner, Update


async def credits(job: Job) -> AsyncGenerator[Update, None]:  # noqa: A001 - the product's word for it
    """What is left of the account that pays here, and where more is to be had; needs no project."""
    context = job.context
    thread = await job.load_thread()
    if thread is not None and thread.session is not None:
        account = thread.account
    else:
        found = await linked.of_place(context, job.turn.place)
        account = None if found is None else found.key
    balance = await context.client_of(account).credits()
    able = context.capabilities
    yield Balance(
        available=balance.available,
        frozen=balance.frozen,
        total=balance.total,
        owner=_owner(context, account),
        edit_cost=able.edit_cost,
        clip_cost=able.clip_cost,
        top_up_url=None if balance.available is None else await top_up_link(context, account),
    )


async def top_up_link(context: Context, account: str | None) -> str | None:
    """Where an anonymous account is registered; None for another, and where the upstream has no such place."""
    if account is not None or not context.capabilities.gives_links or not context.account.anonymous:
        return None
    user = await context.account.user_id()
    return context.client.register_link(user) if user else None


def _owner(context: Context, account: str | None) -> Owner:
    if not context.capabilities.own_token:
        return "machine"
    if account is not None:
        return "server"
    return "anonymous" if context.account.anonymous else "bot"
