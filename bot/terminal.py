"""`threadcut try`: the main job in a terminal, with the same flows and the same engine as in Discord."""

import asyncio
import dataclasses
import json
import locale as system_locale
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.app import App, open_app
from bot.settings import Settings
from bot.store.models import FileRef, Place, Render, Turn
from bot.updates import (
    Cancelled,
    Changed,
    Delivered,
    Problem,
    Queued,
    RenderProgress,
    RenderQueued,
    RenderReady,
    Update,
    Working,
)
from bot.voice.say import say, timeline

EXIT_OK, EXIT_FAILED = 0, 1
_QUIT = {"exit", "quit", "bye", ":q", "退出"}


class Paper(Protocol):
    """Where updates are written to."""

    def write(self, update: Update) -> None: ...
    def ask(self) -> None: ...
    def result(self, path: Path) -> None: ...
    def close(self) -> None: ...


class Screen:
    """For people: lines on standard output, progress bars on standard error."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._out = Console(highlight=False, soft_wrap=True)
        errors = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        )
        self._bar: TaskID | None = None

    def write(self, update: Update) -> None:
        """Progress moves the bar, everything else is a line."""
        match update:
            case Working() | Queued() | RenderQueued():
                self._show_bar(update, getattr(update, "percent", None))
            case RenderProgress(percent=percent):
                self._show_bar(RenderQueued(update.render), percent)
            case Delivered() | RenderReady():
                self._hide_bar()
            case Changed(timeline=summary):
                self._line(f"{say(update, self._locale)}\n{timeline(summary, self._locale)}")
            case _:
                self._line(say(update, self._locale))

    def ask(self) -> None:
        """Say that it is the user's turn."""
        self._hide_bar()
        self._out.print("> ", end="")

    def result(self, path: Path) -> None:
        """The path, alone on the last line."""
        self._hide_bar()
        self._out.print(str(path), markup=False)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._hide_bar()

    def _line(self, text: str) -> None:
        self._hide_bar()
        self._out.print(_plain(text), markup=False)

    def _show_bar(self, update: Update, percent: float | None) -> None:
        plain = dataclasses.replace(update, percent=None) if isinstance(update, Working) else update
        words = escape(_plain(say(plain, self._locale)))
        if self._bar is None:
            self._bar = self._bars.add_task(words, total=None)
            self._bars.start()
        self._bars.update(
            self._bar, description=words, completed=percent or 0, total=None if percent is None else 100, refresh=True
        )

    def _hide_bar(self) -> None:
        if self._bar is not None:
            self._bars.stop()
            self._bars.remove_task(self._bar)
            self._bar = None


class Lines:
    """For programs: one JSON object a line on standard output."""

    def write(self, update: Update) -> None:
        """The update's fields and its name."""
        _print_json({"update": type(update).__name__, **dataclasses.asdict(update)})

    def ask(self) -> None:
        """A program knows when it is its turn."""

    def result(self, path: Path) -> None:
        """Where the finished file is."""
        _print_json({"update": "Result", "path": str(path)})

    def close(self) -> None:
        """Nothing to tidy."""


class TerminalFace:
    """Writes updates down and takes the finished file to `out`; remembers how the work ended."""

    def __init__(self, paper: Paper, out: Path) -> None:
        self._paper = paper
        self._out = out
        self._results: asyncio.Queue[Path | None] = asyncio.Queue()
        self.renders = 0
        self.problem: Problem | None = None

    async def show(self, place: Place, job: str, update: Update) -> None:  # noqa: ARG002 - one place, one job here
        """Write the update; a failed or cancelled export ends the wait for its file."""
        self._paper.write(update)
        if isinstance(update, RenderQueued):
            self.renders += 1
        if isinstance(update, Problem):
            self.problem = update
        if isinstance(update, Problem | Cancelled) and self.renders:
            self._results.put_nowait(None)

    async def deliver(self, render: Render, ready: RenderReady) -> None:  # noqa: ARG002 - the file is enough
        """Copy the finished file to where it was asked for, whole or not at all."""
        self._paper.write(ready)
        path = await asyncio.to_thread(_copy, ready, self._out)
        self._results.put_nowait(path)

    async def result(self) -> Path | None:
        """Wait for the export that was queued; None when it failed."""
        path = await self._results.get()
        self.renders -= 1
        return path


async def run_try(settings: Settings, files: list[Path], words: str, out: Path | None, *, as_json: bool) -> int:
    """Edit `files` as `words` say and leave the finished file at `out`; without words, hold a conversation."""
    locale = _locale()
    paper: Paper = Lines() if as_json else Screen(locale)
    face = TerminalFace(paper, out or Path(f"{files[0].stem if files else 'video'}-edited.mp4"))
    place = Place(face="terminal", thread=f"terminal-{secrets.token_hex(6)}", locale=locale)
    try:
        async with _own_folder(settings) as own, open_app(own) as app:
            app.runner.register("terminal", face)
            await app.start()
            if not words:
                return await _converse(app, face, place, files, paper)
            return await _once(app, face, place, files, words, paper)
    finally:
        paper.close()


async def _once(app: App, face: TerminalFace, place: Place, files: list[Path], words: str, paper: Paper) -> int:
    await _request(app, _turn(place, words, files))
    if not face.renders and face.problem is None:
        await _request(app, Turn(id=secrets.token_hex(8), place=place, intent="export"))
    path = await face.result() if face.renders else None
    if path is None:
        return EXIT_FAILED
    paper.result(path)
    return EXIT_OK


async def _converse(app: App, face: TerminalFace, place: Place, files: list[Path], paper: Paper) -> int:
    if files:
        await _request(app, _turn(place, "", files))
    typed = _typed_lines()
    while True:
        paper.ask()
        line = await typed.get()
        if line is None or line.strip().lower() in _QUIT:
            return EXIT_OK
        if not line.strip():
            continue
        dropped = await asyncio.to_thread(_dropped_file, line)
        await _request(app, _turn(place, "", [dropped]) if dropped else _turn(place, line.strip(), []))
        while face.renders:
            path = await face.result()
            if path is not None:
                paper.result(path)


async def _request(app: App, turn: Turn) -> None:
    await app.runner.submit(turn)
    await app.runner.wait(turn.id)


def _turn(place: Place, words: str, files: list[Path]) -> Turn:
    return Turn(
        id=secrets.token_hex(8),
        place=place,
        intent="edit" if words else "upload",
        words=words,
        files=tuple(FileRef(name=path.name, path=str(path.absolute())) for path in files),
    )


@asynccontextmanager
async def _own_folder(settings: Settings) -> AsyncIterator[Settings]:
    """The settings with a data folder of this run's own, gone at its end: a bot that runs here is left alone."""
    root = settings.data_dir
    await asyncio.to_thread(root.mkdir, parents=True, exist_ok=True)
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="try-", dir=root))
    try:
        general = settings.general.model_copy(update={"data_dir": folder})
        redis = settings.redis
        if sys.platform != "win32":  # there is a server of our own: the bot's is left alone as well
            redis = redis.model_copy(update={"redis_url": None, "engine_redis_url": None})
        yield dataclasses.replace(settings, general=general, redis=redis)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _copy(ready: RenderReady, out: Path) -> Path:
    if ready.path is None:
        raise FileNotFoundError(ready.name)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
    try:
        shutil.copyfile(ready.path, part)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return out.absolute()


def _typed_lines() -> asyncio.Queue[str | None]:
    """Lines as they are typed, None at the end. A daemon thread reads: nothing else lets Ctrl-C end a waiting read."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True, name="typed lines").start()
    return lines


def _dropped_file(line: str) -> Path | None:
    """The file that a line names, as a terminal writes one that is dragged into it."""
    try:
        path = Path(line.strip().strip("'\"").replace("\\ ", " ")).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # a sentence too long for a file name, an unknown ~user
        return None


def _locale() -> str:
    name = system_locale.getlocale()[0] or "en"
    return name.replace("_", "-")


def _plain(text: str) -> str:
    """Without control characters: a file's name must not move the cursor or change the title of the window."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def _print_json(fields: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fields, ensure_ascii=False, default=_json_value) + "\n")
    sys.stdout.flush()


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
