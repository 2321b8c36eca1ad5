"""A process of its own that uses a data folder's embedded Redis until it is killed, for tests of who lives how long."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from bot import redis_server
from tests.conftest import bare_settings

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.redis_user"])


@contextmanager
def user(data_dir: Path, first: int = 0) -> Iterator[tuple[ForkServerProcess, Connection]]:
    """A process that uses the folder's server; its pipe says the server's facts, then every number it has written."""
    ours, theirs = _processes.Pipe(duplex=True)
    process = _processes.Process(target=_use, args=(data_dir, theirs, first), daemon=True)
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join()
        ours.close()


def receive(pipe: Connection, timeout_s: float = 30) -> Any:
    """The process's next word. Raises EOFError when it was killed and has no more, TimeoutError when it is silent."""
    if not pipe.poll(timeout_s):
        raise TimeoutError
    return pipe.recv()


def _use(data_dir: Path, pipe: Connection, first: int) -> None:
    asyncio.run(_write(data_dir, pipe, first))


async def _write(data_dir: Path, pipe: Connection, number: int) -> None:
    """Write one key after the other, each told only once the server has acknowledged it."""
    async with redis_server.redis_url(bare_settings(data_dir)) as url, redis_server.connect(url) as client:
        pipe.send(await client.info("server"))
        while True:
            await client.set(f"key {number}", number)
            pipe.send(number)
            number += 1
