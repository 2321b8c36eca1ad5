"""Renders: the due set, the results that may go, nothing undelivered ever removed."""

import asyncio
import json
from datetime import timedelta

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.redis_server import connect
from bot.store import keys
from bot.store.errors import NotFoundError, StaleLeaseError
from bot.store.models import Export, Render, RenderState
from bot.store.renders import OVER
from bot.store.store import Store
from tests.store.conftest import KEY, NOW, make_render, make_thread

SECOND = timedelta(seconds=1)


def with_state(render: Render, state: RenderState, file: str | None = None) -> Render:
    return render.model_copy(update={"state": state, "file": file, "expires": NOW + SECOND})


async def test_renders_are_due_in_order_and_leave_the_set(store: Store) -> None:
    for number in (3, 1, 2):
        assert await store.renders.put(make_render(f"r{number}"), NOW + number * SECOND)
    assert (await store.renders.due(NOW, 10))[0] == ()
    assert (await store.renders.due(NOW + 2 * SECOND, 10))[0] == ("r1", "r2")
    assert (await store.renders.due(NOW + 9 * SECOND, 2))[0] == ("r1", "r2")
    assert (await store.renders.due(NOW, 10))[1] == NOW + SECOND
    await store.renders.save(make_render("r1"), NOW + 5 * SECOND)
    await store.renders.save(make_render("r2"), None)
    assert (await store.renders.due(NOW + 9 * SECOND, 10))[0] == ("r3", "r1")
    for id_ in ("r1", "r3"):
        await store.renders.save(make_render(id_), None)
    assert await store.renders.due(NOW + 99 * SECOND, 10) == ((), None)


async def test_asking_what_is_due_costs_by_what_is_due_not_by_what_is_open(store: Store, redis: Redis) -> None:
    async def reads() -> int:
        before = await redis.info("commandstats")
        await store.renders.due(NOW, 100)
        after = await redis.info("commandstats")
        calls = {name: facts["calls"] - before.get(name, {"calls": 0})["calls"] for name, facts in after.items()}
        return sum(count for name, count in calls.items() if name != "cmdstat_info")

    await store.renders.put(make_render("due"), NOW)
    alone = await reads()
    later = {f"r{number}": NOW.timestamp() * 1000 + 60_000 for number in range(20_000)}
    await redis.zadd("tc:r:due", later)
    assert (await store.renders.due(NOW, 100))[0] == ("due",)
    assert await reads() == alone == 2


async def test_a_render_put_twice_is_kept_once(store: Store) -> None:
    assert await store.renders.put(make_render("r"), NOW)
    moved = with_state(make_render("r"), RenderState.RENDERING)
    await store.renders.save(moved, None)
    assert not await store.renders.put(make_render("r"), NOW)
    assert await store.renders.get("r") == moved
    assert (await store.renders.due(NOW, 10))[0] == ()


async def test_an_export_of_an_earlier_release_is_read(store: Store, redis: Redis) -> None:
    await store.renders.put(make_render("r1"), NOW)
    text = await redis.get(keys.render("r1"))
    assert text is not None
    kept = json.loads(text)
    kept["export"] = {"format": "mp4", "quality": "high", "height": 720, "max_bytes": None}
    del kept["whole_ms"]
    await redis.set(keys.render("r1"), json.dumps(kept))
    render = await store.renders.get("r1")
    assert render is not None
    assert render.export == Export(height=720)


async def test_a_threads_renders_come_newest_first(store: Store) -> None:
    renders = [make_render(f"r{number}", created=NOW + number * SECOND) for number in range(4)]
    for render in (renders[2], renders[0], renders[3], renders[1]):
        await store.renders.put(render, NOW)
    await store.renders.put(make_render("other", "t2"), NOW)
    assert await store.renders.of_thread("t1") == tuple(reversed(renders))
    assert await store.renders.of_thread("t1", limit=1) == (renders[3],)
    assert await store.renders.of_thread("none") == ()


async def test_two_pollers_with_a_lease_take_each_render_once(redis_url: str, store: Store) -> None:
    expected = {f"r{number}" for number in range(30)}
    for id_ in expected:
        await store.renders.put(make_render(id_), NOW)
    taken: list[str] = []
    everything = asyncio.Event()

    async def poll() -> None:
        async with connect(redis_url) as client:
            mine = Store(client, KEY)
            while not everything.is_set():
                async with mine.leases.held("poller", 30) as lease:
                    if lease is None:
                        await asyncio.sleep(0)
                        continue
                    for id_ in (await mine.renders.due(NOW, 4))[0]:
                        await mine.renders.save(with_state(make_render(id_), RenderState.RENDERING), None, lease)
                        taken.append(id_)
                if len(taken) >= len(expected):
                    everything.set()

    async with asyncio.timeout(20):
        await asyncio.gather(poll(), poll())
    assert len(taken) == len(expected)
    assert set(taken) == expected


async def test_a_lost_lease_commits_nothing(store: Store) -> None:
    await store.renders.put(make_render("r"), NOW)
    frozen = await store.leases.acquire("poller", 60)
    assert frozen is not None
    await frozen.release()
    winner = await store.leases.acquire("poller", 60)
    assert winner is not None
    ready = with_state(make_render("r"), RenderState.READY)
    await store.renders.save(ready, NOW, winner)
    with pytest.raises(StaleLeaseError):
        await store.renders.save(with_state(make_render("r"), RenderState.FAILED), None, frozen)
    assert await store.renders.get("r") == ready
    assert (await store.renders.due(NOW, 10))[0] == ("r",)


async def test_a_forgotten_render_does_not_come_back(store: Store) -> None:
    await store.threads.save(make_thread())
    await store.renders.put(make_render("r"), NOW)
    await store.threads.forget("t1")
    with pytest.raises(NotFoundError):
        await store.renders.save(make_render("r"), NOW)
    assert (await store.renders.due(NOW, 10))[0] == ()


@pytest.mark.parametrize("state", RenderState)
async def test_only_what_is_over_expires(store: Store, state: RenderState) -> None:
    await store.renders.put(make_render("r"), NOW)
    await store.renders.save(with_state(make_render("r"), state, "r.mp4"), None)
    assert await store.renders.expired(NOW, 10) == ()
    assert await store.renders.expired(NOW + SECOND, 10) == (("r",) if state in OVER else ())
    assert await store.renders.remove("r") == (state in OVER)
    assert (await store.renders.get("r") is None) == (state in OVER)
    assert await store.renders.files_to_remove() == (("r.mp4",) if state in OVER else ())


async def test_a_render_that_is_exported_again_does_not_expire(store: Store) -> None:
    await store.renders.put(make_render("r"), NOW)
    await store.renders.save(with_state(make_render("r"), RenderState.DELIVERED, "r.mp4"), None)
    await store.renders.save(with_state(make_render("r"), RenderState.READY, "r.mp4"), NOW)
    assert await store.renders.expired(NOW + SECOND, 10) == ()


async def test_removing_leaves_only_the_files_name(store: Store, redis: Redis) -> None:
    await store.renders.put(make_render("r"), NOW)
    await store.renders.save(with_state(make_render("r"), RenderState.DELIVERED, "r.mp4"), None)
    assert await store.renders.remove("r")
    assert not await store.renders.remove("r")
    assert await redis.keys() == ["tc:r:doomed"]
    await store.renders.file_removed("r.mp4")
    assert await redis.keys() == []


async def test_a_cancelled_render_does_not_come_back(store: Store) -> None:
    render = make_render("r1")
    await store.renders.put(render, NOW)
    await store.renders.save(render.model_copy(update={"state": RenderState.CANCELLED}), None)
    with pytest.raises(NotFoundError):
        await store.renders.save(render.model_copy(update={"state": RenderState.RENDERING}), NOW)
    kept = await store.renders.get("r1")
    assert kept is not None
    assert kept.state is RenderState.CANCELLED
    assert (await store.renders.due(NOW, 10))[0] == ()


async def test_the_claim_link_is_kept_encrypted(store: Store, redis: Redis) -> None:
    link = SecretStr("https://web.invalid/workspace/claim?ct=a-token")
    render = make_render("r1").model_copy(update={"claim_link": link})
    await store.renders.put(render, NOW)
    await store.renders.save(render, NOW)
    assert "a-token" not in str(await redis.get("tc:r:render:r1"))
    kept = await store.renders.get("r1")
    assert kept is not None
    assert kept.claim_link == link
    assert [one.claim_link for one in await store.renders.of_thread("t1")] == [link]


async def test_a_claim_link_of_another_key_is_left_out(store: Store, redis: Redis) -> None:
    """The file it came with is handed over all the same."""
    render = make_render("r1").model_copy(update={"claim_link": SecretStr("https://web.invalid/x")})
    await store.renders.put(render, NOW)
    kept = await Store(redis, SecretStr("another key")).renders.get("r1")
    assert kept is not None
    assert kept.claim_link is None
