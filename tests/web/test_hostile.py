"""Whoever holds a link may send anything: every answer is right, nothing is written elsewhere or given away."""

import asyncio
import base64
import contextlib
import errno
import json
import logging
import os
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.flows import drops
from bot.settings import Settings
from bot.updates import Problem, ProblemKind
from bot.web import idle, parts
from bot.web.links import Links
from tests.upstream.server import Upstream
from tests.watch.bench import FastClock, limited, place
from tests.web.page import CHUNK, PUBLIC, TUS, VIDEO, Answer, Page, opened

NAMES = (
    "../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "C:\\x.mp4", "a\0b.mp4", "<script>alert(1)</script>.mp4",
    "x" * 1000 + ".mp4", "影" * 1000 + ".mp4", "\u202egpj.exe", "\r\nSet-Cookie: a=b", "....//", ".", "", "con.mp4",
    "@everyone [a](https://b.example).mp4", "a\n\n# title.mp4",
)  # fmt: skip
USAGE = namedtuple("USAGE", "total used free")


def everything(settings: Settings) -> set[Path]:
    return {path for path in settings.data_dir.parent.rglob("*") if path.is_file()}


def holds_nothing(answer: Answer, page: Page) -> None:
    """No path, no id of ours, no name of our code and no token in what is told."""
    told = answer.body.decode() + str(dict(answer.headers))
    for secret in (page.token, page.drop.id, str(page.settings.data_dir), "Traceback", "Error", ".py", "aiohttp"):
        assert secret not in told, secret
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.get("Cache-Control") == "no-store"


@pytest.mark.long
async def test_names_are_only_shown(reached: Settings, upstream: Upstream) -> None:
    async with opened(reached) as page:
        before = everything(reached)
        batch: list[str] = []
        for number, name in enumerate(NAMES):
            if number == drops.MOST_FILES:
                await page.ask("DELETE", f"/files/{batch.pop()}", headers=TUS)
                for file in batch[:6]:
                    await page.ask("DELETE", f"/files/{file}", headers=TUS)
                batch = batch[6:]
            batch.append(await page.give(VIDEO, name))
        shown = [file["name"] for file in (await page.state())["files"]]
        for name in shown:
            assert 0 < len(name) <= 100
            assert not set(name) & set('/\\:*?"<>|\0\r\n\u202e')
            assert not name.startswith(".")
        new = everything(reached) - before
        assert {path.parent for path in new} == {page.folder}
        assert (await page.send("hello", *batch)).status == 200
        await page.bot.finished(f"d{page.drop.id}")
        new = everything(reached) - before  # what the upstream would not take stays until the link's time is over
        assert {path.parent.parent for path in new} <= {reached.media_dir, reached.uploads_dir}
        assert {path.parent for path in new if reached.uploads_dir in path.parents} <= {page.folder}


@pytest.mark.parametrize(
    ("length", "error"),
    [
        ("-1", (400, "bad_request")), ("", (400, "bad_request")), ("1e3", (400, "bad_request")),
        ("0x10", (400, "bad_request")), ("5 5", (400, "bad_request")), ("٣", (400, "bad_request")),
        ("9" * 400, (400, "bad_request")), ("0", (415, "not_media")), ("500000001", (413, "too_large")),
    ],
)  # fmt: skip
async def test_a_wrong_length_begins_nothing(reached: Settings, length: str, error: tuple[int, str]) -> None:
    async with opened(reached) as page:
        answer = await page.create(length)
        assert answer.error == error
        holds_nothing(answer, page)
        assert (await page.ask("POST", "/files", headers=TUS)).error == (400, "bad_request")
        deferred = await page.ask("POST", "/files", headers={**TUS, "Upload-Defer-Length": "1"})
        assert deferred.error == (400, "bad_request")
        for metadata in ("filename !!!", "filename /w==", "filename YQ"):
            headers = {"Upload-Length": "9", "Upload-Metadata": metadata}
            assert (await page.ask("POST", "/files", headers={**TUS, **headers})).error == (400, "bad_request")
        assert (await page.state())["files"] == []
        assert not page.folder.exists()


@pytest.mark.parametrize(
    ("offset", "error"),
    [
        ("-1", (400, "bad_request")), ("x", (400, "bad_request")), ("", (400, "bad_request")),
        ("9" * 30, (400, "bad_request")), ("99", (409, "offset")), ("101", (409, "offset")), ("0", (409, "offset")),
    ],
)  # fmt: skip
async def test_a_wrong_offset_writes_nothing(reached: Settings, offset: str, error: tuple[int, str]) -> None:
    async with opened(reached) as page:
        file = await page.begin(len(VIDEO))
        await page.patch(file, 0, VIDEO[:100])
        answer = await page.patch(file, offset, VIDEO[100:])
        assert answer.error == error
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        holds_nothing(answer, page)
        assert await page.offset(file) == 100


async def test_what_is_no_chunk_is_not_written(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.begin(len(VIDEO))
        for kind in ("application/json", "", "application/offset+octet-stream2"):
            answer = await page.patch(file, 0, VIDEO, **{"Content-Type": kind})
            assert answer.error == (415, "bad_request")
        answer = await page.patch(file, 0, VIDEO, **{"Content-Encoding": "gzip"})
        assert answer.error == (415, "bad_request")
        assert await page.offset(file) == 0


async def test_more_than_was_announced_is_refused_and_what_is_right_goes_on(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.begin(len(VIDEO))
        assert (await page.patch(file, 0, VIDEO + b"x")).error == (413, "offset")
        assert await page.offset(file) == 0

        async def untold() -> Any:
            yield VIDEO
            yield b"x"

        assert (await page.patch(file, 0, untold())).error == (413, "offset")
        came = await page.offset(file)
        assert came < len(VIDEO) or not (page.folder / f"{file}.part").exists()
        assert not list(page.folder.glob("*.part")) or (page.folder / f"{file}.part").stat().st_size == came


@pytest.mark.parametrize(
    "content", [b"#!/bin/sh\nrm -rf /\n" * 9000, b"PK\3\4" + bytes(200_000), b"tiny", b"\0" * 70_000]
)
async def test_what_is_no_media_is_removed_as_soon_as_its_beginning_is_there(reached: Settings, content: bytes) -> None:
    async with opened(reached) as page:
        file = await page.begin(max(len(content), 70_001) if len(content) > 70_000 else len(content), "movie.mp4")
        answer = await page.patch(file, 0, content[:70_000])
        assert answer.error == (415, "not_media")
        assert "MP4" in answer.json["text"]
        holds_nothing(answer, page)
        assert not page.folder.exists()
        assert (await page.state())["files"] == []
        assert (await page.ask("HEAD", f"/files/{file}", headers=TUS)).status == 415
        assert (await page.patch(file, 0, VIDEO)).error == (415, "not_media")


@pytest.mark.long
async def test_a_thousand_creations_make_ten_files(reached: Settings) -> None:
    async with opened(reached) as page:
        made = await asyncio.gather(*(page.create(100 + number) for number in range(1000)))
        assert sorted({answer.status for answer in made}) == [201, 413]
        assert sum(answer.status == 201 for answer in made) == drops.MOST_FILES
        refused = next(answer for answer in made if answer.status == 413)
        assert refused.error == (413, "too_many_files")
        assert "10" in refused.json["text"]
        assert len(list(page.folder.iterdir())) == drops.MOST_FILES == len((await page.state())["files"])


async def test_many_links_of_one_person_promise_no_more_than_one_does(
    reached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: USAGE(10**14, 0, 10**14))
    async with opened(reached) as page:
        for _ in range(drops.MOST_FILES):
            await page.begin(500_000_000)
        second = await page.another(place("t2"))
        answer = await second.create(1)
        assert answer.error == (413, "too_large")
        assert answer.json["text"].count("5 GB") == 2
        other = await page.another(place("t2", requester="somebody else"))
        await other.begin(500_000_000)
        assert (await page.ask("DELETE")).status == 200
        await second.begin(1)


async def test_a_link_that_is_over_takes_and_tells_nothing(reached: Settings, upstream: Upstream) -> None:
    clock = FastClock(1)
    async with opened(reached, clock=clock) as page:
        sent, revoked, late = [await page.another(place(f"t{number}")) for number in (2, 3, 4)]
        ends = {}
        for one in (sent, revoked, late):
            ends[one.token] = await one.give()
        assert (await sent.send("cut it", ends[sent.token])).json == {
            "state": "sent", "thread": "https://discord.com/channels/g1/t2",
        }  # fmt: skip
        assert (await revoked.ask("DELETE")).json["state"] == "closed"
        assert not revoked.folder.exists()
        clock.jump(timedelta(hours=25))
        for one, key in ((sent, "closed"), (revoked, "closed"), (late, "expired")):
            file = ends[one.token]
            answers = [
                await one.create(9), await one.patch(file, 0, VIDEO), await one.send("again", file),
                await one.ask("GET", "/state"), await one.ask("DELETE"), await one.ask("OPTIONS", "/files"),
                await one.ask("DELETE", f"/files/{file}", headers=TUS),
            ]  # fmt: skip
            assert {answer.error for answer in answers} == {(410, key)}
            assert (await one.ask("HEAD", f"/files/{file}", headers=TUS)).status == 410
            for answer in answers:
                holds_nothing(answer, one)
        await page.bot.app.batches.sweep()
        assert (await late.ask("GET", "/state")).error == (410, "expired")


async def test_an_altered_link_opens_nothing_and_asks_redis_nothing(reached: Settings) -> None:
    async with opened(reached) as page:
        id_, _, signature = page.token.partition(".")
        other = await page.another(place("t2"))
        for token in (
            id_, f"{id_}.", f"{other.drop.id}.{signature}", page.token[:-1], f"{page.token}A", "x" * 5000, "%00",
            "..%2f..", f"%20{page.token}", page.token.upper(), "%ff",
        ):  # fmt: skip
            page.token = token
            for answer in (await page.ask("GET", "/state"), await page.create(9), await page.ask("DELETE")):
                assert answer.error == (403, "broken_link"), token
        assert len(await page.bot.app.store.drops.of_thread("t1")) == 1


async def test_a_batch_is_only_what_is_whole_and_the_links_own(reached: Settings, upstream: Upstream) -> None:
    async with opened(reached) as page:
        whole, half = await page.give(), await page.begin(len(VIDEO))
        for body, error in (
            ({"files": [half]}, (409, "not_whole")),
            ({"files": [whole, half]}, (409, "not_whole")),
            ({"files": ["0" * 32]}, (404, "gone")),
            ({"files": ["../../x"]}, (404, "gone")),
            ({"files": [whole, whole]}, (400, "bad_request")),
            ({"files": []}, (400, "nothing")),
            ({}, (400, "nothing")),
            ({"files": [whole], "words": "x" * 4001}, (400, "bad_request")),
            ({"files": [whole], "words": "\ud800"}, (400, "bad_request")),
            ({"files": [whole], "words": 5}, (400, "bad_request")),
            ({"files": whole}, (400, "bad_request")),
            ([whole], (400, "bad_request")),
        ):
            answer = await page.ask("POST", "/send", data=json.dumps(body).encode())
            assert answer.error == error, body
            holds_nothing(answer, page)
        for raw in (b"", b"\xff", b"[" * 60_000):
            assert (await page.ask("POST", "/send", data=raw)).error == (400, "bad_request")
        assert (await page.ask("POST", "/send", data=b"x" * 70_000)).error == (413, "bad_request")
        assert (await page.state())["state"] == "open"
        assert upstream.seen("run") == []
        assert (await page.send("", whole)).status == 200


async def test_a_link_that_goes_while_a_request_is_under_way_is_over(
    reached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(reached) as page:
        begun, forget = parts.create, page.bot.app.store.drops.remove
        loop = asyncio.get_running_loop()

        def create(*args: Any) -> None:
            begun(*args)
            asyncio.run_coroutine_threadsafe(forget(page.drop.id), loop).result()

        monkeypatch.setattr(parts, "create", create)
        assert (await page.create(9)).error == (410, "expired")
        assert not page.folder.exists()


async def test_where_too_many_wait_the_batch_stays_on_the_page(reached: Settings) -> None:
    async with opened(limited(reached, user_running=1, user_waiting=0)) as page:
        stuck = asyncio.Event()
        page.bot.face.before_show = lambda _: stuck.wait()
        file, other = await page.give(), await page.another(place("t2"))
        assert (await other.send("cut it", await other.give())).status == 200
        answer = await page.send("cut it", file)
        assert answer.error == (429, "busy")
        assert (await page.state())["files"][0]["done"] is True
        stuck.set()
        await page.bot.finished(f"d{other.drop.id}")
        assert (await page.send("cut it", file)).status == 200


async def test_the_answer_is_in_the_readers_language(reached: Settings) -> None:
    async with opened(reached, place(locale="zh-CN")) as page:
        for asked, begin in (
            ("zh-CN,zh;q=0.9", "没有"),
            ("en-GB", "There is"),
            ("tlh, en;q=0.5", "There"),
            ("tlh", "没有"),
        ):
            answer = await page.ask("POST", "/send", data=b"{}", headers={"Accept-Language": asked})
            assert answer.json["text"].startswith(begin), asked


async def test_a_disk_without_room_takes_no_first_byte(reached: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(reached) as page:
        first = await page.begin(300_000_000)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: USAGE(10_000_000_000, 0, 1_000_000_000))
        assert (await page.create(300_000_000)).error == (507, "disk_full")  # 500 MB may come, 300 are on their way
        second = await page.begin(150_000_000)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: USAGE(10_000_000_000, 0, 500_000_000))
        answer = await page.patch(second, 0, VIDEO)
        assert answer.error == (507, "disk_full")
        holds_nothing(answer, page)
        assert await page.offset(first) == await page.offset(second) == 0


async def test_a_disk_that_fills_in_the_middle_keeps_what_came_and_the_thread_hears_once(
    reached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(reached, place(answer="99")) as page:
        file = await page.begin(len(VIDEO))

        write = os.write

        def full(handle: int, block: memoryview) -> int:
            there = os.fstat(handle).st_size
            if there >= 100_000:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(handle, block[: 100_000 - there])

        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            for _ in range(2):
                at = await page.offset(file)
                assert (await page.patch(file, at, VIDEO[at:])).error == (507, "disk_full")
        await page.bot.face.until(lambda: page.bot.face.of(Problem))
        assert await page.offset(file) == 100_000
        assert (await page.patch(file, 100_000, VIDEO[100_000:])).status == 204
        assert (page.folder / file).read_bytes() == VIDEO
        (told,) = [(at, update) for at, _, update in page.bot.face.shown if isinstance(update, Problem)]
        assert told[0].answer is None  # the note of the open link stays
        assert (told[1].kind, told[1].name) == (ProblemKind.DISK_FULL, "a.mp4")


async def test_one_who_never_ends_the_head_of_a_request_is_sent_away(
    reached: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "HEAD_S", 0.3)
    async with opened(reached) as page:
        url = page.url()
        slow = [await asyncio.open_connection(url.host, url.port) for _ in range(20)]
        for _, writer in slow:
            writer.write(b"GET /u/x HTTP/1.1\r\nX-A: ")
        async with asyncio.timeout(10):
            for reader, writer in slow:
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
                writer.close()
        assert (await page.state())["state"] == "open"


async def test_a_request_that_is_none_is_answered_shortly(reached: Settings, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(reached) as page:
        url = page.url("/files")
        for request in (
            f"POST {url.raw_path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            f"POST {url.raw_path} HTTP/1.1\r\nHost: x\r\nUpload-Metadata: {'a' * 20_000}\r\n\r\n",
            f"POST {url.raw_path} HTTP/9\r\n\r\n",
            f"POST {url.raw_path} HTTP/1.1\r\nbad header\0\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection(url.host, url.port)
            writer.write(request.encode())
            async with asyncio.timeout(10):
                answer = await reader.read()
            assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), answer
            writer.close()
        bad = (
            f"PATCH {url.raw_path}/{await page.begin(len(VIDEO))} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            f"Upload-Offset: 0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in CHUNK.items()) + "\r\nzz\r\n"
        )
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(bad.encode())
        async with asyncio.timeout(10):
            assert b" 400 " in (await reader.read()).split(b"\r\n")[0]
        writer.close()
        assert (await page.state())["files"][0]["offset"] == 0
        assert page.token not in caplog.text


async def test_other_methods_are_refused_as_such(reached: Settings) -> None:
    async with opened(reached) as page:
        file = await page.begin(9)
        for method, path in (("PUT", "/files"), ("GET", f"/files/{file}"), ("PUT", f"/files/{file}"), ("GET", "/send")):
            answer = await page.ask(method, path, headers=TUS)
            assert answer.status == 405
            assert "Allow" in answer.headers
        assert (await page.ask("POST", f"/files/{file}", headers=TUS)).status == 405
        assert (await page.ask("GET", "/files/../../../etc/passwd")).status in {404, 405}


@pytest.mark.long
async def test_a_failure_of_ours_is_one_line(
    reached: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened(reached) as page:
        file = await page.begin(len(VIDEO), "my secret name.mp4")

        def broken(*_: object) -> None:
            raise OSError(errno.EIO, "broken", str(page.folder))

        monkeypatch.setattr(parts.Part, "append", broken)
        answer = await page.patch(file, 0, VIDEO)
        assert answer.error == (500, "internal")
        holds_nothing(answer, page)
        assert page.token not in caplog.text
        assert "secret name" not in caplog.text


async def test_no_range_gives_more_than_the_file_or_breaks_the_server(reached: Settings) -> None:
    reached.results_dir.mkdir(parents=True)
    (reached.results_dir / "r.mp4").write_bytes(VIDEO)
    (reached.results_dir.parent / "beside.txt").write_bytes(b"not for anybody")
    made = Links(reached.secret_key, PUBLIC, 1).link("", "r.mp4", "r.mp4")
    assert made is not None
    last = len(VIDEO) - 1
    async with opened(reached) as page:
        url = f"{page.bot.app.web}{made[0].removeprefix(PUBLIC)}/r.mp4"
        for asked, status, body in (
            ("bytes=0-0", 206, VIDEO[:1]),
            ("bytes=-5", 206, VIDEO[-5:]),
            (f"bytes={last}-{10**30}", 206, VIDEO[-1:]),
            (f"bytes=-{10**30}", 206, VIDEO),
            (f"bytes={last + 1}-", 416, b""),
            (f"bytes={10**30}-", 416, b""),
            ("bytes=5-2", 416, b""),
            ("bytes=-", 416, b""),
            ("bytes=--1", 416, b""),
            ("bytes=a-b", 416, b""),
            ("letters=0-1", 416, b""),
            ("bytes=0-0,2-3", 416, b""),
            ("bytes=" + ",".join(["0-"] * 5000)[:7000], 416, b""),
        ):
            async with page.client.get(url, headers={"Range": asked}) as answer:
                assert (answer.status, await answer.read()) == (status, body), asked[:40]
        assert (await page.state())["state"] == "open"


async def test_when_the_clock_jumps_an_open_link_still_works(reached: Settings) -> None:
    clock = FastClock(1)
    async with opened(reached, clock=clock) as page:
        file = await page.begin(len(VIDEO))
        await page.patch(file, 0, VIDEO[:70_000])
        clock.jump(timedelta(days=-400))
        assert await page.offset(file) == 70_000
        await page.bot.app.batches.sweep()
        clock.jump(timedelta(days=400))
        assert (await page.patch(file, 70_000, VIDEO[70_000:])).status == 204


async def test_metadata_of_other_programs_is_read(reached: Settings) -> None:
    async with opened(reached) as page:
        name = base64.b64encode("片.mp4".encode()).decode()
        for metadata in (f"relativePath bnVsbA==,filename {name},is_confidential", f" filename {name} ", ""):
            headers = {"Upload-Length": "9", "Upload-Metadata": metadata}
            assert (await page.ask("POST", "/files", headers={**TUS, **headers})).status == 201
        assert [file["name"] for file in (await page.state())["files"]] == ["片.mp4", "片.mp4", "file"]
