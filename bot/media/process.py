"""Media work in child processes: ffmpeg, and our own Python children, with limits and a sure end.

Each child has its own session and process group; a cancelled, stalled or overdue one is ended with its whole group.
Arguments are a list, never a shell's line. Standard error is kept only as a short tail for the log.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from bot.media.facts import MediaError, MediaFault
from bot.media.sandbox import Reach, boxed, environment

_log = structlog.get_logger(__name__)

_TAIL_BYTES = 4_000
_LINE_BYTES = 8 << 20
_TERM_SECONDS = 3.0
_LOOK_SECONDS = 0.02
_GROWTH = ("out_time_us=", "total_size=", "frame=")
_POSIX = os.name == "posix"
_BY_SIGNAL = 128
"""What a sandbox adds to the signal that its program died of."""


@dataclass
class _Watch:
    """When the child last got further; a progress line that repeats itself is no progress."""

    moved: float = field(default_factory=time.monotonic)
    seen: dict[str, str] = field(default_factory=dict)

    def line(self, text: str) -> None:
        key, separator, value = text.partition("=")
        if separator and key.isidentifier():  # ffmpeg reports on time, whether or not anything grew
            if f"{key}=" not in _GROWTH or self.seen.get(key) == value:
                return
            self.seen[key] = value
        self.moved = time.monotonic()


@dataclass
class _Tail:
    """The last of standard error."""

    kept: bytes = b""

    @property
    def text(self) -> str:
        return self.kept.decode("utf-8", "replace").strip()

    async def read(self, stream: asyncio.StreamReader) -> None:
        while chunk := await stream.read(1 << 14):
            self.kept = (self.kept + chunk)[-_TAIL_BYTES:]


async def run(
    args: Sequence[str],
    *,
    reach: Reach,
    wall_s: float,
    stall_s: float | None = None,
    on_line: Callable[[str], None] | None = None,
    max_file_bytes: int | None = None,
) -> None:
    """Run a program to its end, in the sandbox of `bot.media.sandbox`: it sees no file but those of its `reach`.

    `wall_s` limits the whole run, `stall_s` the time without growth: ffmpeg's `-progress` lines count when time, size
    or frames grew, any other line counts as it is. `on_line` gets each line of standard output. `max_file_bytes`
    limits each file it writes. Cancellation ends the child first (SIGTERM, 3 s, SIGKILL).

    Raises MediaError: TIMED_OUT, DISK_FULL, TOO_LARGE (a file beyond `max_file_bytes`), NO_FFMPEG (the program is
    not there), BROKEN (any other failure; the cause is in the log).
    """
    watch = _Watch()
    program = Path(args[0]).name
    async with _child(args, reach, wall_s, max_file_bytes) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        tail = _Tail()
        errors = asyncio.create_task(tail.read(process.stderr))
        lines = asyncio.create_task(_lines(process.stdout, watch, on_line))
        try:
            async with asyncio.timeout(wall_s):
                await _until_end(lines, watch, stall_s)
                code = await process.wait()
        except TimeoutError:
            _log.warning("media process took too long", program=program, stderr=tail.text)
            raise MediaError(MediaFault.TIMED_OUT, limit=int(wall_s * 1000)) from None
        except ValueError as error:  # a line that is too long, or no JSON
            _log.warning("media process talks nonsense", program=program, error=str(error), stderr=tail.text)
            raise MediaError(MediaFault.BROKEN, f"{program} gave an answer that cannot be read") from error
        finally:
            lines.cancel()
            await asyncio.wait((lines,))
            rest = asyncio.create_task(_discard(process.stdout))  # an unread pipe keeps its transport open
            try:
                if process.returncode is None:
                    await _end(process)
                await asyncio.wait((errors, rest), timeout=_TERM_SECONDS)
            finally:
                rest.cancel()
                errors.cancel()
    if code != 0:
        raise _failure(program, code, tail.text, max_file_bytes)


async def run_python(
    module: str,
    args: Sequence[str],
    *,
    reach: Reach,
    wall_s: float,
    stall_s: float | None = None,
    on_progress: Callable[[float], None] | None = None,
    on_message: Callable[[dict[str, Any]], None] | None = None,
    max_file_bytes: int | None = None,
) -> dict[str, Any]:
    """Run one of our own modules (see `bot.media.child`) and return its result.

    Each line of its output is a JSON object: `{"result": {...}}` ends it well, `{"fault": ..., "detail": ...,
    "limit": ...}` becomes a MediaError. What `{"progress": ...}` tells goes to `on_progress` where there is one, and
    anything else to `on_message`.

    Raises MediaError as `run` does, or as the child said.
    """
    result: dict[str, Any] | None = None
    fault: MediaError | None = None

    def take(line: str) -> None:
        nonlocal result, fault
        message = json.loads(line)
        if "result" in message:
            result = message["result"]
        elif "fault" in message:
            fault = MediaError(MediaFault(message["fault"]), message.get("detail", ""), message.get("limit"))
        elif on_progress is not None and "progress" in message:
            on_progress(message["progress"])
        elif on_message is not None:
            on_message(message)

    command = [sys.executable, "-P", "-m", module, *args]
    try:
        await run(command, reach=reach, wall_s=wall_s, stall_s=stall_s, on_line=take, max_file_bytes=max_file_bytes)
    except MediaError as error:
        raise fault or error from error
    if fault is not None:
        raise fault
    if result is None:
        raise MediaError(MediaFault.BROKEN, f"{module} ended without a result")
    return result


def limited(args: Sequence[str], *, cpu_s: float = 0, max_file_bytes: int | None = None) -> list[str]:
    """The command that runs `args` under the limits of `bot.media.limited`; as it is where there is no such thing."""
    if not _POSIX:
        return list(args)
    wrapper = Path(__file__).with_name("limited.py")
    limits = (str(os.getpid()), str(int(cpu_s)), str(max_file_bytes or 0))
    return [sys.executable, "-I", "-S", str(wrapper), *limits, *args]


@contextlib.asynccontextmanager
async def _child(
    args: Sequence[str], reach: Reach, wall_s: float, max_file_bytes: int | None
) -> AsyncIterator[asyncio.subprocess.Process]:
    # CPU time can be cores times the wall: the kernel's limit is the net below our own clock.
    cpu_s = wall_s * (os.cpu_count() or 1) + 60
    if not await asyncio.to_thread(os.access, args[0], os.X_OK):  # a sandbox would say so in its own words
        raise MediaError(MediaFault.NO_FFMPEG, f"{Path(args[0]).name} cannot be run")
    command = await asyncio.to_thread(boxed, args, reach)
    try:
        process = await _started(limited(command, cpu_s=cpu_s, max_file_bytes=max_file_bytes))
    except (FileNotFoundError, PermissionError) as error:
        raise MediaError(MediaFault.NO_FFMPEG, f"{Path(args[0]).name} cannot be run") from error
    try:
        yield process
    finally:
        if process.returncode is None:
            await _end(process)
        else:
            _close(process)


async def _started(command: Sequence[str]) -> asyncio.subprocess.Process:
    """Start the command; a cancel waits until it can be ended with all that it begins.

    asyncio would kill the first process alone, and wait for those it leaves behind.
    """
    starting = asyncio.create_task(
        asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=environment(),
            limit=_LINE_BYTES,
        )
    )
    cancelled: asyncio.CancelledError | None = None
    while not starting.done():
        try:
            await asyncio.wait((starting,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return starting.result()
    if starting.exception() is None:
        await _end(starting.result())
    raise cancelled


async def _lines(stream: asyncio.StreamReader, watch: _Watch, on_line: Callable[[str], None] | None) -> None:
    while raw := await stream.readline():
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        watch.line(line)
        if on_line is not None:
            on_line(line)


async def _until_end(lines: asyncio.Task[None], watch: _Watch, stall_s: float | None) -> None:
    while not lines.done():
        left = None if stall_s is None else watch.moved + stall_s - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        await asyncio.wait((lines,), timeout=left)
    lines.result()


async def _discard(stream: asyncio.StreamReader) -> None:
    while await stream.read(1 << 16):
        pass


async def _end(process: asyncio.subprocess.Process) -> None:
    """SIGTERM lets ffmpeg finish its trailer; what is still there after 3 s, or after a second cancel, is killed."""
    try:
        _signal(process, hard=False)
        async with asyncio.timeout(_TERM_SECONDS):
            # `wait` waits for its pipes too, and what outlives it may hold them
            while process.returncode is None:  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        _log.info("media process does not end, killing it", pid=process.pid)
    finally:
        _signal(process, hard=True)  # the whole group: what the child started may outlive it
        _close(process)
        await process.wait()


def _close(process: asyncio.subprocess.Process) -> None:
    """Let go of its pipes, whoever else holds them, before the loop is gone; asyncio has no open way to do it."""
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001


def _signal(process: asyncio.subprocess.Process, *, hard: bool) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if _POSIX:
            os.killpg(process.pid, signal.SIGKILL if hard else signal.SIGTERM)
        elif process.returncode is None:
            process.kill()


def _failure(program: str, code: int, tail: str, max_file_bytes: int | None) -> MediaError:
    _log.warning("media process failed", program=program, code=code, stderr=tail)
    if "No space left on device" in tail or "Disk quota exceeded" in tail:
        return MediaError(MediaFault.DISK_FULL)
    if "File too large" in tail:
        return MediaError(MediaFault.TOO_LARGE, limit=max_file_bytes)
    if code == 127 and tail.startswith("cannot run:"):
        return MediaError(MediaFault.NO_FFMPEG, f"{program} cannot be run")
    if _POSIX and code in (-signal.SIGXCPU, _BY_SIGNAL + signal.SIGXCPU):
        return MediaError(MediaFault.TIMED_OUT)
    return MediaError(MediaFault.BROKEN, f"{program} ended with {code}")
