"""A project that is deleted leaves nothing: in Redis, on the disk, at our own engine; what is another's stays."""

import asyncio
import dataclasses
import socket
from contextlib import aclosing
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.main import Tuning, running
from bot.flows import footprint
from bot.settings import Settings
from bot.store.models import FileRef, Leaving, TurnState
from bot.updates import Cancelled, Footage, Forgotten, Problem, ProblemKind, RenderProgress, Stage, Working
from tests import footage
from tests.leftovers import files, redis_texts
from tests.upstream.replies import said, sse
from tests.upstream.server import CLIP, Upstream
from tests.watch.bench import Bench, bench, place, turn

THREAD = "8812345678901234567"
HERE = place(THREAD)
TALK = Path(__file__).parents[1] / "media" / "talk.mp4"


async def traces(redis: Redis, *of: str) -> list[str]:
    """What Redis still holds of any of these."""
    async with aclosing(redis_texts(redis)) as texts:
        return [text async for text in texts if any(one in text for one in of)]


async def forgotten(redis: Redis, *of: str) -> None:
    """Wait until nothing holds any of these: a proxy that is being made of the footage sees first that it is gone."""
    for _ in range(400):
        if not await traces(redis, *of):
            return
        await asyncio.sleep(0.05)
    assert await traces(redis, *of) == []


def left(settings: Settings) -> list[Path]:
    """Files under the data folder, but for those of a Redis that runs there and the mark of the engine's folder."""
    found = [path for path in files(settings.data_dir) if "redis" not in str(path.relative_to(settings.data_dir))]
    return [path for path in found if path != settings.engine_dir / ".id"]


async def session_of(bot: Bench, thread: str = THREAD) -> str:
    kept = await bot.app.store.threads.get(thread)
    assert kept is not None
    assert kept.session is not None
    return kept.session


@pytest.mark.long
async def test_on_our_own_engine_nothing_of_it_is_left_anywhere(
    settings: Settings, redis: Redis, tmp_path: Path
) -> None:
    clip = footage.clip(tmp_path / "my-holiday.mp4", frames=90)
    still = footage.text_as_video(tmp_path / "my-notes.mp4")
    async with bench(settings, speed=1) as bot:
        await bot.ask(turn("a1", "cut the first second and export", clip, still, at=HERE))
        await bot.face.result()
        await bot.ask(turn("a2", "add a title 'Hello there' and undo it", at=HERE))
        await bot.ask(turn("a3", "", TALK, at=HERE))
        hashes = [one.sha256 for one in bot.face.of(Footage) if one.sha256]
        assert len(hashes) == 2
        for one in bot.face.of(Footage):
            assert await bot.app.gallery.storyboard(one)
        assert files(settings.pictures_dir)
        session = await session_of(bot)
        words = (THREAD, session, "my-holiday", "my-notes", "Hello there", *hashes)
        assert await traces(redis, *words)

        # At work while it is deleted: an export, a message, and one that waits.
        await bot.ask(turn("a4", intent="export", at=HERE))
        await bot.face.until(lambda: bot.face.of(RenderProgress, "a4-0"))
        await bot.app.runner.submit(turn("a5", "trim the silences", at=HERE))
        await bot.face.until(lambda: [one for one in bot.face.of(Working, "a5") if one.stage is Stage.LISTENING])
        await bot.app.runner.submit(turn("a6", "mute it", at=HERE))
        gone = await bot.app.runner.forget(THREAD)

        assert gone == Forgotten(footage=2, shared=0, videos=1, upstream="gone")
        for job in ("a5", "a6"):
            await bot.finished(job)
            assert bot.face.of(Cancelled, job) == [Cancelled()]
        await forgotten(redis, *words)
        assert left(settings) == []

        await bot.ask(turn("b1", intent="export", at=HERE))  # an old button, or a command
        await bot.ask(turn("b2", intent="undo", at=HERE))
        assert [one.kind for job in ("b1", "b2") for one in bot.face.of(Problem, job)] == [
            ProblemKind.NO_FOOTAGE,
            ProblemKind.NOTHING_TO_UNDO,
        ]
        await bot.ask(turn("b3", "cut the first second", clip, at=HERE))  # begun again, it is a project like any other
        assert await session_of(bot) != session
        assert await bot.app.runner.forget(THREAD) == Forgotten(footage=1, upstream="gone")
        assert await bot.app.runner.forget(THREAD) == Forgotten()
        await forgotten(redis, *words)
        assert left(settings) == []


async def test_on_the_cloud_it_goes_here_and_stays_there(
    nemo: Settings, upstream: Upstream, clip: Path, redis: Redis
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it and export", clip, at=HERE))
        await bot.face.result()
        await bot.ask(turn("a2", intent="export", at=HERE))
        await bot.face.result(2)
        session = await session_of(bot)
        upstream.next("run", sse(said("One.", partial=True), asyncio.Event()))
        await bot.app.runner.submit(turn("a3", "one", at=HERE))
        await bot.until_state("a3", TurnState.STREAMING)

        gone = await bot.app.runner.forget(THREAD)

        assert gone == Forgotten(footage=1, videos=2, upstream="stays")
        assert bot.face.of(Cancelled, "a3") == [Cancelled(may_go_on=True)]
        assert await traces(redis, THREAD, session, "holiday") == []
        assert left(nemo) == []
    assert {seen.method for seen in upstream.requests} == {"GET", "POST"}


async def test_footage_that_another_thread_uses_or_is_about_to_stays(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(CLIP + b"other")
    go = asyncio.Event()
    held = False

    async def hold(endpoint: str) -> None:
        if held and endpoint == "upload":
            await go.wait()

    upstream.between = hold
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip, other, at=HERE))
        await bot.ask(turn("b1", "", clip, at=place("t2")))
        held = True
        await bot.app.runner.submit(turn("c1", "", other, at=place("t3")))  # is on its way up while the first goes
        await upstream.wait_for("upload", 4)
        assert await bot.app.runner.forget(THREAD) == Forgotten(footage=0, shared=2, upstream="stays")
        go.set()
        await bot.finished("c1")
        assert bot.face.of(Problem) == []
        assert len(files(nemo.media_dir)) == 2
        assert (await bot.app.runner.forget("t2")).footage == 1
        assert (await bot.app.runner.forget("t3")).footage == 1
        assert files(nemo.media_dir) == []


async def test_what_the_upstream_does_not_take_is_not_kept_here(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip, FileRef(name="refused.txt", path=str(clip)), at=HERE))
        assert len(files(nemo.media_dir)) == 1, "the same content, and one of the two is on the list"
        other = tmp_path / "other.mp4"
        other.write_bytes(CLIP + b"other")
        await bot.ask(turn("a2", "", FileRef(name="refused.txt", path=str(other)), at=HERE))
        assert bot.face.of(Problem, "a2")[0].kind is ProblemKind.UNSUPPORTED_FILE
        assert len(files(nemo.media_dir)) == 1


async def test_cut_off_anywhere_it_can_be_done_again(
    nemo: Settings, upstream: Upstream, clip: Path, redis: Redis
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it and export", clip, at=HERE))
        await bot.face.result()
        context = bot.app.context
        delay = 0.0
        while await context.store.threads.get(THREAD) is not None:
            task = asyncio.create_task(footprint.erase(context, THREAD))
            await asyncio.wait((task,), timeout=delay)
            task.cancel()
            await asyncio.wait((task,))
            delay += 0.001
        await footprint.erase(context, THREAD)
        assert await traces(redis, THREAD, "holiday") == []
        assert left(nemo) == []


async def test_an_engine_that_is_away_deletes_its_copy_when_it_is_back(
    settings: Settings, redis: Redis, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    clip = footage.clip(tmp_path / "my-holiday.mp4", frames=30)
    engine = settings.engine.model_copy(update={"url": f"http://127.0.0.1:{port}"})
    tuning = Tuning(lease_s=3)
    async with bench(dataclasses.replace(settings, engine=engine), speed=1) as bot:
        async with running(settings, "127.0.0.1", port, tuning):
            await bot.ask(turn("a1", "", clip, at=HERE))
            session = await session_of(bot)
        gone = await bot.app.runner.forget(THREAD)
        assert gone == Forgotten(footage=1, upstream="later")
        assert await traces(redis, THREAD) == []
        assert await bot.app.store.leaving.all() == (Leaving(session=session, upstream="local"),)
        assert await footprint.leave_all(bot.app.context) == 0
        async with running(settings, "127.0.0.1", port, tuning):
            assert await footprint.leave_all(bot.app.context) == 1
            assert await traces(redis, session, "my-holiday") == []
            assert left(settings) == []


async def test_a_project_that_did_not_start_over_after_all_keeps_its_session(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo, able={"forgets": True}) as bot:
        await bot.ask(turn("a1", "", clip, at=HERE))
        thread = await bot.app.store.threads.get(THREAD)
        assert thread is not None
        await footprint.let_go(bot.app.context, thread)  # and the bot is killed before the new session is written
        assert await footprint.leave_all(bot.app.context) == 0
        assert await bot.app.store.leaving.all() == ()
    assert {seen.method for seen in upstream.requests} == {"GET", "POST"}
