"""Footage in: kept in the bot's media folder, sent to the upstream, noted in the thread; several files in order."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot.flows import drops, servers, ways_in
from bot.flows.context import Context, FetchError, Job
from bot.flows.footprint import release
from bot.flows.names import clean_name
from bot.flows.outcome import after_upload, before_upload
from bot.flows.problems import BadLinkError, problem
from bot.flows.progress import Watched
from bot.media.facts import MediaError, MediaFault
from bot.media.folder import Kept, Look
from bot.media.room import require
from bot.media.sniff import HEAD_BYTES, container_of
from bot.nemo.errors import ConnectionLost, NemoError, SessionLost, TokenRejected, UpstreamDown
from bot.nemo.models import UploadedFile
from bot.nemo.transfer import safe_name
from bot.store.models import FileRef, KeptFootage, Thread
from bot.updates import Dropped, Footage, Stage, Update, Working

log = structlog.stdlib.get_logger(__name__)

_PAGES = ("youtube.com", "youtu.be", "spotify.com", "tiktok.com", "vimeo.com", "bilibili.com", "b23.tv")
"""Sites whose links are pages, not files (section 5 of the protocol names the first and the third)."""
_LONGEST_LINK = 2000
_NOT_THIS_FILE = (SessionLost, TokenRejected, UpstreamDown, ConnectionLost)
"""What says nothing about the file: the request as a whole cannot go on."""


async def announce(job: Job) -> AsyncGenerator[Update, None]:
    """Tell who sent what through the browser, with which words: that stands nowhere in the thread otherwise.

    It fills the message that told of the open link, and nothing else is told into that one any more. Until that is
    written with the turn a restart fills it again, with the same.
    """
    turn = job.turn
    begun = turn.files_done > 0 or turn.file_sent
    if not drops.is_batch(turn) or (begun and turn.place.answer is None):
        return
    yield Dropped(tuple(clean_name(ref.name) for ref in turn.files), turn.words, turn.place.requester or "")
    job.turn = turn.model_copy(update={"place": turn.place.model_copy(update={"answer": None})})


async def upload(job: Job) -> AsyncGenerator[Update, None]:
    """Take in the turn's files that are not in yet. A bad one is told and does not lose the others.

    What the upstream puts beside them by itself is told at the end.
    """
    came = False
    await before_upload(job)
    for index in range(job.turn.files_done, len(job.turn.files)):
        ref = job.turn.files[index]
        name, refused, taken = clean_name(ref.name), None, False
        try:
            taking = _surely(job, ref, name)
            async with aclosing(taking):
                async for update in taking:
                    taken = taken or isinstance(update, Footage)
                    yield update
        except _NOT_THIS_FILE:
            raise
        except (NemoError, MediaError, FetchError, BadLinkError, OSError) as error:
            if isinstance(error, NemoError) and error.may_run:
                raise
            yield await ways_in.with_way_in(job.context, job.turn.place, problem(error, name=name))
            refused = job.turn.file_kept
        came = came or taken
        await job.save(files_done=index + 1, file_sent=False, file_kept=None)
        if ref.drop is not None and taken:
            await _let_go(job.context, ref.drop)
        if refused is not None:
            await release(job.context, {refused}, "")
    if came:
        async for update in after_upload(job):
            yield update


def footage_of(kept: KeptFootage) -> Footage:
    """A file of the thread's list, as an update tells it."""
    return Footage(
        kept.name, kept.kind, kept.size, kept.duration_ms, kept.width, kept.height, kept.fps, kept.sha256
    )  # fmt: skip


async def arrived(job: Job, name: str) -> UploadedFile | None:
    """The file of this name that the upstream has and the thread's list has not: it was in before a restart."""
    assert job.thread is not None
    state = await job.client.state(job.session)
    sent = safe_name(name)  # a multipart header cannot carry every name
    named = [file for file in state.files if file.name in {name, sent}]
    listed = sum(1 for kept in job.thread.footage if safe_name(kept.name) == sent)
    return named[-1] if len(named) > listed else None


async def _surely(job: Job, ref: FileRef, name: str) -> AsyncGenerator[Update, None]:
    """Take a file in. Where the connection broke it may have arrived: it is asked after, and sent once more if not."""
    for last in (False, True):
        try:
            taking = _take(job, ref, name)
            async with aclosing(taking):
                async for update in taking:
                    yield update
        except ConnectionLost as error:
            if last or not (error.may_run and job.turn.file_sent):
                raise
            log.info("a file's way up broke off", reason=str(error))
        else:
            return


async def _take(job: Job, ref: FileRef, name: str) -> AsyncGenerator[Update, None]:
    context = job.context
    if job.turn.file_sent:  # before a restart, or before the connection broke: it may have arrived before
        there = await arrived(job, name)
        if there is not None:
            yield await _note(job, ref, name, there, await _kept_before(job))
            return
    if ref.link is not None:
        link = _checked(ref.link)
        yield Working(Stage.FETCHING, name=name)
        await job.save(file_sent=True)
        for file in await job.client.upload_links(job.session, [link]):
            yield await _note(job, ref, file.name, file, None)
        return
    limit = servers.file_bytes(context.limits, await servers.of(context.store, job.turn.place.guild))
    if ref.size is not None and ref.size > limit:
        raise MediaError(MediaFault.TOO_LARGE, limit=limit)
    yield Working(Stage.RECEIVING, name=name)
    kept = await _keep(job, ref, limit)
    yield Working(Stage.UPLOADING, 0, name)
    await job.save(file_sent=True, file_kept=kept.sha256)
    watched = Watched(lambda report: job.client.upload_file(job.session, kept.path, name, report), kept.size)
    async with aclosing(watched.percents()) as percents:
        async for percent in percents:
            yield Working(Stage.UPLOADING, percent, name)
    yield await _note(job, ref, name, watched.result[0], kept)


async def _keep(job: Job, ref: FileRef, limit: int) -> Kept:
    context = job.context
    look = partial(_look, context.capabilities.takes)
    if ref.drop is not None:  # on this disk already
        return await _keep_dropped(context, ref.drop, limit, look)
    await require(context.media.root, ref.size or 0)
    if ref.path is not None:
        return await context.media.ingest_file(Path(ref.path), limit, look)
    if ref.url is None:
        raise FetchError("a file without a source", gone=True)

    async def fetch(url: str) -> Kept:
        chunks = context.fetcher.chunks(url, limit)
        async with aclosing(chunks):
            return await context.media.ingest(chunks, limit, look)

    try:
        return await fetch(ref.url)
    except FetchError as error:  # the link may have ended while the request waited: the file need not be gone
        face = context.fresh_links.get(job.turn.place.face) if error.gone else None
        fresh = await face.fresh(ref) if face is not None else None
        if fresh is None:
            raise
    log.info("a link had ended, trying a fresh one")
    return await fetch(fresh)


async def _keep_dropped(context: Context, ref: str, limit: int, look: Look) -> Kept:
    """By a second name for the same bytes where that can be; the first is let go once the file is in."""
    try:
        return await context.media.ingest_file(context.uploads.find(ref), limit, look, link=True)
    except FileNotFoundError:
        raise FetchError("an upload is not there any more", gone=True) from None


async def _let_go(context: Context, ref: str) -> None:
    try:
        await context.uploads.remove_file(ref)
    except OSError as error:  # its time comes, and the sweep
        log.warning("an upload could not be removed", reason=error.strerror)


def _look(takes: frozenset[str], head: bytes) -> None:
    """Refuse what the upstream does not take by what the file is, before any of it is sent: names are only claims."""
    if container_of(head[:HEAD_BYTES]) not in takes:
        raise MediaError(MediaFault.UNSUPPORTED)


async def _kept_before(job: Job) -> Kept | None:
    """The file that was on its way before a restart, as it was kept."""
    if job.turn.file_kept is None:
        return None
    path = job.context.media.path(job.turn.file_kept)
    try:
        size = (await asyncio.to_thread(path.stat)).st_size
    except FileNotFoundError:
        return None
    return Kept(job.turn.file_kept, size, path)


async def _note(job: Job, ref: FileRef, name: str, file: UploadedFile, kept: Kept | None) -> Footage:
    """Put the file on the thread's list."""
    job.touched, job.state = True, None
    noted = KeptFootage(
        name=name,
        kind=file.kind,
        size=kept.size if kept else file.size or ref.size or 0,
        sha256=kept.sha256 if kept else None,
        link=ref.link,
        duration_ms=file.duration_ms,
        width=file.width,
        height=file.height,
        fps=file.fps,
        message=ref.message,
        attachment=ref.attachment,
    )

    def add(thread: Thread) -> Thread:
        return thread.model_copy(update={"footage": (*thread.footage, noted)})

    await job.save_thread(add)
    return footage_of(noted)


def _checked(link: str) -> str:
    """The link, if it may be one to a media file. Raises BadLinkError."""
    if len(link) > _LONGEST_LINK or not link.isprintable():
        raise BadLinkError
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise BadLinkError from None
    if parts.scheme not in {"http", "https"} or "." not in host or parts.username is not None:
        raise BadLinkError
    if any(host == page or host.endswith(f".{page}") for page in _PAGES):
        raise BadLinkError
    return link


async def touch(job: Job) -> None:
    """Renew the age of the thread's kept files: they are swept by how long nobody has used them."""
    if job.thread is None:
        return
    paths = [job.context.media.path(kept.sha256) for kept in job.thread.footage if kept.sha256]
    await asyncio.to_thread(_touch, paths)


def _touch(paths: list[Path]) -> None:
    for path in paths:
        if path.exists():
            path.touch()
