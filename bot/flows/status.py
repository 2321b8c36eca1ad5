"""What is in the thread: its footage and its timeline."""

from collections.abc import AsyncGenerator

from bot.flows import timeline
from bot.flows.cancel import AT_WORK
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


async def glance(store: Store, key: str) -> Status:
    """The same from what is kept here, at once, with how much is at work: nothing upstream is asked."""
    thread = await store.threads.get(key)
    waiting = await store.turns.waiting(key)
    renders = [render for render in await store.renders.of_thread(key) if render.state in AT_WORK]
    if thread is None:
        return Status((), None, len(waiting), len(renders))
    footage = tuple(footage_of(kept) for kept in (*thread.footage, *thread.pending))
    return Status(footage, thread.timeline, len(waiting), len(renders))


async def tracks(job: Job) -> AsyncGenerator[Update, None]:
    """The timeline alone; nothing where there is none yet."""
    state = await job.client.state(job.session)
    if state.draft.ready:
        yield Tracks(timeline.summary(state))
