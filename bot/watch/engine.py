"""The engine as a child process: started, watched, started again on the same port, ended with us."""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

import structlog
from pydantic import BaseModel, SecretStr

import bot
from bot.settings import Settings, names

log = structlog.stdlib.get_logger(__name__)

START_S = 90.0
"""Seconds until a healthy engine has said that it listens; a first start may start Redis too."""
_CLOSE_S = 15.0
_FIRST_BACK_S = 0.5
_LONGEST_BACK_S = 30.0
_STEADY_S = 60.0
_OTHER_PORT_AFTER = 3
_LINE_BYTES = 1 << 16


class EngineFailed(Exception):  # noqa: N818 - a state of the machine
    """The engine did not start; `code` is its exit code, and it has said why in a line of its own."""

    def __init__(self, code: int) -> None:
        super().__init__("the engine did not start; the line above says why")
        self.code = code


class EngineProcess:
    """Our own engine; `url` is where it listens, also while it is being started again."""

    def __init__(self, settings: Settings, first_back_s: float = _FIRST_BACK_S) -> None:
        self._settings = settings
        self._first_back_s = first_back_s
        self._port = settings.engine.port
        self._url = ""
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address of the engine that runs, or of the last one."""
        return self._url

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def __aenter__(self) -> "EngineProcess":
        """Start it. Raises EngineFailed."""
        try:
            await self._start(self._port)
        except BaseException:
            await self._end()
            raise
        self._keeper = asyncio.create_task(self._keep(), name="engine keeper")
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it, in peace where it lets us."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait((self._keeper,))
        await self._end()

    async def _start(self, port: int) -> None:
        await asyncio.to_thread(self._settings.data_dir.mkdir, parents=True, exist_ok=True)
        arguments = ("engine", "--with-parent", "--host", self._settings.engine.host, "--port", str(port))
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=self._settings.data_dir,  # and so out of reach of a `.env` that is already read
            env=environment(self._settings),
            start_new_session=True,  # Ctrl-C is for us; it ends when we say so, or when we are gone
            limit=_LINE_BYTES,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_S):
                line = await process.stdout.readline()
            url = str(json.loads(line)["listening"])
        except (TimeoutError, ValueError, KeyError, TypeError) as error:
            await self._end()
            raise EngineFailed(process.returncode or 1) from error
        self._url = url
        self._port = int(url.rsplit(":", 1)[1])
        log.info("engine runs", pid=process.pid)

    async def _keep(self) -> None:
        """Start it again whenever it ends, with growing pauses, on the port it had."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            assert self._process is not None
            began = loop.time()
            code = await self._process.wait()
            failures = 0 if loop.time() - began > _STEADY_S else failures
            while True:
                pause = min(_LONGEST_BACK_S, self._first_back_s * 2**failures)
                log.warning("engine ended, started again", code=code, pause_s=pause)
                await asyncio.sleep(pause)
                failures = min(failures + 1, 10)
                taken = failures > _OTHER_PORT_AFTER and self._settings.engine.port == 0
                try:
                    await self._start(0 if taken else self._port)
                except (EngineFailed, OSError) as error:
                    code = getattr(error, "code", 1)
                    continue
                break

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await process.wait()
        except TimeoutError:
            log.warning("engine does not end, killing it")
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """What the engine sees of the environment: these settings as they are, and no token that is not its own."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in names()}
    groups: tuple[tuple[str, BaseModel], ...] = (
        ("", settings.general), ("", settings.redis), ("ENGINE_", settings.engine),
        ("MODEL_", settings.model),
    )  # fmt: skip
    for prefix, group in groups:
        for field in type(group).model_fields:
            value = _text(getattr(group, field))
            if value is not None:
                kept[f"{prefix}{field}".upper()] = value
    kept["DATA_DIR"] = str(settings.data_dir)
    kept["PYTHONPATH"] = str(Path(next(iter(bot.__path__))).parent)
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value.expanduser().absolute()) if isinstance(value, Path) else str(value)
