"""What goes with time, and what stays."""

import os
from datetime import timedelta
from pathlib import Path

from bot.media import folder
from bot.media.passes import SCRATCH
from bot.settings import Settings
from bot.store.models import Thread
from bot.watch.sweep import Sweeper
from tests.upstream.server import CLIP, Upstream
from tests.watch.bench import Bench, bench, place, turn

DAY_S = 86_400


def sweeper(bot: Bench, settings: Settings) -> Sweeper:
    async def no_results() -> int:
        return 0

    return Sweeper(
        bot.app.context, settings.media_dir, settings.pictures_dir, settings.results_dir, no_results, no_results
    )


def footage(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.media_dir.glob("??/*"))


def age(path: Path, days: float, bot: Bench) -> None:
    moment = bot.app.context.clock.now().timestamp() - days * DAY_S
    os.utime(path, (moment, moment))


async def test_footage_goes_when_no_thread_has_used_it_for_the_retention(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(CLIP + b"other")
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        await bot.ask(turn("b1", "", other, at=place("t2")))
        for path in footage(nemo):
            age(path, 31, bot)
        await bot.ask(turn("a2", "cut it"))  # the first thread is used again
        await sweeper(bot, nemo).sweep()
        (left,) = footage(nemo)
        assert left.read_bytes() == clip.read_bytes()


async def test_pictures_go_with_the_footage_they_are_of(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        (kept,) = footage(nemo)
        picture, orphan = (folder.place(nemo.pictures_dir, name) / "0.jpg" for name in (kept.name, "0" * 64))
        for path in (picture, orphan):
            path.parent.mkdir(parents=True)
            path.write_bytes(b"picture")
        await sweeper(bot, nemo).sweep()
        assert picture.exists()
        assert not orphan.parent.exists()
        age(kept, 31, bot)
        await sweeper(bot, nemo).sweep()
        assert not picture.exists()


async def test_a_thread_nobody_touches_is_forgotten(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        long_ago = bot.app.context.clock.now() - timedelta(days=31)
        await bot.app.store.threads.save(thread.model_copy(update={"touched": long_ago}))
        await sweeper(bot, nemo).sweep()
        assert await bot.app.store.threads.get("t1") is None


async def test_a_server_may_keep_its_threads_for_a_shorter_time_and_no_longer(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        store = bot.app.store
        await store.servers.update("short", retention_days=2)
        await store.servers.update("long", retention_days=90)
        for guild, days in (("short", 1), ("short", 3), ("long", 29), ("long", 31), (None, 29)):
            at = place(f"{guild} {days}", guild=guild)
            touched = bot.app.context.clock.now() - timedelta(days=days)
            await store.threads.save(Thread(key=at.thread, place=at, touched=touched))
        await sweeper(bot, nemo).sweep()
        assert sorted([thread.key async for thread in store.threads.each()]) == ["None 29", "long 29", "short 1"]


async def test_half_written_and_leftover_files_go_after_a_day(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    nemo.results_dir.mkdir(parents=True)
    names = ("small.mp4", "small.gif", "made.mp4", "made.mp3")
    old = [nemo.results_dir / f"a.{name}" for name in names]
    fresh = [nemo.results_dir / f"b.{name}" for name in names]
    scratch, busy = nemo.results_dir / f"{SCRATCH}a", nemo.results_dir / f"{SCRATCH}b"
    async with bench(nemo) as bot:
        for path in (*old, *fresh):
            path.write_bytes(b"x")
        for folder in (scratch, busy):
            folder.mkdir()
            (folder / "palette.png").write_bytes(b"x")
        for path in (*old, scratch):
            os.utime(path, (1, 1))
        await sweeper(bot, nemo).sweep()
        assert sorted(nemo.results_dir.iterdir()) == sorted([*fresh, busy])
