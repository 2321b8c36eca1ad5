"""What a command costs: time on the wall, time of processors and the most memory, over its whole tree of processes."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.media.process import limited

_STEP_S = 0.1


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock and of processors, and bytes: what all processes held at once, shared pages counted once.

    `fault` is why it came to nothing.
    """

    wall: float
    cpu: float
    peak: int
    fault: str = ""


def measured(command: Sequence[str], log: Path, env: Mapping[str, str] | None = None, limit_s: float = 3600) -> Cost:
    """Run a command to its end, its words into `log`. It is ended with all it started after `limit_s`.

    It gives way to other work as the engine's renders do: on a machine that has some, all would not be alike else.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with log.open("wb") as words:
        process = subprocess.Popen(
            limited(command), stdin=subprocess.DEVNULL, stdout=words, stderr=words, start_new_session=True,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
    late = threading.Timer(limit_s, _end, [process.pid])
    try:
        with _Watch(process.pid) as watch:
            late.start()
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - began
    finally:
        late.cancel()
        _end(process.pid)  # whatever it left, and all of it where the bench itself is interrupted
    process.returncode = os.waitstatus_to_exitcode(status)
    fault = "" if process.returncode == 0 else _last_words(log, process.returncode)
    return Cost(wall, used.ru_utime + used.ru_stime, watch.peak, fault)


class _Watch:
    """Looks at the memory of a process and all its descendants, ten times a second."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_STEP_S):
            self.peak = max(self.peak, held(self._pid))


def held(pid: int) -> int:
    """Bytes that a process and its descendants hold now."""
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(_bytes(process) for process in family)


def _bytes(process: psutil.Process) -> int:
    try:
        with contextlib.suppress(psutil.AccessDenied):  # somebody in a sandbox may be looked at from afar only
            full = process.memory_full_info()
            return int(getattr(full, "pss", 0) or full.rss)
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _last_words(log: Path, code: int) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return f"ended with {code}: {lines[-1][:120] if lines else 'no words'}"
