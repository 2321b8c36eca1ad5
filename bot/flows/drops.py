"""Upload links: who may have one, how it ends, the request that a batch becomes, and what goes with time."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.flows.context import Context
from bot.store.errors import NotFoundError, UnreadableRecordError
from bot.store.models import Drop, DropFile, FileRef, Place, Turn

log = structlog.stdlib.get_logger(__name__)

MOST_FILES = 10
"""Files in one batch, as many as a Discord message takes."""
MOST_WORDS = 4000
"""Characters of the words for them, as many as a form in Discord takes."""


_AGAIN = timedelta(hours=1)
"""A drop that is needed longer than its time is looked at again after so long."""
_BATCH = 100


class NotOpenError(Exception):
    """The drop takes nothing any more: its batch was sent, it was closed, or its time is over."""


def offered(context: Context) -> bool:
    """Whether upload links can be given here: users reach the web server."""
    return context.reached


async def open_drop(context: Context, place: Place) -> Drop:
    """The upload link that this requester has in this thread, or a new one; it works for at least half its life.

    The thread counts as used.
    """
    with contextlib.suppress(NotFoundError):  # no project yet
        await context.store.threads.update(place.thread, lambda thread: thread)
    now, life = context.clock.now(), context.limits.upload_life
    drop = await context.store.drops.open(place, now + life)
    if drop.expires >= now + life / 2:
        return drop
    return await context.store.drops.update(drop.id, lambda kept: kept.model_copy(update={"expires": now + life}))


def is_open(context: Context, drop: Drop) -> bool:
    """Whether it still takes files and words."""
    return drop.state == "open" and context.clock.now() < drop.expires


async def close_drop(context: Context, id_: str) -> bool:
    """Revoke an upload link, and remove what came in by it; False where it is not open any more."""

    def close(drop: Drop) -> Drop:
        if drop.state != "open":
            raise NotOpenError
        return drop.model_copy(update={"state": "closed", "files": ()})

    try:
        await context.store.drops.update(id_, close)
    except (NotFoundError, NotOpenError):
        return False
    await context.uploads.remove(id_)
    return True


def batch(drop: Drop, words: str, order: Sequence[str], expires: datetime) -> Drop:
    """The drop once it is sent: with these of its files, by their ids in order, and the words for them; it and its
    files are kept until `expires`, so that what fails can be tried again.

    Raises KeyError for a file that is not one of its own.
    """
    known = {file.id: file for file in drop.files}
    files = tuple(known[id_] for id_ in order)
    return drop.model_copy(update={"state": "sent", "words": words, "files": files, "expires": expires})


def unsent(drop: Drop, before: Drop) -> Drop:
    """The drop open again, as it was before it was sent."""
    fields = ("state", "files", "words", "expires")
    return drop.model_copy(update={name: getattr(before, name) for name in fields})


def turn_id(drop: str) -> str:
    """The id of the request that a drop of this id becomes: always the same, so that handing it over twice is once."""
    return f"d{drop}"


def turn_of(drop: Drop) -> Turn:
    """The request that a sent drop stands for."""
    files = tuple(_ref(drop, file) for file in drop.files)
    return Turn(
        id=turn_id(drop.id), place=drop.place, intent="edit" if drop.words else "upload", words=drop.words, files=files
    )  # fmt: skip


def is_batch(turn: Turn) -> bool:
    """Whether this is the request of a drop itself, not one that tries some of it again."""
    return any(ref.drop is not None and turn.id == turn_id(ref.drop.partition("/")[0]) for ref in turn.files)


def _ref(drop: Drop, file: DropFile) -> FileRef:
    return FileRef(name=file.name, size=file.size, drop=f"{drop.id}/{file.id}")


async def keep_only_files(context: Context, drop: Drop) -> None:
    """Remove what is on the disk of a drop beside its files."""
    await context.uploads.keep_only(drop.id, {file.id for file in drop.files})


async def forget(context: Context, thread: str) -> None:
    """Forget every drop of a thread, with what came in by it."""
    for id_ in await context.store.drops.ids_of_thread(thread):
        await _remove(context, id_)


async def sweep(context: Context) -> tuple[tuple[Drop, ...], int]:
    """Remove the drops whose time is over, records first, and what lies on the disk without one.

    Returns those that ended open, as they were, and how many went in all.
    """
    now, store = context.clock.now(), context.store
    ended: list[Drop] = []
    gone = 0
    while ids := await store.drops.expired(now, _BATCH):
        for id_ in ids:
            drop = await _ended(context, id_, now)
            if drop is not None and drop.state == "sent" and await _is_needed(context, drop):
                continue
            ended += [drop] if drop is not None and drop.state == "open" else []
            await _remove(context, id_)
            gone += 1
    for id_ in await context.uploads.drops():
        try:
            drop = await store.drops.get(id_)
        except UnreadableRecordError:
            continue
        if drop is None:
            await context.uploads.remove(id_)
            gone += 1
        else:
            await context.uploads.keep_only(id_, {file.id for file in drop.files}, older_than=_AGAIN)
    return tuple(ended), gone


async def _ended(context: Context, id_: str, now: datetime) -> Drop | None:
    """The drop as it was, from now on closed where it was open; None for one that cannot be read, or is gone."""
    was: list[Drop] = []

    def end(kept: Drop) -> Drop:
        was[:] = [kept]
        return kept.model_copy(update={"state": "closed"}) if kept.state == "open" and kept.expires <= now else kept

    try:
        await context.store.drops.update(id_, end)
    except (NotFoundError, UnreadableRecordError) as error:
        log.warning("an upload link goes unread", reason=str(error))
        return None
    return was[0]


async def _is_needed(context: Context, drop: Drop) -> bool:
    """Whether its batch is still to be handed over, or a request needs the files; then it is looked at again later."""
    now = context.clock.now()
    if drop.taken and drop.expires <= now and drop.id not in await context.store.turns.mentioning({drop.id}, ""):
        return False
    later = max(drop.expires, now + _AGAIN)
    await context.store.drops.update(drop.id, lambda kept: kept.model_copy(update={"expires": later}))
    return True


async def _remove(context: Context, id_: str) -> None:
    await context.store.drops.remove(id_)
    await context.uploads.remove(id_)
