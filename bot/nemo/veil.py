"""Our own secrets, taken out of what an upstream says: what it repeats reaches no message, no record and no log line.

`errors.clean` knows tokens by the published form; here they are known by value, whatever their form.
"""

import json
import operator
from typing import Any

from pydantic import SecretStr

from bot import logs

MASK = "…"
_SHORTEST = 6
"""Characters; a shorter one would be found in every text."""
_MOST = 64
"""Secrets that are remembered: the account's tokens, which are used again and again, and the newest claims."""


class Veil:
    """What one client has used or was given, the newest last."""

    def __init__(self) -> None:
        self._secrets: dict[str, None] = {}

    def add(self, secret: SecretStr) -> None:
        """Let this one be told by nothing from now on."""
        value = secret.get_secret_value()
        if len(value) < _SHORTEST:
            return
        self._secrets.pop(value, None)
        self._secrets[value] = None
        if len(self._secrets) > _MOST:
            del self._secrets[next(iter(self._secrets))]
        logs.hide(value)

    def text(self, text: str) -> str:
        """The text without them."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text

    def appended(self, text: str, piece: str) -> str:
        """Both together without them, also without one that the two make up; `text` holds none."""
        seam = max(0, len(text) - max(map(len, self._secrets), default=0))
        return text[:seam] + self.text(text[seam:] + piece)

    def value(self, value: Any) -> Any:
        """JSON without them, in keys as well; the very same value where it holds none. Raises RecursionError."""
        match value:
            case str():
                return self.text(value) if self._holds(value) else value
            case list():
                items = [self.value(item) for item in value]
                return value if all(map(operator.is_, items, value)) else items
            case dict():
                pairs = [(self.value(key), self.value(item)) for key, item in value.items()]
                same = all(new[0] is old[0] and new[1] is old[1] for new, old in zip(pairs, value.items(), strict=True))
                return value if same else dict(pairs)
        return value

    def document(self, raw: bytes) -> tuple[str, Any]:
        """A JSON document, its text and its value: to the letter as it came, unless it holds one of them.

        Raises ValueError, RecursionError.
        """
        text = raw.decode("utf-8-sig")
        value = json.loads(text)
        if "\\" not in text and not self._holds(text):  # an escape may stand for any character
            return text, value
        veiled = self.value(value)
        return (text, value) if veiled is value else (json.dumps(veiled, ensure_ascii=False), veiled)

    def _holds(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)
