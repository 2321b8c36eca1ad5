"""Everything that can go wrong between the bot and an upstream, as one tree.

    NemoError
    ├── Refused            the upstream understood the request and said no; nothing runs there
    │   ├── TokenRejected      1001 or HTTP 401: the token is bad or has expired
    │   ├── SessionLost        1002, or HTTP 404 where a session was named
    │   ├── NoCredits          2001: not enough credits
    │   ├── UnsupportedFile    4001 or HTTP 415
    │   ├── FileTooLarge       4002, HTTP 413, or a download over our own limit (`limit_bytes`)
    │   ├── StorageFull        HTTP 507: its disk is full, or its limit is reached
    │   ├── ExportLocked       HTTP 402: the plan has no export (the tier, not credits)
    │   ├── RateLimited        HTTP 429, after the wait and the one retry (`retry_after_s`)
    │   ├── Forbidden          HTTP 403
    │   ├── NotFound           HTTP 404 or 410 where no session was named: a render, a file
    │   ├── Conflict           HTTP 409: it is in no state for that
    │   └── BadRequest         HTTP 400, 422 and every code that is not known
    ├── TurnFailed         the answer's stream said that the turn failed
    └── Unavailable        no answer to rely on
        ├── UpstreamDown       HTTP 5xx
        ├── ConnectionLost     no connection, or it broke
        ├── TimedOut           nothing came in time
        └── BadAnswer          an answer that cannot be read

`may_run` tells what recovery needs: whether the request may have reached the upstream and be running there.
Such a request is never sent again; the state is asked instead.

Codes and statuses: the table in section 1 of the protocol.
"""

import re

_TOKEN = re.compile(r"(?:nmv_|clm_)[A-Za-z0-9_-]+|(?i:bearer)\s+\S+")
_LONGEST_MESSAGE = 300


def clean(message: str) -> str:
    """The upstream's words as one short line without control characters, and without anything like a token."""
    line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    line = _TOKEN.sub("…", line)
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"


class NemoError(Exception):
    """Something went wrong with an upstream.

    `message` is what the upstream said (cleaned, possibly empty), `call` the name of our call, `code` the body's
    code and `status` the HTTP status, where there were any.
    """

    may_run = False

    def __init__(self, message: str = "", *, call: str = "", code: int | None = None, status: int | None = None):
        self.message = clean(message)
        self.call = call
        self.code = code
        self.status = status
        super().__init__(self.message)

    def __str__(self) -> str:
        """One line for the log: call, code, status and the upstream's words."""
        facts = [self.call or "upstream"]
        facts += [f"code {self.code}"] if self.code is not None else []
        facts += [f"HTTP {self.status}"] if self.status is not None else []
        return f"{' '.join(facts)}: {self.message or type(self).__name__}"


class Refused(NemoError):  # noqa: N818 - they read as what happened
    """The upstream said no.

    `reason` is its own short word for why (`broken`, `too_long`), and `limit` what was broken by it (bytes, ms or
    pixels) with what is `used` of it, where it gives them: our engine does.
    """

    def __init__(
        self,
        message: str = "",
        *,
        call: str = "",
        code: int | None = None,
        status: int | None = None,
        reason: str | None = None,
        limit: int | None = None,
        used: int | None = None,
    ):
        super().__init__(message, call=call, code=code, status=status)
        self.reason = reason
        self.limit = limit
        self.used = used


class TokenRejected(Refused):
    """The token is bad or has expired, and one renewal did not help or was not possible."""


class SessionLost(Refused):
    """The session does not exist (any more)."""


class NoCredits(Refused):
    """Not enough credits."""


class UnsupportedFile(Refused):
    """The upstream takes no such file."""


class FileTooLarge(Refused):
    """The file is over the upstream's limit, or a download over ours."""

    @property
    def limit_bytes(self) -> int | None:
        """The limit, where it is known."""
        return self.limit


class StorageFull(Refused):
    """The upstream's disk is full, or what may be kept there of an account."""


class ExportLocked(Refused):
    """The account's plan has no export."""


class RateLimited(Refused):
    """Too many requests; come back in `retry_after_s` seconds, None where the upstream did not say."""

    retry_after_s: float | None = None


class Forbidden(Refused):
    """The account may not do that."""


class NotFound(Refused):
    """No such render or file (any more)."""


class Conflict(Refused):
    """What the request names is in no state for it."""


class BadRequest(Refused):
    """The upstream did not accept the request as it was."""


class TurnFailed(NemoError):  # noqa: N818 - they read as what happened
    """The turn ended in an error; `error_code` is the upstream's own word for it, where it gave one."""

    def __init__(self, message: str = "", *, error_code: str | None = None):
        super().__init__(message, call="run")
        self.error_code = error_code


class Unavailable(NemoError):  # noqa: N818 - they read as what happened
    """No answer to rely on: the request may or may not have been taken."""

    may_run = True


class UpstreamDown(Unavailable):
    """The upstream answered with a server error."""


class ConnectionLost(Unavailable):
    """There is no connection; `sent` is False where none came about, so that nothing can be running."""

    def __init__(self, message: str = "", *, call: str = "", sent: bool = True):
        super().__init__(message, call=call)
        self.may_run = sent


class TimedOut(Unavailable):
    """Nothing, or nothing but heartbeats, came in the time allowed."""


class BadAnswer(Unavailable):
    """The answer is not what the protocol says: a page instead of JSON, half a document, a missing field."""


CODES: dict[int, type[Refused]] = {
    1001: TokenRejected,
    1002: SessionLost,
    2001: NoCredits,
    4001: UnsupportedFile,
    4002: FileTooLarge,
}
"""What the body's codes mean, whichever the HTTP status."""

_STATUSES: dict[int, type[Refused]] = {
    401: TokenRejected,
    402: ExportLocked,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    413: FileTooLarge,
    415: UnsupportedFile,
    429: RateLimited,
    507: StorageFull,
}


def refusal(
    status: int,
    code: int | None,
    message: str = "",
    *,
    call: str = "",
    in_session: bool = False,
    retry_after_s: float | None = None,
    reason: str | None = None,
    limit: int | None = None,
    used: int | None = None,
) -> NemoError:
    """The error for an HTTP status and a body code, either of which may say nothing (200, None).

    A known code says more than the status does. A code that is an HTTP status is read as one. `in_session` is
    whether the request named a session, so that a 404 means that the session is gone.
    """
    known = CODES.get(code or 0)
    if known is None and status < 400 and code is not None and 400 <= code < 600:
        status = code
    if known is None and status >= 500 and status not in _STATUSES:
        return UpstreamDown(message, call=call, code=code, status=status)
    if known is None and status == 404 and (in_session or "session not found" in message.lower()):
        known = SessionLost
    kind = known or _STATUSES.get(status, BadRequest)
    error = kind(message, call=call, code=code, status=status, reason=reason, limit=limit, used=used)
    if isinstance(error, RateLimited):
        error.retry_after_s = retry_after_s
    return error
