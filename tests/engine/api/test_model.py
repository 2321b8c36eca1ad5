"""A language model beside the engine: asked where the grammar is at a loss, offered where it deletes, undone alike."""

import dataclasses
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.settings import Model, Settings
from tests.engine.api.client import Client
from tests.engine.api.conftest import StartEngine
from tests.engine.talking_model import KEY, TalkingModel, talking

TALK = Path(__file__).parents[2] / "media" / "talk.mp4"


@pytest.fixture
async def server() -> AsyncIterator[TalkingModel]:
    async with talking() as played:
        yield played


async def test_what_a_model_reads_is_done_or_offered(
    server: TalkingModel, settings: Settings, start_engine: StartEngine, http: aiohttp.ClientSession, footage: Path
) -> None:
    told = Model(url=server.url, name="tiny", key=SecretStr(KEY))
    client = await Client(http, await start_engine(dataclasses.replace(settings, model=told))).start()
    session = await client.session()
    for name in ("one.mp4", "two.mp4"):
        await client.upload(session, (name, footage / name))
    whole = (await client.state(session))["state"]["draft"]

    server.ops({"op": "mute", "clip": 2})
    done = await client.say(session, "flibber the second bit")
    assert "language model" in "\n".join(done.texts)
    muted = (await client.state(session))["state"]["draft"]
    assert muted != whole
    assert [clip["name"] for clip in server.seen["clips"]] == ["one.mp4", "two.mp4"]

    server.ops({"op": "delete_clip", "clip": 1})
    asked = await client.say(session, "flibber the first bit")
    question = asked.calls("ask_question")[0]["questions"][0]
    assert "delete a clip (clip 1)" in question["prompt"]
    assert (await client.state(session))["state"]["draft"] == muted
    await client.say(session, f"1. {question['prompt']}: {question['options'][0]['label']}")
    assert (await client.state(session))["state"]["draft"]["d"] < whole["d"]
    await client.say(session, "undo")
    assert (await client.state(session))["state"]["draft"] == muted
    assert len(server.asked) == 2

    server.status = 500
    lost = await client.say(session, "flibber it all")
    assert lost.calls("ask_question")
    assert KEY not in "\n".join([*done.frames, *asked.frames, *lost.frames])


async def test_translations_need_a_model_and_say_so(client: Client, footage: Path) -> None:
    session = await client.session()
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    before = (await client.state(session))["state"]["draft"]
    told = await client.say(session, "add subtitles translated to Spanish")
    assert "MODEL_URL" in "\n".join(told.texts)
    assert "listening" not in {args["stage"] for args in told.calls("stage")}
    assert (await client.state(session))["state"]["draft"] == before


@pytest.mark.extra
@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="the extra speech is not installed")
async def test_what_is_heard_is_translated_or_nothing_changes(
    server: TalkingModel, settings: Settings, start_engine: StartEngine, http: aiohttp.ClientSession
) -> None:
    told = Model(url=server.url, name="tiny", key=SecretStr(KEY))
    client = await Client(http, await start_engine(dataclasses.replace(settings, model=told))).start()
    session = await client.session()
    await client.upload(session, ("talk.mp4", TALK))
    await client.say(session, "add subtitles")
    before = (await client.state(session))["state"]["draft"]
    server.says = ['{"lines": ["just one"]}']
    lost = await client.say(session, "translate the subtitles into Spanish")
    assert "gave no translation (Español)" in "\n".join(lost.texts)
    assert (await client.state(session))["state"]["draft"] == before

    server.translates = str.upper
    done = await client.say(session, "translate the subtitles into Spanish")
    assert "Español" in "\n".join(done.texts)
    assert "translating" in {args["stage"] for args in done.calls("stage")}
    after = (await client.state(session))["state"]["draft"]
    assert after != before
    await client.say(session, "undo")
    assert (await client.state(session))["state"]["draft"] == before
    await client.say(session, "redo")
    assert (await client.state(session))["state"]["draft"] == after
    assert KEY not in "\n".join([*done.frames, *lost.frames])
