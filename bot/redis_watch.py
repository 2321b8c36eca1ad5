"""The process beside the embedded Redis: starts it, restarts it after a crash, ends it with its last user.

Run as a script by `bot.redis_server`, detached from whoever started it, with nothing imported but the standard
library. Three lock files in the server's folder tell who lives; the kernel drops a lock with its last holder,
whatever killed it:

- `users.lock`: every process that uses the server holds it shared. Getting it exclusively means: nobody is left.
- `watch.lock`: this process holds it. Its starter took it and let it be inherited, so there is never a second one.
- `server.lock`: the server itself inherits it, so no second server opens the same files while the first lives,
  shuts down, or was left behind by a watcher that was killed. Getting it means: the server is gone.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

if sys.platform != "win32":
    import fcntl

STOP_S = 10.0
"""How long the server may take to end by itself before it is killed; every acknowledged write is on disk already."""
START_S = 60.0
"""How long the server may take to answer for the first time, reading its files included."""
LOG_BYTES = 1_000_000
PYTHON = (sys.executable, "-I", "-S", __file__)
"""This file as a program, whatever the environment and the working directory say."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def lock(path: Path, *, shared: bool = False, wait: bool = True) -> int | None:
    """Lock the file and return its descriptor, which must stay open; None when `wait` is off and it is taken.

    Raises OSError when the file cannot be opened or the file system has no locks.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(fd)
        return None
    except BaseException:
        os.close(fd)
        raise
    return fd


def server_args(binary: str, socket_path: str) -> list[str]:
    """The server's command line; its working directory is the data folder, so no name of a folder is parsed by it."""
    options = {
        "port": "0",
        "unixsocket": socket_path,
        "unixsocketperm": "700",
        "dir": ".",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [binary, *(word for name, value in options.items() for word in (f"--{name}", value))]


def answers(socket_path: str, timeout_s: float = 1.0) -> bool:
    """Whether a server that has read its files listens there."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(timeout_s)
        client.connect(socket_path)
        client.sendall(b"PING\r\n")
        return client.recv(64).startswith(b"+PONG")
    return False


class Report:
    """The one line that the waiting starter reads: `ready`, or why there is no server."""

    def __init__(self, pipe: int) -> None:
        self._pipe: int | None = pipe
        self._guard = threading.Lock()

    def send(self, text: str) -> None:
        """Send the first text; later ones have no reader."""
        with self._guard:
            if self._pipe is not None:
                with contextlib.suppress(OSError):  # the starter is gone
                    os.write(self._pipe, text.encode())
                os.close(self._pipe)
                self._pipe = None

    def when_ready(self, socket_path: str) -> None:
        """Wait for the server's first answer."""
        deadline = time.monotonic() + START_S
        while not answers(socket_path):
            if time.monotonic() > deadline:
                return self.send(f"it does not answer after {START_S:.0f} s")
            time.sleep(0.02)
        return self.send("ready")


class Watcher:
    """Holds one server up while anybody uses it. Its working directory is the server's folder."""

    def __init__(self, socket_path: str, binary: str) -> None:
        self._socket = socket_path
        self._binary = binary
        self._ending = False
        self._users: int | None = None
        self._server = os.open("server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def run(self) -> str:
        """Return when the last user is gone, with an empty text, or with the reason why there is no server."""
        threading.Thread(target=self._end_with_last_user, daemon=True).start()
        crashes = 0
        while True:
            held = lock(Path("server.lock"))  # waits for as long as a server lives, ours or one left behind
            assert held is not None
            os.ftruncate(held, 0)
            if self._ending:
                return ""
            started = time.monotonic()
            server = self._spawn(held)
            os.close(held)
            status = server.wait()
            if status > 0 and not self._ending:
                return _last_line(Path("server.log")) or f"it ended with status {status}"
            crashes = crashes + 1 if status and time.monotonic() - started < 1 else 0
            time.sleep(min(5.0, 0.05 * 2 ** min(crashes, 8)) if crashes else 0)

    def _spawn(self, held: int) -> subprocess.Popen[bytes]:
        command = [str(os.getpid()), str(held), *server_args(self._binary, self._socket)]
        return subprocess.Popen(  # noqa: S603 - our own program and the operator's, an argument list, no shell
            [*PYTHON, "exec", *command], stdin=subprocess.DEVNULL, pass_fds=(held,)
        )

    def _end_with_last_user(self) -> None:
        self._users = lock(Path("users.lock"))  # kept until this process ends: newcomers wait for that
        self._ending = True
        deadline = time.monotonic() + STOP_S
        while True:  # until the other thread has seen the server go and ends this process
            pid = self._server_pid()
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
            time.sleep(1 if pid else 0.02)

    def _server_pid(self) -> int | None:
        """The server's process id, which it wrote into its lock before it began; ours, or one left behind.

        Read from the open file, which stays when somebody removes the folder.
        """
        text = os.pread(self._server, 32, 0)
        return int(text) if text.isdigit() else None


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1].split(" # ")[-1].strip()[:300] if lines else ""


def _watch(watch_lock: int, socket_path: str, binary: str) -> None:
    """Detach, then watch; the process that was started waits for the first answer, or fails and says why."""
    read, write = os.pipe()
    if child := os.fork():
        os.close(write)
        os.close(watch_lock)
        os.waitpid(child, 0)
        with os.fdopen(read, "rb") as pipe:
            text = pipe.read().decode(errors="replace") or "its watcher was killed"
        if text != "ready":
            sys.exit(text)
        return
    os.close(read)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    report = Report(write)
    # systemd and containers signal every process of a group; whoever uses the server decides when it ends.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    try:
        _redirect(Path("server.log"))
        threading.Thread(target=report.when_ready, args=(socket_path,), daemon=True).start()
        failure = Watcher(socket_path, binary).run()
    except OSError as error:
        failure = error.strerror or "its folder cannot be used"
    report.send(failure or "it was not used any more")
    os.close(watch_lock)
    os._exit(0)


def _redirect(log: Path) -> None:
    """Standard output and error to the log, which starts anew when it has grown."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    if log.exists() and log.stat().st_size > LOG_BYTES:
        flags |= os.O_TRUNC
    fd = os.open(log, flags, 0o600)
    for standard in (1, 2):
        os.dup2(fd, standard)
    os.close(fd)


def _exec(parent: int, held: int, command: list[str]) -> None:
    """Become the server. On Linux it also ends when its watcher is killed; elsewhere the next watcher finds it."""
    os.pwrite(held, str(os.getpid()).encode(), 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606 - an argument list, no shell


if __name__ == "__main__":
    if sys.argv[1] == "exec":
        _exec(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
    else:
        _watch(int(sys.argv[2]), sys.argv[3], sys.argv[4])
