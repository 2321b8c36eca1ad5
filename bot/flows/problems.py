"""The one place where an error becomes a Problem: what the user can do about it, and nothing technical."""

import errno
import secrets
from dataclasses import replace

import redis.exceptions
import structlog

from bot.flows.account import AccountRests, LinkedTokenRejected, Unlinked
from bot.flows.context import FetchError
from bot.media.facts import MediaError, MediaFault
from bot.media.limits import MAX_BYTES
from bot.nemo import errors as nemo
from bot.store.errors import NotFoundError, StoreError
from bot.updates import Problem, ProblemKind
from bot.voice.gui import translate

log = structlog.stdlib.get_logger(__name__)


class UncertainError(Exception):
    """The connection to a turn broke and nothing shows what came of it; it is never sent again."""


class AccountChangedError(Exception):
    """The server has linked another token since the project was made, and its session is unknown to that one."""


class BadLinkError(Exception):
    """A link that cannot be a source of footage."""


_MEDIA = {
    MediaFault.UNSUPPORTED: ProblemKind.UNSUPPORTED_FILE,
    MediaFault.BROKEN: ProblemKind.BROKEN_FILE,
    MediaFault.EMPTY: ProblemKind.BROKEN_FILE,
    MediaFault.TOO_LARGE: ProblemKind.TOO_LARGE,
    MediaFault.TOO_LONG: ProblemKind.TOO_LONG,
    MediaFault.TOO_MANY_PIXELS: ProblemKind.TOO_MANY_PIXELS,
    MediaFault.DISK_FULL: ProblemKind.DISK_FULL,
    MediaFault.QUOTA: ProblemKind.QUOTA,
    MediaFault.TIMED_OUT: ProblemKind.TIMED_OUT,
}
_LINKS = {
    "not_a_link": ProblemKind.NOT_A_SOURCE,
    "video_site": ProblemKind.NOT_A_SOURCE,
    "a_page": ProblemKind.NOT_A_SOURCE,
    "denied": ProblemKind.LINK_FAILED,
    "refused": ProblemKind.LINK_FAILED,
    "unreachable": ProblemKind.LINK_FAILED,
    "too_slow": ProblemKind.LINK_FAILED,
    "redirects": ProblemKind.LINK_FAILED,
}
"""Our own engine's reasons why a link gives no footage."""
_REASONS = {fault.value: kind for fault, kind in _MEDIA.items()} | _LINKS
_UPSTREAM_LIMIT = MAX_BYTES
"""Bytes a file may have, where an upstream does not say it itself (section 5 of the protocol)."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNITS = {ProblemKind.TOO_LARGE: 1, ProblemKind.TOO_LONG: 1000, ProblemKind.TOO_MANY_PIXELS: 1, ProblemKind.QUOTA: 1}
"""Kinds that tell a limit, and how many of the error's units (bytes, ms, pixels) make one of the problem's."""
_KINDS: tuple[tuple[type[nemo.NemoError], ProblemKind], ...] = (
    (Unlinked, ProblemKind.ACCOUNT_UNLINKED),
    (LinkedTokenRejected, ProblemKind.LINKED_TOKEN_REJECTED),
    (AccountRests, ProblemKind.ACCOUNT_RESTS),
    (nemo.TokenRejected, ProblemKind.TOKEN_REJECTED),
    (nemo.NoCredits, ProblemKind.NO_CREDITS),
    (nemo.UnsupportedFile, ProblemKind.UNSUPPORTED_FILE),
    (nemo.FileTooLarge, ProblemKind.TOO_LARGE),
    (nemo.StorageFull, ProblemKind.DISK_FULL),
    (nemo.ExportLocked, ProblemKind.EXPORT_LOCKED),
    (nemo.RateLimited, ProblemKind.RATE_LIMITED),
    (nemo.TimedOut, ProblemKind.TIMED_OUT),
    (nemo.SessionLost, ProblemKind.UPSTREAM_DOWN),
    (nemo.TurnFailed, ProblemKind.EDIT_FAILED),
    (nemo.UpstreamDown, ProblemKind.UPSTREAM_DOWN),
    (nemo.ConnectionLost, ProblemKind.UPSTREAM_DOWN),
    (nemo.BadAnswer, ProblemKind.NONSENSE),
)
_REFERRED = frozenset({ProblemKind.NONSENSE})
"""Kinds that somebody has to look into: they get a reference, under which the whole error is in the log."""
_TOLD = (nemo.TurnFailed, nemo.BadRequest, nemo.UnsupportedFile)
"""Errors whose words from the upstream help the user; they were cleaned on the way in."""


def problem(error: Exception, *, name: str = "", link: str | None = None) -> Problem:
    """What to tell of an error; `name` is the file it is about, `link` where credits are to be had.

    What nobody foresaw, and an upstream that answers nonsense, gets a reference under which it is in the log.
    """
    known = _known(error, name, link)
    if known is not None and known.kind not in _REFERRED:
        log.info("request failed", problem=known.kind.value, error=type(error).__name__, reason=_reason(error))
        return known
    reference = secrets.token_hex(4)
    log.error("request failed", reference=reference, error=type(error).__name__, exc_info=error)
    return replace(known or Problem(ProblemKind.INTERNAL, name=name), reference=reference)


def _known(error: Exception, name: str, link: str | None) -> Problem | None:
    match error:
        case UncertainError():
            return Problem(ProblemKind.UNCERTAIN)
        case AccountChangedError():
            return Problem(ProblemKind.ACCOUNT_CHANGED)
        case BadLinkError():
            return Problem(ProblemKind.NOT_A_SOURCE, name=name)
        case FetchError():
            return Problem(ProblemKind.FOOTAGE_GONE if error.gone else ProblemKind.LINK_FAILED, name=name)
        case MediaError() if error.fault in _MEDIA:
            kind = _MEDIA[error.fault]
            return Problem(kind, name=name, limit=_limit(kind, error.limit))
        case OSError() if error.errno in _FULL:
            return Problem(ProblemKind.DISK_FULL, name=name)
        case nemo.NemoError():
            return _of_upstream(error, name, link)
        case redis.exceptions.ConnectionError() | redis.exceptions.TimeoutError():
            return Problem(ProblemKind.BUSY, name=name)
        case NotFoundError():  # the thread was forgotten under the request
            return Problem(ProblemKind.EXPIRED, name=name)
    return None


def _of_upstream(error: nemo.NemoError, name: str, link: str | None) -> Problem | None:
    kind = next((kind for cls, kind in _KINDS if isinstance(error, cls)), None)
    limit, plain = None, False
    if isinstance(error, nemo.Refused) and error.reason is not None:
        known = _REASONS.get(error.reason)
        kind, plain = known or kind, known is not None
        limit = error.limit
    if isinstance(error, nemo.FileTooLarge):
        limit = error.limit_bytes or limit or _UPSTREAM_LIMIT
    if kind is None and isinstance(error, nemo.BadRequest) and error.call == "upload":
        kind = ProblemKind.UNSUPPORTED_FILE
    if kind is None:
        return None
    return Problem(
        kind,
        # a known reason has our own words; what it wants clicked is nowhere here
        hint=translate(error.message).text if isinstance(error, _TOLD) and not plain else "",
        name=name,
        limit=_limit(kind, limit),
        used=error.used if isinstance(error, nemo.Refused) else None,
        retry_after_s=error.retry_after_s if isinstance(error, nemo.RateLimited) else None,
        until=error.until if isinstance(error, AccountRests) else None,
        link=link if kind is ProblemKind.NO_CREDITS else None,
    )


def _limit(kind: ProblemKind, limit: int | None) -> int | None:
    return limit // _UNITS[kind] if limit is not None and kind in _UNITS else None


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, nemo.NemoError | MediaError | StoreError | FetchError) else ""
