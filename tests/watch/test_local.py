"""The bot with its own engine: the real thing, on a short clip; the engine killed under it."""

import asyncio
import dataclasses
import os
import signal
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from bot.media.probe import probe
from bot.settings import Model, Settings
from bot.updates import Balance, Changed, Footage, Problem, ProblemKind, Said, Status
from bot.watch.engine import EngineFailed, EngineProcess, environment
from tests import footage
from tests.watch.bench import bench, turn


async def test_footage_words_and_export_on_the_local_engine(settings: Settings, redis: object, tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "lesson.mp4", frames=90)
    text = footage.text_as_video(tmp_path / "notes.mp4")
    async with bench(settings, speed=1) as bot:
        await bot.ask(turn("a0", "export"))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NO_FOOTAGE)]
        await bot.ask(turn("a1", "cut the first second and export", clip, text))
        assert [file.name for file in bot.face.of(Footage)] == ["lesson.mp4"]
        assert bot.face.of(Problem, "a1")[0].name == "notes.mp4"
        assert bot.face.of(Said)
        (changed,) = bot.face.of(Changed)
        assert changed.timeline.duration_ms == 2000
        assert [change.kind for change in changed.changes] == ["duration"]
        _, ready, content = await bot.face.result()
        assert "127.0.0.1" not in repr((ready, bot.face.shown))
        finished = tmp_path / "finished.mp4"
        finished.write_bytes(content)
        facts = await probe(finished)
        assert abs(facts.duration_ms - 2000) < 80
        await bot.ask(turn("a2", "status"))
        status = bot.face.of(Status)[-1]
        assert status.timeline is not None
        assert (status.timeline.width, status.timeline.height) == (320, 180)
        await bot.ask(turn("a3", "credits"))
        assert bot.face.of(Balance)[-1].available is None


@pytest.mark.long
async def test_messages_with_footage_and_words_are_done_in_order_each_with_its_own_export(
    settings: Settings, redis: object, tmp_path: Path
) -> None:
    """Three at once; the session keeps its timeline, so that what comes later joins what is there."""
    files = [footage.clip(tmp_path / f"part {number}.mp4", frames=60) for number in range(3)]
    wishes = ("cut the first second and export", "add the title 'Two' and export", "mute it and export")
    async with bench(settings, speed=1) as bot:
        for number, (words, file) in enumerate(zip(wishes, files, strict=True)):
            await bot.app.runner.submit(turn(f"b{number}", words, file))
        await bot.finished("b2")
        await bot.face.result(3)
        assert not bot.face.of(Problem)
        assert [file.name for file in bot.face.of(Footage)] == ["part 0.mp4", "part 1.mp4", "part 2.mp4"]
        lengths = {}
        for render, _, content in bot.face.delivered:
            target = tmp_path / f"{render.id}.mp4"
            target.write_bytes(content)
            lengths[render.id] = (await probe(target)).duration_ms
        assert {name: round(ms / 1000) for name, ms in lengths.items()} == {"b0-0": 1, "b1-0": 3, "b2-0": 5}


@pytest.mark.long
async def test_a_killed_engine_comes_back_where_it_was_and_nothing_is_lost(
    settings: Settings, redis: object, tmp_path: Path
) -> None:
    clip = footage.clip(tmp_path / "lesson.mp4", frames=60)
    async with bench(settings, speed=1) as bot:
        await bot.ask(turn("a1", "cut the first half second", clip))
        engine = bot.app.engine
        assert engine is not None
        url, pid = engine.url, engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await bot.ask(turn("a2", "export"))
        await bot.face.until(lambda: bot.face.delivered or bot.face.of(Problem, "a2"))
        await bot.face.result()
        assert not bot.face.of(Problem)
        assert engine.url == url
        assert engine.pid != pid


async def test_the_engine_ends_with_us(settings: Settings, redis: object) -> None:
    async with EngineProcess(settings) as engine:
        assert engine.pid is not None
        process = psutil.Process(engine.pid)
        assert process.is_running()
    assert not process.is_running()


async def test_an_engine_that_cannot_start_is_told_with_its_exit_code(settings: Settings, redis: object) -> None:
    async with EngineProcess(settings) as first:
        port = int(first.url.rsplit(":", 1)[1])
        taken = type(settings)(**{**vars(settings), "engine": settings.engine.model_copy(update={"port": port})})
        with pytest.raises(EngineFailed) as failed:
            async with EngineProcess(taken):
                pass
        assert failed.value.code == 78


async def test_the_engine_sees_no_token_of_ours(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "canary")
    monkeypatch.setenv("NEMO_TOKEN", "canary")
    seen = await asyncio.to_thread(environment, settings)
    assert "canary" not in seen.values()
    assert seen["DATA_DIR"] == str(settings.data_dir)


def test_the_engine_is_told_of_the_model(settings: Settings) -> None:
    model = Model(url="http://127.0.0.1:9/v1", name="tiny", key=SecretStr("the model's key"))
    seen = environment(dataclasses.replace(settings, model=model))
    assert (seen["MODEL_URL"], seen["MODEL_NAME"], seen["MODEL_KEY"]) == (model.url, "tiny", "the model's key")
