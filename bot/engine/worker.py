"""Renders jobs of the queue."""

import asyncio
import contextlib
import secrets
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import structlog
from redis.exceptions import RedisError

from bot.engine.interchange.bundle import bundle
from bot.engine.jobs import Jobs
from bot.engine.proxies import Proxies
from bot.engine.quota import Quota
from bot.engine.records.leases import Lease
from bot.engine.records.line import RenderLane
from bot.engine.records.records import Records
from bot.engine.records.renders import ATTEMPTS, Render
from bot.engine.render.encode import cores
from bot.engine.render.job import ENDINGS, PROJECTS, Output, Rendered, RenderJob, SourceFile
from bot.engine.render.native import pictures
from bot.engine.render.queue import RenderQueue
from bot.engine.render.run import render
from bot.engine.render.weight import needed_bytes
from bot.engine.storage.sharing import Sharing
from bot.engine.storage.storage import Entry, Storage
from bot.engine.tasks import end_if_told, stop, through
from bot.engine.timeline.draft import DraftError, load
from bot.engine.timeline.excerpt import excerpt
from bot.engine.timeline.model import Library
from bot.media.facts import MediaError, MediaFault
from bot.settings import Engine

_log = structlog.get_logger(__name__)

_LOOK_S = 0.5
_AGAIN_S = 1.0
_CORES_EACH = 8
"""A render keeps about so many cores busy by itself."""


class Worker:
    """One worker: takes jobs, renders, reports."""

    def __init__(
        self,
        records: Records,
        jobs: Jobs,
        queue: RenderQueue,
        storage: Storage,
        quota: Quota,
        proxies: Proxies,
        engine: Engine,
    ) -> None:
        """Nothing runs before `run`."""
        self._records = records
        self._jobs = jobs
        self._queue = queue
        self._storage = storage
        self._sharing = Sharing(records.place, storage)
        self._quota = quota
        self._proxies = proxies
        self._engine = engine

    async def run(self) -> None:
        """Work until cancelled; a job under way is handed back then and does not count as tried."""
        async with asyncio.TaskGroup() as lanes:
            for lane, slots in _slots().items():
                lanes.create_task(self._jobs.serve(lane, slots, partial(self._next, lane)))
            lanes.create_task(self._mend())

    async def _mend(self) -> None:
        """See to it, now and from time to time, that whoever waits is known to wait."""
        away = False
        while True:
            try:
                await self._queue.mend()
            except (RedisError, TimeoutError) as error:
                if not away:
                    _log.warning("no renders come while redis does not answer", error=str(error))
                away = True
            else:
                if away:
                    _log.info("redis answers again")
                away = False
            end_if_told()
            await asyncio.sleep(self._records.leases.ttl_s / 2)

    async def _next(self, lane: RenderLane) -> None:
        """Do the next job of a lane, or leave it to others for a while where this process cannot."""
        able = await self._sharing.is_fine()
        if able:
            async with self._queue.taken(lane) as taken:
                if taken is not None:
                    able = await self._work(*taken)
        if not able:
            await asyncio.sleep(self._records.leases.ttl_s)

    async def _work(self, job: Render, lease: Lease) -> bool:
        """A whole attempt; False when it is left to others, who begin once the lease is given back."""
        with structlog.contextvars.bound_contextvars(render=job.id, attempt=job.attempts):
            _log.info("render begins")
            try:
                await self._attempt(job, lease)
            except asyncio.CancelledError:
                await through(self._hand_back(job))
                raise
            except MediaError as error:
                if job.attempts < ATTEMPTS and await self._is_for_others(error):
                    _log.error("render is left to others", fault=error.fault.value, detail=error.detail)
                    return False
                _log.warning("render failed", fault=error.fault.value, detail=error.detail)
                await self._finish(job, "failed", error=error.fault.value)
            except DraftError as error:
                _log.warning("draft no longer fits its media", error=str(error))
                await self._finish(job, "failed", error="media_gone")
            except RedisError:
                raise
            except Exception:  # noqa: BLE001 - a job's bug must not end the worker
                reference = secrets.token_hex(4)
                _log.exception("render failed", reference=reference)
                await self._finish(job, "failed", error=f"internal:{reference}")
            await self._drop_spans(job)
        return True

    async def _is_for_others(self, error: MediaError) -> bool:
        """Whether it is this process that lacks something, not the job."""
        if error.fault is MediaFault.MISSING:
            return not await self._sharing.is_fine()
        return error.fault is MediaFault.UNREACHABLE

    async def _attempt(self, job: Render, lease: Lease) -> None:
        """Render to a file of this attempt's own name, so that a frozen worker never writes into another's."""
        await self._clear(job)
        async with self._storage.spans(job.id) as spans:
            await self._rendered(job, lease, replace(await self._job(job), spans=spans))

    async def _rendered(self, job: Render, lease: Lease, todo: RenderJob) -> None:
        await self._quota.reserve(needed_bytes(todo.timeline, todo.output, pictures(todo.timeline, todo.media)))
        share = 0.0

        def tell(done: float) -> None:
            nonlocal share
            share = done

        ffmpeg, hours = self._engine.ffmpeg_bin, self._engine.render_hours_limit
        if todo.output.format in PROJECTS:
            rendering = asyncio.create_task(bundle(todo, tell, ffmpeg_bin=ffmpeg))
        else:
            rendering = asyncio.create_task(render(todo, tell, ffmpeg_bin=ffmpeg, hours_limit=hours))
        told = -1.0
        try:
            while not rendering.done():
                await asyncio.wait((rendering,), timeout=_LOOK_S)
                if share != told and not rendering.done():
                    told = share
                    await self._tell(job, min(share * 100, 99.0))
                if lease.lost.is_set() or not await self._goes_on(job):
                    _log.info("render was stopped")
                    return
            await self._keep(job, rendering.result(), keyframes=todo.output.keyframes)
        finally:
            if not rendering.done():
                await through(stop((rendering,)))

    async def _keep(self, job: Render, rendered: Rendered, *, keyframes: bool) -> None:
        await self._storage.keep_result(rendered.path.name)
        kept = await self._finish(
            job, "completed", file=rendered.path.name, size=rendered.size, duration_ms=rendered.duration_ms,
            width=rendered.width, height=rendered.height, keyframes=keyframes,
        )  # fmt: skip
        if kept:
            await self._records.renders.keep_plan(job.id, rendered.plan)
        else:
            await self._storage.remove(Entry("results", rendered.path.name))
        _log.info("render is done" if kept else "render came too late", size=rendered.size)

    async def _drop_spans(self, job: Render) -> None:
        """Remove the finished pieces of a job that has ended; else whoever takes it up goes on from them."""
        with contextlib.suppress(RedisError, MediaError):  # then the sweeper does it
            current = await self._records.renders.get(job.id)
            if current is None or not current.open:
                await self._storage.remove(Entry("spans", job.id))

    async def _tell(self, job: Render, percent: float) -> None:
        with contextlib.suppress(RedisError):
            await self._records.renders.keep_progress(job.id, percent)

    async def _goes_on(self, job: Render) -> bool:
        """Whether the attempt counts as far as anybody knows: work is not thrown away because Redis is away."""
        try:
            return await self._records.renders.going(job)
        except RedisError:
            return True

    async def _finish(self, job: Render, state: Literal["completed", "failed"], **facts: Any) -> bool:
        """Keep how it ended, once Redis is there; False when that is for somebody else to say by now."""
        warned = False
        while True:
            try:
                return await self._records.renders.finish(job, state, **facts)
            except RedisError as error:
                if not warned:
                    _log.warning("a render's end waits for redis", error=str(error))
                warned = True
            await asyncio.sleep(_AGAIN_S)

    async def _hand_back(self, job: Render) -> None:
        with contextlib.suppress(RedisError):
            await self._records.renders.hand_back(job)

    async def _clear(self, job: Render) -> None:
        """Remove what earlier attempts left behind."""
        for left in await self._storage.of_job(job.id):
            if left.kind in ("results", "scratch"):
                await self._storage.remove(left)

    async def _job(self, job: Render) -> RenderJob:
        owned = await self._records.media.owned(job.user)
        library, output = Library(owned), Output(**job.output)
        name = f"{job.id}-{job.fence}.{ENDINGS[output.format]}"
        timeline = await asyncio.to_thread(load, job.draft, library)
        if (output.from_ms, output.to_ms) != (None, None):
            timeline = await asyncio.to_thread(excerpt, timeline, output.from_ms, output.to_ms, library)
        used = {segment.media for segment in timeline.segments} | {music.media for music in timeline.music}
        used |= {overlay.media for overlay in timeline.overlays}
        media: dict[str, SourceFile] = {}
        for one in used:
            facts = await self._records.media.facts(one)
            if facts is not None:
                if not await asyncio.to_thread(self._storage.here.media.path(one).is_file):
                    await self._quota.reserve(facts.size)
                media[one] = SourceFile(await self._storage.media(one), facts)
        todo = RenderJob(
            timeline=timeline,
            output=output,
            target=self._storage.here.results / name,
            scratch=self._storage.here.scratch / name,
            media=media,
        )
        preview = output.quality == "preview" and output.format == "mp4" and output.height is None
        return await self._proxies.of_preview(todo) if preview else todo


def _slots() -> dict[RenderLane, int]:
    """How many jobs of each lane this machine does at once."""
    return {"preview": 1, "export": max(1, cores() // _CORES_EACH)}
