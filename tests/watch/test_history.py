"""Undo and redo: free and local, or asked about first; and a project that starts over."""

import asyncio
from pathlib import Path

from bot.settings import Settings
from bot.updates import Changed, Deed, Offer, Priced, Problem, ProblemKind, Ready, Said, Status
from tests import footage
from tests.leftovers import files
from tests.upstream.replies import said, sse
from tests.upstream.server import Upstream
from tests.watch.bench import Bench, bench, place, turn


def sent(upstream: Upstream) -> list[str]:
    return [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")]


async def length(bot: Bench, number: str) -> int:
    await bot.ask(turn(number, intent="status"))
    timeline = bot.face.of(Status)[-1].timeline
    return 0 if timeline is None else timeline.duration_ms


async def test_on_our_own_engine_a_step_goes_back_and_forth_for_nothing(
    settings: Settings, redis: object, tmp_path: Path
) -> None:
    clip = footage.clip(tmp_path / "lesson.mp4", frames=90)
    async with bench(settings, speed=1) as bot:
        await bot.ask(turn("a0", intent="undo"))
        await bot.ask(turn("a1", "cut the first second", clip))
        await bot.ask(turn("a2", intent="redo"))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NOTHING_TO_UNDO), Problem(ProblemKind.NOTHING_TO_REDO)]

        await bot.ask(turn("a3", intent="undo"))
        (back,) = bot.face.of(Changed, "a3")
        assert back.timeline.duration_ms == 3000
        assert [change.kind for change in back.changes] == ["duration"]
        assert "Took back 1" in bot.face.of(Said, "a3")[0].text

        await bot.ask(turn("a4", intent="redo"))
        assert bot.face.of(Changed, "a4")[0].timeline.duration_ms == 2000

        # Starting over: nothing of it is left to undo, and nothing of its footage on the disk; the export stays.
        await bot.ask(turn("a5", intent="export"))
        await bot.face.result()
        await bot.ask(turn("a6", intent="new"))
        assert bot.face.of(Ready, "a6")[0].new
        assert await length(bot, "a7") == 0
        assert bot.face.of(Status)[-1].footage == ()
        assert files(settings.media_dir) == files(settings.engine_dir / "media") == []
        assert len(files(settings.results_dir)) == 1
        await bot.ask(turn("a8", intent="undo"))
        assert bot.face.of(Problem, "a8") == [Problem(ProblemKind.NOTHING_TO_UNDO)]
        assert await bot.app.store.leaving.all() == ()


async def test_where_undo_costs_it_is_said_first_and_sent_by_the_offer_alone(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        await bot.ask(turn("a2", intent="undo"))
        (priced,) = bot.face.of(Priced)
        assert priced.cost == 50
        (offer,) = priced.offers
        assert (offer.deed, offer.label) == (Deed.SAY, "Undo it")
        assert sent(upstream) == ["cut it"]

        await bot.ask(turn("a3", intent="redo"))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NO_REDO)]
        assert sent(upstream) == ["cut it"]

        kept = await bot.app.store.turns.get("a2")
        assert kept is not None
        assert kept.offers[offer.number] == Offer(Deed.SAY, "a2", offer.number, "Undo the last change.", "Undo it")


async def test_on_the_cloud_nothing_is_sent_where_there_is_nothing_to_undo(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a0", intent="undo"))
        await bot.ask(turn("a1", "", clip))
        await bot.ask(turn("a2", intent="undo"))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NOTHING_TO_UNDO)] * 2
    assert sent(upstream) == []


async def test_an_undo_after_a_lost_session_does_not_take_the_footage_away(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo, able={"free_undo": True, "has_redo": True}) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        upstream.sessions.clear()
        await bot.ask(turn("a2", intent="undo"))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NOTHING_TO_UNDO)]
        assert sent(upstream) == ["cut it"]


async def test_starting_over_waits_its_turn_and_begins_without_the_footage(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    go = asyncio.Event()
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("One.", partial=True), go, said("One.")))
        await bot.app.runner.submit(turn("a1", "one", clip))
        await upstream.wait_for("run")
        assert await bot.app.runner.submit(turn("a2", intent="new")) == 1
        assert len(upstream.seen("session")) == 1
        go.set()
        await bot.finished("a2")
        assert bot.face.of(Said, "a1") == [Said("One.")]
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        assert (thread.footage, thread.pending) == ((), ())
        assert thread.session == list(upstream.projects)[-1]
        assert files(nemo.media_dir) == []
    assert len(upstream.seen("session")) == 2


async def test_starting_over_keeps_what_another_thread_uses(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        await bot.ask(turn("b1", "", clip, at=place("t2")))
        await bot.ask(turn("a2", intent="new"))
        assert len(files(nemo.media_dir)) == 1
        await bot.ask(turn("b2", intent="new", at=place("t2")))
        assert files(nemo.media_dir) == []
