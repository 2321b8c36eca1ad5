"""A project starts over: a new, empty session in place of the old one, whose footage goes; finished videos stay."""

from collections.abc import AsyncGenerator

from bot.flows.context import Job
from bot.flows.footprint import leave, let_go, release
from bot.flows.setup import empty, setup, welcome
from bot.store.store import Store
from bot.updates import Ready, Stage, Update, Working


async def start_over(job: Job) -> AsyncGenerator[Update, None]:
    """Start over; a thread that had no project yet gets one. Done again after a restart it does the rest.

    What is still being exported of the old project is finished first: its session goes after that.
    """
    context, key = job.context, job.turn.place.thread
    thread = await job.load_thread()
    if thread is None or thread.session is None:
        told = False
        async for update in setup(job):
            told = told or isinstance(update, Ready)
            yield update
        if not told:
            yield welcome(job)
        return
    yield Working(Stage.SETUP)
    kept = [one.sha256 for one in (*thread.footage, *thread.pending) if one.sha256 is not None]
    await job.save(let_go=tuple(dict.fromkeys([*job.turn.let_go, *kept])))
    leaving = await let_go(context, thread)
    await empty(job)
    await release(context, job.turn.let_go, key)
    await job.save(let_go=())
    if leaving is not None:
        await leave(context, leaving)
    yield welcome(job)


async def is_empty(store: Store, key: str) -> bool:
    """Whether nothing is lost when the thread starts over."""
    thread = await store.threads.get(key)
    return thread is None or not (thread.footage or thread.pending or thread.timeline)
