"""Our side of a Python child process: JSON lines on standard output, as `bot.media.process.run_python` reads them."""

import errno
import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from bot.media.facts import MediaError, MediaFault

_SOME, _LAST = 5, 19
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


def give_way_here() -> None:
    """Have this thread, and the programs it starts, come after the others of this process, where the system can.

    Of work that is done side by side it is what can be spread over more processors that should wait.
    """
    if sys.platform == "linux":
        nice = os.getpriority(os.PRIO_PROCESS, 0) + _SOME
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(_LAST, nice))


def serve(work: Callable[[Sequence[str]], dict[str, Any]]) -> NoReturn:
    """Do the work with this process's arguments, tell its result or its fault, and end the process.

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
    os._exit(0)  # to take a Python with its codecs apart is 10 to 30 ms that somebody would wait for
