"""Threads: the projects, one record each."""

from collections.abc import AsyncIterator, Callable, Collection
from datetime import datetime

from redis.asyncio import Redis

from bot.store import keys
from bot.store.errors import ConflictError, NotFoundError, UnreadableRecordError
from bot.store.models import Thread
from bot.store.records import dump, load, ms, names
from bot.store.scripts import Fenced, Script

_ATTEMPTS = 50
_BATCH = 200

_SAVE = """
redis.call('SET', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[4])
return 'OK'
"""
_SWAP = (
    """
local found = redis.call('GET', KEYS[2])
if not found then return 'GONE' end
if found ~= ARGV[5] then return 'CONFLICT' end
"""
    + _SAVE
)

# The result files of its renders are left to the sweeper, by name.
_FORGET = """
for _, id in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do redis.call('DEL', ARGV[3] .. id) end
for _, id in ipairs(redis.call('ZRANGE', KEYS[6], 0, -1)) do
  local text = redis.call('GET', ARGV[4] .. id)
  local good, render = pcall(cjson.decode, text or '')
  if good and type(render) == 'table' and type(render.file) == 'string' then
    redis.call('SADD', KEYS[9], render.file)
  end
  redis.call('DEL', ARGV[4] .. id)
  redis.call('ZREM', KEYS[7], id)
  redis.call('ZREM', KEYS[8], id)
end
local found = redis.call('GET', KEYS[2])
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[6])
redis.call('SREM', KEYS[5], ARGV[2])
redis.call('ZREM', KEYS[10], ARGV[2])
return found
"""


class Threads:
    """The thread records."""

    def __init__(self, client: Redis, clock: Callable[[], datetime]) -> None:
        self._redis = client
        self._clock = clock
        self._save = Script(client, _SAVE)
        self._swap = Script(client, _SWAP)
        self._forget = Script(client, _FORGET)

    async def get(self, key: str) -> Thread | None:
        """The thread, or None where there is none. Raises UnreadableRecordError."""
        text = await self._redis.get(keys.thread(key))
        return None if text is None else load(Thread, text)

    async def glance(self, key: str) -> tuple[Thread | None, int, int]:
        """The thread, how many requests are at work or wait in it and how many exports, in one round trip.

        Raises UnreadableRecordError.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(keys.thread(key))
            pipe.llen(keys.queue(key))
            pipe.zintercard(2, [keys.renders(key), keys.DUE])
            text, requests, exports = await pipe.execute()
        return (None if text is None else load(Thread, text)), requests, exports

    async def save(self, thread: Thread, lease: Fenced | None = None) -> None:
        """Write the whole record, new or not. Raises StaleLeaseError."""
        await self._save([keys.thread(thread.key), keys.THREADS], [dump(thread), ms(thread.touched), thread.key], lease)

    async def update(self, key: str, change: Callable[[Thread], Thread], lease: Fenced | None = None) -> Thread:
        """Change the record as it is now, and note that it was touched; `change` may run more than once.

        Raises NotFoundError (a forgotten thread does not come back), StaleLeaseError, ConflictError,
        UnreadableRecordError.
        """
        for _ in range(_ATTEMPTS):
            text = await self._redis.get(keys.thread(key))
            if text is None:
                raise NotFoundError("the thread is not there any more; nothing was written")
            thread = change(load(Thread, text)).model_copy(update={"key": key, "touched": self._clock()})
            try:
                await self._swap(
                    [keys.thread(key), keys.THREADS], [dump(thread), ms(thread.touched), key, str(text)], lease
                )
            except ConflictError:
                continue
            return thread
        raise ConflictError(f"the thread changed under {_ATTEMPTS} attempts; nothing was written")

    async def mentioning(self, hashes: Collection[str], but: str) -> set[str]:
        """Those of the hashes that a thread other than `but` has in its record, readable or not.

        Costs by how many threads there are.
        """
        found: set[str] = set()
        cursor = 0
        while True:
            cursor, entries = await self._redis.zscan(keys.THREADS, cursor, count=_BATCH)
            others = [keys.thread(str(key)) for key, _ in entries if str(key) != but]
            texts = await self._redis.mget(others) if others else []
            found |= {one for one in hashes for text in texts if isinstance(text, str) and one in text}
            if not cursor:
                return found

    async def untouched_since(self, moment: datetime, limit: int) -> tuple[str, ...]:
        """Keys of at most `limit` threads that nobody has touched since, the oldest first."""
        return names(await self._redis.zrangebyscore(keys.THREADS, "-inf", ms(moment), start=0, num=limit))

    async def each(self, batch: int = 100) -> AsyncIterator[Thread]:
        """Every thread, in batches and in no order; one that cannot be read is left out, one may come twice."""
        cursor = 0
        while True:
            cursor, found = await self._redis.zscan(keys.THREADS, cursor, count=batch)
            texts = await self._redis.mget([keys.thread(str(key)) for key, _ in found]) if found else []
            for text in texts:
                if text is None:
                    continue
                try:
                    thread = load(Thread, text)
                except UnreadableRecordError:
                    continue
                yield thread
            if cursor == 0:
                return

    async def forget(self, key: str) -> Thread | None:
        """Remove the thread, its turns and its renders in one step; the sweeper then removes the result files.

        Returns the record as it was, for its footage; None where there was none. Raises UnreadableRecordError after
        everything is gone.
        """
        touched = [
            *(keys.thread(key), keys.queue(key), keys.turns(key), keys.OPEN, keys.renders(key)),
            *(keys.DUE, keys.EXPIRING, keys.DOOMED, keys.THREADS),
        ]
        text = await self._forget(touched, [key, keys.TURN, keys.RENDER])
        return None if text is None else load(Thread, text)
