"""`/undo` and `/redo`, and the buttons that do the same."""

import discord
import pytest

from bot.updates import Deed, Offer
from cogs.buttons import OldButton, view
from tests.cogs.conftest import World, texts
from tests.cogs.test_buttons import CLIP, buttons, sent

FREE = pytest.mark.parametrize("abilities", [{"free_undo": True, "has_redo": True}])


async def edited(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()


@FREE
async def test_where_it_is_free_the_command_does_it_and_answers_in_place(world: World) -> None:
    await edited(world)
    for command in ("undo", "redo"):
        result = await world.ann.slash(world.thread, command)
        await world.until_quiet()
        assert result.response is not None
        assert result.response.content == "Done."
    assert sent(world) == ["trim it", "undo", "redo"]


@FREE
async def test_the_buttons_do_it_as_often_as_they_are_pressed(world: World) -> None:
    await edited(world)
    message = await world.bot_says("the card", view([Offer(Deed.UNDO), Offer(Deed.REDO)], "en-US"))
    for label in ("Undo", "Undo", "Redo"):
        await world.ann.click(message, label=label)
        await world.until_quiet()
    assert sent(world) == ["trim it", "undo", "undo", "redo"]
    assert buttons(message) == ["Undo", "Redo"]

    bob = world.reader("bob")
    refused = await bob.click(message, label="Undo")
    assert refused.ephemeral
    assert sent(world) == ["trim it", "undo", "undo", "redo"]


async def test_where_it_costs_it_is_said_and_a_press_sends_it_once(world: World) -> None:
    await edited(world)
    await world.ann.slash(world.thread, "undo")
    told = await world.until(world.thread, "may cost about 50 credits")
    assert sent(world) == ["trim it"]

    await world.ann.click(told, label="Undo it")
    await world.until_quiet()
    assert sent(world) == ["trim it", "Undo the last change."]

    await world.ann.slash(world.thread, "redo")
    await world.until_quiet()
    assert "cannot redo" in "\n".join(texts(world.thread))
    assert sent(world) == ["trim it", "Undo the last change."]


@pytest.mark.parametrize(("command", "words"), [("undo", "nothing to undo"), ("redo", "cannot redo")])
async def test_before_there_is_anything_it_is_one_line(world: World, command: str, words: str) -> None:
    thread = await world.open_thread()
    await world.ann.slash(thread, command)
    await world.until_quiet()
    assert words in texts(thread)[-1]
    assert world.upstream.requests == []

    elsewhere = await world.ann.slash(world.channel, command)
    assert elsewhere.ephemeral
    assert elsewhere.response is not None
    assert "/edit" in elsewhere.response.content


@pytest.mark.parametrize("custom_id", ["t0:export:123", "t2:undo::0", "t17:whatever"])
async def test_a_button_of_another_release_says_so_and_goes(world: World, custom_id: str) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    shown = discord.ui.View(timeout=None)
    shown.add_item(OldButton(discord.ui.Button(label="Undo", custom_id=custom_id)))
    message = await world.bot_says("an old card", shown)

    result = await world.ann.click(message, label="Undo")
    await world.until_quiet()

    assert "too old" in "\n".join(one.content for one in result.followups)
    assert buttons(next(one for one in world.thread.history() if one.id == message.id)) == []
    assert sent(world) == []
