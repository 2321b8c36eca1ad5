"""Uploads over loopback beside `cp` of the same file and beside a bare server that only writes the body to a file.

    uv run python -m tests.bench.upload             500 MB, seven rounds
    uv run python -m tests.bench.upload --quick     100 MB, three rounds

Everybody takes turns within a round, so that all meet the same machine; the file and all that is left of it are in the
system's cache. An upload is creation and one PATCH with the whole file. The ratio is what counts: `--check` ends with 1
when it is below its aim.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from yarl import URL

from tests.bench.rendering.report import Aim, told
from tests.discord.bot_process import free_port
from tests.web.browser.large import make_large

OURS, SINK, COPY = "Threadcut", "bare aiohttp sink", "cp"
SHARE = 0.7
_BLOCK = 1 << 20
_START_S, _END_S = 60.0, 20.0
_TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Side:
    """Somebody who takes the file in; `clear` removes what is left of it. `took` are the turns so far, s."""

    name: str
    take: Callable[[], Awaitable[None]]
    clear: Callable[[], Awaitable[None]]
    took: list[float] = field(default_factory=list)

    async def turn(self) -> None:
        """Once more, from a disk that has nothing else to write."""
        await asyncio.to_thread(os.sync)
        began = time.perf_counter()
        await self.take()
        self.took.append(time.perf_counter() - began)
        await self.clear()

    def speed(self, size: int) -> float:
        """The median, bytes a second."""
        return size / statistics.median(self.took)


@asynccontextmanager
async def serving(module: str, arguments: Sequence[str], changed: Mapping[str, str], log: Path) -> AsyncIterator[str]:
    """A server in a process of its own; gives what it says first."""
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, env={**os.environ, **changed},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=words,
        )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_S):
            line = (await process.stdout.readline()).decode().strip()
        if not line:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
        yield line
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(_END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def body(path: Path) -> AsyncIterator[bytes]:
    """A file, block by block: it is in the cache, so nothing waits for the disk."""
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            yield block


def copying(path: Path, folder: Path) -> Side:
    """`cp`."""
    target = folder / "copy"

    async def take() -> None:
        process = await asyncio.create_subprocess_exec("cp", path, target)
        assert await process.wait() == 0

    async def clear() -> None:
        target.unlink()

    return Side(COPY, take, clear)


def sinking(path: Path, http: aiohttp.ClientSession, address: str, folder: Path) -> Side:
    """The bare server."""

    async def take() -> None:
        headers = {"Content-Length": str(path.stat().st_size)}
        async with http.put(f"{address}/sunk", data=body(path), headers=headers) as answer:
            assert answer.status == 204, answer.status

    async def clear() -> None:
        assert (folder / "sunk").stat().st_size == path.stat().st_size
        (folder / "sunk").unlink()

    return Side(SINK, take, clear)


def uploading(path: Path, http: aiohttp.ClientSession, link: str) -> Side:
    """Threadcut, by tus."""
    size = path.stat().st_size
    place = ""

    async def take() -> None:
        nonlocal place
        async with http.post(f"{link}/files", headers=_TUS | {"Upload-Length": str(size)}) as created:
            assert created.status == 201, await created.text()
            place = str(created.url.join(URL(created.headers["Location"])))
        headers = _TUS | {"Upload-Offset": "0", "Content-Length": str(size)}
        headers["Content-Type"] = "application/offset+octet-stream"
        async with http.patch(place, data=body(path), headers=headers) as answer:
            assert answer.status == 204, await answer.text()
            assert answer.headers["Upload-Offset"] == str(size)

    async def clear() -> None:
        async with http.delete(place, headers=_TUS) as answer:
            assert answer.status == 204, await answer.text()

    return Side(OURS, take, clear)


async def measured(folder: Path, size: int, rounds: int) -> list[Side]:
    """Everybody in turn, round after round; nobody begins every time."""
    path = folder / "large.mp4"
    make_large(path, size)
    port = str(free_port())
    mine = {"DATA_DIR": str(folder / "data"), "WEB_PORT": port, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    sunk = folder / "sink"
    sunk.mkdir()
    async with AsyncExitStack() as stack:
        link = await stack.enter_async_context(serving("tests.bench.uploading.ours", [], mine, folder / "ours.log"))
        address = await stack.enter_async_context(
            serving("tests.bench.uploading.sink", [str(sunk)], {}, folder / "sink.log")
        )
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)))
        sides = [copying(path, folder), sinking(path, http, address, sunk), uploading(path, http, link)]
        for number in range(rounds):
            for one in [*sides[number % 3 :], *sides[: number % 3]]:
                await one.turn()
                print(f"  {number + 1}. {one.name}: {size / one.took[-1] / 1e6:.0f} MB/s", flush=True)
    return sides


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print the lines."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.upload", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a smaller file, fewer rounds")
    parser.add_argument("--folder", type=Path, help="where the files lie: the disk that is measured")
    parser.add_argument("--check", action="store_true", help="end with 1 when the aim is not met")
    words = parser.parse_args(argv)
    size, rounds = (100_000_000, 3) if words.quick else (500_000_000, 7)
    with tempfile.TemporaryDirectory(dir=words.folder) as name:
        sides = asyncio.run(measured(Path(name), size, rounds))
    speeds = {one.name: one.speed(size) for one in sides}
    print(f"\n{size / 1e6:.0f} MB, medians of {rounds}")
    for name, speed in speeds.items():
        print(f"  {name:<18} {speed / 1e6:6.0f} MB/s   {speed / speeds[SINK]:.2f} of the sink's")
    aim = Aim("upload", "of the bare sink's speed", speeds[OURS] / speeds[SINK], SHARE, at_least=True)
    print(f"\n{told([aim])}")
    return int(words.check and not aim.met)


if __name__ == "__main__":
    sys.exit(main())
