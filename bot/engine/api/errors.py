"""Every way a call can fail: one table of HTTP status, body code and words, and one place that answers with it.

The body codes are the protocol's (section 1); where it has none, the code is the HTTP status. A failed file also
says why (`data.reason`), and the limit it broke (`data.limit`: bytes, ms or pixels).
"""

import secrets
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from bot.media.facts import MediaError, MediaFault

_log = structlog.get_logger(__name__)

FORMATS = "MP4, MOV, AVI, WebM, MKV, JPG, PNG, GIF, WebP, MP3, WAV, M4A and AAC"


class Fault(Enum):
    """HTTP status, body code, words."""

    NO_CLIENT_ID = 400, 400, "The X-Client-Id header is missing or not usable: send a UUID of your own and keep it."
    TOKEN = 401, 1001, "The token is not valid or has expired: ask for a new one with the same X-Client-Id."
    SESSION = 404, 1002, "Session not found."
    NO_CREDITS = 403, 2001, "No credits left on this account."
    UNSUPPORTED = 415, 4001, f"This file cannot be edited. {FORMATS} work."
    TOO_LARGE = 413, 4002, "The file is too large: compress or trim it first."
    EXPORT_LOCKED = 402, 402, "Export needs the X-Skill-Source, X-Skill-Version and X-Skill-Platform headers."
    NOT_FOUND = 404, 404, "Nothing is there (any more)."
    METHOD = 405, 405, "That method is not allowed here."
    STALLED = 408, 408, "The upload stopped for too long: send it again."
    BODY_TOO_LARGE = 413, 413, "The request is too large."
    INVALID = 422, 422, "The request cannot be understood."
    BUSY = 429, 429, "Too much is waiting already: try again when some of it is done."
    INTERNAL = 500, 500, "Something went wrong here."
    UNAVAILABLE = 503, 503, "The engine's storage does not answer just now: try again in a moment."
    DISK_FULL = 507, 507, "The disk is full: make room on the machine that runs the engine, then try again."
    QUOTA = 507, 507, "This account has as much footage as it may."

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[0]

    @property
    def code(self) -> int:
        """The body's code."""
        return self.value[1]

    @property
    def words(self) -> str:
        """What the answer says unless there is something more exact to say."""
        return self.value[2]


class ApiError(Exception):
    """A call that failed; `data` goes into the answer beside code and message."""

    def __init__(self, fault: Fault, words: str | None = None, **data: Any) -> None:
        super().__init__(words or fault.words)
        self.fault = fault
        self.data = data


_FILE_WORDS: dict[MediaFault, str] = {
    MediaFault.UNSUPPORTED: f"This is no video, picture or sound that can be edited. {FORMATS} work.",
    MediaFault.BROKEN: "The file is damaged and cannot be read. Export or record it again, as MP4 if you can.",
    MediaFault.EMPTY: "The file is empty: nothing to see and nothing to hear in it.",
    MediaFault.TOO_LONG: "The file is too long: {hours:g} hours is the limit. Trim it first.",
    MediaFault.TOO_MANY_PIXELS: "The picture is too large: {megapixels:g} megapixels is the limit. Make it smaller.",
    MediaFault.TIMED_OUT: "Reading the file took too long. Convert it to an ordinary MP4 first.",
}

_ROOM: dict[MediaFault, tuple[Fault, str]] = {
    MediaFault.QUOTA: (
        Fault.QUOTA,
        "There is no room for this file: the footage of this account takes {used} of the {limit} that it may. "
        "Delete a project that is done, or wait until one is deleted that nobody touched for long.",
    ),
    MediaFault.DISK_FULL: (
        Fault.DISK_FULL,
        "There is no room: the engine's folder is full, {used} of the {limit} that it may hold. Delete projects that "
        "are done, or let whoever runs the engine raise ENGINE_DISK_GB.",
    ),
}
"""What is said of limits that are ours."""
_OURS = {
    MediaFault.DISK_FULL: Fault.DISK_FULL,
    MediaFault.MISSING: Fault.NOT_FOUND,
    MediaFault.UNREACHABLE: Fault.UNAVAILABLE,
}
"""What is no fault of the file."""


def of_file(error: MediaError, name: str = "") -> ApiError:
    """The answer for a file that cannot be taken; `name` is shown, so it must be fit to be."""
    facts: dict[str, Any] = {
        "reason": error.fault.value, "limit": error.limit, "used": error.used, "filename": name or None,
    }  # fmt: skip
    data = {key: value for key, value in facts.items() if value is not None}
    if error.fault is MediaFault.TOO_LARGE:
        limit = f" The limit is {error.limit / 1_000_000:g} MB." if error.limit else ""
        return ApiError(Fault.TOO_LARGE, Fault.TOO_LARGE.words + limit, **data)
    if error.fault in _ROOM and error.limit is not None:
        fault, words = _ROOM[error.fault]
        words = words.format(used=_size(error.used or 0), limit=_size(error.limit))
        return ApiError(fault, words, **data)
    if error.fault in _OURS:
        return ApiError(_OURS[error.fault])
    told = _FILE_WORDS.get(error.fault)
    if told is None:
        raise error
    return ApiError(Fault.UNSUPPORTED, told.format(hours=_in(error, 3_600_000), megapixels=_in(error, 1e6)), **data)


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _in(error: MediaError, unit: float) -> float:
    return (error.limit or 0) / unit


def answer(error: ApiError) -> web.Response:
    """The answer in the protocol's envelope; `detail` and `error` are the agent server's and the render's spelling."""
    words = str(error)
    body = {"code": error.fault.code, "message": words, "data": error.data or None, "detail": words, "error": words}
    headers = {"Retry-After": "30"} if error.fault is Fault.BUSY else None
    return web.json_response(body, status=error.fault.status, headers=headers)


_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_BY_STATUS = {404: Fault.NOT_FOUND, 405: Fault.METHOD, 413: Fault.BODY_TOO_LARGE}


@web.middleware
async def answer_errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer; what nobody foresaw gets a reference that finds it in the log."""
    try:
        return await handler(request)
    except ApiError as error:
        return answer(error)
    except MediaError as error:
        _log.exception("media work failed in a call", fault=error.fault.value)
        return answer(ApiError(_OURS.get(error.fault, Fault.INTERNAL)))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return answer(ApiError(_BY_STATUS.get(error.status, Fault.INVALID)))
    except RedisError as error:
        _log.warning("redis does not answer", error=str(error))
        return answer(ApiError(Fault.UNAVAILABLE))
    except ConnectionError:
        raise  # the client went away: nobody to answer
    except Exception:  # noqa: BLE001 - the edge of the process: everything else becomes an answer
        reference = secrets.token_hex(4)
        _log.exception("call failed", reference=reference, path=request.path)
        return answer(ApiError(Fault.INTERNAL, f"{Fault.INTERNAL.words} Reference {reference}.", reference=reference))
