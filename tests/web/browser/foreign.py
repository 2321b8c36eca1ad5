"""tus-js-client in a process of node's: what it does, told as events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.web.browser import npm

_SCRIPT = Path(__file__).with_name("tus_client.js")
_WAIT_S = 120.0

Event = dict[str, Any]


@dataclass
class Foreign:
    """A running upload; `seen` is all it has told so far."""

    process: asyncio.subprocess.Process
    seen: list[Event] = field(default_factory=list)

    async def until(self, where: Callable[[Event], bool]) -> Event:
        """The next event for which `where` is true. Raises AssertionError where it fails or ends before."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        async with asyncio.timeout(_WAIT_S):
            while line := await self.process.stdout.readline():
                event: Event = json.loads(line)
                self.seen.append(event)
                assert event["what"] != "failed", event["text"]
                if where(event):
                    return event
            words = (await self.process.stderr.read()).decode(errors="replace")
        raise AssertionError(f"it ended after {self.seen[-5:]}\n{words}")

    async def told(self, what: str) -> Event:
        """The next event of this kind."""
        return await self.until(lambda event: event["what"] == what)

    async def sent(self, share: float) -> Event:
        """The next event that says that so much of the file is sent."""
        return await self.until(lambda event: event["what"] == "progress" and event["share"] >= share)

    async def kill(self) -> None:
        """End it without a word."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def uploading(endpoint: str, path: Path, **more: object) -> AsyncIterator[Foreign]:
    """Upload a file; `url` is of one begun before, `terminate` the share at which it is given up and deleted."""
    told = json.dumps({"endpoint": endpoint, "path": str(path), "name": path.name, **more})
    modules = await asyncio.to_thread(npm.modules)
    process = await asyncio.create_subprocess_exec(
        npm.node(), _SCRIPT, told, env={"NODE_PATH": str(modules)},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    client = Foreign(process)
    try:
        yield client
    finally:
        await client.kill()
