"""A bot in a process of its own, pointed at the wire."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from tests.discord.wire.world import Wire

LAUNCHER = Path(__file__).with_name("launch.py")
START_S = 40.0
STOP_S = 20.0
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class BotProcess:
    """Starts, kills and stops a script that runs a bot; its log is kept in `folder`."""

    def __init__(
        self, wire: Wire, folder: Path, environment: Mapping[str, str] | None = None, script: Sequence[str] = ()
    ) -> None:
        self._wire = wire
        self._folder = folder
        self._arguments = list(script) or [str(LAUNCHER), "run"]
        self._environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        paths = [str(LAUNCHER.parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._environment["PYTHONPATH"] = os.pathsep.join(paths)
        self._environment |= {"DATA_DIR": str(folder / "data"), "LOG_FORMAT": "json"}
        self._environment |= wire.environment | dict(environment or {})
        self._process: asyncio.subprocess.Process | None = None
        self._expected = False
        self.log = folder / "bot.log"

    async def start(self, **changed: str) -> None:
        """Start it, this time with other settings, and wait until it is on line."""
        self._folder.mkdir(parents=True, exist_ok=True)
        before = set(self._wire.gateway.sessions)
        self._expected = False
        environment = self._environment | changed
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self._arguments, cwd=self._folder, env=environment, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip
        self._wire.trouble = self._trouble
        watching = asyncio.create_task(self._watch(self._process))
        try:
            await self._wire.wait_until(
                lambda: set(self._wire.gateway.sessions) - before, START_S, lambda: f"no IDENTIFY\n{self._tail()}"
            )
        finally:
            if self._process.returncode is not None:
                await watching

    @property
    def pid(self) -> int:
        """The process that was started last."""
        assert self._process is not None
        return self._process.pid

    @property
    def folder(self) -> Path:
        """Its DATA_DIR."""
        return Path(self._environment["DATA_DIR"])

    async def kill(self) -> None:
        """End it without a word, as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end, as a supervisor does; its exit code."""
        return await self._end(signal.SIGTERM)

    async def ended(self) -> int:
        """Its exit code, once it has ended by itself."""
        assert self._process is not None
        self._expected = True
        async with asyncio.timeout(START_S):
            return await self._process.wait()

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._expected = True
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            async with asyncio.timeout(STOP_S):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            raise AssertionError(f"the bot did not end\n{self._tail()}") from None

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        self._wire.moved()

    def _trouble(self) -> str | None:
        if self._process is None or self._process.returncode is None or self._expected:
            return None
        return f"the bot has ended with {self._process.returncode}\n{self._tail()}"

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]


@contextlib.asynccontextmanager
async def running(
    wire: Wire, folder: Path, environment: Mapping[str, str] | None = None, script: Sequence[str] = ()
) -> AsyncIterator[BotProcess]:
    """A bot on line; stopped at the end."""
    bot = BotProcess(wire, folder, environment, script)
    try:
        await bot.start()
        yield bot
    finally:
        await bot.stop()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
