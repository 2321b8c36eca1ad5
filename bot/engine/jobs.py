"""The lanes that background work runs in: one docket each, so that what is quick never waits behind what is long.

A docket is a stream in Redis: each task on it is given to one worker of any process, and to another one when that one
dies. It keeps a task only until it has run, so whatever must not be lost has a record of its own; a task's arguments
are ids of ours and nothing else (they are pickled: whoever can write to this Redis can run code here).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Literal, get_args

import structlog
from docket import Docket, Worker
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import RedisError, ResponseError

from bot.engine.records.base import cached
from bot.engine.tasks import stop, through

_log = structlog.get_logger(__name__)

Lane = Literal["preview", "export", "proxy"]
"""Previews and other quick things, exports, and what nobody waits for."""

_TASK = "work"
_ADD_S = 5.0
_TRIES = 3
_HEARTBEAT = timedelta(seconds=10)
_BACK = timedelta(seconds=1)
_SCHEDULING = timedelta(seconds=5)  # nothing is planned for later

Work = Callable[..., Awaitable[None]]
"""What a lane does with the ids of a task."""


class Jobs:
    """The lanes of one Redis, open while this context is."""

    def __init__(self, redis: Redis, url: str, *, lease_s: float) -> None:
        """`redis` is for quick questions; the dockets have connections of their own to `url`, for blocking reads.

        `lease_s` is how long a task of a dead worker stays its own.
        """
        self._redis = redis
        self._lease = timedelta(seconds=lease_s)
        self._dockets: dict[Lane, Docket] = {
            lane: Docket(
                cached("jobs", lane), url, execution_ttl=timedelta(0), heartbeat_interval=_HEARTBEAT
            )
            for lane in get_args(Lane)
        }  # fmt: skip
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Jobs":
        """Open every lane."""
        async with AsyncExitStack() as stack:
            for docket in self._dockets.values():
                docket.register(_nothing, [_TASK])
                await stack.enter_async_context(docket)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every lane."""
        await self._stack.aclose()

    async def add(self, lane: Lane, *ids: str) -> None:
        """Have `ids` worked on by whoever serves the lane; not again while the same ones wait or are worked on.

        Without ids it is another task each time. Raises RedisError, TimeoutError: then it may be there or not.
        """
        async with asyncio.timeout(_ADD_S):
            for left in reversed(range(_TRIES)):
                try:
                    await self._dockets[lane].add(_TASK, key=":".join(ids) or None)(*ids)
                except LostConnectionError:  # a docket tries once, also on one that Redis closed long ago
                    if not left:
                        raise
                else:
                    return

    async def waiting(self, lane: Lane) -> int:
        """How many tasks nobody has begun. Raises RedisError."""
        docket = self._dockets[lane]
        in_all = int(await self._redis.xlen(docket.stream_key))
        try:
            begun = await self._redis.xpending(docket.stream_key, docket.worker_group_name)
        except ResponseError:  # nobody has ever served it
            return in_all
        return in_all - int(begun["pending"])

    async def serve(self, lane: Lane, slots: int, work: Work) -> None:
        """Do `work` with the ids of each task, `slots` tasks at once, until cancelled.

        A task whose work raises is over. What runs when this is cancelled is cancelled, waited for, and put back into
        the lane.
        """
        docket, serving = self._dockets[lane], _Serving(lane, work)
        docket.register(serving.task, [_TASK])
        worker = Worker(
            docket, concurrency=slots, redelivery_timeout=self._lease, reconnection_delay=_BACK,
            scheduling_resolution=_SCHEDULING, schedule_automatic_tasks=False,
        )  # fmt: skip
        async with worker:
            loop = asyncio.create_task(worker.run_forever(), name=f"{lane} lane")
            try:
                await asyncio.wait((loop,))
                loop.result()  # it ends by itself only with a bug
            finally:
                await through(self._end(lane, serving, loop))

    async def _end(self, lane: Lane, serving: "_Serving", loop: "asyncio.Task[None]") -> None:
        await serving.close()
        await stop((loop,))
        self._dockets[lane].register(_nothing, [_TASK])
        for ids in serving.undone:
            with contextlib.suppress(RedisError, TimeoutError):  # whoever wants it has a record of that
                await self.add(lane, *ids)


class _Serving:
    """What of a lane is worked on in this process."""

    def __init__(self, lane: Lane, work: Work) -> None:
        self.undone: list[tuple[str, ...]] = []
        self._lane = lane
        self._work = work
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    async def task(self, *ids: str) -> None:
        """One task, as the docket calls it: its end is what takes it off the docket."""
        if self._closed:
            self.undone.append(ids)
            return
        work = asyncio.ensure_future(self._work(*ids))
        self._running.add(work)
        try:
            await asyncio.wait((work,))
        finally:
            self._running.discard(work)
            if not work.done():
                await through(stop((work,)))
        if work.cancelled():
            self.undone.append(ids)
        elif isinstance(error := work.exception(), RedisError):
            _log.warning("redis does not answer", lane=self._lane, error=str(error))
        elif error is not None:
            _log.error("background work failed", lane=self._lane, exc_info=error)

    async def close(self) -> None:
        """Begin nothing more, and end what runs."""
        self._closed = True
        await stop(self._running)


async def _nothing(*ids: str) -> None:
    """What a lane does that nobody serves here: a docket adds only what it knows."""
