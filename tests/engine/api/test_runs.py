"""Messages: a stream of agent-server events that always says what was done, and turns that need no listener."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.engine.main import Tuning, running
from bot.engine.records.leases import Leases
from bot.engine.records.turns import QUEUE_LIMIT, Turn
from bot.settings import Engine, Settings
from tests.engine.api.client import Client, Json, Told
from tests.engine.api.conftest import StartEngine, until

CUT = "cut the first 0.5 seconds"

pytestmark = pytest.mark.usefixtures("probed")


@pytest.fixture
async def session(client: Client, footage: Path) -> str:
    """A session with one clip of 2 s."""
    session = await client.session()
    assert (await client.upload(session, ("one.mp4", footage / "one.mp4"))).status == 200
    return session


async def length(client: Client, session: str) -> int:
    """The timeline's length, ms."""
    draft = (await client.state(session))["state"]["draft"]
    return int(draft["d"]) if draft else 0


async def last_turn(client: Client, session: str) -> Json:
    turn: Json | None = (await client.state(session))["last_turn"]
    assert turn is not None
    return turn


def answered(told: Told) -> bool:
    """Whether the turn said something, or asked."""
    return any(text.strip() for text in told.texts) or bool(told.calls("ask_question"))


@asynccontextmanager
async def kept_busy(redis: Redis, session: str) -> AsyncIterator[None]:
    """Another process works on the session as long as this is open."""
    async with Leases(redis, 3).held(f"session:{session}") as lease:
        assert lease is not None
        yield


async def test_an_edit_is_applied_and_told(client: Client, session: str) -> None:
    told = await client.say(session, CUT)
    assert await length(client, session) == pytest.approx(1500, abs=80)
    [text] = told.texts
    assert text.strip()
    assert "".join(told.deltas) in ("", text)
    assert told.failures == []
    assert {args["stage"] for args in told.calls("stage")} == {"understanding", "editing"}
    turn = await last_turn(client, session)
    assert (turn["state"], turn["outcome"], turn["text"]) == ("done", "changed", text)


async def test_events_are_the_agent_servers(client: Client, session: str) -> None:
    told = await client.say(session, CUT)
    assert all(frame.startswith(("data: {", ": heartbeat")) and "\n" not in frame for frame in told.frames)
    for event in told.events:
        assert event["author"] == "nemo_agent"
        assert event["invocationId"].startswith("e-")
        assert event["actions"] == {"stateDelta": {}}
        assert event["content"]["role"] == "model"
        assert len(event["content"]["parts"]) == 1
        assert None not in event.values()
        assert isinstance(event["timestamp"], float)
    assert len({event["invocationId"] for event in told.events}) == 1


async def test_whatever_is_said_gets_an_answer(client: Client, session: str) -> None:
    before = await length(client, session)
    for words in ("purple monkey dishwasher seventeen", "???", "make it nice", "🎬" * 50, "x" * 8000, "\u0000\u202e"):
        told = await client.say(session, words)
        assert answered(told)
        assert told.failures == []
    assert await length(client, session) == before


async def test_an_edit_before_any_footage_is_answered(client: Client) -> None:
    session = await client.session()
    told = await client.say(session, CUT)
    assert answered(told)
    assert told.failures == []
    assert (await client.state(session))["state"]["draft"] == {}


async def test_a_session_in_chinese_is_answered_in_chinese(client: Client, footage: Path) -> None:
    session = await client.session(language="zh-CN")
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    told = await client.say(session, "剪掉前0.5秒")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in "".join(told.texts))
    assert await length(client, session) == pytest.approx(1500, abs=80)


async def test_undo_and_redo(client: Client, session: str) -> None:
    start = await length(client, session)
    await client.say(session, CUT)
    cut = await length(client, session)
    told = await client.say(session, "undo")
    assert await length(client, session) == start
    assert any(text.strip() for text in told.texts)
    await client.say(session, "redo")
    assert await length(client, session) == cut
    assert (await last_turn(client, session))["outcome"] == "changed"


async def test_several_edits_of_one_message_are_one_step(client: Client, session: str) -> None:
    start = await length(client, session)
    await client.say(session, "cut the first 0.5 seconds and cut the last 0.5 seconds")
    assert await length(client, session) == pytest.approx(1000, abs=80)
    await client.say(session, "undo")
    assert await length(client, session) == start


async def test_a_plan_that_does_not_fit_changes_nothing(client: Client, session: str) -> None:
    start = await length(client, session)
    told = await client.say(session, "cut the first 0.5 seconds and delete clip 7")
    assert answered(told)
    assert await length(client, session) == start
    assert (await last_turn(client, session))["outcome"] == "said"


async def test_words_for_other_doors_become_tool_calls(client: Client, session: str) -> None:
    told = await client.say(session, "cut the first 0.5 seconds and export it in 720p")
    assert told.calls("export") == [{"height": 720}]
    assert await length(client, session) == pytest.approx(1500, abs=80)
    assert (await client.say(session, "status")).calls("status") == [{}]
    assert (await client.say(session, "credits")).calls("credits") == [{}]


async def test_every_kind_of_file_is_an_export_call(client: Client, session: str) -> None:
    told = await client.say(session, "make a gif of the first second, grab a frame at 0:01 and extract the audio")
    assert told.calls("export") == [
        {"format": "gif", "start": 0.0, "end": 1.0},
        {"format": "png", "at": 1.0},
        {"format": "mp3"},
    ]
    assert (await client.say(session, "export as a Premiere project")).calls("export") == [{"project": "otio"}]
    assert (await client.say(session, "compress it")).calls("export") == [{"fit": True}]
    assert (await client.say(session, "export as webm")).calls("export") == [{"format": "webm"}]


async def test_an_export_in_another_shape_reshapes_the_timeline(client: Client, session: str) -> None:
    told = await client.say(session, "export it as 9:16")

    canvas = (await client.state(session))["state"]["canvas_config"]
    assert told.calls("export") == [{}]
    assert canvas["width"] * 16 == pytest.approx(canvas["height"] * 9, rel=0.02)


async def test_a_question_is_asked_and_its_answer_understood(client: Client, session: str) -> None:
    told = await client.say(session, "trim the start")
    [args] = told.calls("ask_question")
    [question] = args["questions"]
    assert question["prompt"]
    assert question["allow_multiple"] is False
    assert question["prompt"] in (await last_turn(client, session))["text"]
    start = await length(client, session)
    label = question["options"][0]["label"]
    await client.say(session, f"1. {question['prompt']}: {label}")
    answered = await last_turn(client, session)
    assert answered["outcome"] in ("changed", "said")
    assert (await client.say(session, "undo")).failures == []
    assert start == await length(client, session) or answered["outcome"] == "said"


async def test_a_listener_that_goes_away_changes_nothing(client: Client, session: str, redis: Redis) -> None:
    async with kept_busy(redis, session):
        message = asyncio.create_task(client.say(session, CUT))
        await until(lambda: has_turns(redis, 1))
        message.cancel()
        await asyncio.wait((message,))

    async def cut() -> bool:
        return await length(client, session) < 1600

    await until(cut)
    assert (await last_turn(client, session))["outcome"] == "changed"


async def has_turns(redis: Redis, count: int) -> bool:
    return await redis.zcard("tce:d:turns:open") == count


async def test_turns_of_a_session_wait_in_order_and_say_that_they_live(
    client: Client, session: str, redis: Redis
) -> None:
    start = await length(client, session)
    async with kept_busy(redis, session):
        first = asyncio.create_task(client.say(session, CUT))
        await until(lambda: has_turns(redis, 1))
        second = asyncio.create_task(client.say(session, "undo"))
        await until(lambda: has_turns(redis, 2))
        assert (await last_turn(client, session))["state"] == "queued"
        await asyncio.wait((first,), timeout=0.5)
        assert not first.done()
    told, undone = await first, await second
    assert told.heartbeats >= 1
    assert undone.texts
    assert await length(client, session) == start
    await client.say(session, "redo")
    assert await length(client, session) < start


async def test_another_session_does_not_wait(client: Client, session: str, redis: Redis) -> None:
    other = await client.session()
    async with kept_busy(redis, session):
        waiting = asyncio.create_task(client.say(session, CUT))
        assert (await client.say(other, "hello")).texts
        assert not waiting.done()
    await waiting


async def test_an_upload_waits_for_the_turn_before_it(
    client: Client, session: str, redis: Redis, footage: Path
) -> None:
    async with kept_busy(redis, session):
        turn = asyncio.create_task(client.say(session, "cut the last 0.5 seconds"))
        await until(lambda: has_turns(redis, 1))
        upload = asyncio.create_task(client.upload(session, ("two.mp4", footage / "two.mp4")))
        await asyncio.wait((turn, upload), timeout=0.3)
    await asyncio.gather(turn, upload)
    assert await length(client, session) == pytest.approx(2500, abs=120)


async def test_an_account_has_a_bounded_queue(client: Client, session: str, redis: Redis) -> None:
    user = (await client.call("POST", "/api/tasks/me/with-session/nemo_agent", json={})).data["user_id"]
    await redis.sadd(f"tce:d:turns:of:{user}", *(f"e-{number}" for number in range(QUEUE_LIMIT)))
    answer = await client.run(session, CUT)
    assert (answer.status, answer.code) == (429, 429)
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "message",
    [{}, None, {"parts": []}, {"parts": [{"text": "  "}]}, {"parts": [{"text": 5}]}, {"parts": "x"},
     {"parts": [{"text": "x" * 8001}]}],
)  # fmt: skip
async def test_messages_without_usable_words(client: Client, message: object) -> None:
    session = await client.session()
    answer = await client.call("POST", "/run_sse", json={"session_id": session, "new_message": message})
    assert (answer.status, answer.code) == (422, 422)
    assert answer.body["detail"]


class TestCredits:
    """One credit for a turn that changes something, nothing for the rest."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, engine=Engine.model_construct(credits_allowance=1, credits_refill_hours=1.0))

    async def balance(self, client: Client) -> tuple[int, int, int]:
        data = (await client.call("GET", "/api/credits/balance/simple")).data
        return data["available"], data["frozen"], data["total"]

    async def test_what_costs_and_what_does_not(self, client: Client, session: str) -> None:
        assert await self.balance(client) == (1, 0, 1)
        for words in ("status", "purple monkey dishwasher", "delete clip 9", "undo", "redo"):
            await client.say(session, words)
        assert await self.balance(client) == (1, 0, 1)
        await client.say(session, CUT)
        assert await self.balance(client) == (0, 0, 1)
        cut = await length(client, session)
        answer = await client.run(session, CUT)
        assert (answer.status, answer.code) == (403, 2001)
        assert await length(client, session) == cut
        await client.say(session, "undo")
        assert await length(client, session) > cut
        assert await self.balance(client) == (0, 0, 1)

    async def test_no_credits_after_the_stream_began(self, client: Client, session: str, redis: Redis) -> None:
        await client.say(session, CUT)
        async with kept_busy(redis, session):
            waiting = asyncio.create_task(client.say(session, CUT))
            await asyncio.wait((waiting,), timeout=0.6)
        [failure] = (await waiting).failures
        assert failure["errorCode"] == "2001"
        assert "credits" in failure["errorMessage"]


async def test_a_turn_found_half_done_at_the_start_is_rolled_back(
    start_engine: StartEngine, http: aiohttp.ClientSession, redis: Redis, footage: Path
) -> None:
    client = await Client(http, await start_engine()).start()
    session = await client.session()
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    project = json.loads(await redis.get(f"tce:d:project:{session}") or "")
    turn = Turn(
        id="e-dead", session=session, user=project["user"], words=CUT, state="running",
        created=datetime.now(UTC) - timedelta(minutes=5),
    )  # fmt: skip
    await redis.set("tce:d:turn:e-dead", turn.model_dump_json())
    await redis.set(f"tce:d:turns:newest:{session}", turn.id)
    await redis.sadd(f"tce:d:turns:of:{turn.user}", turn.id)
    await redis.zadd("tce:d:turns:open", {turn.id: 1})

    async def noted() -> bool:
        return bool((await last_turn(client, session))["state"] == "done")

    await until(noted)
    assert (await last_turn(client, session))["outcome"] == "rolled_back"
    assert await length(client, session) == pytest.approx(2000, abs=80)
    assert await has_turns(redis, 0)
    await client.say(session, CUT)
    assert await length(client, session) == pytest.approx(1500, abs=80)


async def test_an_engine_that_stops_rolls_back_and_says_so(
    settings: Settings, http: aiohttp.ClientSession, redis: Redis, footage: Path
) -> None:
    async with running(settings, "127.0.0.1", 0, Tuning(lease_s=3, heartbeat_s=0.1)) as address:
        client = await Client(http, address).start()
        session = await client.session()
        await client.upload(session, ("one.mp4", footage / "one.mp4"))
        busy = kept_busy(redis, session)
        await busy.__aenter__()
        waiting = asyncio.create_task(client.say(session, CUT))
        await asyncio.wait((waiting,), timeout=0.5)
    [failure] = (await waiting).failures
    assert failure["errorCode"] == "503"
    await busy.__aexit__(None, None, None)
    assert await has_turns(redis, 0)
    async with running(settings, "127.0.0.1", 0, Tuning(lease_s=3)) as address:
        client.address = address
        assert await length(client, session) == pytest.approx(2000, abs=80)


async def test_two_engines_on_the_same_records_take_turns(
    start_engine: StartEngine, http: aiohttp.ClientSession, footage: Path
) -> None:
    here = await Client(http, await start_engine()).start()
    there = Client(http, await start_engine())
    there.token = here.token
    session = await here.session()
    await here.upload(session, ("one.mp4", footage / "one.mp4"))
    words = "cut the first 0.2 seconds"
    told = await asyncio.gather(*(one.say(session, words) for one in (here, there) * 3))
    assert all(one.texts and not one.failures for one in told)
    assert await length(here, session) == await length(there, session) == pytest.approx(800, abs=120)
