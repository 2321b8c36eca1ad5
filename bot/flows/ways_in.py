"""How footage comes in that is larger than its place takes: what is offered, and what is said where nothing can be."""

from dataclasses import replace

import structlog

from bot.flows.context import Context
from bot.flows.drops import offered
from bot.store.models import Place
from bot.updates import Deed, Offer, Problem, ProblemKind

log = structlog.stdlib.get_logger(__name__)


def offers(context: Context, place: Place) -> tuple[Offer, ...]:
    """The offer of an upload link, where one can be given: a terminal takes files from its own disk."""
    return (Offer(Deed.UPLOAD),) if offered(context) and place.face == "discord" else ()


async def with_way_in(context: Context, place: Place, problem: Problem) -> Problem:
    """The problem; where a file is too large, with how large ones come in here."""
    if problem.kind is not ProblemKind.TOO_LARGE or place.face != "discord":
        return problem
    if offered(context):
        return replace(problem, offers=(*problem.offers, *offers(context, place)))
    await tell_operator(context)
    less = place.upload_limit is not None and problem.limit is not None and place.upload_limit < problem.limit
    return replace(problem, attached=place.upload_limit if less else None)


async def tell_operator(context: Context) -> None:
    """Say once in the log what would let large files in."""
    if await context.store.marks.once("operator told of uploads"):
        log.warning(
            "footage over Discord's limit comes in by direct links alone; for an upload page, set PUBLIC_URL to the"
            " address under which WEB_HOST and WEB_PORT are reached from outside"
        )
