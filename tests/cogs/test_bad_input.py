"""Bad input at the doors: one clear line each, nothing lost, nothing pinged."""

import re

import discord
import pytest

from cogs.edit import Edit
from cogs.places import thread_name
from tests.cogs.conftest import World, texts
from tests.upstream import server
from tests.upstream.replies import said, sse

CLIP = ("clip.mp4", server.CLIP)
_MARKED = re.compile(r"(?<!\\)(?:\[click\]|\*bold)")
_MASKED = re.compile(r"(?<!\\)\[[^\]]*(?<!\\)\]\(http")
LOUD = "@everyone @here <@&1> **bold** [click](https://evil.example) # Big"


def messages(world: World) -> list[discord.Message]:
    """Everything the bot has written in the channel and its threads."""
    me = world.bot.user
    assert me is not None
    every = [*world.channel.history(), *(one for thread in world.channel.threads for one in thread.history())]
    return [one for one in every if one.author.id == me.id]


async def test_a_text_that_discord_made_a_file_of_is_told_and_the_footage_beside_it_is_taken(world: World) -> None:
    """Ten thousand characters pasted into a message arrive as `message.txt`."""
    pasted = ("message.txt", b"trim it " * 1250)
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()

    await world.ann.send(world.thread, attachments=[pasted])
    await world.until_quiet()
    assert sum("2,000 characters" in text for text in texts(world.thread)) == 1
    assert not any("message.txt" in text for text in texts(world.thread))

    await world.ann.send(world.thread, attachments=[pasted, ("second.mp4", server.CLIP + b"more")])
    await world.until_quiet()
    assert sum("2,000 characters" in text for text in texts(world.thread)) == 2
    assert world.uploaded() == ["clip.mp4", "second.mp4"]
    assert world.sent() == []


async def test_no_door_takes_more_words_than_it_can_hand_on(world: World) -> None:
    """Discord holds people to it: 2,000 for the command, 4,000 for the forms, which arrive whole."""
    (words,) = (one for one in Edit(world.bot.app).edit.parameters if one.name == "words")
    assert words.max_value == 2000
    shown = await world.ann.slash(world.channel, "upload")
    await world.ann.submit_modal(shown, {"files": [CLIP], "words": "trim it. " * 444})
    await world.until_quiet()

    assert world.sent() == [("trim it. " * 444).strip()]
    assert len(world.thread.name or "") <= 100
    assert all(len(text) <= 2000 for text in texts(world.channel))


@pytest.mark.parametrize("door", ["form", "menu", "message"])
async def test_loud_words_names_and_answers_ping_nobody(world: World, door: str) -> None:
    world.upstream.next("run", sse(said(LOUD)))
    file = ("@everyone <@&1> [x](https://evil.example).mp4", server.CLIP)
    if door == "form":
        shown = await world.ann.slash(world.channel, "upload")
        await world.ann.submit_modal(shown, {"files": [file], "words": LOUD})
    elif door == "menu":
        message = await world.ann.send(world.channel, attachments=[file])
        shown = await world.ann.context_menu(world.channel, "Edit this video", message)
        await world.ann.submit_modal(shown, {"words": LOUD})
    else:
        me = world.bot.user
        assert me is not None
        await world.ann.send(world.channel, f"<@{me.id}> {LOUD}", attachments=[file])
    await world.until_quiet()

    assert world.sent() == [LOUD]
    assert not set("@<>#") & set(world.thread.name or "")
    told = messages(world)
    assert len(told) > 2
    assert not any(one.mention_everyone or one.role_mentions for one in told)
    assert {user.id for one in told for user in one.mentions} <= {world.ann.id}
    assert [one.content for one in told if _MASKED.search(one.content)] == [], "no link hides behind other words"
    echoed = [one.content for one in told if one.channel.id == world.channel.id]
    assert not any(_MARKED.search(text) for text in echoed)


@pytest.mark.parametrize("words", ["🎬🔥", "@everyone", "<@1> <#2>", "\u202e\u200b", "**  **"])
async def test_a_thread_always_has_a_name(world: World, words: str) -> None:
    await world.ann.slash(world.channel, "edit", words=words, footage=CLIP)
    await world.until_quiet()

    assert (world.thread.name or "").strip()
    assert world.thread.name == thread_name(words)
    assert world.sent() == [words]


@pytest.mark.parametrize(
    "link", ["http://localhost/a.mp4", "https://youtu.be/dQw4w9WgXcQ", "not a link", "ftp://example.org/a.mp4"]
)
async def test_a_link_that_is_no_source_is_one_line_with_what_to_do(world: World, link: str) -> None:
    shown = await world.ann.slash(world.channel, "upload")
    await world.ann.submit_modal(shown, {"link": link})
    await world.until_quiet()

    (line,) = [text for text in texts(world.thread) if "not a source" in text]
    assert "drop the file here" in line
    assert "\n" not in line
    assert world.upstream.seen("upload") == []
