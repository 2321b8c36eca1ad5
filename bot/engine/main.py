"""The engine's process: everything put together once, told ready with one line, closed in order."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from bot.engine.api.app import make_app
from bot.engine.api.services import Services
from bot.engine.ask_model import Model
from bot.engine.fetch import Links
from bot.engine.forget import Forgetter
from bot.engine.intake import Intake
from bot.engine.jobs import Jobs
from bot.engine.locks import SessionLocks
from bot.engine.making import Making
from bot.engine.proxies import Proxies
from bot.engine.quota import Quota
from bot.engine.records.records import LEASE_S, Records
from bot.engine.render.queue import RenderQueue
from bot.engine.storage.bucket import Bucket, BucketError
from bot.engine.storage.remote import BucketStorage
from bot.engine.storage.sharing import Sharing
from bot.engine.storage.storage import Folders, FolderStorage, Storage
from bot.engine.sweep import Cleaner, Sweeper
from bot.engine.tasks import end_if_told, stop
from bot.engine.turns import Turning
from bot.engine.worker import Worker
from bot.media import ffmpeg, sandbox
from bot.media.facts import MediaError
from bot.redis_server import connect, redis_url
from bot.settings import Engine, Settings

_log = structlog.get_logger(__name__)

_CLOSE_S = 5.0
_AGAIN_S = 1.0
_JOB_LEASES = 3
"""How much longer a lane waits for a worker than its job does: by then the job is free."""


class EngineError(Exception):
    """The engine cannot start; the text is one readable line with the mend."""


class PortInUseError(EngineError):
    """Somebody else listens there."""


class NoFfmpegError(EngineError):
    """There is no ffmpeg to run."""


@dataclass(frozen=True)
class Tuning:
    """What tests set to other values than the defaults."""

    lease_s: float = LEASE_S
    heartbeat_s: float = 10.0
    stall_s: float = 60.0
    links: Links = field(default_factory=Links)


@dataclass(frozen=True)
class _Base:
    """What an engine and a lone worker have in common."""

    records: Records
    storage: Storage
    quota: Quota
    proxies: Proxies
    queue: RenderQueue
    worker: Worker


async def serve(settings: Settings, host: str, port: int, with_parent: bool) -> None:
    """Serve the protocol until a signal, or with `with_parent` until standard input ends.

    Prints one JSON line {"listening": "http://host:port"} when it is ready.
    Raises EngineError, RedisUnavailable: one readable line each.
    """
    async with _until_told(with_parent=with_parent) as told, running(settings, host, port) as address:
        sys.stdout.write(json.dumps({"listening": address}) + "\n")
        sys.stdout.flush()
        _log.info("footage is opened in a sandbox", layer=sandbox.kind())
        await told.wait()
        _log.info("engine stops")


async def work(settings: Settings, tuning: Tuning | None = None) -> None:
    """Render jobs of the queue until a signal; nothing listens. Raises EngineError, RedisUnavailable."""
    async with _until_told(with_parent=False) as told, _base(settings, tuning or Tuning()) as base:
        await _check_shared(base)
        cleaner = Cleaner(base.records, base.storage)
        async with _owned(base.worker.run), _owned(base.proxies.run), _owned(cleaner.run):
            _log.info("worker is ready")
            _log.info("footage is opened in a sandbox", layer=sandbox.kind())
            await told.wait()


@asynccontextmanager
async def running(settings: Settings, host: str, port: int, tuning: Tuning | None = None) -> AsyncIterator[str]:
    """An engine in this process, for as long as the context is open; yields its address."""
    tuning = tuning or Tuning()
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(_base(settings, tuning))
        records, storage, quota = base.records, base.storage, base.quota
        locks = SessionLocks(records.leases)
        intake = Intake(records, storage, locks, quota, settings.general.max_upload_bytes)
        turning = Turning(records, storage, locks, Making(intake), Model(settings.model), settings.engine)
        services = Services(
            records, storage, quota, intake, tuning.links, turning, base.queue, Forgetter(records, storage, locks),
            base.proxies, tuning.heartbeat_s, tuning.stall_s,
        )  # fmt: skip
        sweeper = Sweeper(records, storage, locks, settings.general.retention_days)
        await _tell(records, storage)
        await stack.enter_async_context(_owned(turning.recover))
        await stack.enter_async_context(_owned(sweeper.run))
        await stack.enter_async_context(_owned(base.worker.run))
        await stack.enter_async_context(_owned(base.proxies.run))
        await stack.enter_async_context(_owned(base.proxies.mend))
        stack.push_async_callback(turning.close)
        yield await stack.enter_async_context(_listening(make_app(services), turning, host, port))


@asynccontextmanager
async def _base(settings: Settings, tuning: Tuning) -> AsyncIterator[_Base]:
    try:
        await asyncio.to_thread(ffmpeg.binary, settings.engine.ffmpeg_bin)
    except MediaError as error:
        raise NoFfmpegError(
            f"ffmpeg is missing ({error.detail}): install it, or name the program in ENGINE_FFMPEG_BIN"
        ) from error
    await asyncio.to_thread(sandbox.kind)  # found out before anybody waits for it
    folders = Folders.of(settings.engine_dir)
    try:
        await asyncio.to_thread(folders.make)
    except OSError as error:
        raise EngineError(
            f"DATA_DIR: {folders.root} cannot be written ({error.strerror}); choose another folder"
        ) from error
    async with (
        redis_url(settings, engine=True) as url,
        connect(url) as redis,
        Jobs(redis, url, lease_s=tuning.lease_s * _JOB_LEASES) as jobs,
        _storage(settings.engine, folders) as storage,
    ):
        engine = settings.engine
        records = Records(redis, engine, lease_s=tuning.lease_s)
        quota = Quota(records, storage, settings.general.max_upload_bytes, engine.disk_gb, engine.account_gb)
        queue, proxies = RenderQueue(records, jobs), Proxies(records, jobs, storage, quota, engine)
        worker = Worker(records, jobs, queue, storage, quota, proxies, engine)
        yield _Base(records, storage, quota, proxies, queue, worker)


@asynccontextmanager
async def _storage(engine: Engine, folders: Folders) -> AsyncIterator[Storage]:
    """Where the files are: a folder, or a bucket where one is set."""
    if engine.s3_url is None:
        yield FolderStorage(folders)
        return
    try:
        bucket = Bucket(engine)
        await bucket.check()
    except BucketError as error:
        raise EngineError(str(error)) from error
    try:
        yield BucketStorage(folders, bucket)
    finally:
        bucket.close()


async def _tell(records: Records, storage: Storage) -> None:
    try:
        await Sharing(records.place, storage).tell()
    except OSError as error:
        raise EngineError(f"DATA_DIR: {storage.here.root} cannot be written ({error.strerror})") from error


async def _check_shared(base: _Base) -> None:
    """Raise EngineError where a lone worker would not see the engine's files."""
    if not await Sharing(base.records.place, base.storage).is_fine():
        raise EngineError(
            f"DATA_DIR: {base.storage.here.root} is not the folder that the engine uses: mount that one here,"
            " or set the same ENGINE_S3_URL for both"
        )


@asynccontextmanager
async def _listening(app: web.Application, turning: Turning, host: str, port: int) -> AsyncIterator[str]:
    async def close_turns(_: web.Application) -> None:
        await turning.close()  # first, so that whoever listens to a turn hears its end

    app.on_shutdown.append(close_turns)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSE_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(
                    f"ENGINE_PORT: {host}:{port} is in use; choose another port, or 0 for any free one"
                ) from error
            raise EngineError(f"ENGINE_HOST, ENGINE_PORT: cannot listen on {host}:{port} ({error.strerror})") from error
        found = runner.addresses[0]
        shown = f"[{found[0]}]" if ":" in found[0] else found[0]
        yield f"http://{shown}:{found[1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _owned(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Keep `work` running beside the block, again after a failure; ended with the block."""
    task = asyncio.create_task(_again_and_again(work))
    try:
        yield
    finally:
        await stop((task,))


async def _again_and_again(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except RedisError as error:
            _log.warning("redis does not answer", error=str(error))
        except Exception:  # noqa: BLE001 - the edge of a background task: it must go on
            _log.exception("background work failed")
        end_if_told()
        await asyncio.sleep(_AGAIN_S)


@asynccontextmanager
async def _until_told(*, with_parent: bool) -> AsyncIterator[asyncio.Event]:
    """An event that is set on SIGTERM or SIGINT, and when the parent's end of standard input is closed."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: there Ctrl+C ends the loop
            loop.add_signal_handler(number, stop.set)
    if with_parent:
        threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows: none was added
                loop.remove_signal_handler(number)


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended before
        loop.call_soon_threadsafe(stop.set)
