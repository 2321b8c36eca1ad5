"""Exports by turns: one user's many do not make another wait, a restart changes nothing, and waiting costs no call."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.flows.export import PREVIEW
from bot.settings import Settings
from bot.store.models import RenderState
from bot.updates import Problem, ProblemKind, Queued
from tests.upstream.server import Upstream
from tests.watch.bench import Bench, bench, limited, place, turn

ANN = {"requester": "ann", "guild": "g1"}
BOB = {"requester": "bob", "guild": "g1"}


async def export(bot: Bench, upstream: Upstream, name: str, clip: Path, **who: str) -> str:
    """An export of a project of its own, which is made until `finish`; the render's id."""
    at = place(f"thread of {name}", **who)
    await bot.ask(turn(f"{name}-edit", "cut it", clip, at=at))
    await bot.ask(turn(name, intent="export", at=at))
    return f"{name}-0"


async def at_work(bot: Bench, upstream: Upstream, *names: str) -> None:
    """Wait until the last of these is made, and these are all that the upstream was ever asked for."""
    await bot.until_render(f"{names[-1]}-0", RenderState.RENDERING)
    await upstream.wait_for("render", len(names))
    renders = [await bot.app.store.renders.get(f"{name}-0") for name in names]
    assert {render.upstream_id for render in renders if render} == {one.json["id"] for one in upstream.seen("render")}


async def finish(bot: Bench, upstream: Upstream, name: str) -> None:
    """Let the upstream be done with an export."""
    render = await bot.app.store.renders.get(f"{name}-0")
    assert render is not None
    assert render.upstream_id is not None
    upstream.renders[render.upstream_id] = ["completed"]


@pytest.fixture
def slow(upstream: Upstream) -> Upstream:
    """An upstream whose exports are made until they are told to be done."""
    upstream.render_states = ("processing",)
    return upstream


async def test_twenty_exports_of_one_do_not_make_another_wait_for_all_even_over_a_restart(
    nemo: Settings, slow: Upstream, clip: Path
) -> None:
    settings = limited(nemo, user_exports=1, server_exports=1)
    async with bench(settings) as bot:
        for number in range(5):
            await export(bot, slow, f"a{number}", clip, **ANN)
        await at_work(bot, slow, "a0")
        await bot.face.until(lambda: bot.face.of(Queued, "a4-0") == [Queued(4)])
        await export(bot, slow, "b0", clip, **BOB)
        await bot.face.until(lambda: bot.face.of(Queued, "b0-0") == [Queued(1)])
        await bot.face.until(lambda: bot.face.of(Queued, "a4-0")[-1:] == [Queued(5)])
        await finish(bot, slow, "a0")
        await at_work(bot, slow, "a0", "b0")
    async with bench(settings) as bot:  # b0 has the slot, and nobody else gets one
        await bot.face.until(lambda: bot.face.of(Queued, "a1-0") == [Queued(1)])
        assert len(slow.seen("render")) == 2
        await finish(bot, slow, "b0")
        await at_work(bot, slow, "a0", "b0", "a1")
        await bot.face.until(lambda: bot.face.of(Queued, "a4-0")[-1:] == [Queued(3)])
        for name in ("a1", "a2", "a3", "a4"):
            await bot.until_render(f"{name}-0", RenderState.RENDERING)
            await finish(bot, slow, name)
        await bot.face.result(5)
    assert len(slow.seen("render")) == 6


async def test_the_longest_waiting_comes_first_after_a_restart(nemo: Settings, slow: Upstream, clip: Path) -> None:
    async with bench(limited(nemo, exports=1)) as bot:
        for name in ("z0", "y0", "x0"):
            await export(bot, slow, name, clip, requester=name)
        await at_work(bot, slow, "z0")
    async with bench(limited(nemo, exports=1)) as bot:
        await bot.face.until(lambda: bot.face.of(Queued, "x0-0") == [Queued(2)])
        assert bot.face.of(Queued, "y0-0") == [Queued(1)]


async def test_a_server_and_a_user_have_their_own_bounds(nemo: Settings, slow: Upstream, clip: Path) -> None:
    async with bench(limited(nemo, user_exports=2, server_exports=3)) as bot:
        await bot.app.store.servers.update("small", server_running=1)
        for number in range(3):
            await export(bot, slow, f"a{number}", clip, **ANN)
        for number in range(2):
            await export(bot, slow, f"b{number}", clip, **BOB)
        for number in range(2):
            await export(bot, slow, f"c{number}", clip, requester="cas", guild="small")
        await at_work(bot, slow, "a0", "a1", "b0", "c0")
        for waiting in ("a2-0", "b1-0", "c1-0"):
            await bot.face.until(lambda waiting=waiting: bot.face.of(Queued, waiting))  # type: ignore[misc]


@pytest.mark.parametrize("how", ["cancel", "forget"])
async def test_what_is_cancelled_or_forgotten_frees_its_slot_and_its_place_at_once(
    nemo: Settings, slow: Upstream, clip: Path, how: str
) -> None:
    async def stop(name: str) -> None:
        at = place(f"thread of {name}", **ANN)
        if how == "cancel":
            await bot.app.runner.submit(turn(f"stop {name}", "cancel", at=at))
        else:
            await bot.app.runner.forget(at.thread)

    async with bench(limited(nemo, user_exports=1), speed=1) as bot:
        for number in range(4):
            await export(bot, slow, f"a{number}", clip, **ANN)
        await bot.face.until(lambda: bot.face.of(Queued, "a3-0") == [Queued(3)])
        async with asyncio.timeout(3):  # sooner than anything looks by itself
            await stop("a1")
            await bot.face.until(lambda: bot.face.of(Queued, "a3-0") == [Queued(3), Queued(2)])
            assert len(slow.seen("render")) == 1
            await stop("a0")
            await bot.until_render("a2-0", RenderState.RENDERING)
    assert len(slow.seen("render")) == 2


async def test_too_many_that_wait_are_refused_with_a_line(nemo: Settings, slow: Upstream, clip: Path) -> None:
    async with bench(limited(nemo, user_exports=1, user_waiting=2)) as bot:
        for number in range(4):
            await export(bot, slow, f"a{number}", clip, **ANN)
        await bot.face.until(lambda: bot.face.of(Problem))
        assert bot.face.of(Problem, "a3-0") == [Problem(ProblemKind.BUSY)]
        await bot.until_render("a3-0", RenderState.FAILED)
        await export(bot, slow, "b0", clip, **BOB)
        await bot.until_render("b0-0", RenderState.RENDERING)


async def test_the_time_it_waits_does_not_count_against_an_export(nemo: Settings, slow: Upstream, clip: Path) -> None:
    async with bench(limited(nemo, user_exports=1)) as bot:
        for number in range(2):
            await export(bot, slow, f"a{number}", clip, **ANN)
        await bot.face.until(lambda: bot.face.of(Queued, "a1-0"))
        clock = bot.app.context.clock
        clock.jump(timedelta(hours=6))  # type: ignore[attr-defined]  # the bench's clock
        bot.app.poller.poke()
        await bot.face.until(lambda: bot.face.of(Problem, "a0-0"))
        assert bot.face.of(Problem, "a0-0")[0].kind is ProblemKind.TIMED_OUT
        await bot.until_render("a1-0", RenderState.RENDERING)
        assert not bot.face.of(Problem, "a1-0")


async def test_a_preview_waits_for_no_export(nemo: Settings, slow: Upstream, clip: Path) -> None:
    async with bench(limited(nemo, user_exports=1)) as bot:
        await export(bot, slow, "a0", clip, **ANN)
        await at_work(bot, slow, "a0")
        at = place("thread of a0", **ANN)
        await bot.ask(turn("p0", intent="export", at=at).model_copy(update={"export": PREVIEW}))
        await at_work(bot, slow, "a0", "p0")
        assert bot.face.of(Queued, "p0-0") == []
