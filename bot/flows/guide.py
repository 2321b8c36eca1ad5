"""Help: how to use the bot here, and what can be pressed right away."""

from bot.flows.context import Context
from bot.flows.drops import offered
from bot.updates import Deed, Guide, Offer

_THERE = (Deed.TRACKS, Deed.UNDO, Deed.EXPORT)
_ELSEWHERE = (Deed.NEW,)


def guide(context: Context, *, in_project: bool) -> Guide:
    """What to tell in a project's thread, or anywhere else."""
    able, has_page = context.capabilities, offered(context)
    deeds = (*(_THERE if in_project else _ELSEWHERE), *((Deed.UPLOAD,) if has_page else ()))
    return Guide(
        in_project=in_project,
        file_limit=context.limits.file_bytes,
        has_page=has_page,
        on_this_machine=not able.own_token,
        edit_cost=able.edit_cost if able.own_token else None,
        free_undo=able.free_undo,
        has_redo=able.has_redo,
        offers=tuple(Offer(deed) for deed in deeds),
    )
