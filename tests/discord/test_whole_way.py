"""The whole way of a project over the wire, from a command in a channel to its deletion, over a restart."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from simcord.backend.models import Message

from bot.media.probe import probe
from tests import footage
from tests.discord.bot_process import BotProcess
from tests.discord.steps import WORK_S, delivered, is_card, said, with_links
from tests.discord.wire.world import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """The bot for the module's journeys."""
    async with with_links(wire, tmp_path_factory.mktemp("a bot")) as process:
        yield process


def labels(message: Message) -> list[str]:
    """What the buttons under a message say, those that can be pressed."""
    buttons = [button for row in message.components for button in row["components"]]
    return [button["label"] for button in buttons if not button.get("disabled")]


@pytest.mark.long
async def test_from_a_channel_to_a_deleted_project(wire: Wire, bot: BotProcess, tmp_path: Path) -> None:
    """Footage and words, the card, undo and redo, a preview, an export over a restart, old buttons, and the end."""
    wire.ledger.excuse(429)  # a new process knows nothing of the rate limit the old one had used up
    ana, bob = wire.user("Ana"), wire.user("Bob")
    talk = tmp_path / "my talk.mp4"
    footage.make_talk(talk, 8, (640, 360), seed=3, pause_s=(0.8, 1.2))

    command = await ana.slash(wire.channel("hall"), "edit", words="trim the silences", footage=talk)
    thread = wire.backend.get_channel(int(re.findall(r"<#(\d+)>", (await command.answer()).content)[0]))
    assert ana.id in thread.thread_members
    ready = await said(wire, thread, command, "Ready when you are")
    assert labels(ready)[3:] == ["Upload in the browser"]
    added = await said(wire, thread, command, "Added my")
    await wire.wait_until(lambda: any(one["filename"] == "storyboard.png" for one in added.attachments))
    told = await said(wire, thread, command, "pauses")
    assert "✅ Length" in told.content
    assert labels(told)[-2:] == ["Export", "Undo"]
    card = await wire.next_message(thread, after=command, where=is_card, timeout_s=WORK_S)
    assert labels(card) == ["Preview", "Export", "Undo", "Show tracks", "Help"]
    assert wire.attachment(card, "image/png")

    undone = await ana.press(card, "Undo")
    await said(wire, thread, undone, "Took back")
    card = await wire.next_message(thread, after=undone, where=is_card)
    assert "Redo" in labels(card)
    redone = await bob.press(card, "Redo")  # a project is everybody's who may write there
    await said(wire, thread, redone, "✅ Length")
    card = await wire.next_message(thread, after=redone, where=is_card)
    await wire.wait_until(lambda: [one.id for one in wire.messages(thread) if is_card(one)] == [card.id])

    preview = await said(wire, thread, await ana.press(card, "Preview"), "Preview, not the finished video")
    small = tmp_path / "preview.mp4"
    small.write_bytes(wire.attachment(preview, "video/mp4"))
    shape = (await probe(small)).picture
    assert shape is not None
    assert shape.height <= 480

    export = await ana.slash(thread, "export", size="720p")
    await export.answer()
    await bot.kill()
    await bot.start()
    result = await delivered(wire, thread, export)
    assert result.ping_user_ids == [ana.id]
    whole = tmp_path / "whole.mp4"
    whole.write_bytes(wire.attachment(result, "video/mp4"))
    facts = await probe(whole)
    assert facts.duration_ms < 8000
    assert facts.sound is not None

    again = await ana.press(told, "Undo")  # a button from before the restart
    await said(wire, thread, again, "Took back")
    await said(wire, thread, await ana.press(result, "Show tracks"), "my\\_talk")
    await said(wire, thread, await bob.slash(thread, "help"), "Ready when you are")

    asked = await ana.slash(thread, "forget")
    question = await asked.answer()
    stranger = await bob.press(question, "Delete")
    await said(wire, thread, stranger, "Only whoever asked for this")
    await ana.press(question, "Delete")
    await wire.wait_until(lambda: asked.shown is not None and "Deleted:" in asked.shown.content)
    assert not [path for path in bot.folder.rglob("*.mp4") if path.is_file()]
    await said(wire, thread, await ana.press(told, "Undo"), "nothing to undo")
    await said(wire, thread, await ana.press(told, "Make it vertical"), "too old")
