"""Busy threads queue and say so; users and servers are bounded; faces cannot hurt a job."""

import asyncio
from pathlib import Path

import pytest

from bot.flows.status import glance
from bot.settings import Settings
from bot.store.errors import DuplicateError, QueueFullError
from bot.store.models import TurnState
from bot.updates import Cancelled, Problem, ProblemKind, Queued, Said, Status, Update, Working
from tests.upstream.replies import said, sse
from tests.upstream.server import Upstream
from tests.watch.bench import Recorder, bench, limited, place, turn


async def test_a_second_request_queues_says_its_place_and_moves_up(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    go = asyncio.Event()
    async with bench(nemo) as bot:
        await bot.ask(turn("a0", "", clip))
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")), sse(said("Two.")), sse(said("Three.")))
        assert await bot.app.runner.submit(turn("a1", "one")) == 0
        await upstream.wait_for("run")
        assert await bot.app.runner.submit(turn("a2", "two")) == 1
        assert await bot.app.runner.submit(turn("a3", "three")) == 2
        await bot.face.until(lambda: Queued(2) in bot.face.of(Queued, "a3"))
        assert bot.face.of(Queued, "a2") == [Queued(1)]
        go.set()
        await bot.finished("a3")
        assert bot.face.of(Queued, "a3") == [Queued(2), Queued(1)]
        assert bot.face.of(Said) == [Said("One."), Said("Two."), Said("Three.")]
    assert [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")] == ["one", "two", "three"]


async def test_what_is_at_work_is_told_at_once_and_asks_nothing_upstream(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    go = asyncio.Event()
    async with bench(nemo) as bot:
        await bot.ask(turn("a0", "cut it", clip))
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await bot.app.runner.submit(turn("a1", "one"))
        await bot.until_state("a1", TurnState.STREAMING)
        asked = len(upstream.requests)
        now, _ = await glance(bot.app.store, "t1")
        assert [footage.name for footage in now.footage] == ["holiday clip.mp4"]
        assert now.timeline is not None
        assert (now.timeline.duration_ms, now.requests, now.exports) == (10_000, 1, 0)
        assert len(upstream.requests) == asked
        go.set()
        await bot.finished("a1")
        assert (await glance(bot.app.store, "t1"))[0].requests == 0
        assert await glance(bot.app.store, "t2") == (Status((), None), None)


async def test_threads_do_not_wait_for_each_other(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    go = asyncio.Event()
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await upstream.wait_for("run")
        await bot.ask(turn("b1", "two", at=place("t2")))
        assert bot.face.of(Said) == [Said("Done.")]
        go.set()
        await bot.finished("a1")


async def test_one_user_does_not_take_every_slot(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    go = asyncio.Event()
    async with bench(limited(nemo, user_running=1)) as bot:
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await upstream.wait_for("run")
        await bot.app.runner.submit(turn("b1", "two", at=place("t2")))
        await bot.face.until(lambda: bot.face.of(Queued, "b1") == [Queued(1)])
        await bot.ask(turn("c1", "three", at=place("t3", requester="u2")))
        assert not bot.face.of(Said, "b1")
        go.set()
        await bot.finished("b1")


async def test_too_many_waiting_requests_are_refused(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    go = asyncio.Event()
    async with bench(limited(nemo, user_running=1, user_waiting=1)) as bot:
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await bot.app.runner.submit(turn("a2", "two"))
        with pytest.raises(QueueFullError) as refused:
            await bot.app.runner.submit(turn("b1", "three", at=place("t2")))
        assert refused.value.limit == 2
        await bot.app.runner.submit(turn("c1", "credits", at=place("t2", requester="u2")))
        go.set()
        await bot.finished("a2")
        await bot.ask(turn("a3", "credits"))


async def test_the_same_request_twice_is_done_once(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "one", clip))
        with pytest.raises(DuplicateError):
            await bot.app.runner.submit(turn("a1", "one", clip))
    assert len(upstream.seen("run")) == 1


async def test_a_face_that_raises_does_not_touch_the_job(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    def refuse(update: Update) -> None:
        raise RuntimeError("Discord is down")

    face = Recorder(before_show=refuse)
    async with bench(nemo, face) as bot:
        await bot.ask(turn("a1", "cut it and export", clip))
        await bot.face.result()
    assert face.shown == []


async def test_a_face_that_hangs_does_not_touch_the_job_and_misses_only_what_has_passed(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    seen: list[Update] = []

    async def hang(update: Update) -> None:
        seen.append(update)
        if len(seen) == 1:
            await asyncio.Event().wait()

    face = Recorder(before_show=hang)
    stages = [{"content": {"parts": [{"functionCall": {"name": "edit_multitrack"}}]}} for _ in range(300)]
    async with bench(nemo, face, show_s=0.5) as bot:
        upstream.next("run", sse(*stages, said("Done.")))
        await bot.ask(turn("a1", "cut it", clip))
        assert face.of(Said) == [Said("Done.")]
    assert len([update for update in seen if isinstance(update, Working)]) < 50


async def test_cancel_stops_what_runs_at_once(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("One.", partial=True), asyncio.Event()))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await bot.until_state("a1", TurnState.STREAMING)
        await bot.app.runner.submit(turn("a2", "cancel"))
        await bot.finished("a1")
        assert bot.face.of(Cancelled, "a1") == [Cancelled(may_go_on=True)]
        await bot.ask(turn("a3", "two"))
        assert bot.face.of(Said, "a3") == [Said("Done.")]


async def test_cancel_stops_an_export(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        upstream.render_states = ("processing",)
        await bot.ask(turn("a2", "export"))
        await upstream.wait_for("render")
        await bot.app.runner.submit(turn("a3", "取消"))
        await bot.face.until(lambda: bot.face.of(Cancelled))
        await bot.app.runner.submit(turn("a4", "cancel"))
        assert bot.face.of(Problem, "a4") == [Problem(ProblemKind.NOTHING_RUNS)]
        assert bot.face.delivered == []
    assert len(upstream.seen("cancel")) == 1
