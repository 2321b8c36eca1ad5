"""What is ours about sessions: how far they can be undone, stopping what is at work in one, deleting one for good."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.settings import Settings
from tests.engine.api.client import Client, Json
from tests.engine.api.conftest import ended, until
from tests.leftovers import redis_texts

TALK = Path(__file__).parents[2] / "media" / "talk.mp4"


async def depths(client: Client, session: str) -> tuple[int, int]:
    state = await client.state(session)
    return state["undo"], state["redo"]


async def draft(client: Client, session: str) -> Json:
    found: Json = (await client.state(session))["state"]["draft"]
    return found


async def delete(client: Client, session: str) -> int:
    return (await client.call("DELETE", f"/api/session/nemo_agent/me/{session}")).code


@pytest.fixture
async def two(client: Client, footage: Path) -> tuple[str, str]:
    """Two projects with one clip in common and one each of their own."""
    first, second = await client.session(), await client.session()
    await client.upload(first, ("one.mp4", footage / "one.mp4"), ("secret.png", footage / "still.png"))
    await client.upload(second, ("one.mp4", footage / "one.mp4"), ("two.mp4", footage / "two.mp4"))
    return first, second


async def test_the_state_tells_how_far_the_timeline_goes_back_and_forth(client: Client, footage: Path) -> None:
    session = await client.session()
    assert await depths(client, session) == (0, 0)
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    await client.say(session, "cut the first 0.5 seconds")
    assert await depths(client, session) == (2, 0)
    await client.say(session, "undo")
    assert await depths(client, session) == (1, 1)
    await client.say(session, "redo")
    assert await depths(client, session) == (2, 0)


@pytest.mark.long
async def test_a_deleted_session_takes_what_nobody_else_has_and_nothing_more(
    client: Client, two: tuple[str, str], redis: Redis, settings: Settings
) -> None:
    first, second = two
    await client.say(first, "cut the first 0.5 seconds")
    await client.render(first, await draft(client, first), "render_first", height=144)
    await ended(client, "render_first")
    media, renders = settings.engine_dir / "media", settings.engine_dir / "renders"
    assert len(list(media.glob("??/*"))) == 3
    assert len(list(renders.iterdir())) == 1

    assert await delete(client, first) == 0

    assert (await client.call("GET", f"/api/state/nemo_agent/me/{first}/latest")).code == 1002
    assert (await client.status("render_first")).status == 404
    assert len(list(media.glob("??/*"))) == 2
    assert list(renders.iterdir()) == []
    left = "\n".join([text async for text in redis_texts(redis)])
    assert first not in left
    assert "secret.png" not in left
    assert len((await client.state(second))["state"]["video_infos"]) == 2
    await client.render(second, await draft(client, second), "render_second", height=144)
    assert (await ended(client, "render_second"))["status"] == "completed"
    assert await delete(client, first) == 1002


@pytest.mark.long
async def test_a_file_that_another_project_made_as_well_stays_until_both_are_gone(
    client: Client, footage: Path, settings: Settings
) -> None:
    sessions = [await client.session() for _ in range(2)]
    for number, session in enumerate(sessions):
        await client.upload(session, ("one.mp4", footage / "one.mp4"))
        await client.render(session, await draft(client, session), f"render_{number}", height=144)
        await ended(client, f"render_{number}")
    renders = settings.engine_dir / "renders"
    assert len(list(renders.iterdir())) == 1
    await delete(client, sessions[0])
    assert (await client.download("render_0")).status == 404
    assert (await client.download("render_1")).status == 200
    await delete(client, sessions[1])
    assert list(renders.iterdir()) == []
    assert list((settings.engine_dir / "media").glob("??/*")) == []


async def test_a_render_at_work_is_ended_with_its_session(client: Client, settings: Settings) -> None:
    session = await client.session()
    await client.upload(session, ("talk.mp4", TALK))
    await client.render(session, await draft(client, session))

    async def begun() -> bool:
        return bool((await client.status()).body["status"] == "processing")

    await until(begun)
    assert await delete(client, session) == 0
    for folder in ("renders", "scratch", "media"):
        assert [path for path in (settings.engine_dir / folder).rglob("*") if path.is_file()] == []


async def test_a_message_at_work_is_stopped_and_rolled_back(client: Client) -> None:
    session = await client.session()
    await client.upload(session, ("talk.mp4", TALK))
    before = await draft(client, session)
    begun = asyncio.Event()
    talking = asyncio.create_task(client.say(session, "trim the silences", begun))

    async def running() -> bool:
        last = (await client.state(session))["last_turn"]
        return begun.is_set() and bool(last and last["state"] == "running")  # before, it would be refused as a whole

    await until(running)
    answer = await client.call("POST", f"/api/session/nemo_agent/me/{session}/stop")
    assert answer.data == {"stopped": 1}
    assert len((await talking).failures) == 1
    state = await client.state(session)
    assert state["last_turn"]["outcome"] == "rolled_back"
    assert state["state"]["draft"] == before
    again = await client.call("POST", f"/api/session/nemo_agent/me/{session}/stop")
    assert again.data == {"stopped": 0}


async def test_nobody_stops_or_deletes_what_is_somebody_elses(client: Client, two: tuple[str, str]) -> None:
    other = await Client(client.http, client.address, "client-2").start()
    for session in (two[0], "1" * 19, "..%2f..%2fx"):
        assert await delete(other, session) == 1002
        assert (await other.call("POST", f"/api/session/nemo_agent/me/{session}/stop")).code == 1002
    assert len((await client.state(two[0]))["state"]["video_infos"]) == 2
