"""The command line: `threadcut run | try | plan | engine | worker | doctor | sync`.

What a command needs is imported when it runs, so that `--help` is quick. Exit codes are named below; a start that
fails says why in one readable line on standard error.
"""

# ruff: noqa: PLC0415  (see above)
import argparse
import asyncio
import contextlib
import dataclasses
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_CONFIG = 78
"""EX_CONFIG of sysexits.h: a setting is missing or wrong; a supervisor should not try again."""
EXIT_UNAVAILABLE = 69
"""EX_UNAVAILABLE: something the program needs is not there (Redis, ffmpeg, a port)."""
EXIT_INTERRUPTED = 130
_SIGNALLED = 128
"""What a shell adds to the number of the signal that ended a program: 130 for Ctrl-C, 143 for SIGTERM."""

_LONGEST_NAME = 1000

_NO_TOKEN = (
    "DISCORD_TOKEN is not set: make an application at https://discord.com/developers/applications, a token under Bot.",
    "Put DISCORD_TOKEN=<the token> into a file .env here and start again. Without Discord: threadcut try FILE WORDS",
)


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # whoever read our output has gone
        sys.stderr.close()
        return EXIT_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="threadcut", description="Edit video by talking, on Discord or right here.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=words, description=words)
        one.set_defaults(command=command)
        return one

    add("run", _run, "run the Discord bot")
    trying = add("try", _try, "edit files here in the terminal: FILE... WORDS")
    trying.add_argument("inputs", nargs="*", metavar="FILE or WORDS", help="files, then what to do with them")
    trying.add_argument("-o", "--out", type=Path, help="where the finished file goes")
    trying.add_argument("--json", action="store_true", help="one update a line, as JSON")
    trying.add_argument("--explain", action="store_true", help="show which frames were copied or encoded, and why")
    add("plan", _plan, "plan requests: JSON lines in, JSON lines out")
    serving = add("engine", _engine, "run the editing engine alone")
    serving.add_argument("--host", help="address to listen on (ENGINE_HOST)")
    serving.add_argument("--port", type=int, help="port to listen on, 0 for any free one (ENGINE_PORT)")
    serving.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    add("worker", _worker, "run a render worker alone")
    add("doctor", _doctor, "check this installation and say how to mend it")
    add("sync", _sync, "send the commands to Discord")
    return parser


def _run(_: argparse.Namespace) -> int:
    def starting(settings: Any) -> Coroutine[Any, Any, int]:
        from cogs.bot import run_bot

        return run_bot(settings)

    return _with_settings(starting, needs_token=True)


def _try(arguments: argparse.Namespace) -> int:
    files, words = _files_and_words(arguments.inputs)
    for file in files:
        if not file.is_file():
            why = "that is a folder; name a file in it" if file.is_dir() else "there is no such file"
            return _say(f"{file}: {why}", EXIT_FAILED)

    def starting(settings: Any) -> Coroutine[Any, Any, int]:
        from bot.terminal import run_try

        return run_try(settings, files, words, arguments.out, as_json=arguments.json, explain=arguments.explain)

    return _with_settings(starting, quiet=True)


def _plan(_: argparse.Namespace) -> int:
    from bot.engine.agent.batch import run

    for line in run(sys.stdin):
        print(line, flush=True)
    return EXIT_OK


def _engine(arguments: argparse.Namespace) -> int:
    def starting(settings: Any) -> Coroutine[Any, Any, int]:
        from bot.engine.main import serve

        host = arguments.host or settings.engine.host
        port = settings.engine.port if arguments.port is None else arguments.port
        return _ok(serve(settings, host, port, arguments.with_parent))

    return _with_settings(starting)


def _worker(_: argparse.Namespace) -> int:
    def starting(settings: Any) -> Coroutine[Any, Any, int]:
        from bot.engine.main import work

        return _ok(work(settings))

    return _with_settings(starting)


def _doctor(_: argparse.Namespace) -> int:
    def starting(settings: Any) -> Coroutine[Any, Any, int]:
        from bot.doctor import examine

        return examine(settings)

    return _with_settings(starting, quiet=True)


def _sync(_: argparse.Namespace) -> int:
    def starting(settings: Any) -> Coroutine[Any, Any, int]:
        from cogs.bot import send_commands

        return send_commands(settings)

    return _with_settings(starting, needs_token=True)


def _with_settings(
    starting: Callable[[Any], Coroutine[Any, Any, int]], *, needs_token: bool = False, quiet: bool = False
) -> int:
    """Load settings, set up logs, run the command; what keeps it from starting is one line and a named exit code."""
    from bot import logs
    from bot.settings import SettingsError, load

    try:
        settings = load()
        if needs_token and settings.discord.token is None:
            return _say("\n".join(_NO_TOKEN), EXIT_CONFIG)
        if quiet and settings.general.log_level == "info":  # a person reads what comes of it in words
            general = settings.general.model_copy(update={"log_level": "error"})
            settings = dataclasses.replace(settings, general=general)
        logs.configure(settings.general.log_level, settings.general.log_format, settings.secrets)
        sys.excepthook = logs.uncaught
        return asyncio.run(_until_signal(starting(settings)))
    except SettingsError as error:
        return _say(str(error), EXIT_CONFIG)
    except Exception as error:
        known = _startup_failure(error)
        if known is None:
            raise
        return _say(*known)


def _startup_failure(error: Exception) -> tuple[str, int] | None:
    """The line and the exit code of a failure that has words of its own; None for a fault of ours."""
    from bot.engine.main import EngineError, PortInUseError
    from bot.redis_server import RedisUnavailable
    from bot.watch.engine import EngineFailed
    from bot.web.server import CannotListen

    if isinstance(error, EngineFailed):
        told = error.code in {EXIT_CONFIG, EXIT_UNAVAILABLE}  # in a line of its own
        return "" if told else str(error), error.code if error.code > 0 else EXIT_UNAVAILABLE
    if isinstance(error, PortInUseError | CannotListen):
        return str(error), EXIT_CONFIG
    if isinstance(error, EngineError | RedisUnavailable):
        return str(error), EXIT_UNAVAILABLE
    return None


async def _until_signal(work: Coroutine[Any, Any, int]) -> int:
    """Run it; SIGINT, SIGTERM and a terminal that closes cancel it, unless it handles them itself."""
    task = asyncio.ensure_future(work)
    ended_by: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        ended_by.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) is signal.SIG_IGN:  # as nohup asks for
            continue
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
            loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not ended_by:
            raise
        return _SIGNALLED + ended_by[0]


async def _ok(work: Coroutine[Any, Any, None]) -> int:
    await work
    return EXIT_OK


def _files_and_words(inputs: list[str]) -> tuple[list[Path], str]:
    """What names a file, or looks as if it did, comes first; the rest is what to do."""
    files: list[Path] = []
    words = list(inputs)
    while words and (_is_file(words[0]) or _looks_like_file(words[0], first=not files)):
        files.append(Path(words.pop(0)))
    return files, " ".join(words)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # a sentence too long for a name
        return False


def _looks_like_file(text: str, *, first: bool) -> bool:
    """Words come after a file: what comes first is meant as one, also with spaces in its name, or as a folder."""
    suffix = Path(text).suffix
    named = 2 <= len(suffix) <= 5 and suffix[1:].isalnum() and len(text) < _LONGEST_NAME
    return (named and (first or " " not in text)) or (first and _is_folder(text))


def _is_folder(text: str) -> bool:
    try:
        return Path(text).is_dir()
    except (OSError, ValueError):
        return False


def _say(text: str, code: int) -> int:
    if text:
        print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
