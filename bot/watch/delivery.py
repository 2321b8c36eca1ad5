"""Handing a finished file over: retried until it worked, marked as done only then, made smaller where it must be."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.flows.context import Context
from bot.flows.faces import DeliveryError, Face, FileRefusedError
from bot.media.facts import MediaError, MediaFault
from bot.store.leases import Lease
from bot.store.models import Render, RenderState
from bot.updates import Delivered, Problem, ProblemKind, RenderReady
from bot.watch.feeds import Faces
from bot.watch.rendering import Rendering

log = structlog.stdlib.get_logger(__name__)

DELIVER_S = 600.0
_BACK_S = 2.0
_LONGEST_BACK_S = 600.0
_NO_FACE_S = 60.0
_SMALLEST = 1_000_000
_SMALLER = 0.5
"""Each copy a place refuses is followed by one of half the size."""


class _DoesNotFit(Exception):  # noqa: N818 - a state of the file
    """No copy is small enough for the place."""


Fit = Callable[[Path, Path, int], Awaitable[None]]
Link = Callable[[str, str], tuple[str, datetime] | None]


class Delivery:
    """Brings ready exports to their faces."""

    def __init__(
        self, context: Context, faces: Faces, rendering: Rendering, results_dir: Path, *, link: Link, fit: Fit,
        deliver_s: float = DELIVER_S,
    ) -> None:  # fmt: skip
        """`link` makes a link to a result, if there can be one; `fit` writes a copy of at most so many bytes."""
        self._context = context
        self._faces = faces
        self._rendering = rendering
        self._results = results_dir
        self._link = link
        self._fit = fit
        self._deliver_s = deliver_s

    async def step(self, render: Render, lease: Lease) -> None:
        """Hand it over, or say when to try again. Raises Overtaken, and what Redis raises."""
        now = self._context.clock.now()
        face = self._faces.get(render.place)
        if render.expires is not None and render.expires <= now:
            await self._give_up(render, lease)
        elif face is None:
            await self._rendering.save(render, lease, now + timedelta(seconds=_NO_FACE_S))
        elif render.file is None or not await asyncio.to_thread((self._results / render.file).is_file):
            log.warning("a result is gone before it was delivered")
            await self._give_up(render, lease)
        else:
            await self._hand_over(face, render, lease)

    async def _hand_over(self, face: Face, render: Render, lease: Lease) -> None:
        # Before it is tried: found with a count after a restart, it may have got through, and the face looks for it.
        tries = render.deliveries + 1
        await self._rendering.save(render.model_copy(update={"deliveries": tries}), lease, self._context.clock.now())
        try:
            async with asyncio.timeout(self._deliver_s):
                await self._deliver(face, render)
        except _DoesNotFit:
            limit = render.place.upload_limit
            await self._rendering.fail(render, Problem(ProblemKind.TOO_LARGE, name=render.name, limit=limit), lease)
            return
        except DeliveryError as error:
            log.warning("no way to deliver was open; kept for another export", reason=str(error))
            await self._rendering.save(render.model_copy(update={"deliveries": tries}), lease, render.expires)
            return
        except Exception as error:  # noqa: BLE001 - whatever a face does, the result stays and is tried again
            wait = min(_LONGEST_BACK_S, _BACK_S * 2 ** min(tries - 1, 10))
            log.warning("delivery failed, tried again", error=type(error).__name__, tries=tries, wait_s=wait)
            later = self._context.clock.now() + timedelta(seconds=wait)
            await self._rendering.save(render.model_copy(update={"deliveries": tries}), lease, later)
            return
        await self._mark(render, lease)
        log.info("delivered", size=render.size)
        self._faces.put(render.place, render.id, Delivered(render.id))
        await asyncio.to_thread(self._small(render).unlink, missing_ok=True)

    async def _mark(self, render: Render, lease: Lease) -> None:
        """Write that it is delivered, also while the bot is being stopped: else the next start would send it again."""
        done = self._rendering.save(render.model_copy(update={"state": RenderState.DELIVERED}), lease, None)
        saving = asyncio.ensure_future(done)
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            await asyncio.wait((saving,))
            raise

    async def _deliver(self, face: Face, render: Render) -> None:
        ready = await self._ready(render)
        while True:
            try:
                await face.deliver(render, ready)
            except FileRefusedError:
                allowed = int(ready.size * _SMALLER)
                if allowed < _SMALLEST:
                    raise _DoesNotFit from None
                ready = await self._smaller(render, ready, allowed)
            else:
                return

    async def _ready(self, render: Render) -> RenderReady:
        assert render.file is not None
        path = self._results / render.file
        link, ends = render.output_url, None
        if link is None:
            made = self._link(render.file, render.name)
            link, ends = made or (None, None)
            if made is None and render.place.face != "terminal":
                await self._tell_operator()
        ready = RenderReady(
            render=render.id,
            name=render.name,
            path=path,
            size=(await asyncio.to_thread(path.stat)).st_size,
            duration_ms=render.duration_ms,
            width=render.width,
            height=render.height,
            link=link,
            link_expires=ends,
            claim_link=None if render.claim_link is None else render.claim_link.get_secret_value(),
        )
        limit = render.place.upload_limit
        if link is None and limit is not None and ready.size > limit:
            return await self._smaller(render, ready, limit)
        return ready

    async def _smaller(self, render: Render, ready: RenderReady, limit: int) -> RenderReady:
        """The same video in at most `limit` bytes. Raises _DoesNotFit, MediaError."""
        assert render.file is not None
        target = self._small(render)
        try:
            await self._fit(self._results / render.file, target, limit)
        except MediaError as error:
            if error.fault is not MediaFault.TOO_LARGE:
                raise
            raise _DoesNotFit from error
        size = (await asyncio.to_thread(target.stat)).st_size
        log.info("made smaller for the place", limit=limit, size=size)
        return replace(ready, path=target, size=size, width=None, height=None)

    async def _give_up(self, render: Render, lease: Lease) -> None:
        self._faces.put(render.place, render.id, Problem(ProblemKind.EXPIRED))
        await self._faces.flush(render.place)
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._small(render).unlink, missing_ok=True)
        over = {"state": RenderState.EXPIRED, "expires": self._context.clock.now()}
        await self._rendering.save(render.model_copy(update=over), lease, None)

    async def _tell_operator(self) -> None:
        if await self._context.store.marks.once("operator told of links"):
            log.warning(
                "finished files are attached, smaller where they must be; for links, set PUBLIC_URL to the address"
                " under which WEB_HOST and WEB_PORT are reached from outside"
            )

    def _small(self, render: Render) -> Path:
        return self._results / f"{render.nonce}.small.mp4"
