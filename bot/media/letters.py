"""Which font has a letter: the Noto fonts that come along, in most scripts, and their emoji of one colour."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import manimgx_fonts
import pylopdf_fonts_zh_cn

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_NOTO = Path(next(iter(manimgx_fonts.__path__)))
CHINESE = Path(next(iter(pylopdf_fonts_zh_cn.__path__))) / "NotoSansSC-Regular.otf"
LATIN, EMOJI = _NOTO / "NotoSans[wght].ttf", _NOTO / "NotoEmoji[wght].ttf"
_OTHERS = sorted(path for path in _NOTO.glob("NotoSans*.ttf") if path != LATIN and "Italic" not in path.stem)

_NOBODYS = "\U0010ffff"
_JOINER, _PICTURE = "\u200d", "\ufe0f"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_TRIED_AT = 24


def all_fonts() -> tuple[Path, ...]:
    """Every font there is."""
    return (LATIN, CHINESE, EMOJI, *_OTHERS)


def clusters(text: str) -> Iterator[str]:
    """Characters with what belongs to them: marks, skin tones, joined emoji, both letters of a flag."""
    cluster = ""
    for char in text:
        flag = ord(char) in _FLAGS and len(cluster) == 1 and ord(cluster) in _FLAGS
        if cluster and not (flag or belongs(char) or cluster.endswith(_JOINER)):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def belongs(char: str) -> bool:
    """Whether a character is drawn with the one before it."""
    return char in (_JOINER, _PICTURE) or ord(char) in _SKIN or unicodedata.category(char) in {"Mn", "Me", "Mc"}


@lru_cache(maxsize=8192)
def font_for(cluster: str, first: Path = LATIN) -> Path | None:
    """The font for a cluster: `first` if it has it; emoji from the emoji font. None where no font has it."""
    if cluster.isspace():
        return first
    pictured = _PICTURE in cluster or ord(cluster[0]) in _FLAGS
    order = dict.fromkeys((EMOJI, first) if pictured else (first, LATIN, CHINESE, EMOJI))
    return next((font for font in (*order, *_OTHERS) if has(font, cluster[0])), None)


@lru_cache(maxsize=8192)
def has(font: Path, char: str) -> bool:
    """Whether it has a letter of its own for it: one it lacks looks like a character that does not exist."""
    return _shape(font, char) != _shape(font, _NOBODYS)


@lru_cache(maxsize=8192)
def _shape(font: Path, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _tried(font).getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=64)
def _tried(font: Path) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415 - footage without drawing does without

    return ImageFont.truetype(str(font), _TRIED_AT)
