"""The wire itself, with a tiny bot on unmodified discord.py in a process of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import discord
import pytest
import pytest_asyncio

from tests.discord.bot_process import BotProcess, running
from tests.discord.wire.openapi import DOCUMENT
from tests.discord.wire.people import User
from tests.discord.wire.world import TOKEN, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")
TINY = [str(Path(__file__).with_name("tiny_bot.py"))]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """The tiny bot, on line."""
    async with running(wire, tmp_path_factory.mktemp("tiny"), script=TINY) as process:
        yield process


@pytest.fixture
def ana(wire: Wire, bot: BotProcess) -> User:
    """Somebody on the server, once the bot is there."""
    return wire.user("Ana")


async def test_a_command_is_answered(wire: Wire, ana: User) -> None:
    """Login, READY, registration, interaction, callback."""
    command = await ana.slash(wire.channel("hall"), "hello", name="Ana")
    assert (await command.answer()).content == "hello Ana"


async def test_an_attachment_of_a_command_is_read(wire: Wire, ana: User, tmp_path: Path) -> None:
    """The file goes to the CDN and comes back over its signed link."""
    file = tmp_path / "a file.txt"
    file.write_bytes(b"12345")
    command = await ana.slash(wire.channel("hall"), "hello", name="Ana", file=file)
    assert (await command.answer()).content == "hello Ana with 5 bytes"


async def test_a_deferred_answer_is_filled_once(wire: Wire, ana: User) -> None:
    """The first follow-up after a defer edits the answer instead of adding a message."""
    hall = wire.channel("hall")
    command = await ana.slash(hall, "slow")
    assert (await command.answer()).content == "done thinking"
    assert len(wire.messages(hall)) == 1


async def test_an_answer_after_three_seconds_is_refused(wire: Wire, ana: User) -> None:
    """By a real clock: 404 with 10062."""
    wire.ledger.excuse(10062)
    hall = wire.channel("hall")
    command = await ana.slash(hall, "late")
    assert (await wire.next_message(hall, after=command)).content == "refused: 404 10062"


async def test_a_message_with_a_file(wire: Wire, ana: User, tmp_path: Path) -> None:
    """A posted file is read from the CDN; names are made safe."""
    hall = wire.channel("hall")
    file = tmp_path / "my clip?.bin"
    file.write_bytes(b"x" * 70_000)
    said = await ana.post(hall, "read", files=[file])
    assert (await wire.next_message(hall, after=said)).content == "my_clip_.bin: 70000 bytes"


async def test_threads(wire: Wire, ana: User) -> None:
    """One by itself with the asker in it, one on a message with that message's id."""
    hall = wire.channel("hall")
    await ana.post(hall, "thread cutting")
    thread = await wire.wait_until(lambda: next(iter(wire.threads(hall)), None))
    await wire.wait_until(lambda: wire.messages(thread))
    assert thread.name == "cutting"
    assert ana.id in thread.thread_members
    said = await ana.post(hall, "branch here")
    branch = await wire.wait_until(lambda: wire.backend.channels.get(said.id))
    assert (await wire.wait_until(lambda: wire.messages(branch)))[0].content == "on the message"


async def test_an_edit_with_a_file(wire: Wire, ana: User) -> None:
    """Text and attachments of a message change."""
    hall = wire.channel("hall")
    said = await ana.post(hall, "edit")
    message = await wire.next_message(hall, after=said, where=lambda one: one.content == "second")
    assert wire.attachment(message, "text/plain") == b"x"


async def test_the_upload_limit(wire: Wire, ana: User) -> None:
    """One byte more than the limit is 413 with 40005."""
    hall = wire.channel("hall")
    wire.rules.upload_limit = 100_000
    said = await ana.post(hall, "send 100000")
    assert (await wire.next_message(hall, after=said)).attachments
    said = await ana.post(hall, "send 100001")
    assert (await wire.next_message(hall, after=said)).content == "refused: 413 40005"


async def test_a_repeated_nonce_gives_the_earlier_message(wire: Wire, ana: User) -> None:
    """The second send makes no second message."""
    hall = wire.channel("hall")
    said = await ana.post(hall, "twice")
    await wire.next_message(hall, after=said, where=lambda one: one.content == "same: True")
    assert [one.content for one in wire.messages(hall)] == ["once", "same: True"]


async def test_closed_threads(wire: Wire, ana: User) -> None:
    """An archived one takes no edit and is opened by a message; a locked one takes nothing from the bot."""
    hall = wire.channel("hall")
    said = await ana.post(hall, "branch shelf")
    thread = await wire.wait_until(lambda: wire.backend.channels.get(said.id))
    first = (await wire.wait_until(lambda: wire.messages(thread)))[0]
    assert thread.thread_metadata is not None
    thread.thread_metadata.archived = True
    said = await ana.post(thread, f"old {first.id}")
    assert (await wire.next_message(thread, after=said)).content == "refused: 400 50083"
    assert not thread.thread_metadata.archived
    thread.thread_metadata.locked = True
    sends = len(wire.ledger.calls)
    await ana.post(thread, "hm")
    await wire.wait_until(lambda: any(call.code == 160005 for call in wire.ledger.calls[sends:]))


async def test_a_message_older_than_an_hour_is_edited_rarely(wire: Wire, ana: User) -> None:
    """The second edit in a row is refused with 30046."""
    wire.ledger.excuse(429)
    hall = wire.channel("hall")
    said = await ana.post(hall, "hm")
    old = await wire.next_message(hall, after=said)
    wire.backend.advance_clock(3700)
    said = await ana.post(hall, f"old {old.id}")
    assert (await wire.next_message(hall, after=said)).content == "refused: 429 30046"


async def test_links_expire(wire: Wire, ana: User, tmp_path: Path) -> None:
    """A link of yesterday is 404; so is one with a changed signature."""
    file = tmp_path / "a.txt"
    file.write_bytes(b"a")
    said = await ana.post(wire.channel("hall"), "hm", files=[file])
    link = wire.cdn.signed(said.attachments[0]["url"])
    async with aiohttp.ClientSession() as http:
        assert (await http.get(link)).status == 200
        assert (await http.get(link[:-1] + ("0" if link[-1] != "0" else "1"))).status == 404
        assert (await http.get(said.attachments[0]["url"])).status == 404
        wire.backend.advance_clock(25 * 3600)
        assert (await http.get(link)).status == 404


async def test_rate_limits(wire: Wire, bot: BotProcess) -> None:
    """Five messages in five seconds, told in the headers; the sixth is 429 with when to come back."""
    wire.ledger.excuse(429)
    hall = wire.channel("hall")
    url = f"{wire.environment['WIRE_API']}/channels/{hall.id}/messages"
    body = {"content": "hm", "allowed_mentions": {"parse": []}}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as http:
        answers = [await http.post(url, json=body) for _ in range(6)]
        assert [one.status for one in answers] == [200] * 5 + [429]
        assert answers[4].headers["X-RateLimit-Remaining"] == "0"
        assert 0 < (await answers[5].json())["retry_after"] <= 5


async def test_the_referee_sees_what_is_wrong(wire: Wire, bot: BotProcess) -> None:
    """An unknown route, a ping of everyone and, where Discord's document is here, a wrong body are all told."""
    hall = wire.channel("hall")
    api = wire.environment["WIRE_API"]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as http:
        await http.get(f"{api}/nowhere/1")
        await http.post(f"{api}/channels/{hall.id}/messages", json={"content": "@everyone", "tts": False})
        await http.post(
            f"{api}/channels/{hall.id}/messages", json={"content": "hm", "allowed_mentions": {"parse": ["everyone"]}}
        )
        await http.post(
            f"{api}/channels/{hall.id}/threads", json={"name": "t", "type": 11, "auto_archive_duration": 77}
        )
    told, wire.ledger.violations = wire.ledger.violations, []
    assert any("does not implement 'GET /nowhere/1'" in one for one in told)
    assert any("content without allowed_mentions" in one for one in told)
    assert any("may ping" in one for one in told)
    assert any("auto_archive_duration" in one for one in told) == DOCUMENT.is_file()


async def test_a_dropped_connection_is_resumed(wire: Wire, ana: User) -> None:
    """What happened meanwhile is told after RESUME; the session stays the same."""
    sessions = set(wire.gateway.sessions)
    hall = wire.channel("hall")
    await wire.gateway.drop()
    said = await ana.post(hall, "still there?")
    assert (await wire.next_message(hall, after=said)).content == "heard: 'still there?'"
    assert set(wire.gateway.sessions) == sessions


@pytest.mark.parametrize("compression", ["zlib", "zstd"])
async def test_compression(wire: Wire, ana: User, bot: BotProcess, tmp_path: Path, compression: str) -> None:
    """Both of discord.py's: zstd where something can read it, else zlib."""
    if compression == "zstd" and discord.utils._ZSTD_SOURCE is None:
        pytest.skip("neither zstandard nor Python 3.14 is here, so discord.py never asks for zstd")
    await bot.stop()
    async with running(wire, tmp_path, {"ZLIB": "1"} if compression == "zlib" else {}, TINY):
        assert wire.gateway.compressions[-1] == f"{compression}-stream"
        command = await ana.slash(wire.channel("hall"), "hello", name="Ana")
        assert (await command.answer()).content == "hello Ana"


async def test_content_without_the_intent(wire: Wire, ana: User, bot: BotProcess, tmp_path: Path) -> None:
    """Without Message Content a message is empty, unless it mentions the bot; with it off in the portal: 4014."""
    await bot.stop()
    async with running(wire, tmp_path, {"NO_CONTENT": "1"}, TINY):
        hall = wire.channel("hall")
        said = await ana.post(hall, "secret")
        assert (await wire.next_message(hall, after=said)).content == "heard: ''"
        said = await ana.post(hall, f"<@{wire.backend.bot_user.id}> hi")
        assert "hi" in (await wire.next_message(hall, after=said)).content
    wire.gateway.approved.message_content = False
    refused = BotProcess(wire, tmp_path, script=TINY)
    with pytest.raises(AssertionError, match="PrivilegedIntentsRequired"):
        await refused.start()
    assert wire.gateway.refused == [4014]
