"""An engine as a process of its own, the way the bot starts it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parents[3]

SERVE = """
import asyncio, sys
from bot import logs, settings
from bot.engine.main import serve
logs.configure("warning", "json")
asyncio.run(serve(settings.load(), "127.0.0.1", 0, with_parent="with-parent" in sys.argv))
"""

QUICK = """
import asyncio, json
from bot import logs, settings
from bot.engine.main import Tuning, running
logs.configure("warning", "json")
async def main():
    async with running(settings.load(), "127.0.0.1", 0, Tuning(lease_s=1, heartbeat_s=0.2)) as address:
        print(json.dumps({"listening": address}), flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""

WORK = """
import asyncio
from bot import logs, settings
from bot.engine.main import work
logs.configure("info", "json")
asyncio.run(work(settings.load()))
"""


@dataclass
class Child:
    """A running child."""

    process: asyncio.subprocess.Process
    address: str = ""

    @property
    def pid(self) -> int:
        return self.process.pid

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        self.process.send_signal(number)
        return await self.gone()

    async def gone(self) -> int:
        """Wait for the end; the exit code."""
        async with asyncio.timeout(30):
            return await self.process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """What a child needs to know."""
    url = settings.redis.redis_url
    assert url is not None
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    return {
        **kept, "PYTHONPATH": str(ROOT), "DATA_DIR": str(settings.data_dir), "REDIS_URL": url.get_secret_value(),
    }  # fmt: skip


@asynccontextmanager
async def child(
    settings: Settings, script: str = SERVE, *args: str, wrap: tuple[str, ...] = ()
) -> AsyncIterator[Child]:
    """A child process in an empty folder; an engine is ready, and it is killed at the end if it is still there."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *wrap, sys.executable, "-c", script, *args,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        cwd=settings.data_dir, env=environment(settings),
    )  # fmt: skip
    try:
        started = Child(process)
        if script is not WORK:
            assert process.stdout is not None
            async with asyncio.timeout(30):
                line = await process.stdout.readline()
            started.address = json.loads(line)["listening"]
        yield started
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
