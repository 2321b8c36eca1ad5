"""Stopping exports, and messages at work where the upstream lets itself be stopped. A turn is stopped by its runner."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from bot.flows.context import Context, Job
from bot.nemo.errors import NemoError
from bot.store.errors import NotFoundError
from bot.store.models import Render, RenderState, TurnState
from bot.updates import Cancelled, Problem, ProblemKind, Update

AT_WORK = frozenset({RenderState.QUEUED, RenderState.SUBMITTING, RenderState.RENDERING})
_SENT = frozenset({TurnState.SENDING, TurnState.STREAMING})
_STOP_S = 15.0


async def cancel(job: Job) -> AsyncGenerator[Update, None]:
    """Stop every export of the thread that is at work; say so when there is none."""
    yield Cancelled() if await stop_renders(job) else Problem(ProblemKind.NOTHING_RUNS)


async def stop_renders(job: Job) -> bool:
    """Stop every export of the thread that is at work; whether there was one."""
    renders = await job.context.store.renders.of_thread(job.turn.place.thread)
    return any([await stop_render(job.context, render) for render in renders])


async def stop_render(context: Context, render: Render) -> bool:
    """Mark an export as cancelled, then stop it upstream; whether it was at work."""
    if render.state not in AT_WORK:
        return False
    over = render.model_copy(update={"state": RenderState.CANCELLED, "draft": "", "expires": context.clock.now()})
    with contextlib.suppress(NotFoundError):
        await context.store.renders.save(over, None)
    if render.upstream_id is not None:
        with contextlib.suppress(NemoError, TimeoutError):  # it is marked: nobody waits for it any more
            async with asyncio.timeout(_STOP_S):
                await context.client_of(render.account).cancel_render(render.upstream_id)
    return True


async def may_go_on(job: Job) -> bool:
    """Stop upstream what a turn has sent; whether it may go on there all the same."""
    if job.turn.state not in _SENT or job.thread is None or job.thread.session is None:
        return False
    if not job.context.capabilities.stops:
        return True
    try:
        async with asyncio.timeout(_STOP_S):
            return await job.client.stop(job.thread.session) == 0
    except (NemoError, TimeoutError):
        return True
