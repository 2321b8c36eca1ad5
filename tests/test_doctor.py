"""What the doctor says of Discord: the token, and whether the portal allows what the settings ask for."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.doctor import examine
from bot.settings import Model, Settings
from tests.engine.talking_model import KEY, talking

LIMITED_MESSAGE_CONTENT = 1 << 19


@pytest.fixture
async def portal() -> AsyncIterator[Callable[[dict[str, Any]], str]]:
    """Discord's answer about the application; its address."""
    told: dict[str, Any] = {}

    async def give(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bot a token"
        return web.json_response(told)

    app = web.Application()
    app.router.add_get("/applications/@me", give)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    def saying(facts: dict[str, Any]) -> str:
        told.update(facts)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield saying
    await runner.cleanup()


@pytest.mark.parametrize(
    ("wanted", "flags", "line"),
    [
        (True, 0, "FAIL discord: Cutter: the Message Content intent is off in the portal"),
        (True, LIMITED_MESSAGE_CONTENT, "ok   discord: Cutter can log in"),
        (False, 0, "ok   discord: Cutter can log in"),
    ],
)
async def test_the_intent_that_is_off_in_the_portal_is_found(
    settings: Settings, portal: Callable[[dict[str, Any]], str], capsys: pytest.CaptureFixture[str],
    wanted: bool, flags: int, line: str,
) -> None:  # fmt: skip
    discord = settings.discord.model_copy(update={"token": SecretStr("a token"), "message_content": wanted})
    address = portal({"name": "Cutter", "flags": flags})

    failed = await examine(dataclasses.replace(settings, discord=discord), address)

    told = capsys.readouterr().out
    assert line in told
    assert ("DISCORD_MESSAGE_CONTENT=false" in told) == (line.startswith("FAIL"))
    assert failed == line.startswith("FAIL")


@pytest.mark.parametrize(
    ("status", "name", "line"),
    [
        (200, "tiny", "ok   model: tiny at"),
        (200, "huge", "has no model huge"),
        (401, "tiny", "does not accept MODEL_KEY"),
        (500, "tiny", "answers with HTTP 500"),
    ],
)
async def test_whether_the_model_answers(
    settings: Settings, capsys: pytest.CaptureFixture[str], status: int, name: str, line: str
) -> None:
    async with talking() as played:
        played.status = status
        model = Model(url=played.url, name=name, key=SecretStr(KEY))
        await examine(dataclasses.replace(settings, model=model), "http://127.0.0.1:9")
        assert played.keys == [f"Bearer {KEY}"]
    told = capsys.readouterr().out
    assert line in told
    assert KEY not in told


async def test_no_model_is_fine_and_one_that_is_away_is_not(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await examine(settings, "http://127.0.0.1:9")
    assert "ok   model: none is set" in capsys.readouterr().out
    away = Model(url="http://127.0.0.1:9/v1")
    await examine(dataclasses.replace(settings, model=away), "http://127.0.0.1:9")
    assert "FAIL model: http://127.0.0.1:9/v1 does not answer" in capsys.readouterr().out
