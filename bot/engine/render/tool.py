"""Runs ffmpeg from within the child, synchronously.

What ffmpeg makes comes through its standard output, or its input goes through standard input: when the child dies,
for whatever reason, the pipe breaks and ffmpeg ends with it. It also stays in the child's process group.
"""

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import SAFE_GLOBAL

_TAIL_LINES = 20
_COPY_BYTES = 1 << 18


class Ffmpeg:
    """The binary, run in `folder` so that graphs name their files without a path."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary = binary
        self.folder = folder

    def produce(self, args: Sequence[str], target: Path, on_time: Callable[[float], None] | None = None) -> None:
        """Run with its output (`pipe:1`) going to `target`; `on_time` hears how many seconds of output are done.

        Raises MediaError(BROKEN), or OSError when the disk is full.
        """
        with target.open("wb") as file, self._start(args, stdin=subprocess.DEVNULL) as process:
            errors = _Errors(process, on_time)
            try:
                assert process.stdout is not None
                shutil.copyfileobj(process.stdout, file, _COPY_BYTES)
            except BaseException:
                process.kill()
                raise
            errors.check()

    def consume(self, args: Sequence[str], blocks: Iterable[bytes]) -> None:
        """Run with `blocks` as its standard input (`pipe:0`)."""
        with self._start(args, stdin=subprocess.PIPE) as process:
            errors = _Errors(process, None)
            assert process.stdin is not None
            try:
                for block in blocks:
                    process.stdin.write(block)
                process.stdin.close()
            except BrokenPipeError:
                pass  # it ended early: its own words say why
            except BaseException:
                process.kill()
                raise
            errors.check()

    def _start(self, args: Sequence[str], stdin: int) -> "subprocess.Popen[bytes]":
        command = [str(self.binary), *SAFE_GLOBAL, "-progress", "pipe:2", "-y", *args]
        try:
            return subprocess.Popen(  # noqa: S603 - a list of our own arguments, no shell
                command, cwd=self.folder, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except (FileNotFoundError, PermissionError) as error:
            raise MediaError(MediaFault.NO_FFMPEG, "the ffmpeg program cannot be run") from error


class _Errors:
    """Reads standard error beside the main work: progress lines, and the last words of one that fails."""

    def __init__(self, process: "subprocess.Popen[bytes]", on_time: Callable[[float], None] | None) -> None:
        self._process = process
        self._on_time = on_time
        self._words: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Wait for the end and raise what it died of."""
        self.ended()
        code = self._process.returncode
        if code == 0:
            return
        words = "\n".join(self._words)
        if "No space left on device" in words or "Disk quota exceeded" in words:
            raise MediaError(MediaFault.DISK_FULL)
        error = MediaError(MediaFault.BROKEN, f"ffmpeg ended with {code}")
        error.add_note(words)  # for the log only: it may name paths
        raise error

    def ended(self) -> None:
        """Wait for the end, whatever it is."""
        self._process.wait()
        self._thread.join()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for raw in self._process.stderr:
            line = raw.decode("utf-8", "replace").strip()
            key, separator, value = line.partition("=")
            if separator and key.replace("_", "").isalnum():
                if key == "out_time_us" and self._on_time is not None and value.lstrip("-").isdigit():
                    self._on_time(max(0, int(value)) / 1_000_000)
            elif line:
                self._words = [*self._words[1 - _TAIL_LINES :], line]
