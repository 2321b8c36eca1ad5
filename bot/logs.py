"""One line an event, for people on a terminal or as JSON for machines; secrets masked by type."""

import logging
import sys
from typing import Literal

import structlog
from pydantic import SecretBytes, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_NAMES = frozenset({"token", "authorization", "secret", "password", "api_key", "secret_key"})


def _mask(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Mask by type (pydantic's secrets) and, as a second net, by the names secrets usually have."""
    for key, value in event.items():
        if isinstance(value, SecretStr | SecretBytes) or key.lower() in _SECRET_NAMES:
            event[key] = "**********"
    return event


def configure(level: str = "info", form: Literal["auto", "console", "json"] = "auto") -> None:
    """Send every logger of this process, discord.py's and aiohttp's too, through one handler on standard error."""
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
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("aiohttp.access", "discord.gateway", "discord.client", "discord.http"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
