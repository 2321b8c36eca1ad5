"""One step of an export: submit it, see how far it is, fetch the file. Every state survives a restart."""

import asyncio
import contextlib
import os
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import structlog
from pydantic import SecretStr
from redis.exceptions import RedisError

from bot.flows.context import Context
from bot.flows.credits import top_up_link
from bot.flows.export import rendered_as
from bot.flows.problems import problem
from bot.media.facts import MediaError, MediaFault
from bot.nemo.client import Nemo
from bot.nemo.draft import Draft
from bot.nemo.errors import (
    BadAnswer,
    ExportLocked,
    FileTooLarge,
    NemoError,
    NoCredits,
    NotFound,
    RateLimited,
    StorageFull,
    TokenRejected,
    Unavailable,
)
from bot.nemo.models import RenderStatus
from bot.store.errors import NotFoundError, StoreError
from bot.store.leases import Lease
from bot.store.models import Render, RenderState
from bot.updates import Cancelled, Deed, Offer, Problem, ProblemKind, RenderProgress
from bot.watch.feeds import Faces
from bot.watch.making import Making

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")
MakeRoom = Callable[[int], Awaitable[None]]
"""Makes room for a finished file of so many bytes. Raises MediaError(DISK_FULL)."""

_ATTEMPTS = 2
"""A submission, and one retry with a new id (section 7 of the protocol)."""
_RESULT_BYTES = 16 << 30
_BACK_S = 5.0
_RATE_S = 30.0
_HOPELESS = (ExportLocked, NoCredits, StorageFull, TokenRejected)
_HERE = frozenset({RenderState.READY, RenderState.DELIVERED})
_AT_WORK = frozenset({RenderState.QUEUED, RenderState.SUBMITTING, RenderState.RENDERING})
_TOLD = frozenset({ProblemKind.DISK_FULL, ProblemKind.TIMED_OUT, ProblemKind.INTERNAL})
"""Of what can go wrong with a finished video here, what is no fault of the video."""
_REFUSED: Mapping[str | None, ProblemKind] = {
    MediaFault.SILENT: ProblemKind.NO_SOUND,
    MediaFault.TOO_LARGE: ProblemKind.DOES_NOT_FIT,
}
"""Why our own engine cannot make such a file, now or later."""
_WORTH_ANOTHER = frozenset({ProblemKind.RENDER_FAILED, ProblemKind.TIMED_OUT, ProblemKind.UPSTREAM_DOWN})


class Overtaken(Exception):  # noqa: N818 - a state of the record
    """The export was cancelled or forgotten while a step was under way."""


class Rendering:
    """Carries an export from queued to ready, one step at a time."""

    def __init__(
        self, context: Context, faces: Faces, making: Making, results_dir: Path, make_room: MakeRoom, *,
        keep: timedelta, oldest: timedelta,
    ) -> None:  # fmt: skip
        """`keep`: how long a finished file stays. `oldest`: at what age an unfinished export is given up."""
        self._context = context
        self._faces = faces
        self._making = making
        self._results = results_dir
        self._make_room = make_room
        self._keep = keep
        self._oldest = oldest
        self._tell_saved: Callable[[Render, datetime | None], None] = lambda *_: None
        self._told: dict[str, float] = {}

    def on_save(self, tell: Callable[[Render, datetime | None], None]) -> None:
        """Have this told of every record as it was written, and of when it is due."""
        self._tell_saved = tell

    async def step(self, render: Render, lease: Lease) -> None:
        """Do what is due. Raises Overtaken, and what Redis raises."""
        now = self._context.clock.now()
        if now - _began(render, now) > self._oldest:
            await self._stop_upstream(render)
            await self.fail(render, Problem(ProblemKind.TIMED_OUT), lease)
            return
        try:
            match render.state:
                case RenderState.QUEUED:
                    await self._submit(render, lease)
                case RenderState.SUBMITTING:
                    await self._look_for(render, lease)
                case _:
                    await self._poll(render, lease)
        except Unavailable as error:
            log.info("export waits for the upstream", reason=str(error))
            latest = await self.current(render)
            await self.save(latest, lease, self._in(max(_BACK_S, self._poll_s) if _down(error) else self._poll_s))
        except RateLimited as error:
            latest = await self.current(render)
            # Nothing was done: a submission that met the limit is no attempt.
            refused = latest.state is RenderState.SUBMITTING
            state = {"state": RenderState.QUEUED, "attempts": latest.attempts - 1} if refused else {}
            wait = _RATE_S if error.retry_after_s is None else error.retry_after_s
            await self.save(latest.model_copy(update=state), lease, self._in(wait))
        except _HOPELESS as error:
            link = await _guarded(top_up_link(self._context, render.account)) if isinstance(error, NoCredits) else None
            await self.fail(render, problem(error, link=link), lease)
        except NemoError as error:
            await self._again(await self.current(render), error.message, lease)
        except (Overtaken, StoreError, RedisError):
            raise
        except Exception as error:  # noqa: BLE001 - problems.py has words for whatever it is
            await self.fail(render, problem(error), lease)

    async def save(self, render: Render, lease: Lease, due: datetime | None) -> None:
        """Write the record, unless the export was cancelled or forgotten meanwhile: then raise Overtaken."""
        await self.current(render)
        await self._context.store.renders.save(render, due, lease)
        if render.state is not RenderState.RENDERING:
            self._told.pop(render.id, None)
        self._tell_saved(render, due)

    async def current(self, render: Render) -> Render:
        """The export as it is kept. Raises Overtaken where it was cancelled or forgotten."""
        kept = await self._context.store.renders.get(render.id)
        if kept is None or kept.state is RenderState.CANCELLED:
            raise Overtaken
        return kept

    async def _submit(self, render: Render, lease: Lease) -> None:
        if await self._answered_from_earlier(render, lease):
            return
        now = self._context.clock.now()
        marked = render.model_copy(
            update={
                "state": RenderState.SUBMITTING,
                "upstream_id": f"render_{int(now.timestamp() * 1000)}_{secrets.token_hex(4)}",
                "attempts": render.attempts + 1,
                "begun": render.begun or now,
            }
        )
        await self.save(marked, lease, now)  # before the call: found like this, it is looked for, not sent again
        output = rendered_as(marked.export, self._context.capabilities)
        assert marked.upstream_id is not None
        await self._client(marked).submit_render(marked.upstream_id, marked.session, Draft(marked.draft), output)
        taken = marked.model_copy(update={"state": RenderState.RENDERING})
        try:
            await self.save(taken, lease, self._in(self._poll_s))
        except (Overtaken, NotFoundError):  # stopped while it was on its way: whoever stopped it did not find it there
            await self._stop_upstream(taken)
            raise

    async def _look_for(self, render: Render, lease: Lease) -> None:
        """A submission whose answer never came: known upstream, or to be sent anew under a new id."""
        assert render.upstream_id is not None
        try:
            await self._client(render).render_status(render.upstream_id)
        except NotFound:
            await self._again(render, "", lease)
            return
        await self.save(render.model_copy(update={"state": RenderState.RENDERING}), lease, self._context.clock.now())

    async def _poll(self, render: Render, lease: Lease) -> None:
        assert render.upstream_id is not None
        status = await self._client(render).render_status(render.upstream_id)
        match status.status:
            case "completed":
                await self._fetch(render, status, lease)
            case "failed" if status.cancelled:
                await self.current(render)
                self._faces.put(render.place, render.id, Cancelled())
                await self._faces.flush(render.place)
                over = render.model_copy(update={"state": RenderState.CANCELLED, "draft": ""})
                await self.save(over, lease, None)
            case "failed" if status.reason in _REFUSED:
                limit = render.export.max_bytes
                await self.fail(render, Problem(_REFUSED[status.reason], name=render.name, limit=limit), lease)
            case "failed":
                await self._again(render, status.error or "", lease)
            case _:
                due = self._in(self._poll_s)
                await self._context.store.renders.later(render.id, due, lease)
                self._tell_progress(render, status.progress)
                self._tell_saved(render, due)

    def _tell_progress(self, render: Render, percent: float) -> None:
        """Tell how far it is, where that is news."""
        if self._told.get(render.id) != percent:
            self._told[render.id] = percent
            self._faces.put(render.place, render.id, RenderProgress(render.id, percent))

    async def _fetch(self, render: Render, status: RenderStatus, lease: Lease) -> None:
        """Take a copy of the finished file: how long the upstream keeps it is not known."""
        self._faces.put(render.place, render.id, RenderProgress(render.id, 100))
        own = render.export.format in self._context.capabilities.writes
        path = self._results / f"{render.nonce}.{render.export.ending if own else 'mp4'}"
        try:
            await asyncio.to_thread(self._results.mkdir, parents=True, exist_ok=True)
            await self._make_room(status.size or 0)
            size = await self._client(render).download(status, path, _RESULT_BYTES)
            facts = await self._finished(render, path, status, size)
            facts |= {"claim_link": await self._claim(render), "expires": self._context.clock.now() + self._keep}
            ready = render.model_copy(update={"state": RenderState.READY, "draft": "", **facts})
            await self.save(ready, lease, self._context.clock.now())
        except FileTooLarge as error:
            await self.fail(render, problem(error, name=render.name), lease)
        except MediaError as error:
            await self._drop(render)
            await self.fail(render, _unmade(error, render), lease)
        except (Overtaken, NotFoundError):
            await self._drop(render)
            raise

    async def _finished(self, render: Render, path: Path, status: RenderStatus, size: int) -> dict[str, Any]:
        """The facts of the file that was asked for, made of the one the upstream gave where that is another one."""
        able = self._context.capabilities
        made = await self._making.finish(render, path, able, lambda: self.current(render))
        if made is None:
            return {
                "file": path.name,
                "size": size,
                "duration_ms": status.duration_ms,
                "width": status.width,
                "height": status.height,
                "keyframes": status.keyframes,
                "output_url": status.url if able.gives_links and _is_web(status.url) else None,
            }
        return {  # the upstream's link is to another file
            "file": made.path.name,
            "size": made.size,
            "duration_ms": made.duration_ms,
            "width": made.width,
            "height": made.height,
            "whole_ms": made.whole_ms,
        }

    async def _drop(self, render: Render) -> None:
        """Remove what was fetched or made for an export that came to nothing."""
        for suffix in (".mp4", f".{render.export.ending}"):
            await asyncio.to_thread((self._results / f"{render.nonce}{suffix}").unlink, missing_ok=True)

    async def _claim(self, render: Render) -> SecretStr | None:
        if not self._context.capabilities.claims or render.task is None:
            return None
        client = self._client(render)
        token = await _guarded(client.claim_token(render.task, render.session))
        return SecretStr(client.claim_link(token)) if token is not None else None

    async def _again(self, render: Render, said: str, lease: Lease) -> None:
        """One retry with a new id; then it has failed."""
        if render.attempts < _ATTEMPTS:
            log.info("export tried once more", reason=said)
            await self.save(render.model_copy(update={"state": RenderState.QUEUED}), lease, self._context.clock.now())
        else:
            await self.fail(render, Problem(ProblemKind.RENDER_FAILED, hint=said), lease)

    async def fail(self, render: Render, why: Problem, lease: Lease) -> None:
        """Give it up, and say why."""
        await self.current(render)
        log.info("export failed", problem=why.kind.value, reason=why.hint)
        if why.kind in _WORTH_ANOTHER:
            why = replace(why, offers=(Offer(Deed.PREVIEW if render.export.is_preview else Deed.EXPORT, render.id),))
        self._faces.put(render.place, render.id, why)
        await self._faces.flush(render.place)  # told before it is written: a restart in between tells it again
        over = {"state": RenderState.FAILED, "draft": "", "expires": self._context.clock.now() + self._keep}
        await self.save(render.model_copy(update=over), lease, None)

    async def _answered_from_earlier(self, render: Render, lease: Lease) -> bool:
        """An export of the same timeline whose file is still here is handed over again."""
        for earlier in await self._context.store.renders.of_thread(render.place.thread):
            alike = earlier.session == render.session and earlier.digest == render.digest and earlier.id != render.id
            if not alike or earlier.state not in _HERE or earlier.file is None or earlier.keyframes:
                continue
            file = f"{render.nonce}{Path(earlier.file).suffix}"
            if not await asyncio.to_thread(_link, self._results / earlier.file, self._results / file):
                continue
            facts = ("size", "duration_ms", "width", "height", "output_url", "claim_link", "whole_ms")
            ready = {name: getattr(earlier, name) for name in facts} | {
                "state": RenderState.READY,
                "draft": "",
                "file": file,
                "expires": self._context.clock.now() + self._keep,
            }
            try:
                await self.save(render.model_copy(update=ready), lease, self._context.clock.now())
            except (Overtaken, NotFoundError):  # nobody wants it any more
                await self._drop(render)
                raise
            return True
        return False

    async def _stop_upstream(self, render: Render) -> None:
        if render.upstream_id is not None and render.state in _AT_WORK:
            await _guarded(self._client(render).cancel_render(render.upstream_id))

    def _client(self, render: Render) -> Nemo:
        return self._context.client_of(render.account)

    @property
    def _poll_s(self) -> float:
        return self._context.capabilities.poll_s

    def _in(self, seconds: float) -> datetime:
        return self._context.clock.now() + timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - jitter


async def _guarded(call: Awaitable[T]) -> T | None:
    """What the call brings; None where the upstream does not give it: it was not needed for good."""
    with contextlib.suppress(NemoError):
        return await call
    return None


def _began(render: Render, now: datetime) -> datetime:
    """Since when it is made: the time it waited for a slot does not count."""
    if render.begun is None and render.state is RenderState.QUEUED:
        return now
    return render.begun or render.created


def _unmade(error: MediaError, render: Render) -> Problem:
    """Why the file that was asked for could not be made of the finished video."""
    if error.fault is MediaFault.TOO_LARGE:
        return Problem(ProblemKind.DOES_NOT_FIT, name=render.name, limit=render.export.max_bytes)
    if error.fault is MediaFault.SILENT:
        return Problem(ProblemKind.NO_SOUND)
    told = problem(error, name=render.name)
    return told if told.kind in _TOLD else Problem(ProblemKind.RENDER_FAILED)


def _down(error: Unavailable) -> bool:
    return not isinstance(error, BadAnswer)


def _is_web(url: str | None) -> bool:
    return url is not None and url.startswith("https://")


def _link(source: Path, target: Path) -> bool:
    try:
        target.unlink(missing_ok=True)
        os.link(source, target)
    except OSError:  # gone, or a disk without links: rendered again instead
        return False
    return True
