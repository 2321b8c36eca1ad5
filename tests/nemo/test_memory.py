"""Whatever a file's size, moving it takes the same memory."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.upstream.replies import Reply
from tests.upstream.server import Upstream

MIB = 1024 * 1024
SIZES = [128, pytest.param(500, marks=pytest.mark.long)]


async def grown(direction: str, upstream: Upstream, path: Path) -> int:
    """Bytes that a process of its own grew by while it moved the file."""
    pytest.importorskip("resource", reason="this system does not tell a process's peak of memory")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.nemo.transfer_user", direction, upstream.url, str(path)),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(120):
            out, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
    assert child.returncode == 0
    bytes_grown = int(json.loads(out.splitlines()[-1])["grown"])
    print(f"{direction}: grown by {bytes_grown / MIB:.1f} MiB")
    return bytes_grown


@pytest.mark.parametrize("mib", SIZES)
async def test_up(upstream: Upstream, tmp_path: Path, mib: int) -> None:
    path = tmp_path / "long.mp4"
    with path.open("wb") as file:
        file.truncate(mib * MIB)
    assert await grown("up", upstream, path) < 50 * MIB
    assert upstream.seen("upload")[0].parts[0].size == mib * MIB


@pytest.mark.parametrize("mib", SIZES)
async def test_down(upstream: Upstream, tmp_path: Path, mib: int) -> None:
    path = tmp_path / "long.mp4"
    upstream.next("download", Reply(pieces=[bytes(MIB)] * mib, content_type="video/mp4"))
    assert await grown("down", upstream, path) < 50 * MIB
    assert path.stat().st_size == mib * MIB
