"""The engine as a process: one line when ready, an orderly end, a crash that loses nothing, memory that stays flat."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import psutil
import pytest
from redis.asyncio import Redis

from bot.engine.main import EngineError, NoFfmpegError, PortInUseError, running
from bot.engine.records.leases import Leases
from bot.settings import Engine, General, Settings
from tests.engine.api.client import Client
from tests.engine.api.conftest import StartEngine, until
from tests.engine.api.process import QUICK, SERVE, WORK, child

pytestmark = pytest.mark.usefixtures("probed")


async def test_one_line_when_it_is_ready_and_an_orderly_end(settings: Settings, http: aiohttp.ClientSession) -> None:
    async with child(settings) as engine:
        assert engine.address.startswith("http://127.0.0.1:")
        client = await Client(http, engine.address).start()
        assert await client.session()
        assert await engine.end() == 0
        assert engine.process.stdout is not None
        assert await engine.process.stdout.read() == b""


async def test_it_ends_with_its_parent(settings: Settings) -> None:
    async with child(settings, SERVE, "with-parent") as engine:
        assert engine.process.stdin is not None
        engine.process.stdin.close()
        assert await engine.gone() == 0


async def test_a_port_in_use_is_one_line(settings: Settings, engine: str) -> None:
    port = int(engine.rpartition(":")[2])
    with pytest.raises(PortInUseError) as caught:
        async with running(settings, "127.0.0.1", port):
            pass
    assert str(port) in str(caught.value)
    assert "ENGINE_PORT" in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_an_address_of_another_machine_is_one_line(settings: Settings) -> None:
    with pytest.raises(EngineError) as caught:
        async with running(settings, "192.0.2.1", 0):
            pass
    assert "ENGINE_HOST" in str(caught.value)


async def test_no_ffmpeg_is_one_line_with_the_mend(settings: Settings, tmp_path: Path) -> None:
    broken = replace(settings, engine=Engine.model_construct(ffmpeg_bin=tmp_path / "nowhere"))
    with pytest.raises(NoFfmpegError) as caught:
        async with running(broken, "127.0.0.1", 0):
            pass
    assert "ENGINE_FFMPEG_BIN" in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_folder_that_cannot_be_written_is_one_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    broken = replace(settings, general=General.model_construct(data_dir=tmp_path / "file" / "data"))
    with pytest.raises(EngineError) as caught:
        async with running(broken, "127.0.0.1", 0):
            pass
    assert "DATA_DIR" in str(caught.value)


@pytest.mark.long
async def test_a_killed_engines_render_is_run_again(
    settings: Settings, http: aiohttp.ClientSession, footage: Path
) -> None:
    async with child(settings, QUICK) as engine:
        client = await Client(http, engine.address).start()
        session = await client.session()
        await client.upload(session, ("one.mp4", footage / "one.mp4"))
        files = [(f"{number}.mp4", footage / "one.mp4") for number in range(8)]
        await client.upload(session, *files)
        draft = (await client.state(session))["state"]["draft"]
        await client.render(session, draft)

        async def works() -> bool:
            return bool((await client.status()).body["status"] == "processing")

        await until(works)
        assert await engine.end(signal.SIGKILL) == -signal.SIGKILL
    async with child(settings, QUICK) as engine:
        client.address = engine.address

        async def done() -> bool:
            answer = await client.status()
            assert answer.body["status"] != "failed", answer.body
            return bool(answer.body["status"] == "completed")

        await until(done, 60)
        assert len((await client.download()).body) == (await client.status()).body["output"]["size"]

        async def cleaned() -> bool:
            return len(list((settings.engine_dir / "renders").iterdir())) == 1

        await until(cleaned)


async def test_a_killed_engines_turn_is_rolled_back(
    settings: Settings, http: aiohttp.ClientSession, footage: Path, redis: Redis
) -> None:
    async with child(settings, QUICK) as engine:
        client = await Client(http, engine.address).start()
        session = await client.session()
        await client.upload(session, ("one.mp4", footage / "one.mp4"))
        before = (await client.state(session))["state"]["draft"]
        async with Leases(redis, 3).held(f"session:{session}"):
            message = asyncio.create_task(client.say(session, "cut the first 0.5 seconds"))

            async def waits() -> bool:
                return await redis.zcard("tce:d:turns:open") == 1

            await until(waits)
            await engine.end(signal.SIGKILL)
        with pytest.raises(aiohttp.ClientError):
            await message
    async with child(settings, QUICK) as engine:
        client.address = engine.address

        async def ended() -> bool:
            return await redis.zcard("tce:d:turns:open") == 0

        await until(ended)
        assert (await client.state(session))["state"]["draft"] == before
        assert (await client.say(session, "cut the first 0.5 seconds")).texts
        assert (await client.state(session))["state"]["draft"] != before


@pytest.mark.long
async def test_more_than_fifty_edits_are_taken_back_and_done_again_across_crashes(
    settings: Settings, http: aiohttp.ClientSession, footage: Path
) -> None:
    drafts = []
    async with child(settings, QUICK) as engine:
        client = await Client(http, engine.address).start()
        session = await client.session()
        await client.upload(session, ("one.mp4", footage / "one.mp4"))
        for percent in range(10, 65):
            await client.say(session, f"set the volume to {percent}%")
            drafts.append((await client.state(session))["state"]["draft"])
        await engine.end(signal.SIGKILL)
    assert len({json.dumps(draft) for draft in drafts}) == 55
    async with child(settings, QUICK) as engine:
        client.address = engine.address
        for back in range(1, 53):
            await client.say(session, "undo")
            assert (await client.state(session))["state"]["draft"] == drafts[-1 - back]
        await engine.end(signal.SIGKILL)
    async with child(settings, QUICK) as engine:
        client.address = engine.address
        await client.say(session, "redo 50 steps")
        assert (await client.state(session))["state"]["draft"] == drafts[-3]
        await client.say(session, "undo 50 times")
        assert (await client.state(session))["state"]["draft"] == drafts[-53]


async def test_a_worker_of_another_process_takes_jobs(
    settings: Settings, http: aiohttp.ClientSession, start_engine: StartEngine, footage: Path
) -> None:
    client = await Client(http, await start_engine()).start()
    session = await client.session()
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    for _ in range(3):  # long enough that neither render ends before both have begun
        await client.upload(session, *((f"{number}.mp4", footage / "one.mp4") for number in range(40)))
    draft = (await client.state(session))["state"]["draft"]
    async with child(settings, WORK) as worker:
        for number in (1, 2):  # both smaller than the footage: what is copied is done before the other has begun
            await client.render(session, draft, f"render_{number}", height=128 + 16 * number)

        async def both_at_once() -> bool:
            answers = [await client.status(f"render_{number}") for number in (1, 2)]
            assert all(answer.body["status"] != "completed" for answer in answers)
            return all(answer.body["status"] == "processing" for answer in answers)

        await until(both_at_once)
        for number in (1, 2):
            await client.cancel(f"render_{number}")
        assert await worker.end() == 0


async def film(start: bytes, size: int) -> AsyncIterator[bytes]:
    """A real film, made large with a box that says that it is empty (ISO 14496-12, `free`)."""
    left = size - len(start)
    yield start + left.to_bytes(4, "big") + b"free"
    left -= 8
    while left:
        piece = min(left, 1 << 18)
        yield b"\0" * piece
        left -= piece


async def growth_by_upload(settings: Settings, http: aiohttp.ClientSession, start: bytes, size: int) -> int:
    """By how many bytes an engine of its own grows at most while a film of this size comes in."""
    async with child(settings) as engine:
        client = await Client(http, engine.address).start()
        session = await client.session()
        await client.upload(session, ("first.mp4", start))
        process = psutil.Process(engine.pid)
        before = process.memory_info().rss
        upload = asyncio.create_task(client.upload(session, ("large.mp4", film(start, size))))
        most = before
        while not upload.done():
            most = max(most, process.memory_info().rss, _peak(engine.pid))
            await asyncio.wait((upload,), timeout=0.02)
        [file] = (await upload).data["files"]
        assert file["size"] == size
    return most - before


def _peak(pid: int) -> int:
    """The most memory a process ever had, where the system keeps count."""
    if sys.platform != "linux":
        return 0
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


async def test_an_upload_of_60_mb_is_not_held_in_memory(
    settings: Settings, http: aiohttp.ClientSession, footage: Path
) -> None:
    assert await growth_by_upload(settings, http, (footage / "two.mp4").read_bytes(), 60 << 20) < 25 << 20


@pytest.mark.long
async def test_an_upload_of_500_mb_grows_the_engine_by_less_than_50_mb(
    settings: Settings, http: aiohttp.ClientSession, footage: Path
) -> None:
    assert await growth_by_upload(settings, http, (footage / "two.mp4").read_bytes(), 500_000_000) < 50 << 20


FULL = """mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@" """


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk of its own needs Linux")
async def test_a_full_disk_is_said_and_leaves_nothing(settings: Settings, http: aiohttp.ClientSession) -> None:
    small = settings.engine_dir
    small.mkdir(parents=True)
    wrap = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FULL, str(small))
    try:
        probe = await asyncio.create_subprocess_exec(*wrap, "true", stderr=asyncio.subprocess.DEVNULL)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if await probe.wait() != 0:
        pytest.skip("no mounts in user namespaces here")
    async with child(settings, SERVE, wrap=wrap) as engine:
        client = await Client(http, engine.address).start()
        session = await client.session()
        answer = await client.upload(session, ("large.mp4", film(b"\0" * 8, 10 << 20)))
        assert (answer.status, answer.code) == (507, 507)
        assert "full" in answer.body["message"]
        inside = Path(f"/proc/{engine.pid}/root") / small.relative_to("/")
        assert [path for path in (inside / "media").rglob("*") if path.is_file()] == []
        assert (await client.state(session))["state"]["video_infos"] == []
