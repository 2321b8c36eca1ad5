"""The bot in front of the cloud, over the wire: a server links its own account, and what is typed there stays there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.discord.bot_process import BotProcess, running
from tests.discord.wire.world import Wire
from tests.upstream.replies import Reply, called, said, sse
from tests.upstream.server import CLIP, Upstream, scripted

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "nmv_usr_of_the_film_club"
WRONG = "nmv_usr_mistyped_secret"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def upstream() -> AsyncIterator[Upstream]:
    """A scripted cloud for the module."""
    async with scripted() as world:
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(wire: Wire, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """The bot, on line, with everything in its log."""
    cloud = {
        "UPSTREAM": "nemo",
        "NEMO_API_URL": upstream.url,
        "NEMO_POLL_SECONDS": "0.2",
        "NEMO_RECOVERY_FIRST_SECONDS": "0.1",
        "NEMO_RECOVERY_SECONDS": "0.1",
        "LOG_LEVEL": "debug",
    }
    async with running(wire, tmp_path_factory.mktemp("a bot"), cloud) as process:
        yield process


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bytes that a NemoVideo takes for a video."""
    file = tmp_path_factory.mktemp("footage") / "clip.mp4"
    file.write_bytes(CLIP)
    return file


async def test_a_server_links_its_account(wire: Wire, upstream: Upstream, bot: BotProcess, clip: Path) -> None:
    """Refused, then linked; the next project is paid by it, and the token is in no message and no line of the log."""
    upstream.tokens.add(TOKEN)
    boss, ana = wire.user("Boss", manages=True), wire.user("Ana")
    hall = wire.channel("hall")
    wrong = await boss.fill(await boss.slash(hall, "settings account"), token=WRONG)
    assert "not accepted" in (await wrong.answer()).content
    linked = await boss.fill(await boss.slash(hall, "settings account"), token=TOKEN)
    assert "Linked" in (await linked.answer()).content
    assert linked.record.ephemeral

    command = await ana.slash(hall, "edit", words="trim it and export", footage=clip)
    await command.answer()
    thread = wire.threads(hall)[-1]
    result = await wire.next_message(thread, after=command, where=lambda one: "video is ready" in one.content)
    assert "workspace/claim?ct=" in result.content
    assert {seen.token for seen in upstream.seen("run")} == {TOKEN}
    balance = await ana.slash(hall, "credits")
    assert "This server's account" in (await balance.answer()).content

    shown = await boss.slash(hall, "settings account")
    answer = await shown.answer()
    assert f"<@{boss.id}>" in answer.content
    await (await boss.press(answer, "Unlink")).answer()
    log = bot.log.read_text()
    assert "account linked" in log
    for secret in (TOKEN, WRONG):
        assert secret not in log
        assert secret not in str(wire.ledger.calls)


async def test_lost_answers_questions_and_gui_talk(wire: Wire, upstream: Upstream, bot: BotProcess, clip: Path) -> None:
    """A turn whose answer is cut off is tried again by a press; a question is answered by one; Export is a button."""
    ana = wire.user("Ana")
    hall = wire.channel("hall")
    before = len(upstream.seen("run"))
    upstream.next("run", Reply(drop=True))
    command = await ana.slash(hall, "edit", words="trim it", footage=clip)
    await command.answer()
    thread = wire.threads(hall)[-1]
    lost = await wire.next_message(thread, after=command, where=lambda one: "connection broke" in one.content)
    question = {"id": "q", "prompt": "Which half?", "options": [{"label": "the first"}, {"label": "the second"}]}
    upstream.next("run", sse(called("ask_question", {"questions": [question]})))
    again = await ana.press(lost, "Try again")
    asked = await wire.next_message(thread, after=again, where=lambda one: "Which half?" in one.content)
    upstream.next("run", sse(said("Done! Preview it in the timeline or click Export to save it.")))
    answered = await ana.press(asked, "the second")
    done = await wire.next_message(thread, after=answered, where=lambda one: one.content == "Done!")
    words = [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")[before:]]
    assert words == ["trim it", "trim it", "1. Which half?: the second"]
    upstream.draft = '{"t": [{"tt": 0, "sg": [{"d": 5000}]}]}'
    export = await ana.press(done, "Export")
    await wire.next_message(thread, after=export, where=lambda one: "video is ready" in one.content)
