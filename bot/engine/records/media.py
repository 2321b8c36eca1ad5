"""Which media there are: the facts of each content, who owns it and uses it, and what was found out of it."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.engine.hearing.transcribe import Spoken
from bot.engine.looking.faces import Faces
from bot.engine.records.base import cached, durable, multi, text, transaction
from bot.engine.timeline.model import Keyframes, Looked, MediaItem
from bot.engine.timeline.needs import Need
from bot.media.facts import MediaFacts

Speech = tuple[tuple[int, int], ...]

_WEEK_S = 7 * 86_400


_FACTS = TypeAdapter(MediaFacts)
_FOUND: dict[Need, TypeAdapter[Any]] = {
    "speech": TypeAdapter(Speech),
    "words": TypeAdapter(Spoken),
    "fillers": TypeAdapter(Spoken),
    "looked": TypeAdapter(Looked),
    "faces": TypeAdapter(Faces),
    "bars": TypeAdapter(tuple[int, int, int, int]),
    "loudness": TypeAdapter(float),
    "levels": TypeAdapter(tuple[int, ...]),
    "keyframes": TypeAdapter(Keyframes),
}


class Media:
    """The media index, by SHA-256 of the content."""

    def __init__(self, redis: Redis) -> None:
        """Keeps facts only; the files are the media folder's."""
        self._redis = redis

    async def facts(self, media: str) -> MediaFacts | None:
        """What the probe found out, or None for unknown content."""
        kept = text(await self._redis.get(durable("media", media)))
        return _FACTS.validate_json(kept) if kept else None

    def keep(self, pipe: Pipeline, media: str, facts: MediaFacts, user: str, name: str, session: str) -> None:
        """Queue on a transaction: the content is known, the account owns it under this name, the project uses it."""
        pipe.set(durable("media", media), _FACTS.dump_json(facts))
        pipe.hset(durable("owned", user), media, name)
        pipe.hset(durable("owned-sizes", user), media, facts.size)
        pipe.sadd(durable("media-users", media), f"{user}:{session}")

    async def owned(self, user: str) -> dict[str, MediaItem]:
        """Everything an account may put into a draft."""
        names = await self._redis.hgetall(durable("owned", user))
        found: dict[str, MediaItem] = {}
        for media, name in names.items():
            facts = await self.facts(str(media))
            if facts is not None:
                found[str(media)] = item(str(media), str(name), facts)
        return found

    async def owned_bytes(self, user: str) -> int:
        """How much footage an account has, each content once."""
        return sum(int(size) for size in await self._redis.hvals(durable("owned-sizes", user)))

    async def is_owned(self, user: str, media: str) -> bool:
        """Whether an account has this content in any project."""
        return bool(await self._redis.hexists(durable("owned", user), media))

    async def drop(self, user: str, session: str, media: set[str]) -> set[str]:
        """A project is gone: forget what it used; returns the contents that nobody uses any more."""
        unused: set[str] = set()
        for one in media:
            if await self._let_go(one, user, session):
                unused.add(one)
        return unused

    async def _let_go(self, media: str, user: str, session: str) -> bool:
        """Whether nobody uses it any more."""
        users, user_of_session = durable("media-users", media), f"{user}:{session}"

        async def remove(pipe: Pipeline) -> bool:
            left = {str(entry) for entry in await self._redis.smembers(users)} - {user_of_session}
            multi(pipe)
            pipe.srem(users, user_of_session)
            if not any(entry.startswith(f"{user}:") for entry in left):
                pipe.hdel(durable("owned", user), media)
                pipe.hdel(durable("owned-sizes", user), media)
            if not left:
                pipe.delete(durable("media", media), *(cached(what, media) for what in _FOUND))
            return not left

        return await transaction(self._redis, (users,), remove)

    async def used(self, media: str) -> bool:
        """Whether any project uses this content."""
        return bool(await self._redis.exists(durable("media-users", media)))

    async def wants_no_proxy(self, media: str) -> bool:
        """Whether it turned out that no proxy can be made of this content."""
        return bool(await self._redis.exists(cached("no-proxy", media)))

    async def keep_without_proxy(self, media: str) -> None:
        """Remember for a week that no proxy can be made of this content."""
        await self._redis.set(cached("no-proxy", media), 1, ex=_WEEK_S)

    async def found(self, what: Need, media: str) -> Any:
        """What was found out of this content before, or None.

        It is of the type of its field in `Library`; words are a Spoken, faces are Faces.
        """
        kept = text(await self._redis.get(cached(what, media)))
        return _FOUND[what].validate_json(kept) if kept else None

    async def all_found(self, what: Need, media: Sequence[str]) -> dict[str, Any]:
        """The same of several contents, by their ids; one of which nothing was found out is left out."""
        kept = await self._redis.mget([cached(what, one) for one in media]) if media else []
        return {
            one: _FOUND[what].validate_json(value) for one, value in zip(media, map(text, kept), strict=True) if value
        }

    async def keep_found(self, what: Need, media: str, value: Any) -> None:
        """Remember what was found out."""
        await self._redis.set(cached(what, media), _FOUND[what].dump_json(value))


def item(media: str, name: str, facts: MediaFacts, *, made: bool = False) -> MediaItem:
    """What the timeline must know of a file; a still lasts 0 ms."""
    picture = facts.picture
    return MediaItem(
        id=media,
        name=name,
        kind=facts.kind,
        duration_ms=0 if facts.kind == "image" else facts.duration_ms,
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
        fps_num=picture.fps_num if picture else 30,
        fps_den=picture.fps_den if picture else 1,
        has_sound=facts.sound is not None,
        made=made,
    )
