"""The layers of the sandbox for tests: each is tried where it works, and left out with a word where it does not."""

import functools
from collections.abc import Iterator

import psutil
import pytest

from bot.media import sandbox

LAYERS: tuple[sandbox.Kind, ...] = ("bwrap", "landlock")
"""Those that shut a child in."""


@functools.lru_cache
def holds(layer: sandbox.Kind) -> bool:
    """Whether this layer works on this machine."""
    return sandbox._holds(layer)


def use(monkeypatch: pytest.MonkeyPatch, layer: sandbox.Kind) -> None:
    """Have children run under this layer for the rest of the test; skips where it does not work."""
    if layer != "limits" and not holds(layer):
        pytest.skip(f"{layer} does not work on this machine")
    monkeypatch.setattr(sandbox, "_found", lambda: layer)


def running(marker: str) -> Iterator[int]:
    """The process ids, as this machine counts them, of living processes whose command line holds `marker`."""
    for one in psutil.process_iter(["cmdline", "status"]):
        if one.info["status"] != psutil.STATUS_ZOMBIE and any(marker in word for word in one.info["cmdline"] or ()):
            yield one.pid
