"""Handing a finished file over: retried until it worked, marked as done only then, made smaller where it must be.

A file over the limit of its place comes as a smaller copy, beside a link to the whole where there can be one; where no
copy would do, the link alone.
"""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.flows.context import Context
from bot.flows.export import room
from bot.flows.faces import DeliveryError, Face, FileRefusedError
from bot.media.facts import MediaError, MediaFault
from bot.store.errors import NotFoundError
from bot.store.leases import Lease
from bot.store.models import Render, RenderState
from bot.updates import Delivered, Problem, ProblemKind, RenderReady
from bot.watch.feeds import Faces
from bot.watch.making import Making, small_copy
from bot.watch.rendering import Overtaken, Rendering

log = structlog.stdlib.get_logger(__name__)

DELIVER_S = 600.0
_BACK_S = 2.0
_LONGEST_BACK_S = 600.0
_NO_FACE_S = 60.0
_SMALLER = 0.5
"""Each file a place refuses is followed by a copy of half the size,"""
_COPIES = 3
"""and so often."""
_LONGEST_BESIDE_MS = 30 * 60_000
"""Of a longer video no copy is made beside a link: the link would wait for it for minutes."""


class _DoesNotFit(Exception):  # noqa: N818 - a state of the file
    """No copy is small enough for the place."""


Link = Callable[[str, str, str], tuple[str, datetime] | None]
"""Makes a link of a render's id, its file's name in the results folder and the name it is saved under; see `Links`."""


class Delivery:
    """Brings ready exports to their faces."""

    def __init__(
        self, context: Context, faces: Faces, rendering: Rendering, making: Making, results_dir: Path, *, link: Link,
        deliver_s: float = DELIVER_S,
    ) -> None:  # fmt: skip
        """`link` makes a link to a result, if there can be one; `making` makes smaller copies."""
        self._context = context
        self._faces = faces
        self._rendering = rendering
        self._results = results_dir
        self._link = link
        self._making = making
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
            await self._deliver(face, render)
        except _DoesNotFit:
            limit = render.place.upload_limit
            await self._remove_copy(render)
            await self._rendering.fail(render, Problem(ProblemKind.DOES_NOT_FIT, name=render.name, limit=limit), lease)
            return
        except (Overtaken, NotFoundError):
            await self._remove_copy(render)
            raise
        except DeliveryError as error:
            log.warning("no way to deliver was open; kept for another export", reason=str(error))
            await self._remove_copy(render)
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
        await self._remove_copy(render)

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
        """Raises _DoesNotFit, what the face raises, and what the making of a copy raises for now."""
        ready = await self._ready(render)
        for copies in itertools.count():
            try:
                async with asyncio.timeout(self._deliver_s):
                    await face.deliver(render, ready)
            except FileRefusedError as error:
                if ready.path is None or copies == _COPIES:
                    ready = _linked(render, ready, error)
                else:
                    ready = await self._smaller(render, ready, _less(ready, render.place.upload_limit))
            else:
                return

    async def _ready(self, render: Render) -> RenderReady:
        assert render.file is not None
        path = self._results / render.file
        # Ours leads to a page, and it is known how long it lasts; the upstream's leads to the bare file.
        link, ends = self._link(render.id, render.file, render.name) or (render.output_url, None)
        if link is None and render.place.face != "terminal":
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
            format=render.export.format,
            preview=render.export.is_preview,
            quick=self._context.capabilities.fast_preview,
            keyframes=render.keyframes,
            whole_ms=render.whole_ms,
        )
        limit = render.place.upload_limit
        if limit is not None and ready.size > limit:
            return await self._smaller(render, ready, room(limit))
        return replace(ready, link=None, link_expires=None, claim_link=None) if ready.preview else ready

    async def _smaller(self, render: Render, ready: RenderReady, max_bytes: int) -> RenderReady:
        """A copy in at most `max_bytes`, beside the link to the whole; the link alone where none would do.

        Raises _DoesNotFit where there is no link either.
        """
        assert render.file is not None
        source = self._results / render.file
        if ready.link is not None and (render.duration_ms or 0) > _LONGEST_BESIDE_MS:
            return _linked(render, ready, None)
        try:
            made = await self._making.smaller(render, source, max_bytes, lambda: self._rendering.current(render))
        except MediaError as error:
            if error.fault is MediaFault.DISK_FULL:  # of the disk, not of the video: there may be room again
                raise
            log.info("no smaller copy", limit=max_bytes, reason=str(error))
            return _linked(render, ready, error)
        log.info("made smaller for the place", limit=max_bytes, size=made.size)
        return replace(
            ready,
            path=made.path,
            size=made.size,
            width=made.width,
            height=made.height,
            full_size=_whole(ready),
            limit=_limit(render, ready),
        )

    async def _give_up(self, render: Render, lease: Lease) -> None:
        self._faces.put(render.place, render.id, Problem(ProblemKind.EXPIRED))
        await self._faces.flush(render.place)
        await self._remove_copy(render)
        over = {"state": RenderState.EXPIRED, "expires": self._context.clock.now()}
        await self._rendering.save(render.model_copy(update=over), lease, None)

    async def _tell_operator(self) -> None:
        if await self._context.store.marks.once("operator told of links"):
            log.warning(
                "finished files are attached, smaller where they must be; for links, set PUBLIC_URL to the address"
                " under which WEB_HOST and WEB_PORT are reached from outside"
            )

    async def _remove_copy(self, render: Render) -> None:
        if render.file is not None:
            await asyncio.to_thread(small_copy(self._results / render.file).unlink, missing_ok=True)


def _less(ready: RenderReady, limit: int | None) -> int:
    """How large the next copy may be, after this file was refused: what a request adds may be all that is too much."""
    if limit is not None and room(limit) < ready.size <= limit:
        return room(limit)
    return int(ready.size * _SMALLER)


def _whole(ready: RenderReady) -> int:
    """The size of the file itself, bytes."""
    return ready.size if ready.full_size is None else ready.full_size


def _limit(render: Render, ready: RenderReady) -> int | None:
    """The place's limit, where that is what the file is over; one that was refused all the same met another."""
    limit = render.place.upload_limit
    return limit if limit is not None and _whole(ready) > limit else None


def _linked(render: Render, ready: RenderReady, why: Exception | None) -> RenderReady:
    """The link to the whole, and nothing to attach. Raises _DoesNotFit where there is no link."""
    if ready.link is None or ready.path is None:
        raise _DoesNotFit from why
    return replace(
        ready, path=None, size=_whole(ready), width=render.width, height=render.height, full_size=None,
        limit=_limit(render, ready),
    )  # fmt: skip
