"""What servers set: kept, changed by several at once, removed, unreadable records left as they are."""

import asyncio

import pytest
from pydantic import ValidationError
from redis.asyncio import Redis

from bot.redis_server import connect
from bot.store.errors import UnreadableRecordError
from bot.store.models import Server
from bot.store.store import Store
from tests.store.conftest import KEY, NOW, make_render, make_thread


async def test_what_is_set_is_kept_and_the_rest_stays(store: Store) -> None:
    assert await store.servers.get("1") is None
    await store.servers.update("1", roles=("2", "3"), talk=False)
    assert await store.servers.update("1", file_mb=5) == Server(guild="1", roles=("2", "3"), talk=False, file_mb=5)
    assert await store.servers.get("1") == Server(guild="1", roles=("2", "3"), talk=False, file_mb=5)
    assert await store.servers.get("2") is None
    assert await store.servers.guilds() == ("1",)


async def test_changes_of_several_processes_at_once_are_all_kept(redis_url: str, store: Store) -> None:
    async def change(**values: object) -> None:
        async with connect(redis_url) as client:
            await Store(client, KEY).servers.update("1", **values)

    await asyncio.gather(
        change(talk=False),
        change(language="zh-CN"),
        change(retention_days=3),
        change(user_running=1),
        change(file_mb=9),
    )
    kept = await store.servers.get("1")
    assert kept == Server(guild="1", talk=False, language="zh-CN", retention_days=3, user_running=1, file_mb=9)


async def test_what_is_no_setting_is_not_kept(store: Store) -> None:
    with pytest.raises(ValidationError):
        await store.servers.update("1", language="tlh")
    assert await store.servers.get("1") is None


async def test_removed_it_leaves_nothing(store: Store, redis: Redis) -> None:
    await store.servers.update("1", talk=False)
    assert await store.servers.remove("1")
    assert not await store.servers.remove("1")
    assert await redis.keys() == []


async def test_a_record_that_cannot_be_read_is_left_as_it_is(store: Store, redis: Redis) -> None:
    newer = '{"v": 2, "guild": "1"}'
    await redis.set("tc:r:server:1", newer)
    with pytest.raises(UnreadableRecordError, match="newer release"):
        await store.servers.update("1", talk=False)
    assert await redis.get("tc:r:server:1") == newer


async def test_every_thread_is_gone_through_and_a_damaged_one_stops_nothing(store: Store, redis: Redis) -> None:
    for number in range(300):
        await store.threads.save(make_thread(f"t{number}"))
    await redis.set("tc:r:thread:t7", "{damaged")
    found = [thread.key async for thread in store.threads.each(batch=20)]
    assert set(found) == {f"t{number}" for number in range(300)} - {"t7"}


async def test_open_renders_are_those_that_are_looked_at(store: Store, redis: Redis) -> None:
    for number in range(50):
        await store.renders.put(make_render(f"r{number}"), NOW)
    await store.renders.save(make_render("r3"), None)
    await redis.set("tc:r:render:r4", "{damaged")
    assert {render.id async for render in store.renders.open()} == {f"r{n}" for n in range(50)} - {"r3", "r4"}
    assert await store.renders.scheduled(["r2", "r3", "never"]) == {"r2"}
    assert await store.renders.scheduled([]) == set()
