"""Small copies of the clips, made in the background: a preview is made of them, and can be seen at once.

Nothing depends on one: it is made again when it is missing, and goes first when room gets short. Until one is there a
preview of that clip shows only keyframes.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Iterable
from dataclasses import replace

import structlog
from redis.exceptions import RedisError

from bot.engine.jobs import Jobs, Lane
from bot.engine.quota import Quota
from bot.engine.records.records import Records
from bot.engine.render.job import RenderJob, SourceFile
from bot.engine.render.proxy import is_light, proxy_job, shown, sketched, swapped, wants_proxy
from bot.engine.render.run import render
from bot.engine.render.weight import needed_bytes
from bot.engine.storage.storage import Entry, Storage
from bot.engine.tasks import end_if_told
from bot.media.facts import MediaError, MediaFacts, MediaFault
from bot.settings import Engine

_log = structlog.get_logger(__name__)

_LANE: Lane = "proxy"
_EVERY_S = 3600.0
_LOOK_S = 2.0
_PATIENCE_S = 600.0
"""For so long a proxy waits for renders to end before it is made beside them, with what they leave of the machine."""
_PASSING = (MediaFault.DISK_FULL, MediaFault.UNREACHABLE, MediaFault.MISSING, MediaFault.NO_FFMPEG)
"""What says nothing about the clip."""


class Proxies:
    """The proxies of one storage: asked for here, made here, one at a time."""

    def __init__(self, records: Records, jobs: Jobs, storage: Storage, quota: Quota, engine: Engine) -> None:
        """Nothing is made before `run`."""
        self._records = records
        self._jobs = jobs
        self._storage = storage
        self._quota = quota
        self._engine = engine

    async def run(self) -> None:
        """Make what is asked for, until cancelled; what is under way is gone on with by whoever comes next."""
        await self._jobs.serve(_LANE, 1, self._make)

    async def mend(self) -> None:
        """See to it, now and from time to time, that no proxy is missing that there could be; until cancelled."""
        while True:
            media = [entry for entry in await self._storage.entries() if entry.kind == "media"]
            for entry in sorted(media, key=lambda entry: entry.changed, reverse=True):
                if await self._missing(entry.name) is None:
                    continue
                while await self._jobs.waiting(_LANE):  # an upload of now comes before one of long ago
                    end_if_told()
                    await asyncio.sleep(_LOOK_S)
                await self.want((entry.name,))
            end_if_told()
            await asyncio.sleep(_EVERY_S)

    async def want(self, media: Iterable[str]) -> None:
        """Have the proxies of these clips made, where there are none; the others are let be."""
        with contextlib.suppress(RedisError, TimeoutError):  # nothing depends on it, and `mend` comes by
            for one in media:
                if await self._missing(one) is not None:
                    await self._jobs.add(_LANE, one)

    async def of_preview(self, job: RenderJob) -> RenderJob:
        """The render of a preview, out of proxies: or of keyframes only, where one is missing that it cannot wait for.

        Those are asked for then.
        """
        facts = {one: job.media[one].facts for one in shown(job.timeline) if one in job.media}
        wanted = [one for one in facts if wants_proxy(facts[one])]
        found = {one: path for one in wanted if (path := await self._storage.proxy(one)) is not None}
        media = swapped(job.media, found)
        missing = [one for one in wanted if one not in found and not await self._records.media.wants_no_proxy(one)]
        if not missing:
            return replace(job, media=media)
        await self.want(missing)
        if is_light(job.timeline, [source.facts for one, source in media.items() if one in facts]):
            return replace(job, media=media)
        output = replace(job.output, keyframes=True)
        return replace(job, media=media, timeline=sketched(job.timeline), output=output)

    async def _missing(self, media: str) -> MediaFacts | None:
        """The facts of a clip that has no proxy and should have one."""
        facts = await self._records.media.facts(media)
        if facts is None or not wants_proxy(facts) or await self._records.media.wants_no_proxy(media):
            return None
        return None if await self._storage.has_proxy(media) else facts

    async def _make(self, media: str) -> None:
        async with self._records.leases.held(f"proxy:{media}") as lease:
            facts = await self._missing(media) if lease is not None else None
            if facts is None:
                return
            await self._quiet(media)
            try:
                if await self._records.media.used(media):
                    await self._made(media, facts)
            except MediaError as error:
                _log.warning("no proxy can be made", media=media, fault=error.fault.value, detail=error.detail)
                if error.fault not in _PASSING and await self._records.media.used(media):
                    await self._records.media.keep_without_proxy(media)
        await self._records.leases.forget(f"proxy:{media}")

    async def _made(self, media: str, facts: MediaFacts) -> None:
        source = SourceFile(await self._storage.media(media), facts)
        folders = self._storage.here
        desk, target = folders.path(Entry("proxies", f"{media}-making")), folders.path(Entry("proxies", media))
        job = proxy_job(source, desk / "proxy.mp4", desk / "scratch", desk / "spans")
        if not await self._quota.has_room(needed_bytes(job.timeline, job.output)):
            _log.info("no room for a proxy", media=media)
            return
        try:
            made = await render(
                job, ffmpeg_bin=self._engine.ffmpeg_bin, hours_limit=self._engine.render_hours_limit
            )  # fmt: skip
            if await self._records.media.used(media):
                await asyncio.to_thread(made.path.replace, target)
                await self._storage.keep_proxy(media)
                _log.info("proxy is made", media=media, size=made.size)
        except asyncio.CancelledError:  # the finished pieces are for whoever goes on with it
            raise
        except BaseException:
            await asyncio.to_thread(shutil.rmtree, desk, ignore_errors=True)
            raise
        await asyncio.to_thread(shutil.rmtree, desk, ignore_errors=True)

    async def _quiet(self, media: str) -> None:
        """Wait until nobody waits for a render, but not for ever, nor for a clip that is forgotten meanwhile."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                while await self._records.renders.busy() and await self._records.media.used(media):
                    end_if_told()
                    await asyncio.sleep(_LOOK_S)
