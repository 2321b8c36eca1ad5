"""What a person does with the bot, over the wire: the bot is its own process, with its own Redis, engine and folder."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from simcord.backend.models import Channel

from tests import footage
from tests.discord.bot_process import BotProcess
from tests.discord.steps import WORK_S, delivered, project, said, with_links
from tests.discord.wire.people import User
from tests.discord.wire.rules import Request
from tests.discord.wire.transcript import TARGET, record
from tests.discord.wire.world import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")
TALK = Path(__file__).parents[1] / "media" / "talk.mp4"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """The bot for the module's journeys."""
    async with with_links(wire, tmp_path_factory.mktemp("a bot")) as process:
        yield process


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few seconds of somebody who talks, with a pause before, between and after two sentences."""
    target = tmp_path_factory.mktemp("footage") / "my talk.mp4"
    footage.make_talk(target, 8, (320, 180), seed=3, pause_s=(0.8, 1.2))
    return target


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a tone."""
    return footage.clip(tmp_path_factory.mktemp("footage") / "clip.mp4")


@pytest.fixture
def ana(wire: Wire, bot: BotProcess) -> User:
    """Somebody on the server, once the bot is there."""
    return wire.user("Ana")


async def test_edit_in_a_channel_then_export(wire: Wire, ana: User, talk: Path) -> None:
    """A thread with the requester in it, the edit, and the finished file there: attached, and behind a link."""
    thread = await project(wire, ana, "trim the silences", talk)
    assert thread.name == "trim the silences"
    assert ana.id in thread.thread_members
    export = await ana.slash(thread, "export")
    result = await delivered(wire, thread, export)
    assert result.ping_user_ids == [ana.id]
    video = wire.attachment(result, "video/mp4")
    assert video[4:8] == b"ftyp"
    link = re.findall(r"http\S+", result.content)[0]
    async with aiohttp.ClientSession() as http:
        async with http.get(link) as page:
            assert page.content_type == "text/html"
            text = await page.text()
            assert f'<meta property="og:video" content="{link}/video.mp4">' in text
            assert f'href="https://discord.com/channels/{wire.guild.id}/{thread.id}"' in text
        async with http.get(f"{link}/poster.jpg") as poster:
            assert (await poster.read())[:2] == b"\xff\xd8"
        link += "/video.mp4"
        async with http.get(link) as whole:
            assert whole.content_type == "video/mp4"
            assert await whole.read() == video
        async with http.get(link, headers={"Range": "bytes=100-299"}) as part:
            assert part.status == 206
            assert await part.read() == video[100:300]


@pytest.mark.long
async def test_a_preview_then_a_gif_that_discord_refuses(wire: Wire, ana: User, bot: BotProcess, talk: Path) -> None:
    """The preview plays inline and calls nobody; the GIF is over the real limit (413, 40005) and comes smaller."""
    thread = await project(wire, ana, "trim the silences", talk)
    preview = await ana.slash(thread, "preview")
    shown = await said(wire, thread, preview, "Preview, not the finished video")
    assert wire.attachment(shown, "video/mp4")[4:8] == b"ftyp"
    assert shown.ping_user_ids == []

    export = await ana.slash(thread, "export", format="gif")
    wire.rules.upload_limit = 40_000  # less than Discord said with the command
    result = await said(wire, thread, export, "Your GIF is ready")
    picture = wire.attachment(result, "image/gif")
    assert picture[:4] == b"GIF8"
    assert len(picture) <= 40_000
    assert "Attached is a smaller copy" in result.content
    link = re.findall(r"http\S+", result.content)[0]
    async with aiohttp.ClientSession() as http, http.get(link) as whole:
        assert whole.content_type == "image/gif"
        assert len(await whole.read()) > 40_000


@pytest.mark.long
async def test_over_the_servers_limit_a_copy_is_attached_and_the_whole_is_linked(
    wire: Wire, ana: User, talk: Path
) -> None:
    thread = await project(wire, ana, "trim the silences", talk)
    wire.rules.upload_limit = 80_000
    export = await ana.slash(thread, "export")
    result = await delivered(wire, thread, export)
    assert len(wire.attachment(result, "video/mp4")) <= 80_000
    assert "a file here may have 80 KB at most. The link has the whole" in result.content
    link = re.findall(r"http\S+", result.content)[0]
    async with aiohttp.ClientSession() as http, http.get(f"{link}/video.mp4") as whole:
        assert len(await whole.read()) > 80_000


async def test_one_message_does_it_all(wire: Wire, ana: User, talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence and the file in one message to the bot: trimmed, joined and exported, in a thread on that message.

    With THREADCUT_TRANSCRIPT set this is done with the project's own talk, and written there for the README.
    """
    hall = wire.channel("film-club")
    me = wire.backend.bot_user.id
    file = TALK if TARGET in os.environ else talk
    asked = await ana.post(hall, f"<@{me}> trim the silences, add transitions, and export", files=[file])
    thread = await wire.wait_until(lambda: wire.backend.channels.get(asked.id))
    assert thread.name == "trim the silences, add transitions, and export"
    removed = await said(wire, thread, asked, "pauses")
    assert "transition" in removed.content
    result = await delivered(wire, thread, asked)
    assert wire.attachment(result, "video/mp4")[4:8] == b"ftyp"
    status = await ana.slash(thread, "status")
    answer = await said(wire, thread, status, "Timeline (")
    assert file.stem.replace(" ", "_") in answer.content.replace("\\", "")
    record(wire, hall, thread)


async def test_credits_and_status(wire: Wire, ana: User, clip: Path) -> None:
    """Both answer in the response to the command; outside a project `/status` says how to start one."""
    hall = wire.channel("hall")
    await said(wire, hall, await ana.slash(hall, "credits"), "costs no credits")
    await said(wire, hall, await ana.slash(hall, "status"), "/edit")
    thread = await project(wire, ana, "cut the first second", clip)
    async with asyncio.timeout(WORK_S):
        while True:  # the card is noted a moment after it can be seen
            answer = await said(wire, thread, await ana.slash(thread, "status"), "clip.mp4")
            if re.search(rf"/{thread.id}/\d+$", answer.content):
                break


async def test_talk_and_footage_in_the_thread(wire: Wire, ana: User, clip: Path) -> None:
    """A file dropped there is taken up; so are words alone, a mention, and a reply to the bot."""
    thread = await project(wire, ana, "cut the first second", clip)
    drop = await ana.post(thread, files=[clip])
    added = await said(wire, thread, drop, "Added clip.mp4")
    words = await ana.post(thread, "mute the first clip")
    await said(wire, thread, words, "Muted")
    reply = await ana.post(thread, "undo", reply_to=added)
    await said(wire, thread, reply, "Took back")
    mention = await ana.post(thread, f"<@{wire.backend.bot_user.id}> status")
    await said(wire, thread, mention, "Timeline (")


@pytest.mark.long
async def test_a_direct_message(wire: Wire, ana: User, clip: Path) -> None:
    """A conversation with the bot is a project, without a command or a mention."""
    dm = ana.dm()
    asked = await ana.post(dm, "make it twice as fast and export", files=[clip])
    assert (await delivered(wire, dm, asked)).attachments


async def test_nothing_that_people_write_pings(wire: Wire, ana: User, clip: Path, tmp_path: Path) -> None:
    """@everyone and roles in words and file names reach nobody; the thread's name has no mention either."""
    loud = tmp_path / "@everyone <@&1>.mp4"
    loud.write_bytes(clip.read_bytes())
    words = f'cut the first second and add the title "@everyone @here <@&{wire.people.id}>"'
    thread = await project(wire, ana, words, loud)
    export = await ana.slash(thread, "export")
    await delivered(wire, thread, export)
    assert not set("@<>") & set(thread.name or "")
    told = [*wire.messages(thread), *wire.messages(wire.backend.get_channel(thread.parent_id or 0))]
    assert not any(one.mention_everyone or one.ping_role_ids for one in told)
    assert {user for one in told for user in one.ping_user_ids} <= {ana.id}


async def test_bad_input(wire: Wire, ana: User, clip: Path, tmp_path: Path) -> None:
    """A text called .mp4, an export before any footage, a word salad: one clear line each."""
    text = tmp_path / "notes.mp4"
    text.write_text("not a video\n" * 100)
    hall = wire.channel("hall")
    command = await ana.slash(hall, "upload", footage=text)
    await command.answer()
    thread = wire.threads(hall)[0]
    line = await said(wire, thread, command, "notes.mp4 is not a file I can edit")
    assert "MP4" in line.content.split("\n")[0]
    export = await ana.slash(thread, "export")
    await said(wire, thread, export, "no footage here yet")
    await ana.post(thread, files=[clip])
    salad = await ana.post(thread, "purple monday seventeen umbrellas")
    await said(wire, thread, salad, "did not understand")


async def test_a_missing_permission_is_named(wire: Wire, ana: User, clip: Path) -> None:
    """Where the bot may not open threads it says which permission it needs."""
    shut = wire.channel("no threads", deny=["create_public_threads"])
    command = await ana.slash(shut, "edit", words="cut the first second", footage=clip)
    assert "Create Public Threads" in (await command.answer()).content
    asked = await ana.post(shut, f"<@{wire.backend.bot_user.id}> cut the first second", files=[clip])
    await said(wire, shut, asked, "Create Public Threads")


@pytest.mark.long
async def test_killed_between_export_and_delivery(wire: Wire, ana: User, bot: BotProcess, clip: Path) -> None:
    """The power goes as soon as the export was accepted; after the next start the result arrives, once."""
    wire.ledger.excuse(
        429
    )  # a new process knows nothing of the rate limit the old one had used up; it waits and repeats
    thread = await project(wire, ana, "cut the first second", clip)
    export = await ana.slash(thread, "export")
    await export.answer()
    await bot.kill()
    assert not any("ready" in one.content for one in wire.messages(thread))
    await bot.start()
    await delivered(wire, thread, export)
    await nothing_more(wire, ana, thread)


@pytest.mark.long
async def test_killed_while_it_delivers(wire: Wire, ana: User, bot: BotProcess, clip: Path) -> None:
    """Discord has the message, the bot has not heard so: the next start finds it there and sends no second one."""
    wire.ledger.excuse(429)  # as above
    thread = await project(wire, ana, "cut the first second", clip)
    path = f"/channels/{thread.id}/messages"

    def sent() -> int:
        """How often Discord was asked to post the result and did not refuse."""
        calls = [one for one in wire.ledger.calls if one.path == path and (one.method, one.status) == ("POST", 200)]
        return sum("Your video is ready" in one.body["content"] for one in calls)

    async def cut(request: Request) -> None:
        if (request.method, request.path) == ("POST", path) and "Your video is ready" in request.body["content"]:
            wire.rest.before_answer = None
            await bot.kill()

    wire.rest.before_answer = cut
    export = await ana.slash(thread, "export")
    await wire.wait_until(lambda: sent() == 1, WORK_S)
    await bot.start()
    await delivered(wire, thread, export)
    assert sent() == 1
    await nothing_more(wire, ana, thread)


@pytest.mark.long
@pytest.mark.parametrize("call", range(1, 8))
async def test_killed_at_any_call(wire: Wire, ana: User, bot: BotProcess, talk: Path, call: int) -> None:
    """Whichever call to Discord is the last one before the power goes: the whole request is done, and once.

    What our own engine was in the middle of when it fell is taken back and told: then it is for the person to say.
    """
    wire.ledger.excuse(429)  # as above
    hall = wire.channel("hall")
    asked = await ana.post(hall, f"<@{wire.backend.bot_user.id}> trim the silences and export", files=[talk])
    seen = 0

    async def cut(request: Request) -> None:
        nonlocal seen
        seen += request.path.startswith(f"/channels/{asked.id}/")
        if seen == call:
            wire.rest.before_answer = None
            falling.set()
            await bot.kill()
            stopped.set()

    falling, stopped = asyncio.Event(), asyncio.Event()
    wire.rest.before_answer = cut
    thread = await wire.wait_until(lambda: wire.backend.channels.get(asked.id))
    await wire.wait_until(
        lambda: stopped.is_set() or any("video is ready" in one.content for one in wire.messages(thread)), WORK_S
    )
    wire.rest.before_answer = None
    if falling.is_set():  # the last call may have been the delivery itself: it is seen before the bot is gone
        await stopped.wait()
        await bot.start()
    ends = ("Your video is ready", "send it again")
    end = await wire.next_message(
        thread, after=asked, where=lambda one: any(words in one.content for words in ends), timeout_s=WORK_S
    )
    if ends[0] not in end.content:
        await delivered(wire, thread, await ana.post(thread, "trim the silences and export"))
    await nothing_more(wire, ana, thread)


async def nothing_more(wire: Wire, ana: User, thread: Channel) -> None:
    """One delivery, and still one once the bot has done something else that a second one would have come before."""
    await said(wire, thread, await ana.slash(thread, "credits"), "costs no credits")  # waits its turn
    assert len([one for one in wire.messages(thread) if "Your video is ready" in one.content]) == 1


@pytest.mark.long
async def test_without_links_the_file_is_made_to_fit(wire: Wire, ana: User, bot: BotProcess, talk: Path) -> None:
    """No PUBLIC_URL, and a limit below the file's size: a smaller copy is attached, and no address is told."""
    await bot.stop()
    await bot.start(PUBLIC_URL="")
    thread = await project(wire, ana, "trim the silences", talk)
    wire.rules.upload_limit = 80_000
    export = await ana.slash(thread, "export")
    result = await delivered(wire, thread, export)
    assert len(wire.attachment(result, "video/mp4")) <= 80_000
    assert "http" not in result.content
