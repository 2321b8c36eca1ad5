"""The project as it stands after a request: what a thread's card shows."""

from bot.flows import timeline
from bot.flows.context import Job
from bot.flows.upload import footage_of
from bot.updates import Project


async def overview(job: Job) -> Project | None:
    """The footage and the timeline, which is noted; None where the thread has no session (any more).

    Raises NemoError, NotFoundError.
    """
    thread = await job.load_thread()
    if thread is None or thread.session is None:
        return None
    state = job.state or await job.client.state(thread.session)
    shown = timeline.summary(state) if state.draft.ready else None
    thread = await job.note_timeline(thread, shown)
    footage = tuple(footage_of(kept) for kept in thread.footage)
    return Project(footage, shown, state.undo, state.redo)
