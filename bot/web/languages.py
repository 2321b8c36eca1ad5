"""Which of our two languages a browser asks for."""

import re

_ENTRY = re.compile(r"\s*([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
_OURS = {"en": "en-US", "zh": "zh-CN"}
_MOST = 20


def reader_locale(accepted: str | None, otherwise: str = "en-US") -> str:
    """The locale to answer in: the best of ours in an `Accept-Language` header, else `otherwise`, as ours spell it."""
    best, rank = None, 0.0
    for entry in (accepted or "").split(",")[:_MOST]:
        found = _ENTRY.fullmatch(entry)
        if found is None or found[1].lower() not in _OURS:
            continue
        quality = 1.0 if found[2] is None else float(found[2])
        if quality > rank:  # of two that are wanted alike, the first
            best, rank = _OURS[found[1].lower()], quality
    return best or _OURS.get(otherwise.split("-", maxsplit=1)[0].lower(), "en-US")
