"""Setting a thread up: its session at the upstream, made once and kept, made anew when it was lost."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog

from bot.flows.context import Job
from bot.flows.progress import Watched
from bot.media.facts import MediaError
from bot.nemo.errors import BadRequest, FileTooLarge, UnsupportedFile
from bot.store.models import KeptFootage, Thread
from bot.updates import Ready, Rebuilt, Stage, Update, Working

log = structlog.stdlib.get_logger(__name__)


async def setup(job: Job) -> AsyncGenerator[Update, None]:
    """Make sure that the thread has a session; nothing is said where it has one."""
    upstream = job.context.capabilities.upstream
    thread = await job.load_thread()
    if thread is not None and thread.session is not None and thread.upstream == upstream:
        await job.save_thread(lambda kept: kept.model_copy(update={"place": job.turn.place}))
        return
    yield Working(Stage.SETUP)
    if thread is None:
        place = job.turn.place
        fresh = Thread(
            key=place.thread, place=place, owner=place.requester, locale=place.locale, touched=job.context.clock.now()
        )
        await job.context.store.threads.save(fresh, job.lease)
    await _new_session(job)
    if thread is not None and thread.footage:  # it was edited by another upstream before
        async for update in _restore(job):
            yield update
    yield Ready(new=thread is None)


async def rebuild(job: Job) -> AsyncGenerator[Update, None]:
    """A new session in place of one that was lost, with the footage that is still kept."""
    log.info("session lost, set up again", thread=job.turn.place.thread)
    yield Working(Stage.SETUP)
    await _new_session(job)
    async for update in _restore(job):
        yield update


def language(locale: str) -> str:
    """The upstream's language for a face's locale: an ISO code, with the region where Chinese needs it."""
    primary, _, region = locale.replace("_", "-").partition("-")
    primary = primary.lower()
    if not (primary.isalpha() and primary.isascii() and 2 <= len(primary) <= 3):
        return "en"
    if primary == "zh":
        return "zh-TW" if region.upper() in {"TW", "HK", "HANT"} else "zh-CN"
    return primary


async def _new_session(job: Job) -> None:
    context = job.context
    session = await context.client.create_session(language(job.turn.place.locale))

    def change(thread: Thread) -> Thread:
        return thread.model_copy(
            update={
                "session": session.session_id,
                "task": session.task_id,
                "upstream": context.capabilities.upstream,
                "place": job.turn.place,
                "locale": job.turn.place.locale,
            }
        )

    await job.save_thread(change)


async def _restore(job: Job) -> AsyncGenerator[Update, None]:
    """Upload again what is kept, in order; what is not goes off the list and is named."""
    assert job.thread is not None
    there: list[KeptFootage] = []
    missing: list[str] = []
    for footage in job.thread.footage:
        try:
            uploading = _again(job, footage)
            async with aclosing(uploading):
                async for percent in uploading:
                    yield Working(Stage.UPLOADING, percent, footage.name)
        except (FileNotFoundError, BadRequest, UnsupportedFile, FileTooLarge, MediaError):
            missing.append(footage.name)
        else:
            there.append(footage)
    await job.save_thread(lambda thread: thread.model_copy(update={"footage": tuple(there)}))
    yield Rebuilt(len(there), tuple(missing))


async def _again(job: Job, footage: KeptFootage) -> AsyncGenerator[int, None]:
    """Upload one file again. Raises FileNotFoundError where it is no longer kept."""
    context = job.context
    if footage.sha256 is not None:
        path = context.media.path(footage.sha256)
        watched = Watched(
            lambda report: context.client.upload_file(job.session, path, footage.name, report), footage.size
        )
        async with aclosing(watched.percents()) as percents:
            async for percent in percents:
                yield percent
    elif footage.link is not None:
        await context.client.upload_links(job.session, [footage.link])
    else:
        raise FileNotFoundError(footage.name)
