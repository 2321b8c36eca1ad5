"""What a project leaves behind, and how it goes: kept footage and pictures of it, results, records, the session
upstream. In an order in which every removal that was cut off is found again: by its thread, or by what is on its way
out.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal

import structlog

from bot.flows import drops
from bot.flows.cancel import AT_WORK, stop_render
from bot.flows.context import Context
from bot.nemo.errors import NemoError, SessionLost
from bot.store.errors import UnreadableRecordError
from bot.store.models import Leaving, Render, Thread, Turn
from bot.updates import Forgotten

log = structlog.stdlib.get_logger(__name__)

_UPSTREAM_S = 45.0
_MOST_RENDERS = 1000


async def erase(context: Context, key: str) -> Forgotten:
    """Delete everything of this thread, which nobody works on; done again after it was cut off, the rest goes."""
    store = context.store
    thread = await _thread(context, key)
    renders: tuple[Render, ...] = ()
    with contextlib.suppress(UnreadableRecordError):
        renders = await store.renders.of_thread(key, _MOST_RENDERS)
    for render in renders:
        await stop_render(context, render)
    await drops.forget(context, key)
    leaving = await _note(context, thread)
    freed, shared = await release(context, await _hashes(context, thread, key), key)
    await _forget(context, key)
    videos = await _remove_results(context, renders)
    upstream = _stays(thread) if leaving is None else await leave(context, leaving)
    if thread is not None:
        log.info("thread forgotten", footage=freed, videos=videos, upstream=upstream)
    return Forgotten(freed, shared, videos, upstream)


async def release(context: Context, hashes: Collection[str], key: str) -> tuple[int, int]:
    """Remove kept files, with the pictures made of them, that no other thread than this one uses.

    Returns how many went and how many stay for another.
    """
    if not hashes:
        return 0, 0
    store = context.store
    used = await store.threads.mentioning(hashes, key) | await store.turns.mentioning(hashes, key)
    freed = 0
    for sha256 in set(hashes) - used:
        try:
            freed += await context.media.remove(sha256)
        except OSError as error:  # the others go all the same
            log.warning("footage could not be removed", reason=error.strerror)
    return freed, len(used)


async def leave(context: Context, leaving: Leaving) -> Literal["gone", "later"]:
    """Delete a session upstream, unless something there is still to come; what is not done now is done by a sweep."""
    if leaving.upstream != context.capabilities.upstream or await _still_needed(context, leaving):
        return "later"
    try:
        async with asyncio.timeout(_UPSTREAM_S):
            await context.client_of(leaving.account).forget(leaving.session)
    except SessionLost:
        pass  # it is gone already
    except (NemoError, TimeoutError) as error:
        log.warning("a session could not be deleted, tried again", reason=str(error) or "no answer in time")
        return "later"
    await context.store.leaving.remove(leaving.session)
    return "gone"


async def leave_all(context: Context) -> int:
    """Delete what is still on its way out; how many sessions went."""
    went = 0
    for leaving in await context.store.leaving.all():
        thread = None if leaving.thread is None else await context.store.threads.get(leaving.thread)
        if thread is not None and thread.session == leaving.session:  # the project did not get another one after all
            await context.store.leaving.remove(leaving.session)
        else:
            went += await leave(context, leaving) == "gone"
    return went


async def let_go(context: Context, thread: Thread) -> Leaving | None:
    """Note that a project which goes on with another session shall be deleted in this one."""
    return await _note(context, thread, thread.key)


async def _note(context: Context, thread: Thread | None, goes_on: str | None = None) -> Leaving | None:
    able = context.capabilities
    if thread is None or thread.session is None or not able.forgets or thread.upstream != able.upstream:
        return None
    leaving = Leaving(session=thread.session, upstream=thread.upstream, account=thread.account, thread=goes_on)
    await context.store.leaving.add(leaving)
    return leaving


def _stays(thread: Thread | None) -> Literal["stays", "nothing"]:
    return "nothing" if thread is None or thread.session is None else "stays"


async def _still_needed(context: Context, leaving: Leaving) -> bool:
    """Whether an export of the project as it was is still being made."""
    if leaving.thread is None:
        return False
    renders = await context.store.renders.of_thread(leaving.thread, _MOST_RENDERS)
    return any(render.session == leaving.session and render.state in AT_WORK for render in renders)


async def _thread(context: Context, key: str) -> Thread | None:
    """The record; None also for one that cannot be read, which shall go all the same."""
    with contextlib.suppress(UnreadableRecordError):
        return await context.store.threads.get(key)
    return None


async def _hashes(context: Context, thread: Thread | None, key: str) -> set[str]:
    """Every kept file that the thread knows of: on its list, on its way to a new session, or just received."""
    footage = () if thread is None else (*thread.footage, *thread.pending)
    turns: tuple[Turn, ...] = ()
    with contextlib.suppress(UnreadableRecordError):
        turns = await context.store.turns.of_thread(key)
    received = [hash_ for turn in turns for hash_ in (turn.file_kept, *turn.let_go) if hash_ is not None]
    return {kept.sha256 for kept in footage if kept.sha256 is not None} | set(received)


async def _forget(context: Context, key: str) -> None:
    with contextlib.suppress(UnreadableRecordError):  # everything is gone then, too
        await context.store.threads.forget(key)


async def _remove_results(context: Context, renders: Collection[Render]) -> int:
    """Remove the result files of what was forgotten; how many of these renders had one."""
    store = context.store
    for file in await store.renders.files_to_remove():
        await asyncio.to_thread(_remove, [context.results / Path(file).name])
        await store.renders.file_removed(file)
    nonces = [render.nonce for render in renders if render.nonce]
    await asyncio.to_thread(_remove_copies, context.results, nonces)
    return sum(render.file is not None for render in renders)


def _remove_copies(folder: Path, nonces: list[str]) -> None:
    """Those made smaller for the place they were handed over at."""
    _remove(path for nonce in nonces for path in folder.glob(f"{nonce}.*"))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a result could not be removed", reason=error.strerror)
