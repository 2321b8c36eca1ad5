"""The form of `/upload` and the message menu, as somebody in a server uses them; both survive a restart in between."""

import discord
import pytest
import simcord

from cogs.late import Lateness
from tests.cogs.conftest import World
from tests.upstream import server

CLIP = ("clip.mp4", server.CLIP)
SECOND = ("second.mp4", server.CLIP + b"more")
EDIT = "Edit this video"


async def answered(world: World, result: simcord.InteractionResult) -> str:
    """What the user was told in the answer, once it is there."""
    await world.until_quiet()
    said = result.response or (result.followups[0] if result.followups else None)
    assert said is not None
    return str(said.content)


async def test_the_form_of_upload_takes_several_files_a_link_and_words(world: World) -> None:
    shown = await world.ann.slash(world.channel, "upload")
    values = {"files": [CLIP, SECOND], "link": "https://example.org/a.mp4", "words": "put them together"}
    result = await world.ann.submit_modal(shown, values)

    assert f"<#{world.thread.id}>" in await answered(world, result)
    assert world.thread.name == "put them together"
    assert world.uploaded() == ["clip.mp4", "second.mp4"]
    assert world.upstream.seen("upload")[-1].json["urls"] == ["https://example.org/a.mp4"]
    assert world.sent() == ["put them together"]


async def test_an_empty_form_says_what_it_takes(world: World) -> None:
    shown = await world.ann.slash(world.channel, "upload")
    result = await world.ann.submit_modal(shown, {"words": "  "})

    assert result.ephemeral
    assert "a file, a link or words" in await answered(world, result)
    assert world.channel.threads == []


async def test_the_menu_takes_a_messages_files_and_opens_a_thread_on_it(world: World) -> None:
    message = await world.ann.send(world.channel, "look at this", attachments=[CLIP, SECOND])
    bob = world.guild.add_member(world.env.create_user("bob"))

    shown = await bob.context_menu(world.channel, EDIT, message)
    result = await bob.submit_modal(shown, {"words": "trim the silences"})

    assert f"<#{world.thread.id}>" in await answered(world, result)
    assert world.thread.id == message.id
    assert bob.id in world.env.backend.get_channel(world.thread.id).thread_members
    assert world.uploaded() == ["clip.mp4", "second.mp4"]
    assert world.sent() == ["trim the silences"]


async def test_the_menu_in_a_thread_goes_on_there(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    thread = world.thread
    message = await world.ann.send(thread, attachments=[SECOND])
    await world.until_quiet()

    shown = await world.ann.context_menu(thread, EDIT, message)
    await world.ann.submit_modal(shown, {"words": "mute it"})
    await world.until_quiet()

    assert world.thread.id == thread.id
    assert world.sent() == ["mute it"]


async def test_the_menu_takes_a_link_where_there_is_no_file(world: World) -> None:
    message = await world.ann.send(world.channel, "see (https://example.org/a.mp4), it is fun")

    shown = await world.ann.context_menu(world.channel, EDIT, message)
    await world.ann.submit_modal(shown, {"words": "trim it"})
    await world.until_quiet()

    assert world.upstream.seen("upload")[0].json["urls"] == ["https://example.org/a.mp4"]


async def test_the_menu_takes_what_was_forwarded(world: World) -> None:
    message = await world.ann.send(world.channel, attachments=[CLIP])
    forward = await world.ann.forward(message, world.channel)

    shown = await world.ann.context_menu(world.channel, EDIT, forward)
    await world.ann.submit_modal(shown, {"words": "trim it"})
    await world.until_quiet()

    assert world.uploaded() == ["clip.mp4"]


async def test_the_menu_on_a_message_without_footage_says_what_to_do(world: World) -> None:
    message = await world.ann.send(world.channel, "hello")

    result = await world.ann.context_menu(world.channel, EDIT, message)

    assert result.ephemeral
    assert "/upload" in await answered(world, result)


async def test_a_message_deleted_before_the_form_was_sent_is_one_clear_line(world: World) -> None:
    message = await world.ann.send(world.channel, attachments=[CLIP])
    shown = await world.ann.context_menu(world.channel, EDIT, message)
    await world.ann.delete(message)

    result = await world.ann.submit_modal(shown, {"words": "trim it"})

    assert "was deleted" in await answered(world, result)
    assert world.channel.threads == []
    assert world.upstream.requests == []


async def test_no_form_is_kept_in_memory(world: World) -> None:
    """What the library does not know it cannot forget: a restart between opening and sending changes nothing."""
    message = await world.ann.send(world.channel, attachments=[CLIP])
    await world.ann.context_menu(world.channel, EDIT, message)
    await world.ann.slash(world.channel, "upload")

    assert world.bot._connection._view_store._modals == {}


async def test_a_form_of_an_earlier_release_says_so(world: World) -> None:
    shown = await world.ann.slash(world.channel, "upload")
    assert shown._interaction.modal is not None
    shown._interaction.modal["custom_id"] = "t1:form:of-old"

    result = await world.ann.submit_modal(shown, {"words": "trim it"})

    assert result.ephemeral
    assert "too old" in await answered(world, result)


@pytest.mark.parametrize("door", ["upload", EDIT])
async def test_who_may_not_write_here_cannot_send_a_form_either(world: World, door: str) -> None:
    """Asked when it is sent, whatever was allowed when it was opened."""
    message = await world.ann.send(world.channel, attachments=[CLIP])
    bob = world.guild.add_member(world.env.create_user("bob"))
    if door == "upload":
        shown = await bob.slash(world.channel, "upload")
    else:
        shown = await bob.context_menu(world.channel, EDIT, message)
    world.silence(bob)
    result = await bob.submit_modal(shown, {"words": "trim it"})

    assert result.ephemeral
    assert "may write" in await answered(world, result)
    assert world.channel.threads == []
    assert world.upstream.requests == []


async def test_what_comes_too_late_is_dropped_before_any_work(world: World) -> None:
    """A command, a press, the menu and a form: none is answered, and none does anything."""
    message = await world.ann.send(world.channel, attachments=[CLIP])
    shown = await world.ann.slash(world.channel, "upload")
    await world.ann.slash(world.channel, "edit", words="trim it and export", footage=CLIP)
    button = await world.until(world.thread, "Your video is ready")
    await world.until_quiet()
    before = len(world.upstream.requests)

    behind = [0.0]
    world.bot.lateness = Lateness(clock=lambda: discord.utils.utcnow().timestamp() + behind[0])
    await world.ann.slash(world.channel, "credits")
    await world.until_quiet()
    after = len(world.upstream.requests)
    behind[0] = 3.5
    results = [
        await world.ann.slash(world.channel, "credits"),
        await world.ann.click(button, label="Show tracks"),
        await world.ann.context_menu(world.channel, EDIT, message),
        await world.ann.submit_modal(shown, {"words": "trim it"}),
    ]
    await world.until_quiet()

    assert [result.acknowledged for result in results] == [False] * 4
    assert world.bot.lateness.dropped == 4
    assert len(world.upstream.requests) == after > before
