"""Room for finished files: the oldest that was handed over goes, what is owed and what is fresh stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.media.facts import MediaError, MediaFault
from bot.store.models import Place, Render, RenderState
from bot.store.store import Store
from bot.web.room import ResultsRoom

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEEP = timedelta(hours=168)
PLACE = Place(face="terminal", thread="t1")
SIZE = 300


@pytest.fixture
def store(redis: Redis) -> Store:
    return Store(redis, SecretStr("a key for tests"))


async def keep(store: Store, results: Path, id_: str, state: RenderState, hours_ago: float) -> Path:
    path = results / f"{id_}.mp4"
    render = Render(id=id_, place=PLACE, session="s", state=state, expires=NOW - timedelta(hours=hours_ago) + KEEP)
    if state is not RenderState.FAILED:
        path.write_bytes(bytes(SIZE))
        render = render.model_copy(update={"file": path.name})
    await store.renders.put(render.model_copy(update={"state": RenderState.QUEUED}), NOW)
    await store.renders.save(render, None)
    return path


def room(store: Store, results: Path, most: int) -> ResultsRoom:
    return ResultsRoom(store, results, most / 1_000_000_000, keep=KEEP, now=lambda: NOW)


async def test_what_was_handed_over_longest_ago_makes_room_and_no_more_of_it_than_is_needed(
    store: Store, tmp_path: Path
) -> None:
    failed = await keep(store, tmp_path, "failed", RenderState.FAILED, 90)
    owed = await keep(store, tmp_path, "owed", RenderState.READY, 80)
    second = await keep(store, tmp_path, "second", RenderState.DELIVERED, 3)
    third = await keep(store, tmp_path, "third", RenderState.DELIVERED, 2)
    first = await keep(store, tmp_path, "first", RenderState.DELIVERED, 40)
    made = room(store, tmp_path, 4 * SIZE + 50)
    await made.make(50)
    assert first.exists(), "there was room"
    await made.make(400)
    assert [path.exists() for path in (first, second, third, owed)] == [False, False, True, True]
    assert await store.renders.get("first") is None
    assert await store.renders.get(failed.stem) is not None, "it takes no room"


async def test_what_is_owed_or_fresh_never_goes_and_the_operator_is_told(store: Store, tmp_path: Path) -> None:
    kept = [
        await keep(store, tmp_path, "ready", RenderState.READY, 100),
        await keep(store, tmp_path, "fresh", RenderState.DELIVERED, 0.9),
    ]
    old = await keep(store, tmp_path, "old", RenderState.DELIVERED, 1.1)
    made = room(store, tmp_path, 3 * SIZE)
    with capture_logs() as logs, pytest.raises(MediaError) as refused:
        await made.make(2 * SIZE)
    assert refused.value.fault is MediaFault.DISK_FULL
    assert all(path.exists() for path in kept)
    assert not old.exists()
    [told] = [line for line in logs if line["log_level"] == "error"]
    assert told["event"] == "a folder holds as much as it may"
    assert (told["used"], told["limit"]) == (3 * SIZE, 3 * SIZE)
    await made.make(SIZE)


async def test_files_that_come_at_once_do_not_share_their_room(store: Store, tmp_path: Path) -> None:
    made = ResultsRoom(store, tmp_path, 1_000 / 1_000_000_000, keep=KEEP, now=lambda: NOW)
    await made.make(600)
    with pytest.raises(MediaError):
        await made.make(600)
