"""Text in pictures, whatever people write: each script by a font that has it, emoji too, and never a box for a letter.

A character that no font here has becomes one small dot. Control and direction characters are left out; a name that
begins in a script from right to left is laid out from right to left.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

from bot.media.letters import CHINESE, LATIN, belongs, clusters, font_for

_WEIGHT = 600
_BOLDER = 1 / 45
"""The Chinese font has one weight, thinner than the others here: it is drawn with a rim, in parts of its size."""
_LONGEST = 200
_UNKNOWN = "·"
_JOINER = "\u200d"


@dataclass(frozen=True)
class _Run:
    text: str
    font: Path


def write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str) -> float:
    """Draw one line with its left end and its baseline at `at`; returns how wide it is, px."""
    x = at[0]
    for run in _runs(text):
        font = _font(run.font, size)
        rim = size * _BOLDER if run.font == CHINESE else 0
        pen.text((x, at[1]), run.text, colour, font, anchor="ls", stroke_width=rim)
        x += font.getlength(run.text)
    return x - at[0]


def width(text: str, size: int) -> float:
    """How wide a line is, px."""
    return sum(_font(run.font, size).getlength(run.text) for run in _runs(text))


def fitted(text: str, size: int, room: float) -> str:
    """The text, or as much of its beginning as fits, with an ellipsis; empty where that would tell nothing."""
    if width(text, size) <= room:
        return text
    parts = list(clusters(text))
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(_cut(parts, middle), size) <= room else (low, middle - 1)
    told = low >= 2 or (low == 1 and unicodedata.east_asian_width(parts[0][0]) in "WF")
    return _cut(parts, low) if told else ""


def clean(text: str) -> str:
    """One line of what can be drawn, 200 characters at the most."""
    line = unicodedata.normalize("NFC", text[: 4 * _LONGEST])
    kept = (" " if c.isspace() else c for c in line if c.isspace() or _drawn(c))
    return " ".join("".join(kept).split())[:_LONGEST]


def _drawn(char: str) -> bool:
    return char == _JOINER or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}


def _cut(parts: list[str], count: int) -> str:
    return "".join(parts[:count]).rstrip() + "…"


@lru_cache(maxsize=2048)
def _runs(text: str) -> tuple[_Run, ...]:
    """The text in runs of one font, from left to right."""
    fonts = [(cluster, font_for(cluster)) for cluster in clusters(_plain(clean(text)))]
    runs: list[_Run] = []
    for (font, _), group in groupby(fonts, key=lambda one: (one[1], one[0].isspace())):
        words = "".join(cluster for cluster, _ in group)
        runs.append(_Run(words, font) if font else _Run(_UNKNOWN, LATIN))
    return tuple(reversed(runs)) if _from_right(text) else tuple(runs)


def _plain(text: str) -> str:
    """Fancy letters, which nobody has a font for, as the letters they stand for."""
    return "".join(c if font_for(c) or belongs(c) else unicodedata.normalize("NFKC", c) for c in text)


def _from_right(text: str) -> bool:
    strong = (kind for char in text if (kind := unicodedata.bidirectional(char)) in {"L", "R", "AL"})
    return next(strong, "L") != "L"


@lru_cache(maxsize=128)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    if path.stem.endswith("]"):  # a variable one: "[wght]"
        font.set_variation_by_axes([_WEIGHT])
    return font
