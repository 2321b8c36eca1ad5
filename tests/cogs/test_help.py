"""`/help`: short, with buttons that work where they are shown."""

import pytest
import simcord

from bot.updates import Deed, Offer
from cogs.buttons import view
from tests.cogs.conftest import World, texts
from tests.cogs.test_buttons import CLIP, buttons, sent
from tests.cogs.test_project import buttons_of, words


def told(result: simcord.InteractionResult) -> str:
    text = words(result)
    assert len(text) < 1400, "a screen of a phone, or two"
    return text


async def test_in_a_project_it_tells_how_and_has_what_one_needs_next(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    result = await world.ann.slash(world.thread, "help")
    text = told(result)
    for promise in ("Ready when you are", "a minute or two", "one by one", "rough cut", "500 MB", "H.264", "1080p"):
        assert promise in text
    assert "An edit costs about 50 credits" in text
    assert "There is no redo" in text
    assert buttons_of(result) == ["Show tracks", "Undo", "Export"]

    assert result.response is not None
    pressed = await world.ann.click(result.response, label="Show tracks")
    assert "Timeline (2 tracks, 10s)" in words(pressed)


@pytest.mark.parametrize("abilities", [{"own_token": False, "free_undo": True, "has_redo": True}])
async def test_on_our_own_engine_it_says_what_that_means(world: World) -> None:
    text = told(await world.ann.slash(world.channel, "help"))
    assert "no cloud, no account; undo and redo are free" in text
    assert "credits" not in text.replace("/credits", "")


async def test_in_a_channel_it_begins_a_project(world: World) -> None:
    result = await world.ann.slash(world.channel, "help")
    assert "begin one with /edit or /new" in told(result)
    assert buttons_of(result) == ["New project"]
    assert result.response is not None
    pressed = await world.ann.click(result.response, label="New project")
    await world.until_quiet()
    assert world.thread.name == "New project"
    assert f"<#{world.thread.id}>" in words(pressed)
    assert "Ready when you are" in texts(world.thread)[-1]


async def test_the_help_button_shows_the_same(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    message = await world.bot_says("the card", view([Offer(Deed.HELP)], "en-US"))
    pressed = await world.ann.click(message, label="Help")
    asked = await world.ann.slash(world.thread, "help")
    assert told(pressed) == told(asked)
    assert buttons_of(pressed) == buttons_of(asked)
    assert buttons(message) == ["Help"]
    assert sent(world) == []
