"""One line an event, for people on a terminal or as JSON for machines; secrets masked by type.

Those that this process knows are taken out of every finished line as well: a library's exception may tell anything.
"""

import json
import logging
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Literal
from urllib.parse import quote

import structlog
from pydantic import SecretBytes, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

_MASK = "**********"
_SHORTEST = 6
"""Characters; of what is shorter every line would be full."""
_MOST_MET = 1000
_SECRET_NAMES = frozenset({"token", "authorization", "secret", "password", "api_key", "secret_key"})


def _mask(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Mask by type (pydantic's secrets) and, as a second net, by the names secrets usually have."""
    for key, value in event.items():
        if isinstance(value, SecretStr | SecretBytes) or key.lower() in _SECRET_NAMES:
            event[key] = _MASK
    return event


class _Known:
    """The secrets to take out of lines, in every form in which they may stand there; the settings' and those met."""

    def __init__(self) -> None:
        self._set: dict[str, tuple[str, ...]] = {}
        self._met: dict[str, tuple[str, ...]] = {}

    def set(self, secrets: Iterable[str]) -> None:
        self._set = {secret: _forms(secret) for secret in secrets if len(secret) >= _SHORTEST}

    def meet(self, secret: str) -> None:
        if len(secret) >= _SHORTEST:
            self._met[secret] = self._met.pop(secret, ()) or _forms(secret)  # the last one met is the last to go
            if len(self._met) > _MOST_MET:
                del self._met[next(iter(self._met))]

    def hidden(self, line: str) -> str:
        for secrets in (self._set, self._met):
            for forms in secrets.values():
                for form in forms:
                    line = line.replace(form, _MASK)
        return line


def _forms(secret: str) -> tuple[str, ...]:
    """The secret as it is, inside a JSON string, and inside a URL."""
    return tuple(dict.fromkeys((secret, json.dumps(secret)[1:-1], quote(secret), quote(secret, safe=""))))


_known = _Known()


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return _known.hidden(super().format(record))


def hide(secret: str) -> None:
    """Let no line tell this from now on."""
    _known.meet(secret)


def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what ends the process, as `sys.excepthook`: its text goes where every other text goes."""
    logging.getLogger(__name__).critical("ended by an error", exc_info=(kind, error, trace))


def configure(
    level: str = "info", form: Literal["auto", "console", "json"] = "auto", secrets: Iterable[str] = ()
) -> None:
    """Send every logger of this process, discord.py's and aiohttp's too, through one handler on standard error.

    No line tells `secrets`.
    """
    _known.set(secrets)
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _mask,
    ]
    last: list[Processor] = (
        [
            # The default would write the local variables of every frame, and with them tokens.
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("aiohttp.access", "discord.gateway", "discord.client", "discord.http", "discord.webhook"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("docket").setLevel(logging.CRITICAL)  # tells of an outage of Redis several times a second
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
