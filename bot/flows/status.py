"""What is in the thread: its footage and its timeline."""

from collections.abc import AsyncGenerator

from bot.flows import timeline
from bot.flows.context import Job
from bot.flows.upload import footage_of
from bot.store.store import Store
from bot.updates import Status, Tracks, Update


async def status(job: Job) -> AsyncGenerator[Update, None]:
    """The footage and the tracks; a thread without a session has neither."""
    thread = await job.load_thread()
    if thread is None or thread.session is None:
        yield Status((), None)
        return
    state = await job.client.state(thread.session)
    footage = tuple(footage_of(kept) for kept in thread.footage)
    yield Status(footage, timeline.summary(state) if state.draft.ready else None)


async def glance(store: Store, key: str) -> tuple[Status, str | None]:
    """The same from what is kept here, at once, with how much is at work; and the id of the thread's card.

    Nothing upstream is asked.
    """
    thread, requests, exports = await store.threads.glance(key)
    if thread is None:
        return Status((), None, requests, exports), None
    footage = tuple(footage_of(kept) for kept in (*thread.footage, *thread.pending))
    return Status(footage, thread.timeline, requests, exports), thread.card


async def tracks(job: Job) -> AsyncGenerator[Update, None]:
    """The timeline alone; nothing where there is none yet."""
    state = await job.client.state(job.session)
    if state.draft.ready:
        yield Tracks(timeline.summary(state))
