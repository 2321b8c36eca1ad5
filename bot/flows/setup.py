"""Setting a thread up: its session at the upstream, made once and kept, made anew when it was lost.

A new session gets the thread's footage again, file by file; what it has not got yet is written down, so that a restart
in between goes on with it.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog

from bot.flows import linked, ways_in
from bot.flows.context import Job
from bot.flows.progress import Watched
from bot.flows.suggestions import examples
from bot.flows.upload import arrived
from bot.media.facts import MediaError
from bot.nemo.errors import BadRequest, FileTooLarge, UnsupportedFile
from bot.store.models import Account, KeptFootage, Thread
from bot.updates import Ready, Rebuilt, Stage, Update, Working

log = structlog.stdlib.get_logger(__name__)


async def setup(job: Job) -> AsyncGenerator[Update, None]:
    """Make sure that the thread has a session with its footage; nothing is said where it has one."""
    thread = await job.load_thread()
    known = thread is not None and thread.session is not None
    if thread is not None and known and thread.upstream == job.context.capabilities.upstream:
        await job.save_thread(lambda kept: kept.model_copy(update={"place": job.turn.place}))
        if not thread.pending and not thread.gone:
            return
        yield Working(Stage.SETUP)
        restoring = _restore(job, resumed=True)
    else:
        yield Working(Stage.SETUP)
        await _begin(job)
        restoring = _restore(job)
    async with aclosing(restoring):
        async for update in restoring:
            yield update
    yield welcome(job) if not known else Ready(new=False)


async def rebuild(job: Job, *, move: bool = False) -> AsyncGenerator[Update, None]:
    """A new session in place of one that was lost, with the footage that is still kept.

    With `move` it is the account's that pays here now, else the same account's.
    """
    thread = await job.load_thread()
    log.info("set up again", thread=job.turn.place.thread, moved=move)
    yield Working(Stage.SETUP)
    account = await linked.of_place(job.context, job.turn.place) if move else await _account(job, thread)
    await _new_session(job, account)
    restoring = _restore(job, always=True)
    async with aclosing(restoring):
        async for update in restoring:
            yield update


def welcome(job: Job) -> Ready:
    """What is said on first contact, with examples to try, and the way in for what Discord does not take."""
    place = job.turn.place
    return Ready(new=True, offers=(*examples(place.locale), *ways_in.offers(job.context, place)))


async def empty(job: Job) -> None:
    """A new session without footage in place of the thread's, of the account that pays here now."""
    await _new_session(job, await linked.of_place(job.context, job.turn.place), bare=True)


def language(locale: str) -> str:
    """The upstream's language for a face's locale: an ISO code, with the region where Chinese needs it."""
    primary, _, region = locale.replace("_", "-").partition("-")
    primary = primary.lower()
    if not (primary.isalpha() and primary.isascii() and 2 <= len(primary) <= 3):
        return "en"
    if primary == "zh":
        return "zh-TW" if region.upper() in {"TW", "HK", "HANT"} else "zh-CN"
    return primary


async def _begin(job: Job) -> None:
    """The thread's record, and its first session with this upstream."""
    context, place = job.context, job.turn.place
    if job.thread is None:
        fresh = Thread(
            key=place.thread, place=place, owner=place.requester, locale=place.locale, touched=context.clock.now()
        )
        await context.store.threads.save(fresh, job.lease)
    await _new_session(job, await linked.of_place(context, place))


async def _account(job: Job, thread: Thread | None) -> Account | None:
    return None if thread is None or thread.account is None else await job.context.store.accounts.get(thread.account)


async def _new_session(job: Job, account: Account | None, *, bare: bool = False) -> None:
    """Make one; all of the thread's footage is still to come, or with `bare` none of it."""
    job.touched, job.state = True, None
    context = job.context
    paying = account.key if account is not None else None
    session = await context.client_of(paying).create_session(language(job.turn.place.locale))

    def change(thread: Thread) -> Thread:
        return thread.model_copy(
            update={
                "session": session.session_id,
                "task": session.task_id,
                "upstream": context.capabilities.upstream,
                "account": paying,
                "account_issued": account.issued if account is not None else None,
                "place": job.turn.place,
                "locale": job.turn.place.locale,
                "pending": () if bare else (*thread.footage, *thread.pending),
                "footage": (),
                "gone": () if bare else thread.gone,
                "timeline": None,
                "asked": () if bare else thread.asked,
            }
        )

    await job.save_thread(change)


async def _restore(job: Job, *, resumed: bool = False, always: bool = False) -> AsyncGenerator[Update, None]:
    """Upload again what is kept, in order; what is not goes off the list and is named.

    `resumed`: a restart came in between, and the first file may be there already. `always`: tell it even where there
    was no footage.
    """
    assert job.thread is not None
    told = always or bool(job.thread.pending or job.thread.gone)
    pending = job.thread.pending
    there = resumed and bool(pending) and await arrived(job, pending[0].name) is not None
    while job.thread.pending:
        footage = job.thread.pending[0]
        kept = True
        try:
            if not there:
                uploading = _again(job, footage)
                async with aclosing(uploading):
                    async for percent in uploading:
                        yield Working(Stage.UPLOADING, percent, footage.name)
        except (FileNotFoundError, BadRequest, UnsupportedFile, FileTooLarge, MediaError):
            kept = False
        there = False
        await job.save_thread(lambda thread, kept=kept: _moved(thread, kept=kept))  # type: ignore[misc]
    if told:
        yield Rebuilt(len(job.thread.footage), job.thread.gone)
        await job.save_thread(lambda thread: thread.model_copy(update={"gone": ()}))


def _moved(thread: Thread, *, kept: bool) -> Thread:
    """The first pending file is in, or is not kept any more."""
    first, *rest = thread.pending
    if kept:
        return thread.model_copy(update={"footage": (*thread.footage, first), "pending": tuple(rest)})
    return thread.model_copy(update={"gone": (*thread.gone, first.name), "pending": tuple(rest)})


async def _again(job: Job, footage: KeptFootage) -> AsyncGenerator[int, None]:
    """Upload one file again. Raises FileNotFoundError where it is no longer kept."""
    client = job.client
    if footage.sha256 is not None:
        path = job.context.media.path(footage.sha256)
        watched = Watched(lambda report: client.upload_file(job.session, path, footage.name, report), footage.size)
        async with aclosing(watched.percents()) as percents:
            async for percent in percents:
                yield percent
    elif footage.link is not None:
        await client.upload_links(job.session, [footage.link])
    else:
        raise FileNotFoundError(footage.name)
