"""Exports that go wrong, and how a finished file reaches its place."""

from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot.flows.faces import DeliveryError, FileRefusedError
from bot.media.probe import probe
from bot.settings import Settings
from bot.store.models import RenderState
from bot.updates import Deed, Offer, Problem, ProblemKind, RenderProgress, RenderReady
from tests import footage
from tests.upstream.replies import Reply, refuses
from tests.upstream.server import DRAFT, VIDEO, Upstream
from tests.watch.bench import Bench, FastClock, Recorder, bench, place, turn


async def edited(bot: Bench, clip: Path) -> None:
    await bot.ask(turn("a1", "cut it", clip))


async def test_a_render_that_fails_is_tried_once_more_with_a_new_id(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        upstream.next("render_status", Reply(json={"status": "failed", "error": "out of memory"}))
        await bot.ask(turn("a2", intent="export"))
        await bot.face.result()
        assert not bot.face.of(Problem)
    first, second = (seen.json for seen in upstream.seen("render"))
    assert first["id"] != second["id"]
    assert first["draft"] == second["draft"]


async def test_a_render_that_fails_twice_says_why(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        failed = Reply(json={"status": "failed", "error": "out of memory"})
        upstream.next("render_status", failed, failed)
        await bot.ask(turn("a2", intent="export"))
        await bot.face.until(lambda: bot.face.of(Problem))
        assert bot.face.of(Problem, "a2-0") == [
            Problem(ProblemKind.RENDER_FAILED, hint="out of memory", offers=(Offer(Deed.EXPORT, "a2-0"),))
        ]
    assert len(upstream.seen("render")) == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(402, json={"code": 402, "message": "tier"}), ProblemKind.EXPORT_LOCKED),
        (refuses(2001, 402), ProblemKind.NO_CREDITS),
    ],
)
async def test_a_plan_without_export_is_not_tried_again(
    nemo: Settings, upstream: Upstream, clip: Path, reply: Reply, kind: ProblemKind
) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        upstream.next("render", reply)
        await bot.ask(turn("a2", intent="export"))
        await bot.face.until(lambda: bot.face.of(Problem))
        assert bot.face.of(Problem)[0].kind is kind
    assert len(upstream.seen("render")) == 1


async def test_outages_cost_no_attempt(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        upstream.next("render_status", *[Reply(502)] * 12)
        upstream.next("file", Reply(503), Reply(body=VIDEO[:50], short=100))
        await bot.ask(turn("a2", intent="export"))
        _, _, content = await bot.face.result()
        assert content == VIDEO
        assert not list(nemo.results_dir.glob("*.part"))
    assert len(upstream.seen("render")) == 1


async def test_a_render_upstream_forgot_is_asked_for_again(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        upstream.next("render_status", Reply(404, json={"detail": "Render not found"}))
        await bot.ask(turn("a2", intent="export"))
        await bot.face.result()
    assert len(upstream.seen("render")) == 2


async def test_a_submission_that_meets_the_limit_is_no_attempt(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("render", *[refuses(429, 429, Retry_After="90")] * 3)
        upstream.next("render_status", Reply(json={"status": "failed", "error": "out of memory"}))
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export"))
        render, _, content = await bot.face.result()
        assert content == VIDEO
        assert render.attempts == 2
    assert len({seen.json["id"] for seen in upstream.seen("render")}) == 5, "an id of its own for each submission"


async def test_a_render_that_never_ends_is_given_up(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    clock = FastClock()
    async with bench(nemo, clock=clock) as bot:
        await edited(bot, clip)
        upstream.next("render_status", Reply(json={"status": "processing", "progress": 33}))
        await bot.ask(turn("a2", intent="export"))
        seen = await upstream.wait_for("render")
        upstream.renders[seen.json["id"]] = ["processing"]
        await bot.face.until(lambda: bot.face.of(RenderProgress))
        clock.jump(timedelta(hours=6))
        bot.app.poller.poke()
        await bot.face.until(lambda: bot.face.of(Problem))
        assert bot.face.of(Problem) == [Problem(ProblemKind.TIMED_OUT, offers=(Offer(Deed.EXPORT, "a2-0"),))]
        await upstream.wait_for("cancel")


async def test_a_results_folder_that_cannot_be_made_is_one_line_with_a_reference(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        nemo.results_dir.parent.mkdir(exist_ok=True)
        nemo.results_dir.write_bytes(b"")  # no folder can be made here
        await bot.ask(turn("a2", intent="export"))
        await bot.face.until(lambda: bot.face.of(Problem))
        (problem,) = bot.face.of(Problem)
        assert problem.kind is ProblemKind.INTERNAL
        assert problem.reference


async def test_delivery_is_tried_until_it_works(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    tries: list[RenderReady] = []

    def fail(ready: RenderReady) -> None:
        tries.append(ready)
        if len(tries) < 4:
            raise ConnectionResetError

    async with bench(nemo, Recorder(before_deliver=fail)) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export"))
        await bot.face.result()
    assert len(tries) == 4
    assert len({ready.render for ready in tries}) == 1


async def test_with_every_way_closed_the_file_is_kept_for_the_next_export(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    def closed(ready: RenderReady) -> None:
        if ready.render == "a2-0":
            raise DeliveryError("closed")

    async with bench(nemo, Recorder(before_deliver=closed)) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export"))
        await bot.until_render("a2-0", RenderState.READY)
        await bot.ask(turn("a3", intent="export"))
        render, _, content = await bot.face.result()
        assert (render.id, content) == ("a3-0", VIDEO)
    assert len(upstream.seen("render")) == 1


async def test_a_link_of_ours_is_given_where_the_upstream_gives_none(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    general = nemo.general.model_copy(update={"public_url": "https://videos.example"})
    settings = type(nemo)(**{**vars(nemo), "general": general})
    async with bench(settings, able={"gives_links": False}) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", at=place(upload_limit=10)))
        _, ready, _ = await bot.face.result()
    assert ready.link is not None
    assert ready.link.startswith("https://videos.example/v/")
    assert ready.link_expires is not None
    assert upstream.url not in repr(ready)


async def test_without_links_the_operator_is_told_once(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    with structlog.testing.capture_logs() as lines:
        async with bench(nemo, able={"gives_links": False}) as bot:
            await edited(bot, clip)
            await bot.ask(turn("a2", intent="export"))
            await bot.face.result()
            await bot.ask(turn("a3", intent="export"))
            await bot.face.result(2)
    assert len([line for line in lines if "PUBLIC_URL" in line["event"]]) == 1


async def test_a_file_over_the_places_limit_is_made_smaller(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    video = footage.clip(tmp_path / "finished.mp4", frames=120, size=(640, 360)).read_bytes()
    limit = len(video) * 2 // 3
    upstream.next("file", Reply(body=video, content_type="video/mp4"))
    async with bench(nemo, able={"gives_links": False}) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", at=place(upload_limit=limit)))
        render, ready, content = await bot.face.result()
        assert 0 < len(content) == ready.size <= limit
        assert ready.path is not None
        await bot.face.until(lambda: "Delivered" in bot.face.kinds("a2-0"))
        assert render.file is not None
        assert (nemo.results_dir / render.file).read_bytes() == video
        smaller = tmp_path / "smaller.mp4"
        smaller.write_bytes(content)
        facts = await probe(smaller)
        assert 3900 < facts.duration_ms < 4200


async def test_a_place_that_refuses_the_file_gets_a_smaller_one_then_a_line(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    def refuse(ready: RenderReady) -> None:
        raise FileRefusedError

    async with bench(nemo, Recorder(before_deliver=refuse), able={"gives_links": False}) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", at=place(upload_limit=50_000)))
        await bot.face.until(lambda: bot.face.of(Problem))
        (problem,) = bot.face.of(Problem)
        assert (problem.kind, problem.name) == (ProblemKind.DOES_NOT_FIT, "holiday clip-edited.mp4")


async def test_an_export_of_another_timeline_is_made_anew(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export"))
        await bot.face.result()
        upstream.draft = DRAFT.replace("10000", "9000")
        await bot.ask(turn("a3", intent="export"))
        await bot.face.result(2)
    assert len(upstream.seen("render")) == 2
