"""The bot's own client and the engine understand each other, from the first token to the finished file."""

from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.nemo.client import Nemo
from bot.nemo.errors import BadRequest, NotFound, SessionLost, UnsupportedFile
from bot.nemo.events import Text, ToolCall
from bot.nemo.models import Output
from tests.engine.api.bots_client import bots_client, said
from tests.engine.api.conftest import StartEngine, until

pytestmark = pytest.mark.usefixtures("probed")


@pytest.fixture
async def nemo(engine: str, http: aiohttp.ClientSession) -> Nemo:
    return bots_client(http, engine)


async def test_the_whole_way(nemo: Nemo, footage: Path, tmp_path: Path) -> None:
    session = await nemo.create_session("en")
    sent: list[int] = []
    [file] = await nemo.upload_file(session.session_id, footage / "one.mp4", "talk.mp4", sent.append)
    assert (file.name, file.kind, file.width, file.height, file.fps) == ("talk.mp4", "video", 320, 180, 25)
    assert sent[-1] == (footage / "one.mp4").stat().st_size
    before = await nemo.state(session.session_id)
    assert before.draft.ready
    assert before.files[0].hash == file.hash
    events = await said(nemo, session.session_id, "cut the first 0.5 seconds and export it in 720p")
    assert [event.text for event in events if isinstance(event, Text) and event.final]
    calls = [event for event in events if isinstance(event, ToolCall)]
    assert [dict(call.args) for call in calls if call.name == "export"] == [{"height": 720}]
    after = await nemo.state(session.session_id)
    assert after.digest != before.digest
    assert after.last_turn is not None
    assert (after.last_turn.running, after.last_turn.outcome) == (False, "changed")
    assert (await nemo.credits()).available is None
    assert (await nemo.claim_token(session.task_id, session.session_id)).token.get_secret_value().startswith("clm_")

    output = Output(height=144, max_bytes=5_000_000)
    status = await nemo.submit_render("render_1", session.session_id, after.draft, output)
    assert status.status in ("pending", "processing")

    async def done() -> bool:
        return (await nemo.render_status("render_1")).status == "completed"

    await until(done, 60)
    status = await nemo.render_status("render_1")
    size = await nemo.download(status, tmp_path / "out.mp4", 10_000_000)
    assert size == status.size == (tmp_path / "out.mp4").stat().st_size
    assert status.duration_ms == pytest.approx(1500, abs=100)


async def test_an_expired_token_is_renewed_and_the_call_goes_through(nemo: Nemo, redis: Redis) -> None:
    session = await nemo.create_session("en")
    await redis.delete(*[key async for key in redis.scan_iter("tce:d:token:*")])
    assert (await nemo.state(session.session_id)).session_id == session.session_id


async def test_refusals_are_understood(nemo: Nemo, footage: Path, tmp_path: Path, engine: str) -> None:
    session = (await nemo.create_session("en")).session_id
    with pytest.raises(SessionLost):
        await nemo.state("1" * 19)
    with pytest.raises(SessionLost):
        await said(nemo, "1" * 19, "hello")
    with pytest.raises(UnsupportedFile) as unsupported:
        await nemo.upload_file(session, footage / "text.mp4", "text.mp4")
    assert "MP4" in unsupported.value.message
    with pytest.raises(UnsupportedFile) as site:
        await nemo.upload_links(session, ["https://youtu.be/x"])
    assert "YouTube" in site.value.message
    with pytest.raises(BadRequest):
        await nemo.submit_render("render_1", session, (await nemo.state(session)).draft, Output())
    with pytest.raises(NotFound):
        await nemo.render_status("render_9")
    with pytest.raises(NotFound):
        await nemo.cancel_render("render_9")


async def test_the_state_reads_the_same_after_a_restart(
    nemo: Nemo, start_engine: StartEngine, http: aiohttp.ClientSession, footage: Path
) -> None:
    session = (await nemo.create_session("en")).session_id
    await nemo.upload_file(session, footage / "two.mp4", "two.mp4")
    other = bots_client(http, await start_engine())
    assert (await other.state(session)).digest == (await nemo.state(session)).digest
