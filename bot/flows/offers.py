"""What was offered, when it is taken: a press becomes a request like any other."""

import contextlib
import hashlib
from dataclasses import replace

from bot.flows.context import Job
from bot.store.errors import NotFoundError
from bot.store.models import Place, Turn
from bot.store.store import Store
from bot.updates import Deed, Offer, Problem, ProblemKind

_AGAIN = frozenset(
    {
        ProblemKind.UNCERTAIN,
        ProblemKind.TIMED_OUT,
        ProblemKind.EDIT_FAILED,
        ProblemKind.UPSTREAM_DOWN,
        ProblemKind.RATE_LIMITED,
    }
)
"""Failures after which the same request may well succeed, and has done nothing that is known of."""
REPEATABLE = frozenset({Deed.EXPORT, Deed.TRACKS})
"""What may be taken as often as one likes; of everything else a second press is the same request."""


async def with_mend(job: Job, problem: Problem) -> Problem:
    """The problem, with the offer that mends it where there is one."""
    if problem.kind in _AGAIN and (job.turn.words or job.turn.intent != "edit"):
        with contextlib.suppress(NotFoundError):  # forgotten meanwhile: nobody is left to press
            return replace(problem, offers=await job.offer(Offer(Deed.AGAIN)))
    return problem


async def request(store: Store, offer: Offer, press: str, place: Place) -> Turn | None:
    """The request that taking this offer is, made at `place` by the press with this id.

    None where there is nothing to do any more: its record is gone, or belongs to another thread.
    """
    if offer.deed is Deed.TRACKS:
        return Turn(id=press, place=place, intent="status")
    if offer.deed is Deed.EXPORT:
        earlier = await store.renders.get(offer.ref) if offer.ref else None
        return Turn(id=press, place=place, intent="export", export=earlier.export if earlier else None)
    turn = await store.turns.get(offer.ref)
    if turn is None or turn.place.thread != place.thread or offer.number >= len(turn.offers):
        return None
    kept = turn.offers[offer.number]
    if kept.deed is not offer.deed:
        return None
    once = hashlib.sha256(f"{offer.ref}:{offer.number}".encode()).hexdigest()[:24]
    fresh = Turn(id=f"p{once}", place=place, intent="say", words=kept.words)
    if offer.deed in {Deed.AGAIN, Deed.REBUILD}:
        left = turn.files[turn.files_done :]
        asked = {"intent": turn.intent, "words": turn.words, "files": left, "export": turn.export}
        return fresh.model_copy(update=asked)
    return fresh
