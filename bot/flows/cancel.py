"""Stopping a thread's exports. A turn that runs is stopped by whoever runs it."""

import contextlib
from collections.abc import AsyncGenerator

from bot.flows.context import Job
from bot.nemo.errors import NemoError
from bot.store.errors import NotFoundError
from bot.store.models import RenderState
from bot.updates import Cancelled, Problem, ProblemKind, Update

AT_WORK = frozenset({RenderState.QUEUED, RenderState.SUBMITTING, RenderState.RENDERING})


async def cancel(job: Job) -> AsyncGenerator[Update, None]:
    """Stop every export of the thread that is at work; say so when there is none."""
    stopped = await stop_renders(job)
    yield Cancelled() if stopped else Problem(ProblemKind.NOTHING_TO_DO)


async def stop_renders(job: Job) -> bool:
    """Mark the exports as cancelled, then stop them upstream; whether there was one."""
    store = job.context.store
    found = False
    for render in await store.renders.of_thread(job.turn.place.thread):
        if render.state not in AT_WORK:
            continue
        found = True
        over = render.model_copy(update={"state": RenderState.CANCELLED, "draft": ""})
        with contextlib.suppress(NotFoundError):
            await store.renders.save(over, None)
        if render.upstream_id is not None:
            with contextlib.suppress(NemoError):  # it is marked: nobody waits for it any more
                await job.context.client_of(render.account).cancel_render(render.upstream_id)
    return found
