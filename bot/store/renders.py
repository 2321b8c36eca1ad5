"""Renders: the exports, from request to delivery, and when to look at each of them next."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.store import keys
from bot.store.errors import SealedError, UnreadableRecordError
from bot.store.models import Render, RenderState
from bot.store.records import dump, load, load_all, ms, names
from bot.store.scripts import Fenced, Script
from bot.store.seal import Seal

OVER = frozenset({RenderState.DELIVERED, RenderState.FAILED, RenderState.CANCELLED, RenderState.EXPIRED})
"""States in which nothing is owed to anybody any more: the file may go when it expires."""

_PUT = """
if not redis.call('SET', KEYS[2], ARGV[2], 'NX') then return 0 end
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[4])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[4])
return 1
"""
_SAVE = """
local good, found = pcall(cjson.decode, redis.call('GET', KEYS[2]) or '')
if good and type(found) == 'table' and found.state == 'cancelled' then return 'GONE' end
if not redis.call('SET', KEYS[2], ARGV[2], 'XX') then return 'GONE' end
local function schedule(name, score)
  if score == '' then redis.call('ZREM', name, ARGV[3]) else redis.call('ZADD', name, score, ARGV[3]) end
end
schedule(KEYS[3], ARGV[4])
schedule(KEYS[4], ARGV[5])
return 'OK'
"""
_LATER = """
if not redis.call('ZSCORE', KEYS[2], ARGV[2]) then return 'GONE' end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 'OK'
"""
_REMOVE = """
redis.call('ZREM', KEYS[3], ARGV[2])
local text = redis.call('GET', KEYS[2])
if not text then return 0 end
local good, render = pcall(cjson.decode, text)
if not good then return 0 end
for state in string.gmatch(ARGV[4], '%w+') do
  if render.state == state then
    if type(render.file) == 'string' then redis.call('SADD', KEYS[4], render.file) end
    redis.call('DEL', KEYS[2])
    redis.call('ZREM', KEYS[5], ARGV[2])
    redis.call('ZREM', ARGV[3] .. render.place.thread, ARGV[2])
    return 1
  end
end
return 0
"""


class Renders:
    """The render records, the due set, and which result files may go."""

    def __init__(self, client: Redis, seal: Seal) -> None:
        self._redis = client
        self._seal = seal
        self._put = Script(client, _PUT)
        self._save = Script(client, _SAVE)
        self._later = Script(client, _LATER)
        self._remove = Script(client, _REMOVE)

    async def put(self, render: Render, due: datetime) -> bool:
        """Keep a new render and look at it when it is `due`; False when this id is kept already, unchanged."""
        touched = [keys.render(render.id), keys.DUE, keys.renders(render.place.thread)]
        return bool(await self._put(touched, [self._dump(render), ms(due), render.id, ms(render.created)]))

    async def save(self, render: Render, due: datetime | None, lease: Fenced | None = None) -> None:
        """Write how far it is and when to look at it next; None takes it off the due set.

        Raises NotFoundError (what was forgotten or cancelled does not come back), StaleLeaseError.
        """
        expires = ms(render.expires) if render.expires and render.state in OVER else ""
        touched = [keys.render(render.id), keys.DUE, keys.EXPIRING]
        await self._save(touched, [self._dump(render), render.id, "" if due is None else ms(due), expires], lease)

    async def later(self, id_: str, due: datetime, lease: Fenced | None = None) -> None:
        """Look at it then; nothing else of it has changed.

        Raises NotFoundError (it was cancelled, forgotten or is over), StaleLeaseError.
        """
        await self._later([keys.DUE], [id_, ms(due)], lease)

    async def get(self, id_: str) -> Render | None:
        """The render, or None where there is none. Raises UnreadableRecordError."""
        text = await self._redis.get(keys.render(id_))
        return None if text is None else self._opened(load(Render, text))

    async def due(self, now: datetime, limit: int) -> tuple[tuple[str, ...], datetime | None]:
        """Ids of at most `limit` renders to look at by `now`, the longest due first, and when the next after them is.

        Costs by what is due.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrangebyscore(keys.DUE, "-inf", ms(now), start=0, num=limit)
            pipe.zrangebyscore(keys.DUE, f"({ms(now)}", "+inf", start=0, num=1, withscores=True)
            ids, after = await pipe.execute()
        return names(ids), datetime.fromtimestamp(after[0][1] / 1000, UTC) if after else None

    async def open(self, batch: int = 20) -> AsyncIterator[Render]:
        """Every render that is looked at some time, read in batches; one that cannot be read is left out."""
        ids = names(await self._redis.zrange(keys.DUE, 0, -1))
        for start in range(0, len(ids), batch):
            for text in await self._redis.mget([keys.render(id_) for id_ in ids[start : start + batch]]):
                if text is None:
                    continue
                try:
                    render = load(Render, text)
                except UnreadableRecordError:  # told whenever it is due
                    continue
                yield self._opened(render)

    async def scheduled(self, ids: Sequence[str]) -> set[str]:
        """Those of the renders that are looked at some time: not over, not forgotten."""
        if not ids:
            return set()
        scores = await self._redis.zmscore(keys.DUE, list(ids))
        return {id_ for id_, score in zip(ids, scores, strict=True) if score is not None}

    async def of_thread(self, key: str, limit: int = 50) -> tuple[Render, ...]:
        """The thread's last renders, the newest first. Raises UnreadableRecordError."""
        ids = names(await self._redis.zrevrange(keys.renders(key), 0, limit - 1))
        kept = load_all(Render, await self._redis.mget([keys.render(id_) for id_ in ids])) if ids else ()
        return tuple(self._opened(render) for render in kept)

    async def expired(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Ids of at most `limit` renders whose file may go: delivered or given up, and past their expiry."""
        return names(await self._redis.zrangebyscore(keys.EXPIRING, "-inf", ms(now), start=0, num=limit))

    async def remove(self, id_: str) -> bool:
        """Remove a render that is over and note its file as one to remove; False when it is not over, or not there."""
        touched = [keys.render(id_), keys.EXPIRING, keys.DOOMED, keys.DUE]
        return bool(await self._remove(touched, [id_, keys.RENDERS, " ".join(sorted(OVER))]))

    async def files_to_remove(self) -> tuple[str, ...]:
        """Names of result files whose record is gone and that may still lie in the results folder."""
        return tuple(sorted(names(await self._redis.smembers(keys.DOOMED))))

    async def file_removed(self, file: str) -> None:
        """Take a file off that list."""
        await self._redis.srem(keys.DOOMED, file)

    def _dump(self, render: Render) -> str:
        return dump(render, claim_link=self._seal.close(render.claim_link))

    def _opened(self, render: Render) -> Render:
        """With its link in the clear, or without one when SECRET_KEY changed: the file is handed over all the same."""
        if render.claim_link is None:
            return render
        try:
            link = self._seal.open(render.claim_link)
        except SealedError:
            link = None
        return render.model_copy(update={"claim_link": link})
