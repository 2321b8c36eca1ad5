"""The command line in a process of its own, with a data folder of its own, and everything it leaves behind."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]  # has no types of its own

ROOT = Path(__file__).parents[2]
_WALL_S = 900.0
_GONE_S = 15.0


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code, what it wrote, and what was left in its data folder and in the processes."""

    code: int
    out: str
    err: str
    files: tuple[str, ...]
    processes: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()

    @property
    def last(self) -> str:
        """The last line of standard output."""
        return self.lines[-1] if self.lines else ""

    @property
    def clean(self) -> bool:
        """Whether nothing was left and nothing complained."""
        return not self.files and not self.processes and not self.err


def threadcut(
    folder: Path,
    *arguments: str | Path,
    given: str = "",
    settings: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
) -> Ran:
    """Run `threadcut` in `folder` with nothing in the environment but its data folder and these settings.

    `given` is its standard input; `before` are words ahead of the command, such as `unshare`.
    """
    data = folder / "data"
    env = environment(data) | dict(settings or {})
    command = [*before, sys.executable, "-P", "-m", "bot", *map(str, arguments)]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=env,
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=_WALL_S,
            check=False,
        )  # fmt: skip
    finally:
        left = still_running(folder)
    files = tuple(str(path.relative_to(data)) for path in sorted(data.rglob("*"))) if data.is_dir() else ()
    return Ran(done.returncode, done.stdout, done.stderr, files, left)


def environment(data: Path) -> dict[str, str]:
    """All that a run sees: where programs are, a home, a language, and its data folder."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    own = {"HOME": str(data.parent), "LANG": "en_GB.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return kept | own | {"DATA_DIR": str(data)}


def still_running(folder: Path) -> tuple[str, ...]:
    """The processes of a run in `folder` that do not follow it within a moment; they are killed."""
    _, alive = psutil.wait_procs([one for one in psutil.process_iter() if _is_of(one, str(folder))], _GONE_S)
    found = tuple(one.name() for one in alive)
    for one in alive:
        one.kill()
    return found


def _is_of(process: psutil.Process, folder: str) -> bool:
    """By its working directory, since a Redis server writes its title over its environment; else by that."""
    try:
        return process.cwd().startswith(folder) or process.environ().get("DATA_DIR", "").startswith(folder)
    except psutil.Error:
        return False
