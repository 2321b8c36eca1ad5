"""How `threadcut try` writes updates down: for people with progress bars, for programs as JSON lines."""

import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.updates import (
    Asked,
    Changed,
    Delivered,
    Ended,
    Offer,
    Project,
    Queued,
    RenderProgress,
    RenderQueued,
    Stage,
    Update,
    Working,
)
from bot.voice.phrase import phrase
from bot.voice.say import offer_label, say
from bot.voice.timelines import timeline


class Paper(Protocol):
    """Where updates are written to."""

    def write(self, update: Update) -> None: ...
    def ask(self) -> None: ...
    def heard(self) -> None: ...
    def refuse(self, words: str) -> None: ...
    def explain(self, plan: str) -> None: ...
    def result(self, path: Path) -> None: ...
    def close(self) -> None: ...


class Screen:
    """For people: lines on standard output, progress bars on standard error."""

    def __init__(self, locale: str, *, talks: bool = True) -> None:
        """`talks` is whether what is offered can be said: not where one request is all there is."""
        self._locale = locale
        self._talks = talks
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
        self._asks = False

    def write(self, update: Update) -> None:
        """Progress moves the bar, everything else is a line."""
        match update:
            case Working() | Queued():
                self._show_bar(update, getattr(update, "percent", None))
            case RenderQueued() | RenderProgress():
                self._show_bar(Working(Stage.RENDERING), getattr(update, "percent", None))
            case Delivered() | Ended():
                self._hide_bar()
            case Project():
                pass  # what changed was told with the timeline
            case Asked():
                self._line(say(update, self._locale))
            case _:
                words = say(update, self._locale)
                self._line(
                    f"{words}\n{timeline(update.timeline, self._locale)}" if isinstance(update, Changed) else words
                )
                self._offer(getattr(update, "offers", ()))

    def _offer(self, offers: Sequence[Offer]) -> None:
        labels = [offer_label(offer, self._locale) for offer in offers]
        if labels and self._talks:
            self._line(phrase(self._locale, "offers.line", labels=" · ".join(labels)))

    def ask(self) -> None:
        """Say that it is the user's turn, where one types."""
        self._hide_bar()
        if sys.stdin.isatty():
            self._asks = True
            self._out.print("> ", end="")

    def heard(self) -> None:
        """A line was typed."""
        self._asks = False

    def refuse(self, words: str) -> None:
        """Why there is no file, in words of the terminal's own."""
        self._line(words)

    def explain(self, plan: str) -> None:
        """How the frames of a finished file came about, as a table."""
        self._line(plan or phrase(self._locale, "explain.none"))

    def result(self, path: Path) -> None:
        """The path, alone on the last line."""
        self._hide_bar()
        self._out.print(str(path), markup=False)

    def close(self) -> None:
        """Leave the terminal as it was, the next prompt on a line of its own."""
        self._hide_bar()
        if self._asks:
            self._out.print()

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

    def heard(self) -> None:
        """Nothing to remember."""

    def refuse(self, words: str) -> None:
        """Why there is no file."""
        _print_json({"update": "Refused", "text": words})

    def explain(self, plan: str) -> None:
        """How the frames of a finished file came about."""
        _print_json({"update": "Explained", "plan": plan})

    def result(self, path: Path) -> None:
        """Where the finished file is."""
        _print_json({"update": "Result", "path": str(path)})

    def close(self) -> None:
        """Nothing to tidy."""


def _plain(text: str) -> str:
    """Without control characters: a file's name must not move the cursor or change the title of the window."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def _print_json(fields: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fields, ensure_ascii=False, default=_json_value) + "\n")
    sys.stdout.flush()


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
