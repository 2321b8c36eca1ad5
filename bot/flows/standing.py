"""Whether somebody who acts from elsewhere, such as an upload page, may still do so at their place."""

from bot.flows.context import Context, NotAllowed
from bot.store.models import Place


class NotAllowedError(Exception):
    """Who the drop belongs to may not send anything to its place any more; `why` says it."""

    def __init__(self, why: NotAllowed) -> None:
        super().__init__(why.why)
        self.why = why


async def require_standing(context: Context, place: Place) -> None:
    """Raise NotAllowedError where the requester may not act at this place any more, as its face has it now."""
    face = context.standing.get(place.face)
    refused = await face.refused(place) if face is not None else None
    if refused is not None:
        raise NotAllowedError(refused)
