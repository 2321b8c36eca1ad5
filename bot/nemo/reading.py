"""Reading values out of foreign JSON: a wrong type is an absent value, never an exception."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def mapping(value: object) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def first(source: Mapping[str, Any], *names: str) -> Any:
    """The first of these keys that holds something other than null."""
    return next((source[name] for name in names if source.get(name) is not None), None)


def text(value: object) -> str | None:
    """A string, or a whole number as the string it stands for (ids come both ways)."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: object) -> float | None:
    """A finite number, also where it is written as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def whole(value: object) -> int | None:
    """A number, rounded."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    result = number(value)
    return None if result is None else round(result)


def size(value: object) -> int | None:
    """A whole number above zero (pixels, bytes, milliseconds)."""
    result = whole(value)
    return result if result is not None and result > 0 else None


def milliseconds(seconds: object) -> int | None:
    """Seconds as whole milliseconds; nothing below zero."""
    result = number(seconds)
    return None if result is None or result < 0 or result > 1e9 else round(result * 1000)


def moment(value: object) -> datetime | None:
    """A time in ISO 8601 (without an offset it is UTC)."""
    if not isinstance(value, str):
        return None
    try:
        result = datetime.fromisoformat(value.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return None
    return result if result.tzinfo else result.replace(tzinfo=UTC)
