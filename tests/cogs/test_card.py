"""The card, the welcome, what is told after an edit: what somebody sees in a thread, and what it pings."""

import asyncio

import discord

from cogs.progress import Progress
from tests.cogs.conftest import World, attachments, texts
from tests.upstream import server
from tests.upstream.replies import said, sse
from tests.upstream.server import DRAFT

CLIP = ("clip.mp4", server.CLIP)
CUT = '{"t": [{"tt": 0, "sg": [{"d": 4000, "m": {"name": "clip.mp4"}}]}], "d": 4000}'


def labels(message: discord.Message) -> list[str | None]:
    """What the buttons under a message say."""
    return [button.label for row in message.components for button in getattr(row, "children", [])]


def cards(world: World) -> list[discord.Message]:
    return [message for message in world.thread.history() if "Preview" in labels(message)]


def pings(message: discord.Message) -> list[int]:
    return [user.id for user in message.mentions]


async def edited(world: World, words: str = "trim it") -> None:
    await world.ann.slash(world.channel, "edit", words=words, footage=CLIP)
    await world.until_quiet()


async def test_a_thread_has_one_card_with_the_timeline_and_it_follows_the_talk(world: World) -> None:
    await edited(world)
    (first,) = cards(world)
    assert "In this thread: clip.mp4" in first.content
    assert "Timeline: 10s" in first.content
    assert labels(first) == ["Preview", "Export", "Undo (may cost)", "Show tracks", "Help"]
    assert attachments([first]) == ["timeline.png"]
    assert world.thread.history()[-1].id == first.id

    def cut() -> None:
        world.upstream.draft = CUT

    world.upstream.next("run", sse(cut, said("Shorter.")))
    await world.ann.send(world.thread, "make it shorter")
    await world.until_quiet()

    (card,) = cards(world)
    assert card.id != first.id
    assert "Timeline: 4s" in card.content
    assert world.thread.history()[-1].id == card.id
    kept = await world.bot.app.store.threads.get(str(world.thread.id))
    assert kept is not None
    assert kept.card == str(card.id)


async def test_a_card_somebody_deleted_comes_back_with_the_next_change(world: World) -> None:
    await edited(world)
    (card,) = cards(world)
    world.env.backend.delete_message(world.thread.id, card.id)

    await world.ann.send(world.thread, "", attachments=[("b.mp4", server.CLIP + b"b")])
    await world.until_quiet()

    (card,) = cards(world)
    assert "clip.mp4, b.mp4" in card.content


async def test_the_card_pings_nobody_and_an_empty_project_has_none(world: World) -> None:
    thread = await world.open_thread()
    me = world.bot.user
    assert me is not None
    await world.ann.send(thread, f"<@{me.id}> upload")
    await world.until_quiet()
    assert cards(world) == []

    await world.ann.send(thread, "", attachments=[("@everyone <@1>.mp4", server.CLIP)])
    await world.until_quiet()
    (card,) = cards(world)
    assert not card.mention_everyone
    assert pings(card) == []
    assert card.flags.suppress_notifications


async def test_first_contact_turns_into_ready_with_examples_that_run_on_the_footage_there(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    ready = world.thread.history()[0] if "Ready" in texts(world.thread)[0] else world.thread.history()[1]
    assert "Setting things up" not in "\n".join(texts(world.thread))
    assert labels(ready) == [
        "Trim the silences, add transitions, and export",
        "Make it vertical and export",
        "Export as a 1080p MP4",
    ]

    world.upstream.draft = DRAFT
    await world.ann.click(ready, label="Make it vertical and export")
    result = await world.until(world.thread, "Your video is ready")

    asked = [seen.json["new_message"]["parts"][0]["text"] for seen in world.upstream.seen("run")]
    assert asked == ["Make it vertical"]
    assert pings(result) == [world.ann.id]
    await world.ann.click(ready, label="Make it vertical and export")  # as often as one likes
    await world.until_quiet()
    assert len(world.upstream.seen("run")) == 2


async def test_an_example_without_footage_says_what_to_do_and_sends_nothing(world: World) -> None:
    thread = await world.open_thread()
    me = world.bot.user
    assert me is not None
    await world.ann.send(thread, f"<@{me.id}> upload")
    ready = await world.until(thread, "Ready when you are")

    for label in labels(ready):
        before = len(thread.history())
        await world.ann.click(ready, label=str(label))
        await world.until_quiet()
        assert "no footage here yet" in "\n".join(texts(thread)[before:])

    assert world.upstream.seen("run") == []


async def test_an_edit_is_told_in_one_message_with_next_steps_and_a_way_back(world: World) -> None:
    await edited(world, "cut it")
    told = await world.until(world.thread, "Done.")
    assert "✅" in told.content
    assert labels(told)[-2:] == ["Export", "Undo (may cost)"]
    assert "Trim the silences" in labels(told)

    await world.ann.click(told, label="Trim the silences")
    await world.until_quiet()
    asked = [seen.json["new_message"]["parts"][0]["text"] for seen in world.upstream.seen("run")]
    assert asked == ["cut it", "Trim the silences"]


async def test_what_was_asked_for_is_not_suggested_again(world: World) -> None:
    await edited(world, "trim the silences")
    told = await world.until(world.thread, "Done.")
    assert "Trim the silences" not in labels(told)


async def test_only_what_took_a_while_pings_who_asked(world: World) -> None:
    world.bot.face.progress = Progress()  # progress after a second, as in life
    await edited(world)
    quick = await world.until(world.thread, "Done.")
    assert pings(quick) == []

    world.bot.face.progress = Progress(clock=lambda: 0.0, every_s=0.0)
    gate = asyncio.Event()

    def cut() -> None:
        world.upstream.draft = CUT

    world.upstream.next("run", sse(gate, cut, said("At last.")))
    sending = asyncio.create_task(world.ann.send(world.thread, "make it shorter"))
    progress = await world.until(world.thread, "Reading your request")
    assert "started <t:" in progress.content
    assert labels(progress) == ["Cancel"]
    assert pings(progress) == []
    gate.set()
    await sending
    await world.until_quiet()
    slow = await world.until(world.thread, "At last.")
    assert pings(slow) == [world.ann.id]
    assert "Reading your request" not in "\n".join(texts(world.thread))
