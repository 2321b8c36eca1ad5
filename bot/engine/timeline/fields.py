"""Typed values out of JSON that nobody vouches for. Everything raises DraftError."""

from typing import Any, TypeVar

_WHOLE_LIMIT = 10**9
"""No number in a draft is larger: eleven days in ms."""

_T = TypeVar("_T")


class DraftError(Exception):
    """A draft that cannot be used: `where` in it, and the `problem` there. Its text is one readable line."""

    def __init__(self, where: str, problem: str) -> None:
        """Both are our own words: nothing of what was posted comes back."""
        super().__init__(f"{where} {problem}")
        self.where = where
        self.problem = problem


def fields(data: object, where: str, keys: tuple[str, ...], also: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with exactly these keys, and perhaps some of `also`."""
    if not isinstance(data, dict):
        raise DraftError(where, "is not an object")
    if any(key not in data for key in keys) or len(data) != len(keys) + sum(key in data for key in also):
        missing = [key for key in keys if key not in data]
        raise DraftError(where, f"lacks {missing[0]}" if missing else "has a key that is not known")
    return data


def whole(one: dict[str, Any], key: str, where: str) -> int:
    """A whole number; true and 1.0 are none."""
    value = one[key]
    if type(value) is not int or abs(value) > _WHOLE_LIMIT:
        raise DraftError(f"{where} {key}", "is not a whole number, or far too large")
    return value


def number(one: dict[str, Any], key: str, where: str) -> float:
    """A number; NaN and the infinities are none."""
    value = one[key]
    if type(value) not in (int, float) or not abs(value) <= _WHOLE_LIMIT:
        raise DraftError(f"{where} {key}", "is not a number, or far too large")
    return float(value)


def flag(one: dict[str, Any], key: str, where: str) -> bool:
    """True or false."""
    value = one[key]
    if type(value) is not bool:
        raise DraftError(f"{where} {key}", "is not true or false")
    return value


def words(one: dict[str, Any], key: str, where: str) -> str:
    """Text of any length."""
    value = one[key]
    if not isinstance(value, str):
        raise DraftError(f"{where} {key}", "is not text")
    return value


def one_of(one: dict[str, Any], key: str, where: str, values: tuple[_T, ...]) -> _T:
    """One of these values."""
    value = one[key]
    for known in values:
        if isinstance(value, str) and value == known:
            return known
    raise DraftError(f"{where} {key}", "is none of the values it can have")
