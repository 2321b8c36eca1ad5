"""Sweeping results: what is over goes, what is owed stays, a crash in between loses nothing."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.store.models import Place, Render, RenderState, Thread
from bot.store.store import Store
from bot.web.sweep import sweep_results

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PLACE = Place(face="terminal", thread="t1")


@pytest.fixture
def store(redis: Redis) -> Store:
    return Store(redis, SecretStr("a key for tests"))


async def keep(store: Store, results: Path, id_: str, state: RenderState, file: str | None = None) -> Path:
    path = results / f"{id_}.mp4"
    path.write_bytes(b"video")
    render = Render(id=id_, place=PLACE, session="s", state=state, file=file or path.name, expires=NOW)
    await store.renders.put(render.model_copy(update={"state": RenderState.QUEUED}), NOW)
    await store.renders.save(render, None)
    return path


async def test_only_what_is_over_and_expired_goes(store: Store, tmp_path: Path) -> None:
    kept = {state: await keep(store, tmp_path, state.value, state) for state in RenderState}
    over = {RenderState.DELIVERED, RenderState.FAILED, RenderState.CANCELLED, RenderState.EXPIRED}
    assert await sweep_results(store, tmp_path, NOW - timedelta(seconds=1)) == 0
    assert all(path.exists() for path in kept.values())
    assert await sweep_results(store, tmp_path, LATER) == len(over)
    assert {state for state, path in kept.items() if not path.exists()} == over
    assert {render.state for render in await store.renders.of_thread("t1")} == set(RenderState) - over
    assert await sweep_results(store, tmp_path, LATER) == 0


async def test_a_sweep_that_broke_off_is_finished_by_the_next(store: Store, tmp_path: Path) -> None:
    path = await keep(store, tmp_path, "r1", RenderState.DELIVERED)
    await store.renders.remove("r1")
    assert path.exists()
    assert await sweep_results(store, tmp_path, LATER) == 1
    assert not path.exists()


async def test_a_file_that_cannot_be_removed_is_tried_again(store: Store, tmp_path: Path) -> None:
    path = await keep(store, tmp_path, "r1", RenderState.DELIVERED)
    path.unlink()
    path.mkdir()
    assert await sweep_results(store, tmp_path, LATER) == 0
    path.rmdir()
    path.write_bytes(b"video")
    assert await sweep_results(store, tmp_path, LATER) == 1
    assert not path.exists()


async def test_the_files_of_a_forgotten_thread_go(store: Store, tmp_path: Path) -> None:
    await store.threads.save(Thread(key="t1", place=PLACE))
    path = await keep(store, tmp_path, "r1", RenderState.READY)
    await store.threads.forget("t1")
    assert await sweep_results(store, tmp_path, NOW) == 1
    assert not path.exists()


async def test_nothing_outside_the_folder_is_ever_removed(store: Store, tmp_path: Path) -> None:
    results = tmp_path / "results"
    results.mkdir()
    outside = tmp_path / "outside.mp4"
    outside.write_bytes(b"mine")
    await keep(store, results, "r1", RenderState.DELIVERED, file="../outside.mp4")
    await sweep_results(store, results, LATER)
    assert outside.exists()
    assert await store.renders.files_to_remove() == ()


async def test_old_half_written_files_go_and_new_ones_stay(store: Store, tmp_path: Path) -> None:
    old, new = tmp_path / "old.part", tmp_path / "new.part"
    for path, age in ((old, timedelta(days=2)), (new, timedelta(hours=1))):
        path.write_bytes(b"half")
        moment = (NOW - age).timestamp()
        os.utime(path, (moment, moment))
    assert await sweep_results(store, tmp_path, NOW) == 1
    assert not old.exists()
    assert new.exists()


async def test_a_damaged_record_stops_nobody(store: Store, redis: Redis, tmp_path: Path) -> None:
    await keep(store, tmp_path, "r1", RenderState.DELIVERED)
    await keep(store, tmp_path, "r2", RenderState.DELIVERED)
    await redis.set("tc:r:render:r1", "{damaged")
    assert await sweep_results(store, tmp_path, LATER) == 1
    assert await redis.get("tc:r:render:r1") == "{damaged"
