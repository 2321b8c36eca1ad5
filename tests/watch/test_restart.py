"""A bot that was ended in any state goes on where it was: nothing lost, nothing sent twice, nothing delivered twice."""

import asyncio
import dataclasses
import json
from pathlib import Path

import psutil
import pytest

from bot.settings import Settings
from bot.store.errors import QueueFullError
from bot.store.models import Render, RenderState, Turn, TurnState
from bot.updates import Changed, Footage, Problem, ProblemKind, RenderQueued, RenderReady, Said, Update
from tests.upstream.replies import Reply, said, sse
from tests.upstream.server import CLIP, DRAFT, VIDEO, Upstream
from tests.watch.bench import Bench, Recorder, bench, limited, turn


async def kept_turn(bot: Bench, id_: str) -> Turn:
    kept = await bot.app.store.turns.get(id_)
    assert kept is not None
    return kept


async def test_queued_requests_run_after_a_restart(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("One.", partial=True), asyncio.Event()))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await bot.until_state("a1", TurnState.STREAMING)
        await bot.app.runner.submit(turn("a2", "two"))
        await bot.app.runner.submit(turn("a3", "status"))
    upstream.draft = DRAFT
    async with bench(nemo) as bot:
        await bot.finished("a3")
        assert bot.face.of(Changed, "a1")
        assert bot.face.of(Said, "a2") == [Said("Done.")]
        assert bot.face.kinds("a3")[-2:] == ["Status", "Ended"]
    assert [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")] == ["one", "two"]


async def test_a_turn_found_in_sending_is_asked_after_and_never_sent(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", Reply(gate=asyncio.Event()))  # taken, and no answer has begun
        await bot.app.runner.submit(turn("a1", "one", clip))
        await upstream.wait_for("run")
        assert (await kept_turn(bot, "a1")).state is TurnState.SENDING
    async with bench(nemo) as bot:
        await bot.finished("a1")
        assert [problem.kind for problem in bot.face.of(Problem)] == [ProblemKind.UNCERTAIN]
        assert (await kept_turn(bot, "a1")).state is TurnState.FAILED
    assert len(upstream.seen("run")) == 1


async def test_what_an_upstream_tells_of_its_last_turn_is_told_after_a_restart(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    def state(**last: object) -> Reply:
        inner: dict[str, object] = {"video_infos": [], "draft": {}, "canvas_config": {}}
        return Reply(json={"code": 0, "data": {"state": inner, "last_turn": last}})

    async with bench(nemo) as bot:
        upstream.next("state", state(id="e-1", state="done", text="An older answer."))
        upstream.next("run", sse(said("One.", partial=True), asyncio.Event()))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await bot.until_state("a1", TurnState.STREAMING)
    upstream.next("state", *[state(id="e-2", state="running")] * 8)
    upstream.next("state", state(id="e-2", state="done", outcome="said", text="There are no pauses."))
    async with bench(nemo) as bot:
        await bot.finished("a1")
        assert bot.face.of(Said) == [Said("There are no pauses.")]
        assert not bot.face.of(Problem)
    assert len(upstream.seen("run")) == 1


@pytest.mark.parametrize("outcome", ["changed", "rolled_back"])
async def test_what_was_rolled_back_is_not_exported(
    nemo: Settings, upstream: Upstream, clip: Path, outcome: str
) -> None:
    """A file without the edit is not what "and export" asked for; the user is told to send it again."""
    async with bench(nemo) as bot:
        upstream.next("run", Reply(gate=asyncio.Event()))
        await bot.app.runner.submit(turn("a1", "mute it and export", clip))
        await upstream.wait_for("run")
    inner = {"video_infos": [], "draft": json.loads(DRAFT), "canvas_config": {}}
    last = {"id": "e-1", "state": "done", "outcome": outcome, "text": "How it ended."}
    upstream.next("state", *[Reply(json={"code": 0, "data": {"state": inner, "last_turn": last}})] * 2)
    async with bench(nemo) as bot:
        await bot.finished("a1")
        assert bot.face.of(Said) == [Said("How it ended.")]
        assert bool(bot.face.of(RenderQueued)) == (outcome == "changed")


async def test_files_that_are_in_are_not_sent_again(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    other = tmp_path / "second.mp4"
    other.write_bytes(CLIP + b"another clip")
    async with bench(nemo) as bot:
        upstream.next("upload", upstream_says_yes(upstream, clip.name), Reply(gate=asyncio.Event()))
        await bot.app.runner.submit(turn("a1", "join them", clip, other))
        await upstream.wait_for("upload", 2)
    async with bench(nemo) as bot:
        await bot.finished("a1")
        assert [footage.name for footage in bot.face.of(Footage)] == ["second.mp4"]
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        assert [kept.name for kept in thread.footage] == ["holiday clip.mp4", "second.mp4"]
    assert [seen.parts[0].name for seen in upstream.seen("upload")] == [clip.name, "second.mp4", "second.mp4"]


async def test_a_file_that_arrived_before_the_restart_is_found_there(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        upstream.next("upload", Reply(gate=asyncio.Event()))
        await bot.app.runner.submit(turn("a1", "cut it", clip))
        await upstream.wait_for("upload")
    upstream.files.append({"filename": clip.name, "file_type": "video", "duration": 3})
    async with bench(nemo) as bot:
        await bot.finished("a1")
        assert [footage.name for footage in bot.face.of(Footage)] == [clip.name]
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        assert thread.footage[0].sha256 is not None
    assert len(upstream.seen("upload")) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_file_whose_way_broke_off_is_asked_after_and_sent_once_more(
    nemo: Settings, upstream: Upstream, clip: Path, arrived: bool
) -> None:
    """Without a restart of ours: the upstream has gone, and may have it or not."""

    async def take(endpoint: str) -> None:
        if endpoint == "upload" and arrived:
            upstream.files.append({"filename": clip.name, "file_type": "video", "duration": 3})

    upstream.between = take
    upstream.next("upload", Reply(drop=True))
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        assert [footage.name for footage in bot.face.of(Footage)] == [clip.name]
        assert bot.face.of(Said) == [Said("Done.")]
        assert not bot.face.of(Problem)
    assert len(upstream.seen("upload")) == (1 if arrived else 2)


async def test_a_file_is_not_sent_for_ever(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    upstream.next("upload", *[Reply(drop=True)] * 3)
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        assert [problem.kind for problem in bot.face.of(Problem)] == [ProblemKind.UPSTREAM_DOWN]
    assert len(upstream.seen("upload")) == 2


def upstream_says_yes(upstream: Upstream, name: str) -> Reply:
    file = {"filename": name, "file_type": "video", "duration": 3}
    upstream.files.append(file)
    return Reply(json={"code": 0, "data": {"files": [file]}})


async def exported(bot: Bench, clip: Path) -> None:
    await bot.ask(turn("a1", "cut it", clip))
    await bot.ask(turn("a2", "export"))


async def kept_render(bot: Bench) -> Render:
    render = await bot.app.store.renders.get("a2-0")
    assert render is not None
    return render


async def test_a_render_is_polled_on_after_a_restart(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("render_status", *[Reply(json={"status": "processing", "progress": 10})] * 2)
        upstream.next("render_status", Reply(gate=asyncio.Event()))
        await exported(bot, clip)
        await upstream.wait_for("render_status", 3)
    async with bench(nemo) as bot:
        _, _, content = await bot.face.result()
        assert content == VIDEO
    assert len(upstream.seen("render")) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_render_found_in_submitting_is_looked_for_first(
    nemo: Settings, upstream: Upstream, clip: Path, arrived: bool
) -> None:
    async with bench(nemo) as bot:
        upstream.next("render", Reply(gate=asyncio.Event()))
        await exported(bot, clip)
        seen = await upstream.wait_for("render")
        assert (await kept_render(bot)).state is RenderState.SUBMITTING
    if arrived:
        upstream.renders[seen.json["id"]] = ["completed"]
    async with bench(nemo) as bot:
        await bot.face.result()
    ids = [request.json["id"] for request in upstream.seen("render")]
    assert len(set(ids)) == len(ids) == (1 if arrived else 2)


async def test_killed_between_export_and_delivery_it_is_delivered_once(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async def hang(ready: RenderReady) -> None:
        reached.set()
        await asyncio.Event().wait()

    reached = asyncio.Event()
    face = Recorder(before_deliver=hang)
    async with bench(nemo, face) as bot:
        await exported(bot, clip)
        async with asyncio.timeout(10):
            await reached.wait()
        assert (await kept_render(bot)).state is RenderState.READY
    async with bench(nemo) as second:
        await second.face.result()
        await second.face.until(lambda: "Delivered" in second.face.kinds("a2-0"))
        assert (await kept_render(second)).state is RenderState.DELIVERED
    async with bench(nemo) as third:
        await third.ask(turn("a9", "status"))
        assert third.face.delivered == []
    assert face.delivered == []
    assert len(second.face.delivered) == 1
    assert len(upstream.seen("render")) == 1


async def test_a_request_whose_end_was_not_shown_is_told_again(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async def hang(update: Update) -> None:
        if isinstance(update, Said):
            reached.set()
            await asyncio.Event().wait()

    reached = asyncio.Event()
    async with bench(nemo, Recorder(before_show=hang)) as bot:
        await bot.app.runner.submit(turn("a1", "cut it", clip))
        async with asyncio.timeout(10):
            await reached.wait()
    async with bench(nemo) as bot:
        await bot.finished("a1")
        assert bot.face.of(Changed, "a1")
    assert len(upstream.seen("run")) == 1


async def test_two_bots_on_one_redis_do_a_request_once(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as one, bench(nemo) as two:
        await one.app.runner.submit(turn("a1", "cut it and export", clip))
        await two.app.runner.submit(turn("a1", "cut it and export", clip))
        await one.face.until(lambda: one.face.delivered or two.face.delivered)
        await one.finished("a1")
        await two.finished("a1")
    assert len(upstream.seen("run")) == len(upstream.seen("render")) == 1
    assert len(one.face.delivered + two.face.delivered) == 1


async def test_a_forgotten_thread_holds_nobody_up(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(limited(nemo, user_running=1, user_waiting=1)) as bot:
        go = asyncio.Event()
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await bot.until_state("a1", TurnState.STREAMING)
        await bot.app.runner.submit(turn("a2", "two"))
        await bot.app.store.threads.forget("t1")
        go.set()
        async with asyncio.timeout(10):
            while True:  # until the worker has seen that nothing is left
                try:
                    await bot.ask(turn("b1", "credits"))
                except QueueFullError:
                    await asyncio.sleep(0.01)
                else:
                    break
    assert len(upstream.seen("run")) == 1


async def test_a_redis_that_is_killed_in_mid_turn_costs_nothing(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    own = dataclasses.replace(nemo, redis=nemo.redis.model_copy(update={"redis_url": None}))

    def edit() -> None:
        upstream.draft = DRAFT

    go = asyncio.Event()
    async with bench(own) as bot:
        upstream.next("run", sse(said("One.", partial=True), go, edit, said("One.")))
        await bot.app.runner.submit(turn("a1", "one and export", clip))
        await bot.until_state("a1", TurnState.STREAMING)
        (server,) = [
            process
            for process in psutil.process_iter(["name", "cmdline"])
            if "valkey-server" in process.info["name"] and str(own.redis_dir) in " ".join(process.info["cmdline"])
        ]
        server.kill()
        go.set()
        await bot.finished("a1")
        _, _, content = await bot.face.result()
        assert content == VIDEO
    assert len(upstream.seen("run")) == len(upstream.seen("render")) == 1
