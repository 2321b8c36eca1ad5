"""Turns: what people asked for, one durable queue per thread."""

from collections.abc import Callable, Collection
from datetime import datetime

from redis.asyncio import Redis

from bot.store import keys
from bot.store.errors import QueueFullError
from bot.store.models import Turn, TurnState
from bot.store.records import dump, load, load_all, names
from bot.store.scripts import Fenced, Script

QUEUE_LIMIT = 20
"""Turns that may wait in one thread, the running one included."""
_FINISHED_KEPT_S = 7 * 86_400  # so that the same message, told twice, is not taken twice

_PUSH = """
local place = redis.call('LPOS', KEYS[3], ARGV[3])
if place then return place end
if redis.call('EXISTS', KEYS[2]) == 1 then return 'DUPLICATE' end
local waiting = redis.call('LLEN', KEYS[3])
if waiting >= tonumber(ARGV[5]) then return 'FULL' end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('RPUSH', KEYS[3], ARGV[3])
redis.call('SADD', KEYS[4], ARGV[4])
redis.call('ZADD', KEYS[5], '+inf', ARGV[3])
return waiting
"""
_SAVE = """
if not redis.call('SET', KEYS[2], ARGV[2], 'XX', 'KEEPTTL') then return 'GONE' end
return 'OK'
"""
_FINISH = """
if not redis.call('SET', KEYS[2], ARGV[2], 'XX', 'EX', ARGV[5]) then return 'GONE' end
redis.call('LREM', KEYS[3], 0, ARGV[3])
if redis.call('LLEN', KEYS[3]) == 0 then redis.call('SREM', KEYS[4], ARGV[4]) end
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', ARGV[6])
redis.call('ZADD', KEYS[5], ARGV[6] + ARGV[5], ARGV[3])
return 'OK'
"""
_HEAD = """
local id = redis.call('LINDEX', KEYS[2], 0)
return id and redis.call('GET', ARGV[2] .. id)
"""


class Turns:
    """The turn records and the threads' queues."""

    def __init__(self, client: Redis, clock: Callable[[], datetime]) -> None:
        self._redis = client
        self._clock = clock
        self._push = Script(client, _PUSH)
        self._save = Script(client, _SAVE)
        self._finish = Script(client, _FINISH)
        self._head = Script(client, _HEAD)

    async def push(self, turn: Turn) -> int:
        """Put it at the end of its thread's queue and return its place there, 0 when it is the next to run.

        A turn that waits already keeps its place. Raises QueueFullError, DuplicateError.
        """
        thread = turn.place.thread
        place = await self._push(_keys(turn), [dump(turn), turn.id, thread, QUEUE_LIMIT])
        if place == "FULL":
            raise QueueFullError(QUEUE_LIMIT)
        return int(place)

    async def head(self, thread: str) -> Turn | None:
        """The turn that runs or runs next; None when nothing waits. Raises UnreadableRecordError."""
        text = await self._head([keys.queue(thread)], [keys.TURN])
        return None if text is None else load(Turn, text)

    async def get(self, id_: str) -> Turn | None:
        """The turn, for a week after it finished. Raises UnreadableRecordError."""
        text = await self._redis.get(keys.turn(id_))
        return None if text is None else load(Turn, text)

    async def save(self, turn: Turn, lease: Fenced | None = None) -> None:
        """Write how far it is. Raises NotFoundError, StaleLeaseError."""
        await self._save([keys.turn(turn.id)], [dump(turn)], lease)

    async def finish(self, turn: Turn, lease: Fenced | None = None) -> None:
        """Write how it ended and let the next one run. Raises NotFoundError, StaleLeaseError."""
        if turn.state not in {TurnState.SETTLED, TurnState.FAILED}:
            raise ValueError(f"a turn that is {turn.state} is not finished")
        now_s = int(self._clock().timestamp())
        await self._finish(_keys(turn), [dump(turn), turn.id, turn.place.thread, _FINISHED_KEPT_S, now_s], lease)

    async def waiting(self, thread: str) -> tuple[Turn, ...]:
        """The queue in order, the running turn first. Raises UnreadableRecordError."""
        ids = names(await self._redis.lrange(keys.queue(thread), 0, -1))
        return load_all(Turn, await self._redis.mget([keys.turn(id_) for id_ in ids])) if ids else ()

    async def of_thread(self, thread: str) -> tuple[Turn, ...]:
        """Every turn of the thread that is still kept, also the finished ones. Raises UnreadableRecordError."""
        ids = names(await self._redis.zrange(keys.turns(thread), 0, -1))
        return load_all(Turn, await self._redis.mget([keys.turn(id_) for id_ in ids])) if ids else ()

    async def mentioning(self, hashes: Collection[str], but: str) -> set[str]:
        """Those of the hashes that a waiting turn of a thread other than `but` has in its record."""
        texts: list[str | bytes | None] = []
        for thread in await self.open_threads():
            ids = [] if thread == but else names(await self._redis.lrange(keys.queue(thread), 0, -1))
            texts += await self._redis.mget([keys.turn(id_) for id_ in ids]) if ids else []
        return {one for one in hashes for text in texts if isinstance(text, str) and one in text}

    async def open_threads(self) -> tuple[str, ...]:
        """Threads with queued turns, for a restart."""
        return tuple(sorted(names(await self._redis.smembers(keys.OPEN))))


def _keys(turn: Turn) -> list[str]:
    thread = turn.place.thread
    return [keys.turn(turn.id), keys.queue(thread), keys.OPEN, keys.turns(thread)]
