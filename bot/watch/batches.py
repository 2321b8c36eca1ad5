"""Batches that came in through the browser: handed over once, whatever is killed meanwhile; their threads told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import redis.exceptions
import structlog

from bot.flows import drops, standing
from bot.flows.context import Context, NotAllowed
from bot.store.errors import DuplicateError, QueueFullError, StoreError
from bot.store.models import Drop, Turn
from bot.store.patience import patiently
from bot.updates import DropEnded, Problem, ProblemKind
from bot.watch.feeds import Faces

log = structlog.stdlib.get_logger(__name__)

_AGAIN_S = 30.0
_ONCE_S = int(timedelta(days=1).total_seconds())


class Batches:
    """Sends batches, and takes up those that a restart, or a Redis that was away, left between record and queue."""

    def __init__(self, context: Context, faces: Faces, submit: Callable[[Turn], Awaitable[int]]) -> None:
        """`submit` takes a request for good, as `Runner.submit` does."""
        self._context = context
        self._faces = faces
        self._submit = submit
        self._one_at_a_time = asyncio.Lock()
        self._left = asyncio.Event()

    async def send(self, drop: str, words: str, order: Sequence[str]) -> Drop:
        """Hand over a batch: these files of the drop, by their ids in order, and the words for them.

        The record first, so that nothing is lost; the request's id is the drop's, so that nothing is done twice. The
        same batch sent again is the same. Raises QueueFullError, NotAllowedError (the drop stays open), NotOpenError,
        NotFoundError, KeyError (it has no such file).
        """
        await self._require_standing(drop)
        before: list[Drop] = []

        def send(kept: Drop) -> Drop:
            if kept.state == "sent" and (kept.words, [file.id for file in kept.files]) == (words, list(order)):
                return kept
            if not drops.is_open(self._context, kept):
                raise drops.NotOpenError
            before[:] = [kept]
            return drops.batch(kept, words, order, self._context.clock.now() + self._context.limits.upload_life)

        async with self._one_at_a_time:
            sent = await patiently(lambda: self._context.store.drops.update(drop, send))
            try:
                return await self._hand_over(sent)
            except BaseException as error:
                self._left.set()
                if isinstance(error, QueueFullError) and before:
                    await patiently(
                        lambda: self._context.store.drops.update(drop, lambda kept: drops.unsent(kept, before[0]))
                    )
                raise

    async def _require_standing(self, id_: str) -> None:
        """Ask the face whether the batch may still be sent; before it is there, nobody can say."""
        drop = await self._context.store.drops.get(id_)
        if drop is None or drop.state == "sent":
            return
        if self._faces.get(drop.place) is None:
            raise standing.NotAllowedError(NotAllowed("unsure"))
        await standing.require_standing(self._context, drop.place)

    async def _hand_over(self, drop: Drop) -> Drop:
        """Put the request of a sent drop into its queue, if it is not there yet. Raises QueueFullError."""
        if drop.taken:
            return drop
        try:
            await patiently(lambda: self._submit(drops.turn_of(drop)))
        except DuplicateError:
            log.info("a batch was taken before", drop=drop.id)
        taken = await patiently(
            lambda: self._context.store.drops.update(drop.id, lambda kept: kept.model_copy(update={"taken": True}))
        )
        await drops.keep_only_files(self._context, taken)
        return taken

    async def run(self) -> None:
        """Hand over what was left, at the start and whenever something is, until cancelled."""
        while True:
            try:
                whole = await self._hand_over_left()
            except (redis.exceptions.RedisError, StoreError) as error:
                log.warning("batches are handed over later", reason=type(error).__name__)
                whole = False
            except Exception:  # the edge of a background task: it must go on
                log.exception("batches not handed over")
                whole = False
            if whole:
                await self._left.wait()
            else:
                await asyncio.sleep(_AGAIN_S)
            self._left.clear()

    async def _hand_over_left(self) -> bool:
        """Whether nothing is left to be handed over."""
        whole = True
        async with self._one_at_a_time:
            async for drop in self._context.store.drops.each():
                if drop.state != "sent" or drop.taken:
                    continue
                try:
                    await self._hand_over(drop)
                except StoreError as error:  # the others' need not be full, nor broken
                    log.info("a batch waits", drop=drop.id, reason=type(error).__name__)
                    whole = False
        return whole

    async def close(self, drop: str) -> bool:
        """Revoke an upload link from its page, and tell the thread; False where it is not open any more."""
        kept = await self._context.store.drops.get(drop)
        if kept is None or not await drops.close_drop(self._context, drop):
            return False
        self._faces.put(kept.place, drops.turn_id(drop), DropEnded("closed", whose=kept.place.requester or ""))
        return True

    async def disk_full(self, drop: Drop, name: str) -> None:
        """Tell the thread that there is no room for a file on its way; once for each drop."""
        log.error("the disk is full, an upload stopped", drop=drop.id)
        if await self._context.store.marks.once(f"drop full {drop.id}", _ONCE_S):
            beside = drop.place.model_copy(update={"answer": None})  # the note of the open link stays as it is
            self._faces.put(beside, drops.turn_id(drop.id), Problem(ProblemKind.DISK_FULL, name=name))

    async def sweep(self) -> int:
        """Remove the drops whose time is over, and files without a record; tell of links that ended unused."""
        ended, files = await drops.sweep(self._context)
        for drop in ended:
            if drop.place.answer is not None or drop.files:
                names = tuple(file.name for file in drop.files)
                over = DropEnded("expired", names, whose=drop.place.requester or "")
                self._faces.put(drop.place, drops.turn_id(drop.id), over)
        return files
