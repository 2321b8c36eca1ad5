"""A language model beside the engine: asked where the grammar is at a loss, offered where it deletes, undone alike."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.settings import Model, Settings
from tests.engine.api.client import Client
from tests.engine.api.conftest import StartEngine
from tests.engine.talking_model import KEY, TalkingModel, talking


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
