"""Cancelling: one request or one export by its id, or what is at work in a thread; what waits leaves the queue."""

import asyncio
from pathlib import Path

from bot.settings import Settings
from bot.store.models import RenderState, TurnState
from bot.updates import Cancelled, Changed, Problem, ProblemKind, Said, Stage, Status, Stopped, Working
from tests.upstream.replies import Reply, said, sse
from tests.upstream.server import Upstream
from tests.watch.bench import bench, limited, place, turn

TALK = Path(__file__).parents[1] / "media" / "talk.mp4"
BOB = place(requester="u2")


def sent(upstream: Upstream) -> list[str]:
    return [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")]


async def test_one_cancels_what_runs_and_ones_own_that_waits(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("One.", partial=True), asyncio.Event()))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await bot.until_state("a1", TurnState.STREAMING)
        await bot.app.runner.submit(turn("a2", "two"))
        await bot.app.runner.submit(turn("b1", "three", at=BOB))
        await bot.app.runner.submit(turn("a3", "four"))

        assert await bot.app.runner.cancel(place()) == Stopped(running=1, waiting=2, may_go_on=True)

        await bot.finished("b1")
        assert bot.face.of(Cancelled, "a1") == [Cancelled(may_go_on=True)]
        assert bot.face.of(Cancelled, "a2") == bot.face.of(Cancelled, "a3") == [Cancelled()]
        assert bot.face.of(Said, "b1") == [Said("Done.")]
        assert await bot.app.store.turns.waiting("t1") == ()
        assert await bot.app.runner.cancel(place()) == Stopped()
    assert sent(upstream) == ["one", "three"]


async def test_one_request_is_cancelled_by_its_id_and_the_others_go_on(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    go = asyncio.Event()
    async with bench(nemo) as bot:
        runner = bot.app.runner
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await runner.submit(turn("a1", "one", clip))
        await bot.until_state("a1", TurnState.STREAMING)
        await runner.submit(turn("a2", "two"))
        await runner.submit(turn("a3", "three"))
        assert await runner.cancel_job("a2") == Stopped(waiting=1)
        await bot.finished("a2")
        assert await runner.cancel_job("a2") == Stopped()
        go.set()
        await bot.finished("a3")
        assert await runner.cancel_job("a1") == await runner.cancel_job("nobody") == Stopped()
        upstream.next("run", sse(said("Four.", partial=True), asyncio.Event()))
        await runner.submit(turn("a4", "four"))
        await bot.until_state("a4", TurnState.STREAMING)
        assert await runner.cancel_job("a4") == Stopped(running=1, may_go_on=True)
        assert bot.face.kinds("a2")[-1] == "Cancelled"
    assert sent(upstream) == ["one", "three", "four"]


async def test_a_request_that_waits_for_others_of_its_user_elsewhere_is_cancelled_too(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    go = asyncio.Event()
    async with bench(limited(nemo, user_running=1)) as bot:
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await upstream.wait_for("run")
        await bot.app.runner.submit(turn("b1", "two", at=place("t2")))
        await bot.face.until(lambda: bot.face.kinds("b1"))
        assert (await bot.app.runner.cancel_job("b1")).anything
        assert bot.face.of(Cancelled, "b1") == [Cancelled()]
        go.set()
        await bot.finished("a1")
        await bot.ask(turn("b2", "three", at=place("t2")))
    assert sent(upstream) == ["one", "three"]


async def test_an_export_is_cancelled_by_its_id_and_the_upstream_is_free(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        upstream.render_states = ("processing",)
        await bot.ask(turn("a2", intent="export"))
        await upstream.wait_for("render")
        assert await bot.app.runner.cancel_job("a2-0") == Stopped(exports=1)
        assert bot.face.of(Cancelled, "a2-0") == [Cancelled()]
        assert await bot.app.runner.cancel_job("a2-0") == Stopped()
        await upstream.wait_for("cancel")
        assert bot.face.delivered == []


async def test_an_export_that_is_cancelled_while_it_is_being_asked_for_does_not_stay_upstream(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    gate = asyncio.Event()
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        upstream.next("render", Reply(json={"status": "pending"}, gate=gate))
        await bot.ask(turn("a2", intent="export"))
        seen = await upstream.wait_for("render")
        await bot.until_render("a2-0", RenderState.SUBMITTING)
        assert (await bot.app.runner.cancel_job("a2-0")).exports == 1
        first = (await upstream.wait_for("cancel")).path
        upstream.renders[seen.json["id"]] = ["processing"]
        gate.set()
        assert (await upstream.wait_for("cancel", 2)).path == first


async def test_our_own_engine_really_stops(settings: Settings, redis: object) -> None:
    async with bench(settings, speed=1) as bot:
        await bot.ask(turn("a1", "", TALK))
        await bot.app.runner.submit(turn("a2", "trim the silences"))
        await bot.face.until(lambda: [one for one in bot.face.of(Working, "a2") if one.stage is Stage.LISTENING])
        assert await bot.app.runner.cancel_job("a2") == Stopped(running=1)
        assert bot.face.of(Cancelled, "a2") == [Cancelled()]
        await bot.ask(turn("a3", intent="status"))
        timeline = bot.face.of(Status)[-1].timeline
        assert timeline is not None
        assert timeline.duration_ms > 30_000
        await bot.ask(turn("a4", "cut the first second"))
        assert bot.face.of(Changed, "a4")
        await bot.ask(turn("a5", intent="undo"))
        await bot.app.runner.submit(turn("a6", "cancel"))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NOTHING_RUNS)]
