"""Names that people gave, made fit to be shown. A name is data: never a path, never a key."""

import re
import unicodedata
from urllib.parse import unquote

_LIMIT = 120
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction overrides, halves of pairs, line ends
_JOINERS = "\u200d"  # emoji families need it


def shown(name: str, otherwise: str = "file") -> str:
    """The last part of a name, without anything invisible, at most 120 characters, the ending kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if c in _JOINERS or unicodedata.category(c) not in _HIDDEN)
    plain = " ".join(visible.split()).strip(" .")
    if len(plain) > _LIMIT:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[: _LIMIT - len(ending) - 2]}…{dot}{ending}" if dot and len(ending) < 10 else plain[:_LIMIT]
    return plain or otherwise


def from_url(path: str) -> str:
    """A name for what a link leads to: the last part of the link's path."""
    return shown(unquote(path, errors="replace"), "linked file")
