"""Render workers as processes of their own, which may be killed and frozen, and jobs for them.

What they did is read in their logs.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from redis.asyncio import Redis

from bot.engine.jobs import Jobs
from bot.engine.records.line import RenderLane
from bot.engine.records.records import Records
from bot.engine.records.renders import Render, Wanted
from bot.engine.render.job import Output
from bot.engine.render.queue import RenderQueue
from bot.engine.storage.storage import Folders
from bot.engine.timeline.draft import dump
from bot.engine.timeline.model import Timeline
from bot.media.probe import probe
from bot.redis_server import connect
from bot.settings import Settings
from tests.engine.api.process import environment

PATIENCE_S = 300.0
_LOOK_S = 0.02

_WORK = """
import asyncio, sys
from bot import logs, settings
from bot.engine.main import Tuning, work
logs.configure("debug", "json")
asyncio.run(work(settings.load(), Tuning(lease_s=float(sys.argv[1]))))
"""

Line = dict[str, Any]


@dataclass
class WorkerProcess:
    """A worker that runs; its log is read as it grows."""

    process: asyncio.subprocess.Process
    log: Path

    def lines(self, event: str | None = None) -> list[Line]:
        """What it has said, all of it or of one kind."""
        whole = self.log.read_text(encoding="utf-8").splitlines()
        said: list[Line] = [json.loads(line) for line in whole if line.startswith("{") and line.endswith("}")]
        return [line for line in said if event is None or line["event"] == event]

    async def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        await self.process.wait()

    async def end(self) -> int:
        """End it in peace; its exit code."""
        self.process.terminate()
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()

    def freeze(self, *, children: bool) -> None:
        """Let it do nothing, and what it started neither."""
        self._signal(signal.SIGSTOP, children=children)

    def thaw(self) -> None:
        """Let all of it go on."""
        self._signal(signal.SIGCONT, children=True)

    def _signal(self, number: signal.Signals, *, children: bool) -> None:
        process = psutil.Process(self.process.pid)
        for one in [process, *(process.children(recursive=True) if children else [])]:
            with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
                one.send_signal(number)


@dataclass
class Fleet:
    """Workers on one folder and one Redis, and the desk where jobs are put in."""

    settings: Settings
    records: Records
    queue: RenderQueue
    folders: Folders
    lease_s: float
    workers: list[WorkerProcess] = field(default_factory=list)

    async def start(self) -> WorkerProcess:
        """One more worker, once it is ready."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        log = self.settings.data_dir / f"worker-{len(self.workers)}.log"
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _WORK, str(self.lease_s)),
                stderr=file,
                cwd=self.settings.data_dir,
                env=environment(self.settings),
            )
        worker = WorkerProcess(process, log)
        self.workers.append(worker)
        await self.until(lambda: bool(worker.lines("worker is ready")))
        return worker

    async def media(self, path: Path, *users: str) -> str:
        """Put a file into the folder and give it to accounts."""
        kept = await self.folders.media.ingest_file(path, 1 << 30)
        facts = await probe(kept.path)
        async with self.records._redis.pipeline(transaction=True) as pipe:
            for user in users:
                self.records.media.keep(pipe, kept.sha256, facts, user, path.name, "7" * 19)
            await pipe.execute()
        return kept.sha256

    async def ask(self, user: str, timeline: Timeline, output: Output | None = None) -> Render:
        """Put a job in."""
        name = secrets.token_hex(8)
        lane: RenderLane = "preview" if output is not None and output.quality == "preview" else "export"
        wanted = Wanted(user, "7" * 19, name, name, dump(timeline), asdict(output or Output(height=144)), lane)
        job = await self.queue.enqueue(wanted)
        assert job is not None
        return job

    async def get(self, job: Render) -> Render:
        """The job as it is now."""
        found = await self.records.renders.get(job.id)
        assert found is not None
        return found

    async def ended(self, *jobs: Render) -> list[Render]:
        """The jobs once all of them have ended."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                now = [await self.get(job) for job in jobs]
                if not any(job.open for job in now):
                    return now
                await asyncio.sleep(_LOOK_S)

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait for something that is only to be seen by looking."""
        async with asyncio.timeout(PATIENCE_S):
            while not what():  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(_LOOK_S)

    async def begun(self, job: Render, times: int = 1) -> WorkerProcess:
        """The worker that has just begun the job, for the first time or another one."""
        await self.until(lambda: len(self.said("render begins", job)) >= times)
        return max(self.workers, key=lambda one: max(map(moment, self.of(one, job)), default=0.0))

    def of(self, worker: WorkerProcess, job: Render, event: str = "render begins") -> list[Line]:
        """What a worker said of a job."""
        return [line for line in worker.lines(event) if line.get("render") == job.id]

    def said(self, event: str, job: Render | None = None) -> list[Line]:
        """What all of them said, in the order of time."""
        lines = [line for worker in self.workers for line in worker.lines(event)]
        return sorted((one for one in lines if job is None or one.get("render") == job.id), key=moment)

    def results(self) -> list[str]:
        """Names of the finished files, and of what is not finished."""
        return sorted(path.name for path in self.folders.results.iterdir())


def moment(line: Line) -> float:
    """When it was said, seconds since 1970."""
    return datetime.fromisoformat(line["timestamp"]).timestamp()


@asynccontextmanager
async def fleet(settings: Settings, workers: int, lease_s: float = 5.0) -> AsyncIterator[Fleet]:
    """So many workers, which are gone with the block."""
    assert settings.redis.redis_url is not None
    url = settings.redis.redis_url.get_secret_value()
    async with AsyncExitStack() as stack:
        redis: Redis = await stack.enter_async_context(connect(url))
        jobs = await stack.enter_async_context(Jobs(redis, url, lease_s=3 * lease_s))
        records, folders = Records(redis, settings.engine, lease_s=lease_s), Folders.of(settings.engine_dir)
        folders.make()
        made = Fleet(settings, records, RenderQueue(records, jobs), folders, lease_s)
        try:
            for _ in range(workers):
                await made.start()
            yield made
        finally:
            for one in made.workers:
                if one.process.returncode is None:
                    os.kill(one.process.pid, signal.SIGCONT)
                    await one.kill()
