"""What an export can be, asked of both upstreams: what one does not make the bot makes, and nobody sees it."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.flows.export import PREVIEW
from bot.media.facts import MediaFacts
from bot.media.probe import probe
from bot.settings import Settings
from bot.store.models import Export, RenderState
from bot.updates import (
    Cancelled,
    Deed,
    Offer,
    Problem,
    ProblemKind,
    RenderProgress,
    RenderQueued,
    RenderReady,
    Stage,
    Working,
)
from tests import footage
from tests.upstream.replies import Reply
from tests.upstream.server import Upstream
from tests.watch.bench import Bench, FastClock, bench, place, turn


@dataclass
class Asking:
    """A bot with a project in it, and what its exports bring."""

    bot: Bench
    folder: Path
    number: int = 0

    async def __call__(self, wanted: Export | str, limit: int | None = None) -> tuple[RenderReady, MediaFacts]:
        self.number += 1
        words, export = (wanted, None) if isinstance(wanted, str) else ("", wanted)
        intent = "edit" if words else "export"
        await self.bot.ask(turn(f"x{self.number}", words, intent=intent, export=export, at=place(upload_limit=limit)))
        await self.bot.face.until(lambda: len(self.bot.face.delivered) >= self.number or self.bot.face.of(Problem))
        assert not self.bot.face.of(Problem)
        _, ready, content = self.bot.face.delivered[self.number - 1]
        file = self.folder / f"{self.number}-{ready.name}"
        file.write_bytes(content)
        return ready, await probe(file)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return footage.clip(tmp_path_factory.mktemp("video") / "lesson.mp4", frames=90, size=(640, 360))


@asynccontextmanager
async def asking(
    name: str, settings: Settings, nemo: Settings, upstream: Upstream, video: Path
) -> AsyncIterator[Asking]:
    local = name == "local"
    upstream.next("file", *[Reply(body=video.read_bytes(), content_type="video/mp4")] * 9)
    async with bench(settings if local else nemo, speed=1 if local else 200) as bot:
        await bot.ask(turn("a1", "cut the first half second", video))
        yield Asking(bot, video.parent)


@pytest.fixture(params=[pytest.param("cloud", marks=pytest.mark.long), "local"])
async def ask(
    request: pytest.FixtureRequest, settings: Settings, nemo: Settings, upstream: Upstream, redis: Redis, video: Path
) -> AsyncIterator[Asking]:
    async with asking(request.param, settings, nemo, upstream, video) as made:
        yield made


@pytest.mark.long
async def test_a_part_pictures_and_sound_as_it_is(ask: Asking) -> None:
    ready, facts = await ask(Export(format="gif", from_ms=500, to_ms=1500, width=200))
    assert (ready.format, facts.container) == ("gif", "gif")
    assert facts.duration_ms == pytest.approx(1000, abs=150)
    assert facts.picture is not None
    assert facts.picture.width <= 200
    ready, facts = await ask(Export(format="png", from_ms=1000))
    assert (ready.name, facts.kind, ready.duration_ms) == ("lesson-edited.png", "image", None)
    for form, container in (("wav", "wav"), ("m4a", "mov")):
        ready, facts = await ask(Export.model_validate({"format": form}))
        assert (ready.format, facts.kind, facts.container) == (form, "audio", container)
        assert facts.duration_ms == pytest.approx(ready.duration_ms, abs=100)
        assert 2400 <= facts.duration_ms <= 3100


@pytest.mark.long
async def test_other_containers(ask: Asking) -> None:
    for form in ("mov", "mkv", "webm"):
        ready, facts = await ask(Export.model_validate({"format": form}))
        assert (ready.name, ready.format, facts.kind) == (f"lesson-edited.{form}", form, "video")
        assert facts.sound is not None
        assert facts.duration_ms == pytest.approx(ready.duration_ms, abs=100)


@pytest.mark.long
async def test_pictures_come_in_a_zip(ask: Asking) -> None:
    await ask.bot.ask(turn("z1", intent="export", export=Export(format="frames", every_ms=1000)))
    await ask.bot.face.until(lambda: bool(ask.bot.face.delivered) or bool(ask.bot.face.of(Problem)))
    _, ready, content = ask.bot.face.delivered[0]
    assert ready.name == "lesson-edited.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == ["frame-001.jpg", "frame-002.jpg", "frame-003.jpg"]
        assert packed.testzip() is None


@pytest.mark.long
async def test_a_gif_a_sound_a_shape_and_a_size(ask: Asking) -> None:
    """One after the other in one project: starting an engine takes longer than each of them."""
    ready, facts = await ask(Export(format="gif"), limit=9_000_000)
    assert (ready.name, ready.format, facts.container) == ("lesson-edited.gif", "gif", "gif")
    assert facts.sound is None
    assert ready.link is None, "the upstream's link is to a video"
    assert (ready.width, ready.height) == (640, 360)

    ready, facts = await ask(Export(format="mp3"))
    assert (ready.name, ready.format, facts.kind, facts.container) == ("lesson-edited.mp3", "mp3", "audio", "mp3")
    assert abs(facts.duration_ms - (ready.duration_ms or 0)) < 60

    ready, facts = await ask(Export(ratio="9:16"))
    assert facts.picture is not None
    assert (facts.picture.width, facts.picture.height) == (ready.width, ready.height) == (360, 640)
    assert facts.sound is not None

    _, facts = await ask("export square at 180p" if ask.bot.app.context.capabilities.reshapes else "export square")
    assert facts.picture is not None
    assert facts.picture.width == facts.picture.height

    _, whole = await ask(Export())
    limit = whole.size * 2 // 3
    ready, facts = await ask(Export(fit=True), limit=limit)
    assert facts.size == ready.size <= limit
    assert ready.full_size is None, "this is the file itself"
    assert abs(facts.duration_ms - whole.duration_ms) < 100


@pytest.mark.long
async def test_a_preview_is_a_render_of_its_own_that_never_stands_in_for_the_file(ask: Asking) -> None:
    ready, facts = await ask("show me a preview")
    queued = ask.bot.face.of(RenderQueued)[-1]
    quick = ask.bot.app.context.capabilities.fast_preview
    assert (queued.preview, queued.quick, queued.long_ms) == (True, quick, None)
    assert (ready.preview, ready.quick, ready.name, ready.link) == (True, quick, "lesson-preview.mp4", None)
    assert facts.container == "mov"

    ready, _ = await ask(Export())
    assert (ready.preview, ready.name) == (False, "lesson-edited.mp4")
    await ask(PREVIEW)
    renders = await ask.bot.app.store.renders.of_thread("t1")
    assert [render.export.is_preview for render in renders] == [True, False, True]
    assert [render.attempts for render in renders] == [0, 1, 1], "the second preview is the first one's file"


async def test_a_gif_is_kept_for_the_next_export_of_the_same_wish(
    nemo: Settings, settings: Settings, upstream: Upstream, video: Path
) -> None:
    async with asking("cloud", settings, nemo, upstream, video) as ask:
        first, _ = await ask(Export(format="gif"))
        second, facts = await ask("export as gif")
        assert (facts.container, second.size, second.width) == ("gif", first.size, first.width)
        await ask(Export())
    assert len(upstream.seen("render")) == 2


@pytest.mark.long
async def test_words_end_in_the_file_they_ask_for_also_where_the_upstream_hears_exports(
    settings: Settings, redis: Redis, nemo: Settings, upstream: Upstream, video: Path
) -> None:
    async with asking("local", settings, nemo, upstream, video) as ask:
        ready, facts = await ask("mute it and export as gif")
        assert (ready.format, facts.container) == ("gif", "gif")
        ready, _ = await ask("cut the first half second and show me a preview")
        assert ready.preview
        assert abs((ready.duration_ms or 0) - 2000) < 80


@pytest.mark.long
async def test_what_the_cloud_is_asked_for_is_what_its_protocol_knows(
    nemo: Settings, settings: Settings, upstream: Upstream, video: Path
) -> None:
    async with asking("cloud", settings, nemo, upstream, video) as ask:
        for wanted in (Export(ratio="1:1", height=720), PREVIEW, Export(format="mp3"), Export(fit=True)):
            await ask(wanted, limit=9_000_000)
    bodies = [seen.json["output"] for seen in upstream.seen("render")]
    plain = {"format": "mp4", "quality": "high"}
    assert bodies == [plain | {"resolution": "720p"}, plain, plain, plain]


async def test_no_sound_is_said_and_leaves_no_file(nemo: Settings, upstream: Upstream, tmp_path: Path) -> None:
    silent = footage.clip(tmp_path / "silent.mp4", sound=False)
    upstream.next("file", Reply(body=silent.read_bytes(), content_type="video/mp4"))
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", silent))
        await bot.ask(turn("a2", intent="export", export=Export(format="mp3")))
        await bot.face.until(lambda: bot.face.of(Problem))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NO_SOUND)]
    assert list(nemo.results_dir.iterdir()) == []


async def test_a_size_that_nothing_fits_into_is_said_with_it(nemo: Settings, upstream: Upstream, video: Path) -> None:
    upstream.next("file", Reply(body=video.read_bytes(), content_type="video/mp4"))
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", video))
        await bot.ask(turn("a2", intent="export", export=Export(format="gif", max_bytes=2_000)))
        await bot.face.until(lambda: bot.face.of(Problem))
        (problem,) = bot.face.of(Problem)
        assert (problem.kind, problem.limit) == (ProblemKind.DOES_NOT_FIT, 2_000)
    assert list(nemo.results_dir.iterdir()) == []


@pytest.mark.long
async def test_what_is_being_made_is_shown_and_can_be_cancelled(
    nemo: Settings, upstream: Upstream, tmp_path: Path
) -> None:
    long = tmp_path / "long.mp4"
    footage.ffmpeg(
        ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=50", "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(long)]
    )
    upstream.next("file", Reply(body=long.read_bytes(), content_type="video/mp4"))
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", long))
        await bot.ask(turn("a2", intent="export", export=Export(ratio="9:16")))
        await bot.face.until(lambda: [one for one in bot.face.of(Working, "a2-0") if one.percent])
        assert bot.face.of(Working, "a2-0")[0] == Working(Stage.CONVERTING, name="long-edited.mp4")
        await bot.ask(turn("a3", "cancel"))
        await bot.face.until(lambda: bot.face.of(Cancelled))
        async with asyncio.timeout(15):
            while list(nemo.results_dir.iterdir()):  # noqa: ASYNC110 - a folder tells nobody
                await asyncio.sleep(0.02)
        assert bot.face.delivered == []
        told = [type(update) for _, _, update in bot.face.shown]
        assert Working not in told[told.index(Cancelled) :], "nothing goes on after the end"
        assert (await bot.until_render("a2-0", RenderState.CANCELLED)).file is None


@pytest.mark.long
async def test_a_restart_while_a_file_is_made_brings_it_all_the_same(
    nemo: Settings, upstream: Upstream, tmp_path: Path
) -> None:
    source = tmp_path / "source.mp4"
    drawn = "testsrc2=s=1280x720:r=30:d=12"
    footage.ffmpeg(["-f", "lavfi", "-i", drawn, "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(source)])
    upstream.next("file", *[Reply(body=source.read_bytes(), content_type="video/mp4")] * 2)
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", source))
        await bot.ask(turn("a2", intent="export", export=Export(format="gif")))
        await bot.face.until(lambda: [one for one in bot.face.of(Working, "a2-0") if one.percent])
    async with bench(nemo) as bot:
        _, ready, content = await bot.face.result()
        assert (ready.format, content[:4]) == ("gif", b"GIF8")
        await bot.face.until(lambda: "Delivered" in bot.face.kinds("a2-0"))
        assert [path.suffix for path in nemo.results_dir.iterdir()] == [".gif"]
    assert len(upstream.seen("render")) == 1


async def test_a_preview_of_keyframes_is_told_and_never_handed_over_again(
    nemo: Settings, upstream: Upstream, video: Path
) -> None:
    """The next one is made anew: by then it may play smoothly."""
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", video))
        for number, sparse in enumerate((True, False, False)):
            upstream.keyframes = sparse
            await bot.ask(turn(f"p{number}", "preview"))
            await bot.face.until(lambda number=number: len(bot.face.delivered) > number)  # type: ignore[misc]
            assert bot.face.delivered[number][1].keyframes is sparse
        assert len(upstream.seen("render")) == 2, "what is smooth is handed over again"


async def test_a_preview_that_failed_is_offered_again_as_a_preview(
    nemo: Settings, upstream: Upstream, video: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", video))
        failed = Reply(json={"status": "failed", "error": "out of memory"})
        upstream.next("render_status", failed, failed)
        await bot.ask(turn("a2", "preview"))
        await bot.face.until(lambda: bot.face.of(Problem))
        assert bot.face.of(Problem)[0].offers == (Offer(Deed.PREVIEW, "a2-0"),)


async def test_a_long_preview_says_that_it_takes_its_time(nemo: Settings, upstream: Upstream, video: Path) -> None:
    async with bench(nemo, able={"fast_preview": True}, clock=FastClock()) as bot:
        await bot.ask(turn("a1", "cut it", video))
        upstream.draft = upstream.draft.replace("10000", "4800000").replace("1e4", "48e5")
        await bot.ask(turn("a2", "preview"))
        assert bot.face.of(RenderQueued)[-1].long_ms == 4_800_000
        await bot.face.until(lambda: bot.face.of(RenderProgress))
