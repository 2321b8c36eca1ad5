"""Files in: told by content, in order, whole or not at all, and nothing of a rejected one stays."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.engine.fetch import Links
from bot.engine.main import Tuning
from bot.settings import Engine, General, Settings
from tests.engine.api.client import Client
from tests.engine.api.conftest import StartEngine, until
from tests.engine.test_fetch import PUBLIC, Names

pytestmark = pytest.mark.usefixtures("probed")


def kept(settings: Settings) -> list[Path]:
    """Every file the engine keeps of uploads, finished or not."""
    return [path for path in (settings.engine_dir / "media").rglob("*") if path.is_file()]


async def segments(client: Client, session: str) -> list[int]:
    """The lengths of the video track's segments, ms, as the draft has them."""
    draft = (await client.state(session))["state"]["draft"]
    [track] = [track for track in draft["t"] if track["tt"] == 0]
    return [segment["d"] for segment in track["sg"]]


async def test_a_clip_is_told_by_its_content(client: Client, footage: Path, settings: Settings) -> None:
    session = await client.session()
    answer = await client.upload(session, ("holiday.avi", footage / "one.mp4"))
    [file] = answer.data["files"]
    assert answer.data["session_state_applied"] is True
    assert (file["filename"], file["file_type"]) == ("holiday.avi", "video")
    assert (file["width"], file["height"], file["fps"]) == (320, 180, 25)
    assert file["duration"] == pytest.approx(2, abs=0.1)
    assert len(file["hash"]) == 64
    assert (await client.state(session))["state"]["video_infos"] == [file]
    assert [path.name for path in kept(settings)] == [file["hash"]]


async def test_the_kept_file_can_be_fetched_by_its_owner_only(
    client: Client, footage: Path, http: aiohttp.ClientSession
) -> None:
    session = await client.session()
    [file] = (await client.upload(session, ("a.mp4", footage / "one.mp4"))).data["files"]
    assert (await client.call("GET", file["cdn_url"])).body == (footage / "one.mp4").read_bytes()
    part = await client.call("GET", file["cdn_url"], headers={"Range": "bytes=10-19"})
    assert (part.status, len(part.body)) == (206, 10)
    other = await Client(http, client.address, "client-2").start()
    assert (await other.call("GET", file["cdn_url"])).code == 1002
    wrong = file["cdn_url"].replace(file["hash"], "0" * 64)
    assert (await client.call("GET", wrong)).code == 404


async def test_several_files_join_in_upload_order_as_one_step(client: Client, footage: Path) -> None:
    session = await client.session()
    names = [("1.png", "still.png"), ("2.mp4", "two.mp4"), ("3.mp4", "one.mp4")]
    answer = await client.upload(session, *((name, footage / file) for name, file in names))
    assert [(file["filename"], file["file_type"]) for file in answer.data["files"]] == [
        ("1.png", "image"), ("2.mp4", "video"), ("3.mp4", "video"),
    ]  # fmt: skip
    still, two, one = await segments(client, session)
    assert still > 0
    assert two == pytest.approx(1000, abs=100)
    assert one == pytest.approx(2000, abs=100)
    await client.upload(session, ("4.mp4", footage / "two.mp4"))
    assert len(await segments(client, session)) == 4


async def test_uploads_at_the_same_time_all_join(client: Client, footage: Path) -> None:
    session = await client.session()
    answers = await asyncio.gather(*(client.upload(session, (f"{n}.mp4", footage / "two.mp4")) for n in range(5)))
    assert [answer.status for answer in answers] == [200] * 5
    assert len(await segments(client, session)) == 5
    assert len((await client.state(session))["state"]["video_infos"]) == 5


async def test_a_sound_joins_the_library_only(client: Client, footage: Path) -> None:
    session = await client.session()
    [file] = (await client.upload(session, ("song.mp3", footage / "music.mp3"))).data["files"]
    assert (file["file_type"], file["width"], file["fps"]) == ("audio", None, None)
    state = (await client.state(session))["state"]
    assert state["draft"] == {}
    assert len(state["video_infos"]) == 1


async def test_the_same_content_is_kept_once(client: Client, footage: Path, settings: Settings) -> None:
    first, second = await client.session(), await client.session()
    for session, name in ((first, "a.mp4"), (first, "b.mp4"), (second, "c.mp4")):
        [file] = (await client.upload(session, (name, footage / "one.mp4"))).data["files"]
        assert file["filename"] == name
    assert len(kept(settings)) == 1


async def test_a_name_is_only_shown(client: Client, footage: Path, settings: Settings) -> None:
    session = await client.session()
    [file] = (await client.upload(session, ("../../etc/片段 @every\u202eone.mp4", footage / "two.mp4"))).data["files"]
    assert file["filename"] == "片段 @everyone.mp4"
    assert [path.name for path in kept(settings)] == [file["hash"]]


async def test_a_file_that_is_no_film_leaves_nothing(client: Client, footage: Path, settings: Settings) -> None:
    session = await client.session()
    answer = await client.upload(session, ("text.mp4", footage / "text.mp4"))
    assert (answer.status, answer.code) == (415, 4001)
    assert "MP4" in answer.body["message"]
    assert kept(settings) == []
    assert (await client.state(session))["state"]["video_infos"] == []


async def test_an_empty_file_and_no_file(client: Client, settings: Settings) -> None:
    session = await client.session()
    assert (await client.upload(session, ("a.mp4", b""))).code == 4001
    form = aiohttp.FormData({"other": "x"}, default_to_multipart=True)
    answer = await client.call("POST", f"/api/upload-video/nemo_agent/me/{session}", data=form)
    assert (answer.status, answer.code) == (422, 422)
    assert kept(settings) == []


async def test_one_bad_file_takes_its_request_with_it(client: Client, footage: Path, settings: Settings) -> None:
    session = await client.session()
    answer = await client.upload(session, ("a.mp4", footage / "one.mp4"), ("b.mp4", footage / "text.mp4"))
    assert answer.code == 4001
    assert answer.body["data"]["filename"] == "b.mp4"
    assert kept(settings) == []
    assert (await client.state(session))["state"]["draft"] == {}
    await client.upload(session, ("a.mp4", footage / "one.mp4"))
    await client.upload(session, ("a.mp4", footage / "one.mp4"), ("b.mp4", footage / "text.mp4"))
    assert len(kept(settings)) == 1


@pytest.fixture
def small(settings: Settings) -> Settings:
    """Uploads of 1 MB at most."""
    data_dir, key = settings.general.data_dir, settings.general.secret_key
    return replace(settings, general=General.model_construct(data_dir=data_dir, secret_key=key, max_upload_mb=1))


async def test_a_file_over_the_limit_is_4002_and_leaves_nothing(
    start_engine: StartEngine, small: Settings, http: aiohttp.ClientSession
) -> None:
    client = await Client(http, await start_engine(small)).start()
    session = await client.session()
    answer = await client.upload(session, ("long.mp4", endless(3 << 20)))
    assert (answer.status, answer.code) == (413, 4002)
    assert answer.body["data"]["limit"] == 1_000_000
    assert "1 MB" in answer.body["message"]
    assert kept(small) == []


async def test_footage_beyond_the_accounts_limit_is_refused_with_numbers_until_a_project_goes(
    start_engine: StartEngine, settings: Settings, footage: Path, http: aiohttp.ClientSession
) -> None:
    room = (footage / "one.mp4").stat().st_size + 10_000
    tight = replace(settings, engine=Engine.model_construct(account_gb=room / 1e9))
    client = await Client(http, await start_engine(tight)).start()
    session, other = await client.session(), await client.session()
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    answer = await client.upload(session, ("two.mp4", footage / "two.mp4"))
    assert (answer.status, answer.code) == (507, 507)
    assert answer.body["data"]["reason"] == "quota"
    assert answer.body["data"]["limit"] == room
    assert "Delete a project" in answer.body["message"]
    assert len(kept(settings)) == 1
    assert (await client.upload(other, ("again.mp4", footage / "one.mp4"))).status == 200
    for gone in (session, other):
        await client.call("DELETE", f"/api/session/nemo_agent/me/{gone}")
    assert (await client.upload(await client.session(), ("two.mp4", footage / "two.mp4"))).status == 200


async def endless(size: int) -> AsyncIterator[bytes]:
    for _ in range(size >> 16):
        yield b"\0" * (1 << 16)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"not even one"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=files\r\n\r\ncut"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken header\r\n\r\nabc\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: " + b"b" * 100_000 + b"\r\n\r\nabc\r\n--x--"),
        ("multipart/mixed; boundary=x", b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--"),
    ],
)  # fmt: skip
async def test_a_broken_multipart(client: Client, settings: Settings, kind: str, body: bytes) -> None:
    session = await client.session()
    path = f"/api/upload-video/nemo_agent/me/{session}"
    answer = await client.call("POST", path, data=body, headers={"Content-Type": kind})
    assert answer.status in (415, 422), answer.body
    assert kept(settings) == []


async def test_a_client_that_goes_away_leaves_nothing(client: Client, settings: Settings) -> None:
    session = await client.session()
    gone = asyncio.Event()

    async def part_of_a_film() -> AsyncIterator[bytes]:
        yield b"\0" * (3 << 20)
        await gone.wait()

    upload = asyncio.create_task(client.upload(session, ("a.mp4", part_of_a_film())))

    async def arrives() -> bool:
        return bool(kept(settings))

    async def is_gone() -> bool:
        return not kept(settings)

    await until(arrives)
    upload.cancel()
    await asyncio.wait((upload,))
    await until(is_gone)


async def test_an_upload_that_stalls_is_ended(
    start_engine: StartEngine, http: aiohttp.ClientSession, settings: Settings
) -> None:
    client = await Client(http, await start_engine(tuning=Tuning(lease_s=3, stall_s=0.2))).start()
    session = await client.session()

    async def slow() -> AsyncIterator[bytes]:
        yield b"\0" * (1 << 20)
        await asyncio.Event().wait()

    answer = await client.upload(session, ("a.mp4", slow()))
    assert (answer.status, answer.code) == (408, 408)
    assert kept(settings) == []


async def test_an_account_has_a_bounded_number_of_uploads(client: Client) -> None:
    session = await client.session()
    go = asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        await go.wait()
        yield b""

    uploads = [asyncio.create_task(client.upload(session, ("a.mp4", waiting()))) for _ in range(18)]
    done, _ = await asyncio.wait(uploads, return_when=asyncio.FIRST_COMPLETED)
    assert {task.result().status for task in done} == {429}
    go.set()
    answers = await asyncio.gather(*uploads)
    assert sorted(answer.status for answer in answers) == [415] * 16 + [429] * 2


class TestLinks:
    """Files by link, with a server on loopback that stands for the world."""

    @pytest.fixture
    async def client(
        self, start_engine: StartEngine, http: aiohttp.ClientSession, footage: Path
    ) -> AsyncIterator[Client]:
        async def answer(request: web.Request) -> web.StreamResponse:
            if request.path == "/page":
                return web.Response(text="<html>", content_type="text/html")
            if request.path == "/huge":
                response = web.StreamResponse(headers={"Content-Length": str(600 << 20)})
                await response.prepare(request)
                return response
            return web.FileResponse(footage / request.path[1:])

        app = web.Application()
        app.router.add_get("/{name:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]

        class Redirected(socket.socket):
            def connect(self, address: object) -> None:
                super().connect(("127.0.0.1", port))

        links = Links(
            lambda _: Redirected(socket.AF_INET, socket.SOCK_STREAM), lambda: Names({"files.example": [PUBLIC]})
        )
        yield await Client(http, await start_engine(tuning=Tuning(lease_s=3, links=links))).start()
        await runner.cleanup()

    async def test_files_by_link(self, client: Client) -> None:
        session = await client.session()
        answer = await client.links(session, "http://files.example/one.mp4", "http://files.example/two.mp4")
        assert [file["filename"] for file in answer.data["files"]] == ["one.mp4", "two.mp4"]
        assert len(await segments(client, session)) == 2

    @pytest.mark.parametrize(
        ("link", "code", "words"),
        [
            ("https://www.youtube.com/watch?v=x", 4001, "YouTube pages are not sources"),
            ("https://open.spotify.com/track/x", 4001, "Spotify"),
            ("http://files.example/page", 4001, "a page"),
            ("http://files.example/huge", 4002, "500 MB"),
            ("http://files.example/text.mp4", 4001, "MP4"),
            ("http://127.0.0.1/one.mp4", 4001, "private address"),
            ("ftp://files.example/one.mp4", 4001, "no link"),
            ("http://nowhere.example/one.mp4", 422, "cannot be reached"),
        ],
    )
    async def test_links_that_give_nothing(
        self, client: Client, settings: Settings, link: str, code: int, words: str
    ) -> None:
        session = await client.session()
        answer = await client.links(session, link)
        assert answer.code == code
        assert words in answer.body["message"]
        assert kept(settings) == []
        assert (await client.state(session))["state"]["video_infos"] == []

    async def test_one_bad_link_takes_its_request_with_it(self, client: Client, settings: Settings) -> None:
        session = await client.session()
        answer = await client.links(session, "http://files.example/two.mp4", "http://files.example/page")
        assert answer.code == 4001
        assert kept(settings) == []

    @pytest.mark.parametrize("urls", [[], [5], ["x"] * 11, [None]])
    async def test_bodies_without_links(self, client: Client, urls: list[object]) -> None:
        assert (await client.links(await client.session(), *urls)).code == 422


async def test_nothing_of_a_name_or_a_file_is_part_of_a_key(client: Client, footage: Path, redis: Redis) -> None:
    session = await client.session()
    await client.upload(session, ("secret name.mp4", footage / "one.mp4"))
    keys = [key async for key in redis.scan_iter("*")]
    assert all(str(key).startswith("tce:") for key in keys)
    assert not any("secret" in str(key) for key in keys)
