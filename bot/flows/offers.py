"""What was offered, when it is taken: a press becomes a request like any other."""

import contextlib
import hashlib
from dataclasses import replace
from typing import Literal

from bot.flows import linked
from bot.flows.context import Job
from bot.flows.export import PREVIEW
from bot.flows.suggestions import examples
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
        ProblemKind.NONSENSE,
        ProblemKind.LINKED_TOKEN_REJECTED,
    }
)
"""Failures after which the same request may well succeed, and has done nothing that is known of."""
_MOVE = frozenset({ProblemKind.ACCOUNT_UNLINKED, ProblemKind.ACCOUNT_CHANGED})
"""The project's account cannot be used any more: it goes on with the one that is there now, if the user agrees."""
_SPENT = frozenset({ProblemKind.NO_CREDITS, ProblemKind.TOKEN_REJECTED, ProblemKind.ACCOUNT_RESTS})
"""The bot's account cannot go on: a project made with it may move to the one that the server has linked since."""
_HISTORY: dict[Deed, Literal["undo", "redo"]] = {Deed.UNDO: "undo", Deed.REDO: "redo"}
REPEATABLE = frozenset({Deed.EXPORT, Deed.PREVIEW, Deed.TRACKS, Deed.EXAMPLE, *_HISTORY})
"""What may be taken as often as one likes; of everything else a second press is the same request."""


async def with_mend(job: Job, problem: Problem) -> Problem:
    """The problem, with the offer that mends it where there is one."""
    deed = Deed.AGAIN if problem.kind in _AGAIN else Deed.REBUILD if problem.kind in _MOVE else None
    if problem.kind in _SPENT and job.thread is not None and job.thread.account is None:
        deed = Deed.REBUILD if await linked.of_place(job.context, job.turn.place) is not None else None
    if deed is not None:
        with contextlib.suppress(NotFoundError):  # forgotten meanwhile: nobody is left to press
            return replace(problem, offers=await job.offer(Offer(deed)))
    return problem


async def request(store: Store, offer: Offer, press: str, place: Place) -> Turn | None:
    """The request that taking this offer is, made at `place` by the press with this id.

    None where there is nothing to do any more: its record is gone, or belongs to another thread.
    """
    if offer.deed is Deed.TRACKS:  # for a face that has no answer of its own to it
        return Turn(id=press, place=place, intent="status")
    if offer.deed in _HISTORY:
        return Turn(id=press, place=place, intent=_HISTORY[offer.deed])
    if offer.deed is Deed.EXPORT:
        earlier = await store.renders.get(offer.ref) if offer.ref else None
        again = None if earlier is None or earlier.export.is_preview else earlier.export
        return Turn(id=press, place=place, intent="export", export=again)
    if offer.deed is Deed.PREVIEW:
        return Turn(id=press, place=place, intent="export", export=PREVIEW)
    if offer.deed is Deed.EXAMPLE:
        known = {one.number: one.words for one in examples(place.locale)}
        words = known.get(offer.number)
        return None if words is None else Turn(id=press, place=place, words=words, needs_footage=True)
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
        return fresh.model_copy(
            update={
                "intent": turn.intent,
                "words": turn.words,
                "files": left,
                "export": turn.export,
                "move": offer.deed is Deed.REBUILD,
            }
        )
    return fresh
