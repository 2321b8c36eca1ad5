"""Batches from the browser: sent once whatever is killed meanwhile, told in the thread, swept as their time is over."""

import asyncio
import dataclasses
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.flows import drops, offers, ways_in
from bot.flows.context import NotAllowed
from bot.flows.standing import NotAllowedError
from bot.settings import Settings
from bot.store.errors import QueueFullError
from bot.store.models import Drop, DropFile, Place, Turn, TurnState
from bot.updates import Deed, DropEnded, Dropped, Footage, Offer, Problem, ProblemKind
from bot.watch import batches
from bot.watch.batches import Batches
from bot.watch.feeds import Faces
from tests.upstream.replies import Reply
from tests.upstream.server import CLIP, Upstream
from tests.watch.bench import PATIENCE_S, Bench, FastClock, Recorder, bench, place, turn


async def dropped(bot: Bench, *contents: bytes, at: Place | None = None) -> Drop:
    """A drop with these files, all of them in."""
    context = bot.app.context
    drop = await drops.open_drop(context, at or place())
    files = tuple(
        DropFile(id=f"{number:032x}", name=f"{number}.mp4", size=len(one)) for number, one in enumerate(contents)
    )
    folder = context.uploads.root / drop.id
    folder.mkdir(parents=True)
    for file, content in zip(files, contents, strict=True):
        (folder / file.id).write_bytes(content)
    return await context.store.drops.update(drop.id, lambda kept: kept.model_copy(update={"files": files}))


def ids(drop: Drop) -> list[str]:
    return [file.id for file in drop.files]


def folder(bot: Bench, drop: Drop) -> Path:
    return bot.app.context.uploads.root / drop.id


async def refuse(_: Turn) -> int:
    raise QueueFullError(1)


async def send(bot: Bench, drop: Drop, words: str, *order: str) -> Drop:
    """Send it as the page does, and wait for the end of its request."""
    sent = await bot.app.batches.send(drop.id, words, order)
    await bot.finished(f"d{drop.id}")
    return sent


async def until_taken(bot: Bench, drop: Drop) -> None:
    """Wait until its request is in the queue."""
    async with asyncio.timeout(PATIENCE_S):
        while (kept := await bot.app.store.drops.get(drop.id)) is None or not kept.taken:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.005)


async def test_a_batch_is_told_and_taken_in_as_if_it_had_been_dropped_in_the_thread(
    nemo: Settings, upstream: Upstream
) -> None:
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP, CLIP + b"2", CLIP + b"3")
        first, _, third = ids(drop)
        await send(bot, drop, "cut it", third, first)
        told = [update for _, _, update in bot.face.shown]
        assert told[0] == Dropped(("2.mp4", "0.mp4"), "cut it", "u1")
        assert [update.name for update in bot.face.of(Footage)] == ["2.mp4", "0.mp4"]
        assert len(bot.face.of(Dropped)) == 1
        (run,) = upstream.seen("run")
        assert "cut it" in str(run.json)
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        kept = [bot.app.context.media.path(str(file.sha256)) for file in thread.footage]
        assert [path.read_bytes() for path in kept] == [CLIP + b"3", CLIP]
        assert [path.stat().st_nlink for path in kept] == [1, 1]
        assert list(folder(bot, drop).glob("*")) == []  # neither what is in now nor what was not chosen


async def test_the_same_batch_twice_is_one_and_another_one_is_none(nemo: Settings, upstream: Upstream) -> None:
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP, CLIP + b"2")
        batches = bot.app.batches
        both = await asyncio.gather(*(batches.send(drop.id, "cut it", ids(drop)) for _ in range(3)))
        assert {one.state for one in both} == {"sent"}
        await bot.finished(f"d{drop.id}")
        with pytest.raises(drops.NotOpenError):
            await batches.send(drop.id, "something else", ids(drop))
        assert not await batches.close(drop.id)
        assert len(upstream.seen("run")) == 1


async def test_a_batch_that_a_kill_left_between_record_and_queue_runs_at_the_next_start(
    nemo: Settings, upstream: Upstream
) -> None:
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP)
        ends = bot.app.context.clock.now() + timedelta(hours=24)
        await bot.app.store.drops.update(drop.id, lambda kept: drops.batch(kept, "cut it", ids(drop), ends))
    for _ in range(2):
        async with bench(nemo) as bot:
            await until_taken(bot, drop)
            await bot.finished(f"d{drop.id}")
    assert len(upstream.seen("upload")) == len(upstream.seen("run")) == 1


async def test_a_batch_whose_request_ran_before_the_kill_is_not_run_again(nemo: Settings, upstream: Upstream) -> None:
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP)
        await send(bot, drop, "cut it", *ids(drop))
        await bot.app.store.drops.update(drop.id, lambda kept: kept.model_copy(update={"taken": False}))
    async with bench(nemo) as bot:
        await until_taken(bot, drop)
    assert len(upstream.seen("run")) == 1


async def test_where_too_many_wait_the_link_stays_open_with_all_its_files(nemo: Settings) -> None:
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP, CLIP + b"2")
        faces = Faces()
        faces.register("discord", Recorder())
        full = Batches(bot.app.context, faces, refuse)
        with pytest.raises(QueueFullError):
            await full.send(drop.id, "cut it", ids(drop)[:1])
        assert await bot.app.store.drops.get(drop.id) == drop
        assert len(list(folder(bot, drop).iterdir())) == 2
        await send(bot, drop, "cut it", *ids(drop))


async def test_who_may_not_write_there_any_more_sends_nothing_and_loses_nothing(nemo: Settings) -> None:
    """As the face has it now; before it is there, nobody can say."""

    class Refusing:
        async def refused(self, place: Place) -> NotAllowed:
            return NotAllowed("left")

    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP)
        early = Batches(bot.app.context, Faces(), refuse)
        for batches, why in ((early, "unsure"), (bot.app.batches, "left")):
            with pytest.raises(NotAllowedError) as refusal:
                await batches.send(drop.id, "cut it", ids(drop))
            assert refusal.value.why.why == why
            bot.app.context.standing["discord"] = Refusing()
        assert await bot.app.store.drops.get(drop.id) == drop
        assert len(list(folder(bot, drop).iterdir())) == 1


async def test_try_again_after_a_failure_still_finds_the_file(nemo: Settings, upstream: Upstream) -> None:
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP)
        upstream.next("upload", Reply(status=503))
        await send(bot, drop, "cut it", *ids(drop))
        (failed,) = bot.face.of(Problem)
        assert failed.kind is ProblemKind.UPSTREAM_DOWN
        (again,) = [offer for offer in failed.offers if offer.deed is Deed.AGAIN]
        assert [path.name for path in folder(bot, drop).iterdir()] == ids(drop)
        pressed = await offers.request(bot.app.store, again, "p1", place())
        assert pressed is not None
        await bot.ask(pressed)
        assert [update.name for update in bot.face.of(Footage)] == ["0.mp4"]
        assert len(bot.face.of(Dropped)) == 1
        assert list(folder(bot, drop).iterdir()) == []


@pytest.mark.parametrize("answer", [None, "99"])
async def test_who_sent_what_is_told_once_although_it_restarts_and_nothing_else_fills_that_message(
    nemo: Settings, upstream: Upstream, answer: str | None
) -> None:
    go = asyncio.Event()
    upstream.next("upload", Reply(gate=go))
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP, at=place(answer=answer))
        await bot.app.batches.send(drop.id, "cut it", ids(drop))
        await upstream.wait_for("upload")
    go.set()
    face = Recorder()
    async with bench(nemo, face) as again:
        await again.finished(f"d{drop.id}")
    told = [(at.answer, update) for at, _, update in (*bot.face.shown, *face.shown) if isinstance(update, Dropped)]
    assert told == [(answer, Dropped(("0.mp4",), "cut it", "u1"))]
    assert {at.answer for at, _, update in face.shown if not isinstance(update, Dropped)} == {None}


async def running(bot: Bench, drop: Drop) -> Turn:
    turn = await bot.app.store.turns.get(f"d{drop.id}")
    assert turn is not None
    return turn


async def test_what_ends_unused_is_told_and_leaves_nothing(nemo: Settings, tmp_path: Path) -> None:
    clock = FastClock(1)
    async with bench(nemo, clock=clock) as bot:
        unused = await dropped(bot, CLIP, at=place("t1", answer="99"))
        quiet = await drops.open_drop(bot.app.context, place("t2"))
        revoked = await dropped(bot, CLIP, at=place("t3"))
        assert await bot.app.batches.close(revoked.id)
        assert not await bot.app.batches.close(revoked.id)
        assert not folder(bot, revoked).exists()
        assert await bot.app.batches.sweep() == 0
        clock.jump(timedelta(hours=25))
        assert await bot.app.batches.sweep() == 3
        await bot.face.until(lambda: len(bot.face.of(DropEnded)) == 2)
        ended = {
            update.why: (at.thread, update.names) for at, _, update in bot.face.shown if isinstance(update, DropEnded)
        }
        assert ended == {"closed": ("t3", ()), "expired": ("t1", ("0.mp4",))}
        assert list(bot.app.context.uploads.root.iterdir()) == []
        for drop in (unused, quiet, revoked):
            assert await bot.app.store.drops.get(drop.id) is None


async def test_files_that_a_request_still_waits_for_outlast_their_link(nemo: Settings, upstream: Upstream) -> None:
    clock = FastClock(1)
    async with bench(nemo, clock=clock) as bot:
        drop = await dropped(bot, CLIP)
        async with bot.app.store.leases.held("thread:t1", 60) as lease:  # another process is at the thread
            assert lease is not None
            await bot.app.batches.send(drop.id, "cut it", ids(drop))
            clock.jump(timedelta(hours=25))
            assert await bot.app.batches.sweep() == 0
            assert [path.name for path in folder(bot, drop).iterdir()] == ids(drop)
        await bot.finished(f"d{drop.id}")
        assert (await running(bot, drop)).state is TurnState.SETTLED
        clock.jump(timedelta(hours=25))
        assert await bot.app.batches.sweep() == 1
        assert not folder(bot, drop).exists()


async def test_what_has_no_record_is_swept(nemo: Settings) -> None:
    async with bench(nemo) as bot:
        drop = await dropped(bot, CLIP)
        root = bot.app.context.uploads.root
        orphan = root / ("f" * 32)
        orphan.mkdir()
        (orphan / f"{'0' * 32}.part").write_bytes(b"left by a kill")
        fresh, old = (folder(bot, drop) / f"{name * 32}.part" for name in "ab")
        for path in (fresh, old):
            path.write_bytes(b"begun, and not in the record")
        os.utime(old, (time.time() - 7200,) * 2)
        assert await bot.app.batches.sweep() == 1
        assert not orphan.exists()
        assert sorted(path.name for path in folder(bot, drop).iterdir()) == sorted([*ids(drop), fresh.name])


async def test_a_forgotten_thread_takes_its_links_and_their_files_along(nemo: Settings) -> None:
    async with bench(nemo) as bot:
        drop, other = await dropped(bot, CLIP), await dropped(bot, CLIP, at=place("t2"))
        await bot.app.runner.forget("t1")
        assert await bot.app.store.drops.get(drop.id) is None
        assert await bot.app.store.drops.of_thread("t1") == ()
        assert [path.name for path in bot.app.context.uploads.root.iterdir()] == [other.id]
        with pytest.raises(Exception, match="not there any more"):
            await bot.app.batches.send(drop.id, "cut it", ids(drop))


async def test_an_upload_of_the_same_content_as_is_kept_already_is_one_file(nemo: Settings, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        drop = await dropped(bot, CLIP)
        await send(bot, drop, "", *ids(drop))
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        assert len(thread.footage) == 2
        assert len({file.sha256 for file in thread.footage}) == 1
        assert len(list(bot.app.context.media.root.glob("??/*"))) == 1


async def test_one_batch_that_cannot_be_handed_over_holds_up_no_other_and_goes_later(
    nemo: Settings, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_AGAIN_S", 0.05)
    async with bench(nemo) as bot:
        stuck, going = await dropped(bot, CLIP), await dropped(bot, CLIP, at=place("t2"))
        ends = bot.app.context.clock.now() + timedelta(hours=24)
        for drop in (stuck, going):
            await bot.app.store.drops.update(drop.id, lambda kept: drops.batch(kept, "cut it", ids(kept), ends))
        full, tried = True, []

        async def submit(turn: Turn) -> int:
            tried.append(turn.place.thread)
            if full and turn.place.thread == "t1":
                raise QueueFullError(1)
            return await bot.app.runner.submit(turn)

        working = asyncio.create_task(Batches(bot.app.context, Faces(), submit).run())
        await until_taken(bot, going)
        async with asyncio.timeout(PATIENCE_S):
            while tried.count("t1") < 2:  # noqa: ASYNC110 - it is tried by time
                await asyncio.sleep(0.005)
        full = False
        await until_taken(bot, stuck)
        working.cancel()
        for drop in (stuck, going):
            await bot.finished(f"d{drop.id}")
        assert len(upstream.seen("run")) == 2


async def test_a_terminal_is_offered_no_link(nemo: Settings) -> None:
    """It takes files from its own disk; in Discord the way in is offered where users reach the web server."""
    too_large = Problem(ProblemKind.TOO_LARGE, name="a.mp4", limit=500_000_000)
    async with bench(nemo) as bot:
        context = dataclasses.replace(bot.app.context, reached=True)
        assert ways_in.offers(context, place()) == (Offer(Deed.UPLOAD),)
        assert ways_in.offers(context, place(face="terminal")) == ()
        assert (await ways_in.with_way_in(context, place(), too_large)).offers == (Offer(Deed.UPLOAD),)
        assert await ways_in.with_way_in(context, place(face="terminal"), too_large) == too_large
