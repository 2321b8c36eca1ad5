"""Where google-adk is, and its server as a child. It has an environment of its own: it wants other versions than we."""

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[3]
NAMED = "THREADCUT_ADK_PYTHON"
"""The environment variable that names the Python of an environment with the dependency group `adk`."""


def python() -> str | None:
    """A Python that has google-adk: the one that is named, else this one if it has it."""
    if named := os.environ.get(NAMED):
        return named
    try:
        found = importlib.util.find_spec("google.adk")
    except ModuleNotFoundError:
        return None
    return sys.executable if found else None


@asynccontextmanager
async def served(interpreter: str) -> AsyncIterator[str]:
    """The address of a running server, which answers; it is killed at the end."""
    process = await asyncio.create_subprocess_exec(
        interpreter, "-W", "ignore", "-m", "tests.nemo.adk.server",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        cwd=ROOT, env=_environment(),
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(120):
            line = await process.stdout.readline()
            assert line, "the agent server did not start; what it said is above"
            address: str = json.loads(line)["listening"]
            async with aiohttp.ClientSession(raise_for_status=True) as http, http.get(f"{address}/health") as answer:
                assert await answer.json() == {"status": "ok"}
        yield address
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _environment() -> dict[str, str]:
    """Nothing to find a cloud by, no settings of the checkout, nothing traced."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT")}
    return {**kept, "ADK_DISABLE_LOAD_DOTENV": "1", "OTEL_SDK_DISABLED": "true"}
