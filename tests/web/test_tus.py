"""Resumable uploads over a real socket: the protocol, and what a network, a phone and a killed server do to it."""

import asyncio
import hashlib
import os
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from aiohttp import ClientError
from structlog.testing import capture_logs

from bot.media.sniff import HEAD_BYTES
from bot.settings import Settings
from bot.store.models import DropFile
from bot.web import holds
from tests.watch.bench import PATIENCE_S, place
from tests.web.page import CHUNK, TUS, VIDEO, Page, opened

HALF = len(VIDEO) // 2


async def in_pieces(*pieces: bytes, then: asyncio.Event | None = None) -> AsyncIterator[bytes]:
    """A body that waits for `then` after its last piece."""
    for piece in pieces:
        yield piece
    if then is not None:
        await then.wait()


async def until_size(path: Path, size: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not path.exists() or path.stat().st_size < size:  # noqa: ASYNC110 - a disk tells nobody
            await asyncio.sleep(0.005)


async def test_the_server_says_what_it_can(reached: Settings) -> None:
    async with opened(reached) as page:
        told = await page.ask("OPTIONS", "/files")
        assert told.status == 204
        assert told.headers["Tus-Resumable"] == told.headers["Tus-Version"] == "1.0.0"
        assert set(told.headers["Tus-Extension"].split(",")) == {"creation", "termination", "expiration"}
        assert told.headers["Tus-Max-Size"] == "500000000"
        assert "Access-Control-Allow-Origin" not in told.headers
        for headers in ({}, {"Tus-Resumable": "0.2.2"}):
            other = await page.ask("POST", "/files", headers={**headers, "Upload-Length": "5"})
            assert other.error == (412, "bad_request")
            assert other.headers["Tus-Version"] == "1.0.0"
        assert (await page.state())["files"] == []


async def test_a_file_arrives_in_pieces_and_each_answer_tells_how_far_it_is(reached: Settings) -> None:
    async with opened(reached) as page:
        made = await page.create(len(VIDEO), "my holiday.mp4")
        assert made.status == 201
        assert made.headers["Tus-Resumable"] == "1.0.0"
        ends = parsedate_to_datetime(made.headers["Upload-Expires"])
        assert abs(ends - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)
        file = made.headers["Location"].removeprefix("files/")
        assert await page.offset(file) == 0
        first = await page.patch(file, 0, VIDEO[:HALF])
        assert (first.status, first.headers["Upload-Offset"]) == (204, str(HALF))
        assert first.headers["Tus-Resumable"] == "1.0.0"
        state = await page.state()
        assert state["files"] == [
            {"id": file, "name": "my holiday.mp4", "size": len(VIDEO), "offset": HALF, "done": False}
        ]
        head = await page.ask("HEAD", f"/files/{file}", headers=TUS)
        assert (head.headers["Upload-Length"], head.headers["Upload-Offset"]) == (str(len(VIDEO)), str(HALF))
        last = await page.patch(file, HALF, VIDEO[HALF:])
        assert (last.status, last.headers["Upload-Offset"]) == (204, str(len(VIDEO)))
        assert (await page.state())["files"][0]["done"] is True
        assert [(path.name, path.read_bytes()) for path in page.folder.iterdir()] == [(file, VIDEO)]
        assert await page.offset(file) == len(VIDEO)
        assert (await page.patch(file, len(VIDEO), b"")).status == 204
        assert (await page.patch(file, len(VIDEO), b"more")).error == (413, "offset")


async def test_the_page_is_told_what_it_needs(reached: Settings) -> None:
    async with opened(reached, place("123", guild="45")) as page:
        state = await page.state()
        assert (state["state"], state["most"], state["limit"]) == ("open", 10, 500_000_000)
        assert state["thread"] == "https://discord.com/channels/45/123"
        assert datetime.fromisoformat(state["expires"]) == page.drop.expires


async def test_a_client_that_goes_away_finds_what_had_come(reached: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as logs:
        await go_away_and_come_back(reached)
    assert [line for line in logs if line["log_level"] in {"warning", "error"}] == []
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []


async def go_away_and_come_back(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.begin(len(VIDEO))
        url = page.url(f"/files/{file}")
        reader, writer = await asyncio.open_connection(url.host, url.port)
        lines = [f"PATCH {url.raw_path} HTTP/1.1", "Host: x", f"Content-Length: {len(VIDEO)}", "Upload-Offset: 0"]
        lines += [f"{name}: {value}" for name, value in CHUNK.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + VIDEO[:HALF])
        await until_size(page.folder / f"{file}.part", HEAD_BYTES)  # the head, which is looked at first
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.close()
        async with asyncio.timeout(PATIENCE_S):
            while (answer := await page.ask("HEAD", f"/files/{file}", headers=TUS)).status == 423:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        came = int(answer.headers["Upload-Offset"])
        assert HEAD_BYTES <= came <= HALF
        assert (await page.patch(file, came, VIDEO[came:])).status == 204
        assert (page.folder / file).read_bytes() == VIDEO
        assert await reader.read() == b""


async def test_of_two_at_once_the_second_is_told_to_wait(reached: Settings) -> None:
    async with opened(reached) as page:
        file, go = await page.begin(len(VIDEO)), asyncio.Event()
        first = asyncio.create_task(page.patch(file, 0, in_pieces(VIDEO[:HALF], then=go)))
        await until_size(page.folder / f"{file}.part", 1)
        assert (await page.patch(file, HALF, VIDEO[HALF:])).error == (423, "busy")
        assert (await page.ask("HEAD", f"/files/{file}", headers=TUS)).status == 423
        go.set()
        assert (await first).headers["Upload-Offset"] == str(HALF)
        assert (await page.patch(file, HALF, VIDEO[HALF:])).status == 204
        assert (page.folder / file).read_bytes() == VIDEO


async def test_who_fell_silent_makes_way(reached: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "SILENT_S", 0.0)
    async with opened(reached) as page:
        file, never = await page.begin(len(VIDEO)), asyncio.Event()
        silent = asyncio.create_task(page.patch(file, 0, in_pieces(VIDEO[:HALF], then=never)))
        await until_size(page.folder / f"{file}.part", 1)
        came = await page.offset(file)
        assert HEAD_BYTES <= came <= HALF
        assert (await page.patch(file, came, VIDEO[came:])).status == 204
        assert (page.folder / file).read_bytes() == VIDEO
        assert (await silent).error == (423, "busy")


async def test_who_sends_next_to_nothing_is_sent_away_and_keeps_what_came(
    reached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "WINDOW_S", 0.2)
    async with opened(reached) as page:
        file, never = await page.begin(len(VIDEO)), asyncio.Event()
        slow = await page.patch(file, 0, in_pieces(VIDEO[:100], then=never))
        assert slow.status == 408
        assert await page.offset(file) == 100


async def test_a_server_that_stops_keeps_what_came(reached: Settings) -> None:
    async with opened(reached) as page:
        file, never = await page.begin(len(VIDEO)), asyncio.Event()
        going = asyncio.create_task(page.patch(file, 0, in_pieces(VIDEO[:HALF], then=never)))
        await until_size(page.folder / f"{file}.part", 1)
        token, drop = page.token, page.drop.id
        began = asyncio.get_running_loop().time()
    with pytest.raises((AssertionError, ClientError, asyncio.CancelledError)):
        assert (await going).status != 503
    assert asyncio.get_running_loop().time() - began < 5
    async with opened(reached) as page:
        assert (page.token, page.drop.id) == (token, drop)
        came = await page.offset(file)
        assert HEAD_BYTES <= came <= HALF
        assert (await page.patch(file, came, VIDEO[came:])).status == 204
        assert (page.folder / file).read_bytes() == VIDEO


async def test_a_process_killed_after_the_last_byte_has_not_lost_the_file(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.begin(len(VIDEO))
        (page.folder / f"{file}.part").write_bytes(VIDEO)  # as a kill before the file got its name leaves it
        assert await page.offset(file) == len(VIDEO)
        assert (await page.state())["files"][0]["done"] is True
        assert (page.folder / file).read_bytes() == VIDEO


async def test_a_file_that_lost_its_end_with_the_power_goes_on_from_there(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.give()
        os.truncate(page.folder / file, HALF)
        assert (await page.send("", file)).error == (409, "not_whole")
        assert (await page.state())["files"][0] == {
            "id": file, "name": "a.mp4", "size": len(VIDEO), "offset": HALF, "done": False,
        }  # fmt: skip
        assert await page.offset(file) == HALF
        assert (await page.patch(file, HALF, VIDEO[HALF:])).status == 204
        assert (page.folder / file).read_bytes() == VIDEO


async def test_what_is_removed_is_gone_also_while_it_comes(reached: Settings) -> None:
    async with opened(reached) as page:
        file, never = await page.begin(len(VIDEO)), asyncio.Event()
        going = asyncio.create_task(page.patch(file, 0, in_pieces(VIDEO[:HALF], then=never)))
        await until_size(page.folder / f"{file}.part", 1)
        assert (await page.ask("DELETE", f"/files/{file}", headers=TUS)).status == 204
        assert (await going).error == (423, "busy")
        assert not page.folder.exists()
        assert (await page.ask("HEAD", f"/files/{file}", headers=TUS)).status == 404
        assert (await page.patch(file, 0, VIDEO)).error == (404, "gone")
        assert (await page.ask("DELETE", f"/files/{file}", headers=TUS)).error == (404, "gone")
        assert (await page.state())["files"] == []


async def test_a_client_may_ask_first_and_may_name_the_method_in_a_header(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.begin(len(VIDEO))
        headers = {**CHUNK, "Upload-Offset": "0"}
        answer = await page.ask("PATCH", f"/files/{file}", data=VIDEO[:HALF], headers=headers, expect100=True)
        assert answer.status == 204
        headers = {**CHUNK, "Upload-Offset": str(HALF), "X-HTTP-Method-Override": "PATCH"}
        assert (await page.ask("POST", f"/files/{file}", data=VIDEO[HALF:], headers=headers)).status == 204
        assert (page.folder / file).read_bytes() == VIDEO
        headers = {**TUS, "X-HTTP-Method-Override": "DELETE"}
        assert (await page.ask("POST", f"/files/{file}", headers=headers)).status == 204


@pytest.mark.long
async def test_the_bytes_of_a_large_file_are_the_same_however_they_were_cut(reached: Settings) -> None:
    data = VIDEO[:64] + os.urandom(20_000_000)
    async with opened(reached) as page:
        file, at = await page.begin(len(data)), 0
        for size in (1, 63, 65_000, 1_000_000, 7, 5_000_000, len(data)):
            piece = data[at : at + size]
            at = int((await page.patch(file, at, piece)).headers["Upload-Offset"])
        assert at == len(data)
        digest = hashlib.file_digest((page.folder / file).open("rb"), "sha256").hexdigest()
        assert digest == hashlib.sha256(data).hexdigest()


async def test_a_record_without_its_file_says_so(reached: Settings) -> None:
    async with opened(reached) as page:
        lost = DropFile(id="0" * 32, name="a.mp4", size=9)
        await page.bot.app.store.drops.update(page.drop.id, lambda drop: drop.model_copy(update={"files": (lost,)}))
        assert (await page.state())["files"][0]["offset"] == 0
        assert (await page.ask("HEAD", f"/files/{lost.id}", headers=TUS)).status == 404
        assert (await page.send("", lost.id)).error == (409, "not_whole")
        assert (await page.ask("DELETE", f"/files/{lost.id}", headers=TUS)).status == 204


async def test_those_of_another_link_are_not_there(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.give()
        other: Page = await page.another(place("t2"))
        assert (await other.ask("HEAD", f"/files/{file}", headers=TUS)).status == 404
        assert (await other.send("", file)).error == (404, "gone")
        assert (page.folder / file).exists()
