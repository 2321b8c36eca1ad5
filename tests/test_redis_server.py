"""The embedded Redis: nothing acknowledged is lost, one server per folder, gone with its last user."""

import asyncio
import inspect
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis as RedisClient

from bot import redis_server, redis_watch
from bot.redis_server import RedisUnavailable, connect, redis_url
from bot.settings import Redis, Settings
from tests.conftest import bare_settings
from tests.redis_user import receive, user

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="on Windows an outside Redis is used")


@pytest.fixture
async def data_dir() -> AsyncIterator[Path]:
    """A folder with spaces and quotes in its name; the test fails when a server stays behind in it.

    Its path is short enough for a socket beside the data, wherever the system has its folder for temporary files.
    """
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as root:
        folder = Path(root) / "my \"data\" 'folder'"
        yield folder
        await gone(folder)


async def gone(data_dir: Path, timeout_s: float = 20) -> None:
    """Wait until no server and no watcher runs in the folder."""
    for name in ("server.lock", "watch.lock"):
        if (data_dir / "redis").is_dir():
            async with asyncio.timeout(timeout_s):
                fd = await asyncio.to_thread(redis_watch.lock, data_dir / "redis" / name)
            assert fd is not None
            os.close(fd)


@asynccontextmanager
async def used(data_dir: Path) -> AsyncIterator[RedisClient]:
    async with redis_url(bare_settings(data_dir)) as url, connect(url) as client:
        yield client


async def server_of(client: RedisClient) -> psutil.Process:
    return psutil.Process((await client.info("server"))["process_id"])


async def test_every_acknowledged_write_survives_kill_9_of_client_and_server(data_dir: Path) -> None:
    acknowledged = 0
    for round_ in range(15):
        with user(data_dir, first=acknowledged) as (process, pipe):
            facts = await asyncio.to_thread(receive, pipe)
            for _ in range(5 + 3 * round_):
                acknowledged = await asyncio.to_thread(receive, pipe) + 1
            server = psutil.Process(facts["process_id"])
            victims = [server, psutil.Process(process.pid)]
            if round_ % 3 == 2:
                victims.append(psutil.Process(server.ppid()))
            for victim in victims if round_ % 2 else victims[::-1]:
                victim.kill()
            process.join()
            while pipe.poll():
                try:
                    acknowledged = pipe.recv() + 1
                except EOFError:
                    break
    async with used(data_dir) as client:
        found = await client.mget([f"key {number}" for number in range(acknowledged)])
    assert found == [str(number) for number in range(acknowledged)]
    assert acknowledged > 15 * 5


async def test_one_process_goes_on_when_the_one_that_started_the_server_is_killed(data_dir: Path) -> None:
    with user(data_dir) as (a, a_pipe):
        started = await asyncio.to_thread(receive, a_pipe)
        with user(data_dir, first=1_000_000) as (b, b_pipe):
            adopted = await asyncio.to_thread(receive, b_pipe)
            assert adopted["run_id"] == started["run_id"]
            a.kill()
            a.join()
            for _ in range(50):
                await asyncio.to_thread(receive, b_pipe)
            assert psutil.pid_exists(started["process_id"])
            b.kill()
    await gone(data_dir)
    assert not psutil.pid_exists(started["process_id"])


async def test_processes_that_start_at_the_same_moment_share_one_server(data_dir: Path) -> None:
    async with AsyncExitStack() as stack:
        pipes = [stack.enter_context(user(data_dir, first=n * 1000))[1] for n in range(4)]
        clients = await asyncio.gather(*(stack.enter_async_context(used(data_dir)) for _ in range(4)))
        seen = {(await asyncio.to_thread(receive, pipe))["run_id"] for pipe in pipes}
        seen |= {(await client.info("server"))["run_id"] for client in clients}
    assert len(seen) == 1


async def test_a_start_in_the_middle_of_a_shutdown_waits_and_finds_everything(data_dir: Path) -> None:
    for number in range(5):
        async with used(data_dir) as client:
            assert await client.incr("starts") == number + 1


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_server_that_ends_under_its_users_comes_back(data_dir: Path, how: signal.Signals) -> None:
    async with used(data_dir) as client:
        await client.set("word", "kept")
        before = await server_of(client)
        watcher = before.parent()
        assert watcher is not None
        watcher.send_signal(how if how is signal.SIGTERM else 0)
        before.send_signal(how)
        await asyncio.to_thread(before.wait, 20)
        assert await client.get("word") == "kept"
        assert await server_of(client) != before


async def test_a_watcher_that_is_killed_is_replaced(data_dir: Path) -> None:
    async with used(data_dir) as client:
        await client.set("word", "kept")
        watcher = (await server_of(client)).parent()
        assert watcher is not None
        watcher.kill()
        await asyncio.to_thread(watcher.wait, 20)
        async with asyncio.timeout(20):
            while (fd := redis_watch.lock(data_dir / "redis" / "watch.lock", wait=False)) is not None:
                os.close(fd)
                await asyncio.sleep(0.3)
        assert await client.get("word") == "kept"


async def test_an_orphan_is_adopted_and_ends_with_its_user(data_dir: Path) -> None:
    folder = data_dir / "redis"
    folder.mkdir(parents=True, mode=0o700)
    held = redis_watch.lock(folder / "server.lock")
    assert held is not None
    command = redis_watch.server_args(redis_server._binary(None), str(folder / "server.sock"))
    orphan = await asyncio.create_subprocess_exec(*command, cwd=folder, pass_fds=(held,), stdout=subprocess.DEVNULL)
    os.pwrite(held, str(orphan.pid).encode(), 0)
    os.close(held)
    async with used(data_dir) as client:
        assert (await client.info("server"))["process_id"] == orphan.pid
    async with asyncio.timeout(20):
        assert await orphan.wait() == 0


async def test_a_server_that_hangs_is_killed_by_its_last_user(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    impatient = tmp_path / "redis_watch.py"
    patient = inspect.getsource(redis_watch)
    impatient.write_text(patient.replace("STOP_S = 10.0", "STOP_S = 0.3"))
    monkeypatch.setattr(redis_watch, "PYTHON", (sys.executable, "-I", "-S", str(impatient)))
    async with used(data_dir) as client:
        server = await server_of(client)
        server.suspend()
    await gone(data_dir)
    assert not server.is_running()


async def test_a_folder_removed_under_its_users_leaves_no_process(tmp_path: Path) -> None:
    async with used(tmp_path / "data") as client:
        server = await server_of(client)
        watcher = server.parent()
        assert watcher is not None
        await asyncio.to_thread(shutil.rmtree, tmp_path / "data")
    for process in (server, watcher):
        await asyncio.to_thread(process.wait, 20)


async def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    data_dir = tmp_path / ("a very long name " * 7) / "data"
    async with used(data_dir) as client, used(data_dir) as other:
        assert await server_of(client) == await server_of(other)
        path = Path(client.connection_pool.connection_kwargs["path"])
        assert len(os.fsencode(path)) <= 100
        assert path.parent.stat().st_mode & 0o077 == 0
    await gone(data_dir)


async def test_the_folder_and_the_socket_are_private(data_dir: Path) -> None:
    async with used(data_dir) as client:
        folder = data_dir / "redis"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "server.sock").stat().st_mode & 0o777 == 0o700
        config = await client.config_get("port", "appendonly", "appendfsync", "maxmemory-policy")
    assert config == {"port": "0", "appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


def configured(
    data_dir: Path, url: str | None = None, *, engine: str | None = None, binary: Path | None = None
) -> Settings:
    redis = Redis.model_construct(
        redis_url=SecretStr(url) if url else None,
        engine_redis_url=SecretStr(engine) if engine else None,
        redis_server_bin=binary,
    )
    return replace(bare_settings(data_dir), redis=redis)


async def refused(settings: Settings) -> str:
    """The one line that an installation which cannot have Redis gets."""
    with pytest.raises(RedisUnavailable) as caught:
        async with asyncio.timeout(20), redis_url(settings):
            pytest.fail("there is no Redis to be had")
    line = str(caught.value)
    assert "\n" not in line
    assert "Error" not in line
    return line


async def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "DATA_DIR" in await refused(bare_settings(tmp_path / "file"))


async def test_files_that_redis_cannot_read_are_one_line_and_left_as_they_are(data_dir: Path) -> None:
    async with used(data_dir) as client:
        await client.set("word", "kept")
    await gone(data_dir)
    (log,) = (data_dir / "redis" / "appendonlydir").glob("*.incr.aof")
    whole = log.read_bytes()
    broken = whole.replace(b"$4", b"?4", 1)
    log.write_bytes(broken)
    assert "DATA_DIR" in await refused(bare_settings(data_dir))
    assert log.read_bytes() == broken
    log.write_bytes(whole)
    async with used(data_dir) as client:
        assert await client.get("word") == "kept"


async def test_a_server_program_that_is_missing_or_fails_is_one_line(tmp_path: Path) -> None:
    missing = configured(tmp_path, binary=tmp_path / "no such program")
    assert "REDIS_SERVER_BIN" in await refused(missing)
    assert "cannot start" in await refused(configured(tmp_path, binary=Path("false")))


async def test_no_program_at_all_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "REDIS_URL" in await refused(bare_settings(tmp_path))


async def test_windows_needs_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert "REDIS_URL" in await refused(bare_settings(tmp_path))


@pytest.mark.parametrize("url", ["redis://:hidden@127.0.0.1:1/0", "unix:///no/such.sock?password=hidden"])
async def test_an_outside_redis_that_is_down_is_one_line(tmp_path: Path, url: str) -> None:
    line = await refused(configured(tmp_path, url))
    assert line.startswith("REDIS_URL: no Redis answers at ")
    assert "hidden" not in line


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "redis://localhost:port/0"])
async def test_an_address_that_is_none_is_one_line(tmp_path: Path, url: str) -> None:
    assert "redis://localhost:6379/0" in await refused(configured(tmp_path, url))


async def test_something_that_accepts_and_never_answers_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_server, "_OUTSIDE_S", 0.2)
    silent = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    async with silent:
        port = silent.sockets[0].getsockname()[1]
        assert "no Redis answers" in await refused(configured(tmp_path, f"redis://127.0.0.1:{port}"))


async def test_the_engine_may_have_a_redis_of_its_own(tmp_path: Path, redis_url: str) -> None:
    settings = configured(tmp_path, "redis://127.0.0.1:1/0", engine=redis_url)
    async with redis_server.redis_url(settings, engine=True) as url:
        assert url == redis_url
    assert (await refused(settings)).startswith("REDIS_URL:")
