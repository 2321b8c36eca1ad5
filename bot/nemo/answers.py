"""Whether an answer says yes, and what it says if not: the envelope and the code table of section 1 of the protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.nemo import reading
from bot.nemo.errors import BadAnswer, NotFound, refusal
from bot.nemo.veil import Veil


@dataclass(frozen=True)
class Answer:
    """A successful answer: the JSON text as it came, its object, and the `data` of the envelope where there is one."""

    text: str
    body: Mapping[str, Any]

    @property
    def data(self) -> Mapping[str, Any]:
        return reading.mapping(self.body["data"]) if "data" in self.body else self.body

    @property
    def path(self) -> tuple[str, ...]:
        """Keys that lead to `data`."""
        return ("data",) if "data" in self.body else ()


def check(
    raw: bytes,
    status: int,
    *,
    call: str,
    home: bool = True,
    in_session: bool = False,
    may_be_empty: bool = False,
    retry_after: str | None = None,
    veil: Veil | None = None,
) -> Answer:
    """The answer, if it is one that says yes, to `call`. Raises what it says instead, or BadAnswer.

    What `veil` hides is in neither. Elsewhere than at `home` our codes mean nothing: what is refused there is not to be
    had.
    """
    text, parsed = _parsed(raw, veil or Veil())
    body = reading.mapping(parsed)
    code = reading.whole(body.get("code"))
    if status >= 400 or (code is not None and code not in {0, 200}):
        if not home and status < 500:
            raise NotFound(call=call, status=status)
        facts = reading.mapping(body.get("data"))
        raise refusal(
            status,
            code or None,
            _said(body),
            call=call,
            in_session=in_session,
            retry_after_s=_retry_after(retry_after),
            reason=reading.text(facts.get("reason")),
            limit=reading.size(facts.get("limit")),
            used=reading.size(facts.get("used")),
        )
    if not raw.strip() and may_be_empty:
        return Answer("{}", {})
    if not isinstance(parsed, dict):
        raise BadAnswer(_what_is_wrong(raw), call=call, status=status)
    return Answer(text, body)


def _parsed(raw: bytes, veil: Veil) -> tuple[str, object]:
    try:
        return veil.document(raw)
    except (ValueError, RecursionError):
        return "", None


def _what_is_wrong(raw: bytes) -> str:
    start = raw.lstrip()[:1]
    if not start:
        return "an empty answer"
    return {b"<": "a page instead of data", b"{": "half an answer"}.get(start, "an answer that is not data")


def _said(body: Mapping[str, Any]) -> str:
    """What an error's body says: ours, the agent server's, or a list of what is wrong with the fields."""
    said = reading.first(body, "message", "detail", "error", "msg")
    if isinstance(said, list):
        said = next((item for item in said if isinstance(item, dict)), None)
    if isinstance(said, dict):
        said = reading.first(said, "message", "msg", "detail")
    return reading.text(said) or ""


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from either form of the header (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    seconds = reading.number(value)
    if seconds is None:
        try:
            when = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds)
