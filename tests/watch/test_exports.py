"""Exports that go wrong, and how a finished file reaches its place."""

import dataclasses
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from bot.flows.export import PREVIEW, room
from bot.flows.faces import DeliveryError, FileRefusedError
from bot.media.probe import probe
from bot.settings import Settings
from bot.store.models import Export, RenderState
from bot.updates import Deed, Offer, Problem, ProblemKind, RenderProgress, RenderReady, Stage, Working
from bot.voice.phrase import size
from bot.voice.say import say
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
        (Reply(507, json={"code": 507, "message": "full", "data": {"reason": "disk_full"}}), ProblemKind.DISK_FULL),
    ],
)
async def test_an_export_that_is_refused_for_good_is_not_tried_again(
    nemo: Settings, upstream: Upstream, clip: Path, reply: Reply, kind: ProblemKind
) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        upstream.next("render", reply)
        await bot.ask(turn("a2", intent="export"))
        await bot.face.until(lambda: bot.face.of(Problem))
        assert bot.face.of(Problem)[0].kind is kind
    assert len(upstream.seen("render")) == 1


@pytest.mark.long
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
        upstream.render_states = ("processing",)
        await bot.ask(turn("a2", intent="export"))
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


@pytest.mark.long
async def test_a_video_keeps_what_its_page_tells_and_nothing_else_does(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        kept = {}
        for number, export in enumerate((Export(), Export(height=720), PREVIEW), 1):
            await bot.ask(turn(f"b{number}", intent="export", export=export))
            kept[export], _, _ = await bot.face.result(number)
    assert [render.timeline is not None for render in kept.values()] == [True, True, False]
    assert len({render.drafted for render in kept.values()} - {""}) == 1, "they are of one timeline"
    assert len({render.digest for render in kept.values()}) == 3


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


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A finished video of 4 s."""
    return footage.clip(tmp_path_factory.mktemp("done") / "done.mp4", frames=120, size=(640, 360)).read_bytes()


def served(nemo: Settings) -> Settings:
    """Settings with links of our own."""
    general = nemo.general.model_copy(update={"public_url": "https://videos.example"})
    return dataclasses.replace(nemo, general=general)


@pytest.mark.long
async def test_over_the_limit_a_smaller_copy_comes_with_the_link_to_the_whole(
    nemo: Settings, upstream: Upstream, clip: Path, video: bytes, tmp_path: Path
) -> None:
    limit = len(video) * 2 // 3
    upstream.next("file", Reply(body=video, content_type="video/mp4"))
    async with bench(served(nemo), able={"gives_links": False}) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", at=place(upload_limit=limit)))
        render, ready, content = await bot.face.result()
        assert ready.link is not None
        assert (ready.full_size, ready.limit) == (len(video), limit)
        assert 0 < len(content) == ready.size <= limit
        assert Working(Stage.FITTING) in bot.face.of(Working, "a2-0"), "what takes a while is shown"
        copy = tmp_path / "copy.mp4"
        copy.write_bytes(content)
        facts = await probe(copy)
        assert facts.picture is not None
        assert (facts.picture.width, facts.picture.height) == (ready.width, ready.height)
        await bot.face.until(lambda: "Delivered" in bot.face.kinds("a2-0"))
        assert render.file is not None
        assert [path.name for path in nemo.results_dir.iterdir()] == [render.file], "the copy is gone, the whole stays"
        assert (nemo.results_dir / render.file).read_bytes() == video
        words = say(ready, "en")
        assert size(ready.size) in words.splitlines()[0]
        assert words.splitlines()[1] == (
            f"Attached is a smaller copy: a file here may have {size(limit)} at most."
            f" The link has the whole, {size(len(video))}."
        )


@pytest.mark.parametrize(("limit", "duration"), [(20_000, 4.0), (60_000, 7200.0)])
async def test_where_no_copy_is_worth_it_the_link_comes_alone_and_says_so(
    nemo: Settings, upstream: Upstream, clip: Path, video: bytes, limit: int, duration: float
) -> None:
    upstream.next("file", Reply(body=video, content_type="video/mp4"))
    done = {"url": f"{upstream.url}/files/r.mp4", "duration": duration, "size": len(video), "width": 640, "height": 360}
    upstream.next("render_status", Reply(json={"status": "completed", "progress": 100, "output": done}))
    async with bench(served(nemo), able={"gives_links": False}) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", at=place(upload_limit=limit)))
        _, ready, content = await bot.face.result()
        assert content == b""
        assert (ready.path, ready.size, ready.limit, ready.full_size) == (None, len(video), limit, None)
        assert ready.link is not None
        assert "Too large to attach: a file here may have" in say(ready, "en")


@pytest.mark.long
async def test_a_file_that_only_the_request_makes_too_large_loses_no_more_than_that(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    noisy = tmp_path / "noisy.mp4"  # so that its copy has as many bytes as it may
    drawn = "testsrc2=s=320x180:r=30:d=3,noise=alls=40:allf=t"
    footage.ffmpeg(["-f", "lavfi", "-i", drawn, "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(noisy)])
    video = noisy.read_bytes()
    limit = len(video) + 1_000
    sizes: list[int] = []

    def refuse(ready: RenderReady) -> None:
        sizes.append(ready.size)
        if ready.size > limit - 5_000:
            raise FileRefusedError

    upstream.next("file", Reply(body=video, content_type="video/mp4"))
    async with bench(nemo, Recorder(before_deliver=refuse), able={"gives_links": False}) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", at=place(upload_limit=limit)))
        _, ready, content = await bot.face.result()
        assert sizes == [len(video), ready.size]
        assert room(limit) * 0.6 < len(content) <= room(limit)
        assert ready.limit is None, "it is within what the place says"


async def test_a_place_that_takes_less_than_it_says_gets_smaller_copies_and_at_last_the_link(
    nemo: Settings, upstream: Upstream, clip: Path, video: bytes
) -> None:
    sizes: list[int] = []

    def refuse(ready: RenderReady) -> None:
        if ready.path is not None:
            sizes.append(ready.size)
            raise FileRefusedError

    upstream.next("file", Reply(body=video, content_type="video/mp4"))
    async with bench(served(nemo), Recorder(before_deliver=refuse), able={"gives_links": False}) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", at=place(upload_limit=9_000_000)))
        _, ready, _ = await bot.face.result()
        assert sizes[0] == len(video)
        assert len(sizes) >= 2
        assert all(after <= before / 2 for before, after in pairwise(sizes))
        assert (ready.path, ready.size, ready.limit) == (None, len(video), None)
        assert "Too large to attach here." in say(ready, "en")
        assert not bot.face.of(Problem)


@pytest.mark.long
async def test_a_gif_that_a_place_refuses_comes_as_a_smaller_gif(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path, video: bytes
) -> None:
    def refuse(ready: RenderReady) -> None:
        if ready.full_size is None:
            raise FileRefusedError

    upstream.next("file", Reply(body=video, content_type="video/mp4"))
    async with bench(nemo, Recorder(before_deliver=refuse)) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export", export=Export(format="gif")))
        _, ready, content = await bot.face.result()
        assert ready.full_size is not None
        assert len(content) <= ready.full_size / 2
        assert content[:4] == b"GIF8"


async def test_an_export_of_another_timeline_is_made_anew(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export"))
        await bot.face.result()
        upstream.draft = DRAFT.replace("10000", "9000")
        await bot.ask(turn("a3", intent="export"))
        await bot.face.result(2)
    assert len(upstream.seen("render")) == 2


@pytest.mark.long
async def test_an_export_for_which_there_is_no_room_says_so_before_it_is_fetched(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    web = nemo.web.model_copy(update={"results_gb": 0.9 * len(VIDEO) / 1_000_000_000})
    async with bench(dataclasses.replace(nemo, web=web)) as bot:
        await edited(bot, clip)
        await bot.ask(turn("a2", intent="export"))
        await bot.face.until(lambda: bot.face.of(Problem))
        assert [problem.kind for problem in bot.face.of(Problem)] == [ProblemKind.DISK_FULL]
        assert list(nemo.results_dir.iterdir()) == []
        assert not upstream.seen("file")
