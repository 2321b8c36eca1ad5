"""Text in pictures, whatever people write: each script by a font that has it, emoji too, and never a box for a letter.

A character that no font here has becomes one small dot. Control and direction characters are left out; a name that
begins in a script from right to left is laid out from right to left.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import manimgx_fonts
import pylopdf_fonts_zh_cn
from PIL import ImageDraw, ImageFont

_NOTO = Path(next(iter(manimgx_fonts.__path__)))
_CHINESE = Path(next(iter(pylopdf_fonts_zh_cn.__path__))) / "NotoSansSC-Regular.otf"
_LATIN, _EMOJI = _NOTO / "NotoSans[wght].ttf", _NOTO / "NotoEmoji[wght].ttf"
_OTHERS = sorted(path for path in _NOTO.glob("NotoSans*.ttf") if path != _LATIN and "Italic" not in path.stem)
_FONTS = (_LATIN, _CHINESE, _EMOJI, *_OTHERS)
_WEIGHT = 600
_BOLDER = 1 / 45
"""The Chinese font has one weight, thinner than the others here: it is drawn with a rim, in parts of its size."""
_LONGEST = 200
_NOBODYS = "\U0010ffff"
_UNKNOWN = "·"
_JOINER, _PICTURE = "\u200d", "\ufe0f"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_TRIED_AT = 24


@dataclass(frozen=True)
class _Run:
    text: str
    font: Path


def write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str) -> float:
    """Draw one line with its left end and its baseline at `at`; returns how wide it is, px."""
    x = at[0]
    for run in _runs(text):
        font = _font(run.font, size)
        rim = size * _BOLDER if run.font == _CHINESE else 0
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
    clusters = list(_clusters(text))
    low, high = 0, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(_cut(clusters, middle), size) <= room else (low, middle - 1)
    told = low >= 2 or (low == 1 and unicodedata.east_asian_width(clusters[0][0]) in "WF")
    return _cut(clusters, low) if told else ""


def clean(text: str) -> str:
    """One line of what can be drawn, 200 characters at the most."""
    line = unicodedata.normalize("NFC", text[: 4 * _LONGEST])
    kept = (" " if c.isspace() else c for c in line if c.isspace() or _drawn(c))
    return " ".join("".join(kept).split())[:_LONGEST]


def _drawn(char: str) -> bool:
    return char == _JOINER or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}


def _cut(clusters: list[str], count: int) -> str:
    return "".join(clusters[:count]).rstrip() + "…"


def _clusters(text: str) -> Iterator[str]:
    """Characters with what belongs to them: marks, skin tones, joined emoji, both letters of a flag."""
    cluster = ""
    for char in text:
        flag = ord(char) in _FLAGS and len(cluster) == 1 and ord(cluster) in _FLAGS
        if cluster and not (flag or _belongs(char) or cluster.endswith(_JOINER)):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _belongs(char: str) -> bool:
    return char == _JOINER or ord(char) in _SKIN or unicodedata.category(char) in {"Mn", "Me", "Mc"}


@lru_cache(maxsize=2048)
def _runs(text: str) -> tuple[_Run, ...]:
    """The text in runs of one font, from left to right."""
    fonts = [(cluster, _font_for(cluster)) for cluster in _clusters(_plain(clean(text)))]
    runs: list[_Run] = []
    for (font, _), group in groupby(fonts, key=lambda one: (one[1], one[0].isspace())):
        words = "".join(cluster for cluster, _ in group)
        runs.append(_Run(words, font) if font else _Run(_UNKNOWN, _LATIN))
    return tuple(reversed(runs)) if _from_right(text) else tuple(runs)


def _plain(text: str) -> str:
    """Fancy letters, which nobody has a font for, as the letters they stand for."""
    return "".join(c if _font_for(c) or _belongs(c) else unicodedata.normalize("NFKC", c) for c in text)


def _from_right(text: str) -> bool:
    strong = (kind for char in text if (kind := unicodedata.bidirectional(char)) in {"L", "R", "AL"})
    return next(strong, "L") != "L"


@lru_cache(maxsize=4096)
def _font_for(cluster: str) -> Path | None:
    first = _EMOJI if _PICTURE in cluster or ord(cluster[0]) in _FLAGS else _LATIN
    order = (first, *(font for font in _FONTS if font != first))
    return next((font for font in order if cluster.isspace() or _has(font, cluster[0])), None)


@lru_cache(maxsize=4096)
def _has(font: Path, char: str) -> bool:
    """Whether it has a letter of its own for it: one it lacks looks like a character that does not exist."""
    return _shape(font, char) != _shape(font, _NOBODYS)


@lru_cache(maxsize=4096)
def _shape(font: Path, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(font, _TRIED_AT).getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=128)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    if path.stem.endswith("]"):  # a variable one: "[wght]"
        font.set_variation_by_axes([_WEIGHT])
    return font
