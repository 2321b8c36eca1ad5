"""Drops: the upload links, one record each, and who has which open where."""

import math
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from redis.asyncio import Redis

from bot.store import keys
from bot.store.errors import ConflictError, NotFoundError, UnreadableRecordError
from bot.store.models import Drop, Place
from bot.store.records import dump, load, load_all, ms, names
from bot.store.scripts import Script

_ATTEMPTS = 50
_BATCH = 200

# One that cannot be read counts as none: it goes when its time is over.
_OPEN = """
local id = redis.call('GET', KEYS[2])
local text = id and redis.call('GET', ARGV[6] .. id)
if text and tonumber(redis.call('ZSCORE', KEYS[5], id) or '0') > tonumber(ARGV[5]) then
  local good, drop = pcall(cjson.decode, text)
  if good and type(drop) == 'table' and drop.state == 'open' and drop.v == 1 then return text end
end
redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[7])
redis.call('SET', KEYS[3], ARGV[2])
redis.call('SADD', KEYS[4], ARGV[3])
redis.call('ZADD', KEYS[5], ARGV[4], ARGV[3])
return ARGV[2]
"""
_SWAP = """
local found = redis.call('GET', KEYS[2])
if not found then return 'GONE' end
if found ~= ARGV[5] then return 'CONFLICT' end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[4])
return 'OK'
"""
_REMOVE = """
local good, drop = pcall(cjson.decode, redis.call('GET', KEYS[2]) or '')
if good and type(drop) == 'table' and type(drop.place) == 'table' then
  redis.call('SREM', ARGV[3] .. tostring(drop.place.thread), ARGV[2])
end
redis.call('ZREM', KEYS[3], ARGV[2])
return redis.call('DEL', KEYS[2])
"""


class Drops:
    """The drop records."""

    def __init__(self, client: Redis, clock: Callable[[], datetime]) -> None:
        self._redis = client
        self._clock = clock
        self._open = Script(client, _OPEN)
        self._swap = Script(client, _SWAP)
        self._remove = Script(client, _REMOVE)

    async def open(self, place: Place, expires: datetime) -> Drop:
        """The drop that this requester has open in this thread; a new one until `expires` where there is none."""
        fresh = Drop(id=secrets.token_hex(16), place=place, created=self._clock(), expires=expires)
        life_s = max(1, math.ceil((expires - fresh.created).total_seconds()))
        text = await self._open(
            [
                keys.dropping(place.thread, place.requester or ""),
                keys.drop(fresh.id),
                keys.drops(place.thread),
                keys.DROPS,
            ],
            [dump(fresh), fresh.id, ms(expires), ms(fresh.created), keys.DROP, life_s],
        )
        return load(Drop, text)

    async def get(self, id_: str) -> Drop | None:
        """The drop, or None where there is none (any more). Raises UnreadableRecordError."""
        text = await self._redis.get(keys.drop(id_))
        return None if text is None else load(Drop, text)

    async def update(self, id_: str, change: Callable[[Drop], Drop]) -> Drop:
        """Change the record as it is now; `change` may run more than once, and what it raises changes nothing.

        Raises NotFoundError, ConflictError, UnreadableRecordError.
        """
        for _ in range(_ATTEMPTS):
            text = await self._redis.get(keys.drop(id_))
            if text is None:
                raise NotFoundError("the drop is not there any more; nothing was written")
            drop = change(load(Drop, text))
            try:
                await self._swap([keys.drop(id_), keys.DROPS], [dump(drop), ms(drop.expires), id_, str(text)])
            except ConflictError:
                continue
            return drop
        raise ConflictError(f"the drop changed under {_ATTEMPTS} attempts; nothing was written")

    async def of_thread(self, thread: str) -> tuple[Drop, ...]:
        """Every drop of the thread that is still kept. Raises UnreadableRecordError."""
        ids = sorted(names(await self._redis.smembers(keys.drops(thread))))
        return load_all(Drop, await self._redis.mget([keys.drop(id_) for id_ in ids])) if ids else ()

    async def ids_of_thread(self, thread: str) -> tuple[str, ...]:
        """The ids of those, readable or not."""
        return tuple(sorted(names(await self._redis.smembers(keys.drops(thread)))))

    async def expired(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Ids of at most `limit` drops whose time was over at `now`, the oldest first."""
        return names(await self._redis.zrangebyscore(keys.DROPS, "-inf", ms(now), start=0, num=limit))

    async def each(self) -> AsyncIterator[Drop]:
        """Every drop, in batches and in no order; one that cannot be read is left out, one may come twice."""
        cursor = 0
        while True:
            cursor, found = await self._redis.zscan(keys.DROPS, cursor, count=_BATCH)
            texts = await self._redis.mget([keys.drop(str(id_)) for id_, _ in found]) if found else []
            for text in texts:
                if text is None:
                    continue
                try:
                    drop = load(Drop, text)
                except UnreadableRecordError:
                    continue
                yield drop
            if cursor == 0:
                return

    async def remove(self, id_: str) -> bool:
        """Forget a drop, readable or not; whether there was one."""
        return bool(await self._remove([keys.drop(id_), keys.DROPS], [id_, keys.DROPS_IN]))
