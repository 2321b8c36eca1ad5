"""Footage by the browser, as somebody in a thread does it, over the wire: the link, the batch, the note of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from simcord.backend.models import Channel, Message

from tests import footage
from tests.discord.bot_process import BotProcess
from tests.discord.browser import browser
from tests.discord.steps import WORK_S, is_card, project, said, with_links
from tests.discord.wire.people import Command, User
from tests.discord.wire.world import Wire

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.long]
OPEN, HERE, REVOKE = "Open the upload page", "Attach here instead", "Revoke the link"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """The bot for the module's journeys."""
    async with with_links(wire, tmp_path_factory.mktemp("a bot")) as process:
        yield process


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return footage.clip(tmp_path_factory.mktemp("footage") / "clip.mp4")


@pytest.fixture
def ana(wire: Wire, bot: BotProcess) -> User:
    return wire.user("Ana")


@pytest.fixture
def bob(wire: Wire, bot: BotProcess) -> User:
    return wire.user("Bob")


async def again(bot: BotProcess, wire: Wire) -> None:
    """The power goes, and comes back."""
    wire.ledger.excuse(429)  # a new process knows nothing of the rate limit the old one had used up
    await bot.kill()
    await bot.start()


async def upload(user: User, channel: Channel) -> tuple[Command, Message, str]:
    """Use `/upload`: the command, its answer, and where its button leads."""
    command = await user.slash(channel, "upload")
    answer = await command.answer()
    return command, answer, user.link(answer, OPEN)


async def note(wire: Wire, thread: Channel, after: Message | Command) -> Message:
    """The public message that says whose link is open."""
    return await wire.next_message(
        thread, after=after, where=lambda one: "until <t:" in one.content and not one.is_ephemeral, timeout_s=WORK_S
    )


def kept(bot: BotProcess, link: str) -> list[Path]:
    """What there is on the disk of what came in by a link."""
    drop = link.rsplit("/", 1)[1].split(".", maxsplit=1)[0]
    return [path for path in (bot.folder / "uploads" / drop).rglob("*") if path.is_file()]


async def gone(wire: Wire, message: Message, words: str) -> None:
    """Wait until a message says this and has no buttons."""
    await wire.wait_until(lambda: words in message.content and not message.components, WORK_S)


async def test_the_whole_way_with_the_power_cut_between_its_steps(
    wire: Wire, ana: User, bob: User, bot: BotProcess, clip: Path
) -> None:
    """From a plain channel: a thread, a link that only Ana sees, half a file, a cut, the rest, the words, the cut."""
    hall = wire.channel("hall")
    command, answer, link = await upload(ana, hall)
    (thread,) = wire.threads(hall)
    assert thread.name == "Footage from Ana"
    assert ana.id in thread.thread_members
    assert f"<#{thread.id}>" in answer.content
    assert "whoever has its link acts as you" in answer.content
    assert not bob.sees(answer)
    told = await note(wire, thread, command)
    assert bob.sees(told)
    assert f"Whoever has that link acts as <@{ana.id}>" in told.content
    assert told.ping_user_ids == []

    await again(bot, wire)
    assert (await upload(ana, hall))[2] == link, "the same link, from the channel"
    assert (await upload(ana, thread))[2] == link, "and from the thread"
    assert sum("until <t:" in one.content for one in wire.messages(thread) if bob.sees(one)) == 1
    assert wire.threads(hall) == [thread]

    async with browser(link) as page:
        file, data = await page.begin(clip), clip.read_bytes()
        await page.go_on(file, data[: len(data) // 2])
        await again(bot, wire)
        await page.go_on(file, data[len(data) // 2 :])
        status, sent = await page.send("cut the first second", file)
        assert status == 200
        assert sent["thread"].endswith(f"/{wire.guild.id}/{thread.id}")
        await again(bot, wire)
        assert await page.state() == 410
    await gone(wire, told, f"<@{ana.id}>")
    assert "clip.mp4" in told.content
    assert "cut the first second" in told.content
    assert told.ping_user_ids == []
    await said(wire, thread, told, "Ready when you are")
    await said(wire, thread, told, "Added clip.mp4")
    await said(wire, thread, told, "Length")
    await wire.next_message(thread, after=told, where=is_card, timeout_s=WORK_S)
    assert "cut the first second" in told.content, "nothing else was written into it"
    token = link.rsplit("/", 1)[1]
    public = [one for one in (*wire.messages(hall), *wire.messages(thread)) if bob.sees(one)]
    assert not any(token in f"{one.content}{one.components}" for one in public)
    assert token not in bot.log.read_text()
    assert (await upload(ana, thread))[2] != link


async def test_who_may_revoke_a_link(wire: Wire, ana: User, bob: User, bot: BotProcess, clip: Path) -> None:
    """Its owner and a moderator, also after a restart; nobody else. What had come in is deleted."""
    thread = await project(wire, ana, "cut the first second", clip)
    mod = wire.user("Mod", moderates=True)
    for who, by in ((ana, ana), (ana, mod)):
        command, _, link = await upload(who, thread)
        told = await note(wire, thread, command)
        async with browser(link) as page:
            await page.give(clip)
            await again(bot, wire)
            stranger = await bob.press(told, REVOKE)
            refusal = await said(wire, thread, stranger, "can revoke it")
            assert not ana.sees(refusal)
            assert await page.state() == 200
            await by.press(told, REVOKE)
            await gone(wire, told, f"<@{by.id}>")
            assert await page.state() == 410
            assert (await page.send("mute it"))[0] in {400, 410}
        assert "clip.mp4" in told.content, "what was not sent is named"
        assert not kept(bot, link)
    assert sum("Added clip.mp4" in one.content for one in wire.messages(thread)) == 1


async def test_too_large_leads_to_a_link(wire: Wire, ana: User, bot: BotProcess, clip: Path, tmp_path: Path) -> None:
    """The answer carries a button, which gives whoever presses it a link of their own; a restart is in between."""
    admin = wire.user("Boss", manages=True)
    await admin.fill(await admin.slash(wire.channel("office"), "settings limits"), file_mb="1")
    thread = await project(wire, ana, "cut the first second", clip)
    large = tmp_path / "large.mp4"
    large.write_bytes(clip.read_bytes() + bytes(1_500_000))
    await said(wire, thread, await ana.slash(thread, "upload", footage=large), "too large: the limit is 1 MB")
    refusal = await said(wire, thread, await ana.post(thread, files=[large]), "too large: the limit is 1 MB")
    await again(bot, wire)
    bob = wire.user("Bob")
    pressed = await bob.press(refusal, "Upload in the browser")
    answer = await pressed.answer()
    assert not ana.sees(answer)
    assert "up to 10 files, each up to 1 MB" in answer.content
    assert f"acts as <@{bob.id}>" in (await note(wire, thread, pressed)).content
    async with browser(bob.link(answer, OPEN)) as page:
        status, sent = await page.send("mute it", await page.give(clip))
        assert status == 200, sent
    await said(wire, thread, pressed, "Muted")
    assert refusal.components, "it may be pressed again, by anybody"


async def test_attaching_here_instead_goes_on_in_the_same_thread(
    wire: Wire, ana: User, bot: BotProcess, clip: Path
) -> None:
    hall = wire.channel("hall")
    _, answer, _ = await upload(ana, hall)
    (thread,) = wire.threads(hall)
    await again(bot, wire)
    sent = await ana.fill(await ana.press(answer, HERE), files=[clip], words="mute it")
    assert f"<#{thread.id}>" in (await sent.answer()).content
    await said(wire, thread, sent, "Muted")
    assert wire.threads(hall) == [thread]


async def test_a_direct_message(wire: Wire, ana: User, bot: BotProcess, clip: Path) -> None:
    dm = ana.dm()
    command, answer, link = await upload(ana, dm)
    assert "this conversation" in answer.content
    told = await note(wire, dm, command)
    async with browser(link) as page:
        assert (await page.send("", await page.give(clip)))[0] == 200
    await gone(wire, told, "clip.mp4")
    await said(wire, dm, told, "Added clip.mp4")


async def test_who_may_not_write_there_any_more_is_told_so_on_the_page(
    wire: Wire, ana: User, bot: BotProcess, clip: Path
) -> None:
    """The thread was locked, then she left the server: nothing is sent, nothing is lost but with her."""
    thread = await project(wire, ana, "cut the first second", clip)
    link = (await upload(ana, thread))[2]
    async with browser(link) as page:
        file = await page.give(clip)
        wire.backend.edit_channel(thread.id, {}, thread_metadata={"locked": True})
        status, told = await page.send("mute it", file)
        assert (status, told["error"]) == (403, "not_allowed")
        assert "may not write" in told["text"]
        assert await page.state() == 200
        await again(bot, wire)
        wire.backend.edit_channel(thread.id, {}, thread_metadata={"locked": False})
        wire.backend.remove_member(wire.guild.id, ana.id)
        status, told = await page.send("mute it", file)
        assert (status, told["error"]) == (403, "not_allowed")
        assert "not on this server" in told["text"]
    assert sum("Muted" in one.content for one in wire.messages(thread)) == 0


async def test_a_batch_for_an_archived_thread_opens_it(wire: Wire, ana: User, clip: Path) -> None:
    thread = await project(wire, ana, "cut the first second", clip)
    command, _, link = await upload(ana, thread)
    await note(wire, thread, command)
    wire.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    async with browser(link) as page:
        assert (await page.send("mute it", await page.give(clip)))[0] == 200
    await said(wire, thread, command, "Muted")
    assert thread.thread_metadata is not None
    assert not thread.thread_metadata.archived
    assert sum("mute it" in one.content for one in wire.messages(thread)) == 1


async def test_forgetting_a_project_ends_its_links(wire: Wire, ana: User, bot: BotProcess, clip: Path) -> None:
    """With all that had come in; the button of the old note says that it is over."""
    thread = await project(wire, ana, "cut the first second", clip)
    command, _, link = await upload(ana, thread)
    told = await note(wire, thread, command)
    async with browser(link) as page:
        await page.give(clip)
        asked = await ana.slash(thread, "forget")
        await ana.press(await asked.answer(), "Delete")
        await wire.wait_until(lambda: asked.shown is not None and "Deleted:" in asked.shown.content)
        assert await page.state() == 410
    assert not kept(bot, link)
    await said(wire, thread, await ana.press(told, REVOKE), "over already")
    assert not told.components


async def test_retention_ends_links(wire: Wire, ana: User, bot: BotProcess, clip: Path) -> None:
    """A thread whose time is over goes with the links into it, and with what had come in."""
    thread = await project(wire, ana, "cut the first second", clip)
    link = (await upload(ana, thread))[2]
    async with browser(link) as page:
        await page.give(clip)
        await bot.stop()
        await bot.start(RETENTION_DAYS="0.0000001")
        async with asyncio.timeout(WORK_S):
            while await page.state() != 410:  # noqa: ASYNC110 - a sweep tells nobody
                await asyncio.sleep(0.05)
        await bot.stop()
        await bot.start()
    assert not kept(bot, link)


async def test_chinese(wire: Wire, bot: BotProcess) -> None:
    wang = wire.user("Wang", locale="zh-CN")
    hall = wire.channel("hall")
    answer = await (await wang.slash(hall, "upload")).answer()
    assert wang.link(answer, "打开上传页面").startswith("http")
    (thread,) = wire.threads(hall)
    assert thread.name == "Wang 的素材"
    assert re.search(r"谁就以 <@\d+> 的身份", wire.messages(thread)[0].content)
