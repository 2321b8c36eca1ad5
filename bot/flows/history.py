"""One step back, one step forward: free where the upstream keeps a history, else an edit that is asked about first."""

from collections.abc import AsyncGenerator
from typing import Literal

from bot.flows.context import Job
from bot.flows.edit import edit
from bot.flows.heard import Heard
from bot.store.models import TurnState
from bot.updates import Deed, Offer, Priced, Problem, ProblemKind, Update
from bot.voice.phrase import phrase

Way = Literal["undo", "redo"]

_NOTHING = {"undo": ProblemKind.NOTHING_TO_UNDO, "redo": ProblemKind.NOTHING_TO_REDO}


async def history(job: Job, way: Way) -> AsyncGenerator[Update, None]:
    """Take the last change back, or what was taken back forward again; told like any edit.

    Where that costs nothing is sent: an offer is made that does. Raises what `edit` does.
    """
    able = job.context.capabilities
    if way == "redo" and not able.has_redo:
        yield Problem(ProblemKind.NO_REDO)
        return
    thread = await job.load_thread()
    # A session that was made anew has no history but its footage coming in, which nobody means by "undo".
    if thread is None or thread.session is None or thread.upstream != able.upstream or job.turn.rebuilt:
        yield Problem(_NOTHING[way])
        return
    if not able.free_undo:
        async for update in _priced(job):
            yield update
        return
    if job.turn.state is TurnState.QUEUED:
        state = await job.client.state(job.session)
        if (state.undo if way == "undo" else state.redo) == 0:
            yield Problem(_NOTHING[way])
            return
    async for update in edit(job, way, Heard()):
        yield update


async def _priced(job: Job) -> AsyncGenerator[Update, None]:
    state = await job.client.state(job.session)
    if not state.draft.ready:
        yield Problem(ProblemKind.NOTHING_TO_UNDO)
        return
    locale = job.turn.place.locale
    offer = Offer(Deed.SAY, words=phrase(locale, "undo.words"), label=phrase(locale, "undo.send"))
    yield Priced(job.context.capabilities.edit_cost, await job.offer(offer))
