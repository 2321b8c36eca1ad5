"""The finished file: asked for here, durably; watched, fetched and handed over by `bot/watch/`."""

import hashlib
from collections.abc import AsyncGenerator

from bot.flows.context import Job
from bot.store.models import Export, KeptFootage, Render, Thread
from bot.store.patience import patiently
from bot.updates import Problem, ProblemKind, RenderQueued, Update


async def export(job: Job, wanted: Export) -> AsyncGenerator[Update, None]:
    """Keep a render of the timeline as it is now."""
    store = job.context.store
    thread = await job.load_thread()
    if thread is None or thread.session is None:
        yield Problem(ProblemKind.NO_FOOTAGE)
        return
    render_id = f"{job.turn.id}-{job.exports}"
    job.exports += 1
    if await patiently(lambda: store.renders.get(render_id), job.lease) is not None:  # asked for before a restart
        yield RenderQueued(render_id)
        return
    state = await job.client.state(thread.session)
    if not state.draft.ready:
        footage = thread.footage or state.files
        yield Problem(ProblemKind.NO_DRAFT if footage else ProblemKind.NO_FOOTAGE)
        return
    now = job.context.clock.now()
    render = Render(
        id=render_id,
        place=job.turn.place,
        session=thread.session,
        task=thread.task,
        account=thread.account,
        export=wanted,
        draft=state.draft.text,
        digest=_digest(state.draft.text, wanted),
        nonce=hashlib.sha256(render_id.encode()).hexdigest()[:24],
        name=file_name(thread),
        created=now,
    )
    await patiently(lambda: store.renders.put(render, now), job.lease)
    yield RenderQueued(render_id)


def file_name(thread: Thread) -> str:
    """What the finished file is called: after the first footage that can be seen."""
    first: KeptFootage | None = next((kept for kept in thread.footage if kept.kind != "audio"), None)
    stem = first.name.rpartition(".")[0] or first.name if first else "video"
    return f"{stem}-edited.mp4"


def _digest(draft: str, wanted: Export) -> str:
    return hashlib.sha256(f"{wanted.model_dump_json()}\n{draft}".encode()).hexdigest()
