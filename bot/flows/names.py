"""Names that people gave, made fit to be shown and sent: never used as a path."""

import unicodedata

_LONGEST = 100
_FORBIDDEN = frozenset('/\\:*?"<>|')


def clean_name(name: str) -> str:
    """One line without control, direction or path characters, at most 100 long with its ending kept."""
    shown = unicodedata.normalize("NFC", name)
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else "_" if c in _FORBIDDEN else c for c in shown)
    shown = " ".join(shown.split()).lstrip(". ").rstrip(". ")
    if not shown:
        return "file"
    if len(shown) <= _LONGEST:
        return shown
    stem, dot, ending = shown.rpartition(".")
    if not dot or not stem or len(ending) > 10:
        return shown[:_LONGEST]
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"
