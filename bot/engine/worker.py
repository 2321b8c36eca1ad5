"""Renders jobs of the queue, one after the other."""

import asyncio
import contextlib
import secrets

import structlog
from redis.exceptions import RedisError

from bot.engine.interchange.bundle import bundle
from bot.engine.records.leases import Lease
from bot.engine.records.records import Records
from bot.engine.records.renders import Render
from bot.engine.render.job import ENDINGS, WRITTEN, Output, RenderJob, SourceFile
from bot.engine.render.queue import RenderQueue
from bot.engine.render.run import render
from bot.engine.storage.storage import Entry, Storage
from bot.engine.tasks import end_if_told
from bot.engine.timeline.draft import DraftError, load
from bot.engine.timeline.excerpt import excerpt
from bot.engine.timeline.model import Library
from bot.media.facts import MediaError
from bot.settings import Engine

_log = structlog.get_logger(__name__)

_LOOK_S = 1.0


class Worker:
    """One worker: claims, renders, reports."""

    def __init__(self, records: Records, queue: RenderQueue, storage: Storage, engine: Engine) -> None:
        """Nothing runs before `run`."""
        self._records = records
        self._queue = queue
        self._storage = storage
        self._engine = engine

    async def run(self) -> None:
        """Work until cancelled; a job under way is handed back then and does not count as tried."""
        while True:
            async with self._queue.claim() as claimed:
                if claimed is not None:
                    await self._work(*claimed)
            end_if_told()
            if claimed is None:
                await self._queue.wait(_LOOK_S)

    async def _work(self, job: Render, lease: Lease) -> None:
        with structlog.contextvars.bound_contextvars(render=job.id, attempt=job.attempts):
            _log.info("render begins")
            try:
                await self._attempt(job, lease)
            except asyncio.CancelledError:
                with contextlib.suppress(RedisError):
                    await self._records.renders.hand_back(job)
                raise
            except MediaError as error:
                _log.warning("render failed", fault=error.fault.value, detail=error.detail)
                await self._records.renders.finish(job, "failed", error=error.fault.value)
            except DraftError as error:
                _log.warning("draft no longer fits its media", error=str(error))
                await self._records.renders.finish(job, "failed", error="media_gone")
            except RedisError:
                raise
            except Exception:  # noqa: BLE001 - a job's bug must not end the worker
                reference = secrets.token_hex(4)
                _log.exception("render failed", reference=reference)
                await self._records.renders.finish(job, "failed", error=f"internal:{reference}")

    async def _attempt(self, job: Render, lease: Lease) -> None:
        """Render to a file of this attempt's own name, so that a frozen worker never writes into another's."""
        await self._clear(job)
        todo = await self._job(job)
        name = todo.target.name
        share = 0.0

        def tell(done: float) -> None:
            nonlocal share
            share = done

        ffmpeg, hours = self._engine.ffmpeg_bin, self._engine.render_hours_limit
        if todo.output.format == "mp4" or todo.output.format in WRITTEN:
            rendering = asyncio.create_task(render(todo, tell, ffmpeg_bin=ffmpeg, hours_limit=hours))
        else:
            rendering = asyncio.create_task(bundle(todo, tell, ffmpeg_bin=ffmpeg))
        told = -1.0
        try:
            while not rendering.done():
                await asyncio.wait((rendering,), timeout=_LOOK_S)
                if share != told and not rendering.done():
                    told = share
                    await self._records.renders.keep_progress(job.id, min(share * 100, 99.0))
                if lease.lost.is_set() or not await self._records.renders.going(job):
                    _log.info("render was stopped")
                    return
            rendered = rendering.result()
        finally:
            if not rendering.done():
                rendering.cancel()
                await asyncio.wait((rendering,))
        await self._storage.keep_result(name)
        kept = await self._records.renders.finish(
            job, "completed", file=name, size=rendered.size, duration_ms=rendered.duration_ms,
            width=rendered.width, height=rendered.height,
        )  # fmt: skip
        if not kept:
            await self._storage.remove(Entry("results", name))
        _log.info("render is done" if kept else "render came too late", size=rendered.size)

    async def _clear(self, job: Render) -> None:
        """Remove what earlier attempts left behind."""
        for left in await self._storage.of_job(job.id):
            if left.kind in ("results", "scratch"):
                await self._storage.remove(left)

    async def _job(self, job: Render) -> RenderJob:
        owned = await self._records.media.owned(job.user)
        library, output = Library(owned), Output(**job.output)
        name = f"{job.id}-{job.attempts}.{ENDINGS[output.format]}"
        timeline = load(job.draft, library)
        if (output.from_ms, output.to_ms) != (None, None):
            timeline = excerpt(timeline, output.from_ms, output.to_ms, library)
        used = {segment.media for segment in timeline.segments} | {music.media for music in timeline.music}
        used |= {overlay.media for overlay in timeline.overlays}
        media: dict[str, SourceFile] = {}
        for one in used:
            facts = await self._records.media.facts(one)
            if facts is not None:
                media[one] = SourceFile(await self._storage.media(one), facts)
        return RenderJob(
            timeline=timeline,
            output=output,
            target=self._storage.here.results / name,
            scratch=self._storage.here.scratch / name,
            media=media,
        )
