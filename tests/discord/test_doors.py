"""The doors of a bot that may not see what messages hold, over the wire: the bot is its own process."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from simcord.backend.models import Channel, Message

from tests import footage
from tests.discord.bot_process import BotProcess, running
from tests.discord.wire.people import Command, User
from tests.discord.wire.world import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")
WORK_S = 90.0
MENU = "Edit this video"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """The bot, with the Message Content intent on in its settings and off in the developer portal."""
    wire.gateway.approved.message_content = False
    async with running(wire, tmp_path_factory.mktemp("a bot"), {"WEB_PORT": "0"}) as process:
        yield process


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return footage.clip(tmp_path_factory.mktemp("footage") / "clip.mp4")


@pytest.fixture
def ana(wire: Wire, bot: BotProcess) -> User:
    return wire.user("Ana")


async def said(wire: Wire, channel: Channel, after: Message | Command, words: str) -> Message:
    """The bot's message since then that has these words in it."""
    return await wire.next_message(channel, after=after, where=lambda one: words in one.content, timeout_s=WORK_S)


async def test_it_starts_without_the_intent_and_says_so_once(wire: Wire, ana: User, bot: BotProcess) -> None:
    """Closed with 4014 once, on line the second time: no loop that would use up the day's log-ins."""
    command = await ana.slash(wire.channel("hall"), "credits")
    await command.answer()
    assert wire.gateway.refused == [4014]
    assert len(wire.gateway.sessions) == 1
    lines = [json.loads(line) for line in bot.log.read_text().splitlines() if line.startswith("{")]
    told = [line for line in lines if "Message Content intent is off" in line["event"]]
    assert len(told) == 1
    assert "DISCORD_MESSAGE_CONTENT=false" in told[0]["event"]


async def test_the_menu_takes_what_the_bot_cannot_see_and_survives_a_restart(
    wire: Wire, ana: User, bot: BotProcess, clip: Path
) -> None:
    """Opened at one bot and sent to the next; a second time on the same message there is another thread."""
    hall = wire.channel("hall")
    message = await ana.post(hall, "my holiday", files=[clip])
    shown = ana.menu(hall, MENU, message)
    await wire.wait_until(lambda: shown.record.modal)
    await bot.kill()
    await bot.start()
    sent = await ana.fill(shown, words="cut the first second")
    assert f"<#{message.id}>" in (await sent.answer()).content
    thread = wire.backend.get_channel(message.id)
    assert thread.name == "cut the first second"
    assert ana.id in thread.thread_members
    await said(wire, thread, sent, "Length")

    bea = wire.user("Bea")
    again = await bea.fill(bea.menu(hall, MENU, message), words="mute the clip")
    await again.answer()
    other = next(one for one in wire.threads(hall) if one.id != message.id)
    assert other.name == "mute the clip"
    assert bea.id in other.thread_members
    await said(wire, other, again, "Muted")


async def test_the_form_of_upload(wire: Wire, ana: User, clip: Path, tmp_path: Path) -> None:
    """Several files and words in one form, which says how large they may be: there is no upload page here."""
    second = tmp_path / "second.mp4"
    second.write_bytes(clip.read_bytes())
    hall = wire.channel("hall")
    shown = await ana.slash(hall, "upload")
    sent = await ana.fill(shown, files=[clip, second], words="mute the second clip")
    assert shown.record.modal is not None
    assert [label.get("description") for label in shown.record.modal["components"]] == [
        "Videos, pictures or sound; up to 10, each up to 10 MB.",
        "A direct link to a media file of up to 500 MB.",
        None,
    ]
    await sent.answer()
    (thread,) = wire.threads(hall)
    await said(wire, thread, sent, "clip.mp4")
    await said(wire, thread, sent, "second.mp4")
    await said(wire, thread, sent, "Muted")


async def test_bare_talk_is_told_why_once(wire: Wire, ana: User, clip: Path) -> None:
    """A message that arrives empty in a thread of the bot's; a reply to the bot there is heard."""
    hall = wire.channel("hall")
    command = await ana.slash(hall, "upload", footage=clip)
    (thread,) = await wire.wait_until(lambda: wire.threads(hall))
    added = await said(wire, thread, command, "Added clip.mp4")
    talk = await ana.post(thread, "mute it")
    await said(wire, thread, talk, "no access to message content")
    await ana.post(thread, "mute it, please")
    reply = await ana.post(thread, "mute the first clip", reply_to=added)
    await said(wire, thread, reply, "Muted")
    assert sum("no access to message content" in one.content for one in wire.messages(thread)) == 1


async def test_a_link_that_has_ended_is_asked_for_again(wire: Wire, ana: User, bot: BotProcess, clip: Path) -> None:
    """As after a day in the queue: the message still has the file, and gives a fresh link to it."""
    hall = wire.channel("hall")
    wire.cdn.valid = timedelta(seconds=-1)
    asked = await ana.post(hall, f"<@{wire.backend.bot_user.id}> mute the first clip", files=[clip])
    wire.cdn.valid = timedelta(hours=24)
    thread = await wire.wait_until(lambda: wire.backend.channels.get(asked.id))
    await said(wire, thread, asked, "Muted")
    assert "a fresh one" in bot.log.read_text()


async def test_footage_that_was_deleted_before_it_was_fetched(wire: Wire, ana: User, clip: Path) -> None:
    """One clear line with the next step: where a thread should have been opened on it, and in one that was there."""
    hall = wire.channel("hall")

    async def vanishing(channel: Channel) -> Message:
        wire.cdn.valid = timedelta(seconds=-1)
        asked = await ana.post(channel, f"<@{wire.backend.bot_user.id}> mute the first clip", files=[clip])
        wire.backend.delete_message(channel.id, asked.id)
        wire.cdn.valid = timedelta(hours=24)
        return asked

    line = await said(wire, hall, await vanishing(hall), "was deleted")
    assert "Drop the file again" in line.content
    assert wire.threads(hall) == []
    command = await ana.slash(hall, "upload", footage=clip)
    (thread,) = await wire.wait_until(lambda: wire.threads(hall))
    await said(wire, thread, command, "Added clip.mp4")
    line = await said(wire, thread, await vanishing(thread), "clip.mp4 cannot be fetched any more")
    assert "Drop it again" in line.content


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("http://localhost/a.mp4", "not a source"),
        ("http://127.0.0.1/a.mp4", "gave me no media file"),
        ("http://10.0.0.1/a.mp4", "gave me no media file"),
        ("http://169.254.169.254/latest/meta-data", "gave me no media file"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "not a source"),
        ("file:///etc/passwd", "not a source"),
    ],
)
async def test_links_that_are_no_footage(wire: Wire, ana: User, link: str, words: str) -> None:
    """Our own address, the neighbours', the cloud's metadata, a video site: one line with what to do instead."""
    hall = wire.channel("hall")
    command = await ana.slash(hall, "upload", link=link)
    await command.answer()
    (thread,) = wire.threads(hall)
    line = (await said(wire, thread, command, words)).content
    assert "\n" not in line
    assert "drop" in line
    assert not any("http" in one.content for one in wire.messages(thread))


async def test_words_that_are_only_emoji(wire: Wire, ana: User, clip: Path) -> None:
    """Taken as any other words: a thread of that name, and what can be said instead."""
    hall = wire.channel("hall")
    command = await ana.slash(hall, "edit", words="🎬🔥🔥", footage=clip)
    await command.answer()
    (thread,) = wire.threads(hall)
    assert thread.name == "🎬🔥🔥"
    await said(wire, thread, command, "did not understand")


async def test_chinese(wire: Wire, bot: BotProcess) -> None:
    """The menu's name and the form's title are in the user's language, and so is what comes of it."""
    wang = wire.user("Wang", locale="zh-CN")
    hall = wire.channel("hall")
    offered = wire.backend.commands[None]
    assert offered[("edit", 1)]["name_localizations"]["zh-CN"] == "剪辑"
    shown = await wang.slash(hall, "upload")
    sent = await wang.fill(shown)
    assert shown.record.modal is not None
    assert shown.record.modal["title"] == "添加素材"
    assert "请给我文件" in (await sent.answer()).content


@pytest.mark.long
async def test_two_shards(wire: Wire, ana: User, bot: BotProcess) -> None:
    """As many connections as the setting says, each with its part of the servers; every server is served once."""
    await bot.stop()
    before = set(wire.gateway.sessions)
    await bot.start(DISCORD_SHARDS="2", DISCORD_MESSAGE_CONTENT="false")
    fresh = await wire.wait_until(
        lambda: [one for id_, one in wire.gateway.sessions.items() if id_ not in before and one.outbox][1:]
    )
    assert len(fresh) == 1
    assert sorted(one.shard for id_, one in wire.gateway.sessions.items() if id_ not in before) == [(0, 2), (1, 2)]
    hall = wire.channel("hall")
    command = await ana.slash(hall, "credits")
    await command.answer()
    assert len(wire.messages(hall)) == 1


@pytest.mark.long
async def test_intents_that_are_refused_for_good_end_it(wire: Wire, bot: BotProcess, tmp_path: Path) -> None:
    """With the privileged one off as well there is nothing left to leave out: exit 78, and no third attempt."""
    await bot.stop()
    wire.gateway.refuses = True
    wire.gateway.refused.clear()
    other = BotProcess(wire, tmp_path / "other", {"WEB_PORT": "0"})
    with pytest.raises(AssertionError, match="the bot has ended with 78"):
        await other.start()
    assert wire.gateway.refused == [4014, 4014]
