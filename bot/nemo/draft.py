"""The upstream's draft: opaque, kept as the very text it came as (section 6 of the protocol).

Parsing it and writing it again would change numbers (`1.0`, `1e-7`, more digits than a float has), so its span is
found in the answer and that text is posted back as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from json.decoder import WHITESPACE, scanstring  # type: ignore[attr-defined]  # typeshed knows neither
from typing import Any

from bot.nemo import reading

_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Draft:
    """A timeline as the upstream keeps it. `text` is raw JSON, to be posted back untouched."""

    text: str = "{}"

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """What the text says, to read from; empty where it is no object."""
        try:
            value = json.loads(self.text)
            if isinstance(value, str):  # a draft that was packed as a string
                value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
        return reading.mapping(value)

    @property
    def ready(self) -> bool:
        """Whether it can be exported: at least one track has a segment."""
        return any(reading.items(reading.mapping(track).get("sg")) for track in reading.items(self.data.get("t")))


def span(text: str, *path: str) -> tuple[int, int] | None:
    """Where the value at this path of object keys stands in a JSON text; None where there is no such value.

    Of a key that occurs twice the last counts, as in `json.loads`. Raises ValueError for what is no JSON.
    """
    start = _skip(text, 0)
    end = _end(text, start)
    for key in path:
        if text[start] != "{":
            return None
        found = _member(text, start, key)
        if found is None:
            return None
        start, end = found
    return start, end


def _member(text: str, start: int, wanted: str) -> tuple[int, int] | None:
    """The span of the value under a key of the object that starts here (which is known to be valid)."""
    found = None
    at = _skip(text, start + 1)
    while text[at] == '"':
        key, at = scanstring(text, at + 1, True)
        value = _skip(text, _skip(text, at) + 1)
        end = _end(text, value)
        if key == wanted:
            found = value, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    match = WHITESPACE.match(text, at)
    assert match is not None  # it matches nothing, too
    return int(match.end())


def _end(text: str, at: int) -> int:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
