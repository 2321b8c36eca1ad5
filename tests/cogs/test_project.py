"""`/new`, `/cancel` and `/forget`: who may, what is asked first, and what is left."""

import asyncio
import contextlib

import discord
import pytest
import simcord

from bot.store.models import TurnState
from bot.updates import Deed, Offer
from cogs.buttons import view
from cogs.project import ConfirmButton, What
from tests.cogs.conftest import World, texts
from tests.cogs.test_buttons import CLIP, sent
from tests.leftovers import files, redis_texts
from tests.upstream.replies import said, sse


async def begun(world: World) -> str:
    """A project of ann's with footage and an edit; its key."""
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()
    return str(world.thread.id)


def words(result: simcord.InteractionResult) -> str:
    """What only whoever acted was told."""
    assert result.ephemeral
    return "\n".join(one.content for one in [result.response, *result.followups] if one is not None)


def kept(world: World) -> int:
    """How many files of footage are kept."""
    return len(files(world.bot.app.settings.media_dir))


async def question(world: World, what: What, user: simcord.MemberActor, thread: str) -> discord.Message:
    """A question as this user was asked it, where others can get at it."""
    shown = discord.ui.View(timeout=None)
    shown.add_item(ConfirmButton(what, thread, str(user.id), "Do it"))
    return await world.bot_says("Sure?", shown)


async def hanging(world: World, *waiting: str) -> str:
    """A request of ann's that does not end by itself runs from now on, and these words wait; its id."""
    world.upstream.next("run", sse(said("One.", partial=True), asyncio.Event()))
    key, store, patience = str(world.thread.id), world.bot.app.store, world.env.settle_timeout
    world.env.settle_timeout = 0.3
    for one in ("one", *waiting):
        with contextlib.suppress(TimeoutError):  # SimCord waits until the bot is quiet, which it will not be
            await world.ann.slash(world.thread, "edit", words=one)
    world.env.settle_timeout = patience
    async with asyncio.timeout(10):
        while len(turns := await store.turns.waiting(key)) <= len(waiting) or turns[0].state is not TurnState.STREAMING:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.01)
    return turns[0].id


async def test_new_in_a_channel_opens_a_thread_that_is_ready(world: World) -> None:
    result = await world.ann.slash(world.channel, "new", name="Holiday @everyone")
    await world.until_quiet()

    assert world.thread.name == "Holiday everyone"
    assert f"<#{world.thread.id}>" in words(result)
    assert "Ready when you are" in texts(world.thread)[-1]
    assert len(world.upstream.seen("session")) == 1

    again = await world.ann.slash(world.thread, "new")  # nothing is lost: nothing is asked
    await world.until_quiet()
    assert buttons_of(again) == []
    assert len(world.upstream.seen("session")) == 2


async def test_new_in_a_project_asks_and_starts_over(world: World) -> None:
    key = await begun(world)
    asked = await world.ann.slash(world.thread, "new")
    assert "Start over here?" in words(asked)
    assert buttons_of(asked) == ["Start over"]
    assert kept(world) == 1

    assert asked.response is not None
    await world.ann.click(asked.response, label="Start over")
    await world.until_quiet()

    thread = await world.bot.app.store.threads.get(key)
    assert thread is not None
    assert thread.footage == ()
    assert kept(world) == 0
    assert "Ready when you are" in texts(world.thread)[-1]


async def test_new_in_a_direct_message(world: World) -> None:
    dm = world.ann.user.dm_channel
    await world.ann.user.slash("new")
    await world.until_quiet()
    assert any("Ready when you are" in text for text in texts(dm))


async def test_forget_asks_and_deletes_everything(world: World, redis: object) -> None:
    key = await begun(world)
    await world.ann.slash(world.thread, "export")
    await world.until(world.thread, "Delivered.")
    await world.until_quiet()
    asked = await world.ann.slash(world.thread, "forget")
    assert "Delete this project?" in words(asked)
    assert await world.bot.app.store.threads.get(key) is not None

    assert asked.response is not None
    await world.ann.click(asked.response, label="Delete")
    await world.until_quiet()

    answer = words(asked)
    assert answer.startswith("Deleted: 1 footage file, 1 finished video, all records here.")
    assert "stays there" in answer
    assert "Messages in Discord stay." in answer
    assert buttons_of(asked) == []
    left = [text async for text in redis_texts(redis) if key in text or "clip" in text]  # type: ignore[arg-type]  # the client
    assert left == []
    assert kept(world) == 0
    assert files(world.bot.app.settings.results_dir) == []

    before = sent(world)
    await world.ann.send(world.thread, "trim the silences")
    await world.until_quiet()
    assert sent(world) == before, "nobody talks to it any more"
    assert "nothing to delete" in words(await world.ann.slash(world.thread, "forget"))
    await world.ann.slash(world.thread, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()
    assert len(sent(world)) == len(before) + 1


async def test_forgetting_stops_what_runs_there(world: World) -> None:
    key = await begun(world)
    message = await question(world, "forget", world.ann, key)
    await hanging(world)
    await world.ann.click(message, label="Do it")
    await world.until_quiet()
    assert "Stopped waiting" in "\n".join(texts(world.thread))
    assert await world.bot.app.store.turns.waiting(key) == ()
    assert await world.bot.app.store.threads.get(key) is None


@pytest.mark.parametrize(("what", "refusal"), [("forget", "can delete it"), ("new", "can start it over")])
async def test_only_who_began_it_or_moderates_ends_it_and_only_who_was_asked_confirms(
    world: World, what: What, refusal: str
) -> None:
    key = await begun(world)
    bob, mod = world.member("bob"), world.member("mod", manage_messages=True)
    assert refusal in words(await bob.slash(world.thread, what))
    message = await question(world, what, world.ann, key)
    for other in (bob, mod):
        assert "Only whoever asked for this" in words(await other.click(message, label="Do it"))
    forged = await question(world, what, bob, key)
    assert refusal in words(await bob.click(forged, label="Do it"))
    elsewhere = await question(world, what, world.ann, "8812345678901234567")
    assert "Only whoever asked for this" in words(await world.ann.click(elsewhere, label="Do it"))
    assert kept(world) == 1

    asked = await mod.slash(world.thread, what)
    assert asked.response is not None
    await mod.click(asked.response, label="Delete" if what == "forget" else "Start over")
    await world.until_quiet()
    assert kept(world) == 0


async def test_forget_and_cancel_belong_to_a_project(world: World) -> None:
    for command in ("forget", "cancel"):
        assert "/edit" in words(await world.ann.slash(world.channel, command))
    dm = world.ann.user
    assert "nothing to delete" in words(await dm.slash("forget"))


async def test_a_deleted_thread_takes_its_footage_with_it(world: World) -> None:
    key = await begun(world)
    assert kept(world) == 1
    world.env.backend.delete_channel(int(key))
    await world.until_quiet()
    async with asyncio.timeout(10):
        while await world.bot.app.store.threads.get(key) is not None:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.01)
    assert kept(world) == 0


async def test_cancel_stops_what_runs_and_what_one_has_waiting(world: World) -> None:
    await begun(world)
    await hanging(world, "two")
    told = words(await world.ann.slash(world.thread, "cancel"))
    assert told.startswith("Stopped: what was running, 1 waiting request of yours.")
    assert "The upstream may finish what it began" in told
    shown = texts(world.thread)
    assert [text for text in shown if "Stopped waiting" in text]
    assert "Cancelled." in shown
    assert sent(world) == ["trim it", "one"]
    assert "Nothing is running here" in words(await world.ann.slash(world.thread, "cancel"))


async def test_the_cancel_button_stops_one_request(world: World) -> None:
    await begun(world)
    message = await world.bot_says("Working", view([Offer(Deed.CANCEL, "i404")], "en-US"))
    assert "too old" in words_of(await world.ann.click(message, label="Cancel"))
    id_ = await hanging(world, "two")
    shown = view([Offer(Deed.CANCEL, id_)], "en-US")
    assert shown is not None
    message = await world.bot.get_partial_messageable(world.thread.id).send("Working", view=shown)
    await world.ann.click(message, label="Cancel")
    await world.until_quiet()
    assert sent(world) == ["trim it", "one", "two"]
    assert "over already" in words_of(await world.ann.click(message, label="Cancel"))


async def test_the_cancel_button_stops_one_export_for_who_asked_or_moderates(world: World) -> None:
    await begun(world)
    bob, mod = world.member("bob"), world.member("mod", manage_threads=True)
    world.upstream.render_states = ("processing",)
    for number, who in enumerate((world.ann, mod)):
        await world.ann.slash(world.thread, "export")
        seen = await world.upstream.wait_for("render", number + 1)
        render, *_ = await world.bot.app.store.renders.of_thread(str(world.thread.id))
        message = await world.bot_says("Exporting", view([Offer(Deed.CANCEL, render.id)], "en-US"))
        assert "can cancel that" in words(await bob.click(message, label="Cancel"))
        assert world.upstream.renders[seen.json["id"]] == ["processing"]
        await who.click(message, label="Cancel")
        await world.until_quiet()
        assert world.upstream.renders[seen.json["id"]] == ["cancelled"]
        assert "over already" in words_of(await who.click(message, label="Cancel"))
    assert texts(world.thread).count("Cancelled.") == 2


def words_of(result: simcord.InteractionResult) -> str:
    """What a press was told, where the message it is on is everybody's."""
    return "\n".join(one.content for one in result.followups)


def buttons_of(result: simcord.InteractionResult) -> list[str | None]:
    """The labels in an answer."""
    assert result.response is not None
    return [button.get("label") for row in result.response.components for button in row.get("components", [])]
