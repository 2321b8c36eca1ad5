"""`threadcut try`: the main job in a terminal, with the same flows and the same engine as in Discord."""

import asyncio
import dataclasses
import errno
import itertools
import locale as system_locale
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.app import App, open_app
from bot.flows import offers, route
from bot.paper import Lines, Paper, Screen
from bot.settings import Settings, SettingsError
from bot.store.models import Export, FileRef, Place, Render, Turn
from bot.updates import (
    Asked,
    Cancelled,
    Changed,
    Deed,
    Footage,
    Offer,
    Problem,
    RenderQueued,
    RenderReady,
    Said,
    Update,
)
from bot.voice.phrase import phrase
from bot.voice.say import offer_label

EXIT_OK, EXIT_FAILED = 0, 1
_REMOVE_S = 10.0
_FORMATS = {".gif": Export(format="gif"), ".mp3": Export(format="mp3")}
"""Kinds of file, besides a video, that the ending of a target asks for."""
_QUIT = {"exit", "quit", "bye", ":q", "退出"}


@dataclass(frozen=True)
class Target:
    """Where finished files go: into `folder`, under `name`, or without one under the name of their footage."""

    folder: Path
    name: str | None

    @property
    def ending(self) -> str:
        """How the name ends that was asked for, in small letters."""
        return Path(self.name or "").suffix.lower()

    def path(self, name: str, number: int) -> Path:
        """The `number`th file of this run, counted from 1; a later one does not replace an earlier one.

        A GIF or an MP3 ends as one, whatever else was named.
        """
        wanted = Path(self.name or Path(name).name)
        if Path(name).suffix in _FORMATS:
            wanted = wanted.with_suffix(Path(name).suffix)
        return self.folder / (wanted.name if number == 1 else f"{wanted.stem}-{number}{wanted.suffix}")


class TerminalFace:
    """Writes updates down and takes finished files to their target; remembers how the work ended."""

    def __init__(self, paper: Paper, target: Target) -> None:
        self._paper = paper
        self.explain: Callable[[Render], Awaitable[str]] | None = None
        self._target = target
        self._number = 0
        self._results: asyncio.Queue[Path | None] = asyncio.Queue()
        self.sources: set[str] = set()
        self.offers: tuple[Offer, ...] = ()
        self.renders = 0
        self.clips = 0
        self.changed = False
        self.failed = False

    async def show(self, place: Place, job: str, update: Update) -> None:  # noqa: ARG002 - one place, one job here
        """Write the update; a failed or cancelled export ends the wait for its file."""
        self._paper.write(update)
        self.offers = getattr(update, "offers", ()) or self.offers
        match update:
            case RenderQueued():
                self.renders += 1
            case Footage(kind=kind):
                self.clips += kind != "audio"
            case Changed(changes=changes):
                self.changed = self.changed or bool(changes)
            case Asked():
                self.failed = True
            case Problem() | Cancelled():
                self.failed = True
                if self.renders:
                    self._results.put_nowait(None)

    async def deliver(self, render: Render, ready: RenderReady) -> None:
        """Copy the finished file to where it was asked for, whole or not at all."""
        numbers = itertools.count(self._number + 1)
        paths = ((number, self._target.path(ready.name, number)) for number in numbers)
        number, path = next((n, path) for n, path in paths if str(path.absolute()) not in self.sources)
        try:
            await asyncio.to_thread(_copy, ready, path)
        except OSError as error:
            self._paper.refuse(_cannot_write(path, error))
            self._results.put_nowait(None)
        else:
            self._number = number
            self._paper.write(ready)
            if self.explain is not None:
                self._paper.explain(await self.explain(render))
            self._results.put_nowait(path.absolute())

    @property
    def worth_a_file(self) -> bool:
        """Whether what was asked left something to export: a changed timeline, or several files in one."""
        return self.changed or (self.clips > 1 and not self.failed)

    async def result(self) -> Path | None:
        """Wait for the export that was queued; None when it failed."""
        path = await self._results.get()
        self.renders -= 1
        return path


async def run_try(
    settings: Settings, files: list[Path], words: str, out: Path | None, *, as_json: bool, explain: bool = False
) -> int:
    """Edit `files` as `words` say and leave the finished file at `out`; without words, hold a conversation.

    With `explain`, each finished file comes with how its frames came about.

    The exit code is 0 when there is a file, or the conversation is over.
    Raises SettingsError, and what `open_app` does.
    """
    locale = _locale()
    paper: Paper = Lines() if as_json else Screen(locale, talks=not words)
    try:
        target = await asyncio.to_thread(_target, files, out)
    except _NoTargetError as error:
        paper.refuse(str(error))
        return EXIT_FAILED
    face = TerminalFace(paper, target)
    place = Place(face="terminal", thread=f"terminal-{secrets.token_hex(6)}", locale=locale)
    try:
        async with _own_folder(settings) as own, open_app(own) as app:
            app.runner.register("terminal", face)
            if explain:
                face.explain = app.explain
            await app.start()
            if not words:
                return await _converse(app, face, place, files, paper)
            return await _once(app, face, place, files, words, paper, _FORMATS.get(target.ending))
    finally:
        paper.close()


async def _once(
    app: App, face: TerminalFace, place: Place, files: list[Path], words: str, paper: Paper, kind: Export | None
) -> int:
    """`kind` is what the target is to be, where that is no video: the words' own export is made as that."""
    export = kind
    if kind is not None:
        way = route.route(words)
        words = "" if way.intent == "export" else way.words
        export = (way.export or kind).model_copy(update={"format": kind.format})
    await _request(app, face, _turn(place, words, files))
    wanted = face.worth_a_file or (kind is not None and face.clips > 0 and not face.failed)
    if not face.renders and wanted:
        await _request(app, face, Turn(id=secrets.token_hex(8), place=place, intent="export", export=export))
    path = await face.result() if face.renders else None
    if path is None:
        return EXIT_FAILED
    paper.result(path)
    return EXIT_OK


async def _converse(app: App, face: TerminalFace, place: Place, files: list[Path], paper: Paper) -> int:
    await _request(app, face, _turn(place, "", files))
    typed = _typed_lines()
    while True:
        paper.ask()
        line = await typed.get()
        if line is None:
            return EXIT_OK
        paper.heard()
        if line.strip().lower() in _QUIT:
            return EXIT_OK
        if not line.strip():
            continue
        dropped = await asyncio.to_thread(_dropped_file, line)
        offer = None if dropped else _said(face, line, place.locale)
        if offer is not None and offer.deed is Deed.KEEP:
            paper.write(Said(phrase(place.locale, "offer.kept")))
            continue
        taken = None if offer is None else await offers.request(app.store, offer, secrets.token_hex(8), place)
        await _request(app, face, taken or _turn(place, "" if dropped else line.strip(), [dropped] if dropped else []))
        while face.renders:
            path = await face.result()
            if path is not None:
                paper.result(path)


def _said(face: TerminalFace, line: str, locale: str) -> Offer | None:
    """The one of the offers made last that a line says, as a press does elsewhere."""
    said = line.strip().casefold()
    return next((offer for offer in face.offers if offer_label(offer, locale).casefold() == said), None)


async def _request(app: App, face: TerminalFace, turn: Turn) -> None:
    face.sources.update(file.path for file in turn.files if file.path)
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
    """The settings with a data folder of this run's own, gone at its end: a bot that runs here is left alone.

    Links are off: nothing serves them here. Raises SettingsError.
    """
    root = settings.data_dir
    try:
        await asyncio.to_thread(root.mkdir, parents=True, exist_ok=True)
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="try-", dir=root))
    except OSError as error:
        words = f"DATA_DIR: {root} cannot be written ({error.strerror}); choose another folder"
        raise SettingsError(words) from error
    try:
        general = settings.general.model_copy(update={"data_dir": folder, "public_url": None})
        redis = settings.redis
        if sys.platform != "win32":  # there is a server of our own: the bot's is left alone as well
            redis = redis.model_copy(update={"redis_url": None, "engine_redis_url": None})
        yield dataclasses.replace(settings, general=general, redis=redis)
    finally:
        await asyncio.to_thread(_remove, folder)


def _remove(folder: Path) -> None:
    """Remove a folder in which our Redis may still be closing its files for a moment."""
    deadline = time.monotonic() + _REMOVE_S
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


class _NoTargetError(Exception):
    """The finished file could not be kept where it shall go; the text says why."""


def _target(files: list[Path], out: Path | None) -> Target:
    """Where finished files go, known to be writable before any work begins. Raises _NoTargetError."""
    try:
        if out is None or out.is_dir():
            target = Target(out or Path(), None)
        else:
            target = Target(out.parent, out.name)
            if out.exists() and any(out.samefile(file) for file in files):
                raise _NoTargetError(f"{out} is the footage itself; name another file with -o")
        missing = [folder for folder in (target.folder, *target.folder.parents) if not folder.exists()]
        target.folder.mkdir(parents=True, exist_ok=True)
        part = _part(target.folder)
        part.touch()
        part.unlink()
        for folder in missing:
            folder.rmdir()
    except OSError as error:
        raise _NoTargetError(_cannot_write(out or Path.cwd(), error)) from error
    return target


def _cannot_write(target: Path, error: OSError) -> str:
    return f"{target} cannot be written ({error.strerror}); name another place with -o"


def _part(folder: Path) -> Path:
    return folder / f".{secrets.token_hex(4)}.part"


def _copy(ready: RenderReady, target: Path) -> None:
    if ready.path is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), ready.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _part(target.parent)
    try:
        shutil.copyfile(ready.path, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


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
    """The language of this terminal, as POSIX names it; it counts also where the system has no data for it."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), None)
    name = (named or system_locale.getlocale()[0] or "en").partition(".")[0]
    return "en" if name in {"C", "POSIX"} else name.replace("_", "-")
