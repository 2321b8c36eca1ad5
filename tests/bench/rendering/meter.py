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
    return Cost(wall, max(used.ru_utime + used.ru_stime, watch.cpu), watch.peak, fault)


class _Watch:
    """Looks at a process and all its descendants, ten times a second.

    `cpu` is what it saw each of them take: a sandbox does not wait for what runs in it, so nobody else tells.
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._took: dict[tuple[int, float], float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def cpu(self) -> float:
        """Seconds, of all together."""
        return sum(self._took.values())

    def _look(self) -> None:
        while not self._over.wait(_STEP_S):
            held = 0
            for process in _family(self._pid):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    self._took[process.pid, process.create_time()] = times.user + times.system
                    held += _bytes(process)
            self.peak = max(self.peak, held)


def _family(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _bytes(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.AccessDenied):  # somebody in a sandbox may be looked at from afar only
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    return int(process.memory_info().rss)


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _last_words(log: Path, code: int) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return f"ended with {code}: {lines[-1][:120] if lines else 'no words'}"
