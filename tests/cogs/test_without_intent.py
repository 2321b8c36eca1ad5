"""Without the Message Content intent: every door but bare talk works, and a thread is told once why that does not."""

import pytest
import simcord
from simcord.backend.models.message import MessageSticker

from tests.cogs.conftest import World, texts
from tests.upstream import server

CLIP = ("clip.mp4", server.CLIP)
SECOND = ("second.mp4", server.CLIP + b"more")
UNSEEN = "no access to message content"


@pytest.fixture
def message_content() -> bool:
    return False


def told(channel: simcord.ChannelHandle) -> int:
    """How often the reason was given in a channel."""
    return sum(UNSEEN in text for text in texts(channel))


async def test_edit_and_upload_take_footage(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    shown = await world.ann.slash(world.thread, "upload")
    await world.ann.submit_modal(shown, {"files": [SECOND], "words": "mute it"})
    await world.until_quiet()

    assert world.uploaded() == ["clip.mp4", "second.mp4"]
    assert world.sent() == ["trim it", "mute it"]


async def test_the_menu_takes_footage_that_the_bot_cannot_see_by_itself(world: World) -> None:
    message = await world.ann.send(world.channel, "look", attachments=[CLIP])
    shown = await world.ann.context_menu(world.channel, "Edit this video", message)
    await world.ann.submit_modal(shown, {"words": "trim it"})
    await world.until_quiet()

    assert world.thread.id == message.id
    assert world.uploaded() == ["clip.mp4"]
    assert world.sent() == ["trim it"]


async def test_a_form_of_the_menu_that_was_open_for_too_long_says_to_open_it_again(world: World) -> None:
    message = await world.ann.send(world.channel, "look", attachments=[CLIP])
    shown = await world.ann.context_menu(world.channel, "Edit this video", message)
    await world.bot.app.store.marks.clear(f"menu:{world.channel.id}:{message.id}")  # as after an hour

    result = await world.ann.submit_modal(shown, {"words": "trim it"})
    await world.until_quiet()

    assert result.response is not None
    assert "Open it again" in world.channel.history()[-1].content
    assert world.channel.threads == []


async def test_a_mention_with_a_file_is_taken_up(world: World) -> None:
    me = world.bot.user
    assert me is not None
    await world.ann.send(world.channel, f"<@{me.id}> trim it", attachments=[CLIP])
    await world.until_quiet()

    assert world.uploaded() == ["clip.mp4"]
    assert world.sent() == ["trim it"]


async def test_a_reply_to_a_plain_message_of_the_bot_is_taken_up(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    await world.ann.send(world.thread, "make it vertical", reply_to=world.thread.history()[-1], attachments=[SECOND])
    await world.until_quiet()

    assert world.uploaded() == ["clip.mp4", "second.mp4"]
    assert world.sent() == ["make it vertical"]
    assert told(world.thread) == 0


async def test_a_direct_message_is_taken_up(world: World) -> None:
    files = world.env.backend.store_attachments(world.ann.user.dm_channel.id, [CLIP])
    await world.ann.send_dm("trim it", attachments=files)
    await world.until_quiet()

    assert world.uploaded() == ["clip.mp4"]
    assert world.sent() == ["trim it"]


async def test_why_bare_talk_is_not_heard_is_said_once_in_a_thread(world: World) -> None:
    for number in range(2):
        await world.ann.slash(world.channel, "upload", footage=CLIP)
        await world.until_quiet()
        thread = world.channel.threads[number]
        await world.ann.send(thread, "trim it")
        await world.ann.send(thread, attachments=[SECOND])
        await world.until_quiet()
        assert told(thread) == 1
        line = next(text for text in texts(thread) if UNSEEN in text)
        assert "Mention me" in line
        assert "/edit" in line

    assert world.sent() == []


async def test_a_thread_the_bot_does_not_work_in_hears_nothing(world: World) -> None:
    thread = await world.open_thread()
    await world.ann.send(thread, "hello")
    await world.ann.send(world.channel, "hello")
    await world.until_quiet()

    assert told(thread) == told(world.channel) == 0


async def test_a_reply_to_a_commands_answer_is_one_that_cannot_be_seen(world: World) -> None:
    result = await world.ann.slash(world.channel, "credits")
    await world.until_quiet()
    assert result.response is not None
    await world.ann.send(world.channel, "trim it", reply_to=world.channel.history()[-1])
    await world.until_quiet()

    assert told(world.channel) == 1
    assert world.sent() == []


async def test_a_sticker_is_no_message_that_cannot_be_seen(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    sticker = MessageSticker(1, "wave", 1, world.guild.id)
    backend = world.env.backend
    message = backend.create_message(world.thread.id, world.ann.id, "", stickers=[sticker])
    await world.until_quiet()

    assert message.id in backend.messages[world.thread.id]
    assert told(world.thread) == 0
