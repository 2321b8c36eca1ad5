"""Child processes of media work: limits, ends, and what a failure becomes."""

import asyncio
import gc
import os
import secrets
import sys
import textwrap
import time
from asyncio.base_subprocess import BaseSubprocessTransport
from pathlib import Path

import pytest

from bot.media import process
from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import PROGRESS, SAFE_GLOBAL, binary
from bot.media.sandbox import NOTHING, Kind, Reach
from tests.boxes import LAYERS, running, use

FFMPEG = str(binary())


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def _marker() -> str:
    """A word on a command line: inside a sandbox a child does not know the number that we know it by."""
    return secrets.token_hex(8)


async def _gone(marker: str) -> None:
    async with asyncio.timeout(5):
        while list(running(marker)):  # noqa: ASYNC110 - the kernel sends no event for a foreign process
            await asyncio.sleep(0.01)


# A child that ignores SIGTERM and has a child of its own that does so too; says a word when both are there.
STUBBORN = """
    import os, signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c",
        "import signal,time;signal.signal(signal.SIGTERM, signal.SIG_IGN);print(1,flush=True);time.sleep(60)",
        sys.argv[1]], stdout=subprocess.PIPE)
    child.stdout.readline()
    print("both", flush=True)
    time.sleep(60)
"""


async def test_lines_arrive_in_order_and_a_good_end_is_silent() -> None:
    lines: list[str] = []
    await process.run(_python("for i in range(3): print(i)"), reach=NOTHING, wall_s=20, on_line=lines.append)
    assert lines == ["0", "1", "2"]


async def test_the_child_sees_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "very-secret")
    lines: list[str] = []
    await process.run(
        _python("import os; print('DISCORD_TOKEN' in os.environ)"), reach=NOTHING, wall_s=20, on_line=lines.append
    )
    assert lines == ["False"]


async def test_standard_input_is_empty() -> None:
    lines: list[str] = []
    await process.run(
        _python("import sys; print(repr(sys.stdin.read()))"), reach=NOTHING, wall_s=20, on_line=lines.append
    )
    assert lines == ["''"]


@pytest.mark.parametrize("layer", [*LAYERS, "limits"])
async def test_the_wall_limit_ends_the_whole_group(monkeypatch: pytest.MonkeyPatch, layer: Kind) -> None:
    use(monkeypatch, layer)
    monkeypatch.setattr(process, "_TERM_SECONDS", 0.2)
    marker, lines = _marker(), list[str]()
    with pytest.raises(MediaError) as raised:
        await process.run([*_python(STUBBORN), marker], reach=NOTHING, wall_s=2, on_line=lines.append)
    assert raised.value.fault is MediaFault.TIMED_OUT
    assert lines == ["both"]
    await _gone(marker)


@pytest.mark.parametrize("layer", [*LAYERS, "limits"])
async def test_cancelling_ends_the_whole_group(monkeypatch: pytest.MonkeyPatch, layer: Kind) -> None:
    use(monkeypatch, layer)
    monkeypatch.setattr(process, "_TERM_SECONDS", 0.2)
    marker, started = _marker(), asyncio.Event()
    child = process.run([*_python(STUBBORN), marker], reach=NOTHING, wall_s=60, on_line=lambda _: started.set())
    task = asyncio.create_task(child)
    async with asyncio.timeout(20):
        await started.wait()
        assert len(list(running(marker))) >= 2
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await _gone(marker)


@pytest.mark.long
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("layer", [*LAYERS, "limits"])
async def test_cancelled_at_any_moment_of_its_start_it_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, layer: Kind, again: bool
) -> None:
    """No process, and no pipe of ours that would outlive the loop; `again` is a second cancel, as at a shutdown."""
    use(monkeypatch, layer)
    marker = _marker()
    before = _open()
    for step in range(24):
        child = process.run([*_python("import time; time.sleep(600)"), marker], reach=NOTHING, wall_s=600)
        task = asyncio.create_task(child)
        await asyncio.sleep(step * 0.0025)
        task.cancel()
        if again:
            await asyncio.sleep(0)
            task.cancel()
        async with asyncio.timeout(60):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert _open() <= before
    await _gone(marker)


def _open() -> set[int]:
    """The processes whose pipes this process still holds."""
    found = [one for one in gc.get_objects() if isinstance(one, BaseSubprocessTransport)]
    return {id(one) for one in found if not one.is_closing()}


async def test_an_ffmpeg_that_reports_without_growing_is_stalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_TERM_SECONDS", 0.2)
    fifo = tmp_path / "never-fed"
    os.mkfifo(fifo)
    writer = os.open(fifo, os.O_RDWR)  # keeps the pipe open, so that ffmpeg waits for bytes that never come
    args = [FFMPEG, *SAFE_GLOBAL, *PROGRESS, "-f", "s16le", "-i", str(fifo), "-f", "null", "-"]
    try:
        with pytest.raises(MediaError) as raised:
            await process.run(args, reach=Reach(reads=(fifo,)), wall_s=60, stall_s=1.2)
    finally:
        os.close(writer)
    assert raised.value.fault is MediaFault.TIMED_OUT


async def test_lines_that_go_on_are_no_stall() -> None:
    code = "import time\nfor i in range(8): print(i, flush=True); time.sleep(0.15)"
    await process.run(_python(code), reach=NOTHING, wall_s=60, stall_s=0.8)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
async def test_a_full_disk_is_said_as_such() -> None:
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x240:duration=2"]
    args = [FFMPEG, *SAFE_GLOBAL, *source, "-f", "rawvideo", "-y", "/dev/full"]
    with pytest.raises(MediaError) as raised:
        await process.run(args, reach=NOTHING, wall_s=30)
    assert raised.value.fault is MediaFault.DISK_FULL


async def test_a_file_beyond_the_limit_stops_the_program(tmp_path: Path) -> None:
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x240:duration=5"]
    args = [FFMPEG, *SAFE_GLOBAL, *source, "-f", "rawvideo", str(tmp_path / "out")]
    with pytest.raises(MediaError) as raised:
        await process.run(args, reach=Reach(writes=(tmp_path,)), wall_s=30, max_file_bytes=100_000)
    assert raised.value.fault is MediaFault.TOO_LARGE
    assert raised.value.limit == 100_000
    assert (tmp_path / "out").stat().st_size <= 100_000


async def test_another_failure_is_broken_and_says_no_path(tmp_path: Path) -> None:
    args = [FFMPEG, *SAFE_GLOBAL, "-i", str(tmp_path / "nothing"), "-f", "null", "-"]
    with pytest.raises(MediaError) as raised:
        await process.run(args, reach=NOTHING, wall_s=30)
    assert raised.value.fault is MediaFault.BROKEN
    assert str(tmp_path) not in str(raised.value)


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as raised:
        await process.run([str(tmp_path / "ffmpeg")], reach=NOTHING, wall_s=30)
    assert raised.value.fault is MediaFault.NO_FFMPEG
    with pytest.raises(MediaError) as raised:
        binary(tmp_path / "ffmpeg")
    assert raised.value.fault is MediaFault.NO_FFMPEG


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a child's life to its parent's")
@pytest.mark.parametrize("layer", [*LAYERS, "limits"])
async def test_a_killed_parent_takes_its_children_along(monkeypatch: pytest.MonkeyPatch, layer: Kind) -> None:
    use(monkeypatch, layer)
    root, marker = Path(__file__).parents[1], _marker()
    code = f"""
        import asyncio, sys
        sys.path.insert(0, {str(root)!r})
        from bot.media import process, sandbox
        sandbox._found = lambda: {layer!r}
        child = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)", {marker!r}]
        asyncio.run(process.run(child, reach=sandbox.NOTHING, wall_s=60, on_line=lambda line: print(line, flush=True)))
    """
    parent = await asyncio.create_subprocess_exec(*_python(code), stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    async with asyncio.timeout(30):
        assert await parent.stdout.readline() == b"1\n"
    assert any(pid != parent.pid for pid in running(marker))
    parent.kill()
    await parent.wait()
    await _gone(marker)


async def test_standard_error_is_kept_short_and_never_blocks() -> None:
    started = time.monotonic()
    with pytest.raises(MediaError):
        await process.run(
            _python("import sys; sys.stderr.write('x' * 5_000_000); sys.exit(3)"), reach=NOTHING, wall_s=30
        )
    assert time.monotonic() - started < 30


async def test_a_line_beyond_reason_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LINE_BYTES", 1000)
    with pytest.raises(MediaError) as raised:
        await process.run(_python("print('x' * 100_000)"), reach=NOTHING, wall_s=30)
    assert raised.value.fault is MediaFault.BROKEN


@pytest.mark.skipif(os.name != "posix", reason="priorities are POSIX's")
async def test_media_work_gives_way_to_everything_else() -> None:
    lines: list[str] = []
    await process.run(_python("import os; print(os.nice(0))"), reach=NOTHING, wall_s=20, on_line=lines.append)
    assert int(lines[0]) > os.nice(0)
