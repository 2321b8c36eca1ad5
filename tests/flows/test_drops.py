"""Upload links: what a batch becomes, and how long a link that is asked for again works."""

from datetime import timedelta

import pytest

from bot.flows import drops
from bot.settings import Settings
from bot.store.models import Drop, DropFile, FileRef, now
from tests.upstream.plugin import upstream
from tests.upstream.server import Upstream
from tests.watch.bench import FastClock, bench, cloud, place

__all__ = ["upstream"]

FILES = tuple(DropFile(id=letter * 32, name=f"{letter}.mp4", size=5) for letter in "abc")


def a_drop() -> Drop:
    return Drop(id="d" * 32, place=place(answer="9"), files=FILES, expires=now())


def test_a_batch_is_the_chosen_files_in_their_order_with_their_words() -> None:
    later = now() + timedelta(hours=3)
    sent = drops.batch(a_drop(), "cut it", ["c" * 32, "a" * 32], later)
    assert (sent.state, sent.files, sent.words, sent.expires) == ("sent", (FILES[2], FILES[0]), "cut it", later)
    turn = drops.turn_of(sent)
    assert (turn.id, turn.place, turn.intent, turn.words) == (f"d{'d' * 32}", sent.place, "edit", "cut it")
    assert turn.files == tuple(FileRef(name=f"{x}.mp4", size=5, drop=f"{'d' * 32}/{x * 32}") for x in "ca")
    assert drops.is_batch(turn)
    assert not drops.is_batch(turn.model_copy(update={"id": "p1"}))
    assert drops.turn_of(drops.batch(a_drop(), "", ["a" * 32], later)).intent == "upload"
    with pytest.raises(KeyError):
        drops.batch(a_drop(), "", ["e" * 32], later)


async def test_a_link_asked_for_again_works_for_at_least_half_its_life(settings: Settings, upstream: Upstream) -> None:
    clock, life = FastClock(1), timedelta(hours=24)
    async with bench(cloud(settings, upstream.url), clock=clock) as bot:
        context = bot.app.context
        assert not drops.offered(context)
        first = await drops.open_drop(context, place())
        clock.jump(life / 3)
        assert await drops.open_drop(context, place()) == first
        clock.jump(life / 2)
        longer = await drops.open_drop(context, place())
        assert longer.id == first.id
        assert longer.expires - clock.now() > life * 0.9
        clock.jump(life / 2)
        assert drops.is_open(context, longer)
