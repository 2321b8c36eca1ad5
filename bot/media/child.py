"""Our side of a Python child process: JSON lines on standard output, as `bot.media.process.run_python` reads them."""

import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bot.media.facts import MediaError, MediaFault

_LAST = 19
_DISK = (errno.ENOSPC, errno.EDQUOT)


def emit(message: dict[str, Any]) -> None:
    """Write one message, at once."""
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def progress(part: float) -> None:
    """Tell how much is done, 0.0 to 1.0."""
    emit({"progress": round(part, 4)})


def give_way() -> None:
    """Come after everybody else: for work that nobody waits for. What this process starts does the same.

    A busy machine still leaves it a little, so that it is done some day.
    """
    if hasattr(os, "nice"):
        os.nice(_LAST)


def serve(work: Callable[[Sequence[str]], dict[str, Any]]) -> None:
    """Do the work with this process's arguments and tell its result or its fault; the last call of a child's main.

    What is neither a MediaError nor a full disk goes to standard error as it is, for the log.
    """
    try:
        emit({"result": work(sys.argv[1:])})
    except MediaError as error:
        emit({"fault": error.fault.value, "detail": error.detail, "limit": error.limit})
    except OSError as error:
        if error.errno not in _DISK:
            raise
        emit({"fault": MediaFault.DISK_FULL.value})
