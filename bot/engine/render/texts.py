"""Texts on the picture, as an ASS file for libass. What a user wrote is only ever inside that file, escaped.

Lines are broken here, by the font's own measures: libass breaks only at spaces, which Chinese has none of.
"""

import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from bot.engine.render.colours import rgb
from bot.engine.render.frame import Frame
from bot.engine.render.graph import TEXTS_FILE
from bot.engine.render.marks import CLOCK_FILE, CLOCK_WORDS, FONT_FILE, FONTS_FOLDER
from bot.engine.timeline.model import Position, Role, Text
from bot.media.letters import all_fonts, clusters, font_for

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONT_FAMILY = "Noto Sans SC"

_MEASURE = 100
ALIGN: dict[Position, int] = {
    "bottom-left": 1,
    "bottom": 2,
    "bottom-right": 3,
    "left": 4,
    "center": 5,
    "right": 6,
    "top-left": 7,
    "top": 8,
    "top-right": 9,
}
MARGIN = 0.06
_WIDTH = 0.88
_HEIGHT = 0.86
BOX_EDGE = 0.25
_LEAST_SIZE = 0.012
_LEAST_PIXELS = 4.0
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_CLOSING = "、。，．：；？！”’）〕］｝〉》」』】…—"
_UNIT = re.compile(f"[{_WIDE}][{_CLOSING}]*\\s*|[^\\s{_WIDE}]+\\s*|\\s+")


@dataclass(frozen=True)
class _Look:
    """A role's looks: `size` is the em in parts of the short side; `box` is a backdrop behind the lines."""

    size: float
    bold: bool = False
    outline: float = 0.06
    box: bool = False
    card: bool = False


_LOOKS: dict[Role, _Look] = {
    "title": _Look(0.085, bold=True),
    "lower_third": _Look(0.05, box=True),
    "title_card": _Look(0.1, bold=True, outline=0, card=True),
    "meme": _Look(0.11, bold=True, outline=0.1),
    "caption": _Look(0.052, outline=0.08),
}


@dataclass(frozen=True)
class Taken:
    """How many pixels above the lower margin, and below the upper one, belong to subtitles."""

    top: int = 0
    bottom: int = 0

    def at(self, position: Position) -> int:
        """What of it a text at this place has to keep off."""
        return self.top if position.startswith("top") else self.bottom if position.startswith("bottom") else 0


NOTHING_TAKEN = Taken()


def write_texts(
    texts: Sequence[Text], frame: Frame, folder: Path, more: Sequence[str] = (), taken: Taken = NOTHING_TAKEN
) -> None:
    """Write the ASS file, and put the font beside it, into `folder`; `more` are further events."""
    script = document(texts, frame, more, taken)
    put_fonts(folder, script)
    (folder / TEXTS_FILE).write_text(script, encoding="utf-8")
    (folder / CLOCK_FILE).write_text(CLOCK_WORDS, encoding="ascii")


def put_fonts(folder: Path, script: str) -> None:
    """Put the fonts that a script names into the folder that libass looks into."""
    fonts = folder / FONTS_FOLDER
    fonts.mkdir(exist_ok=True)
    for path in (FONT_FILE, *(path for path in all_fonts() if f"\\fn{_family(path)}}}" in script)):
        font = fonts / path.name
        if font.exists():
            continue
        try:
            font.symlink_to(path)
        except OSError:  # no links on this file system
            shutil.copyfile(path, font)


def document(texts: Sequence[Text], frame: Frame, more: Sequence[str] = (), taken: Taken = NOTHING_TAKEN) -> str:
    """The whole ASS file, in the output's pixels; texts keep off what is taken."""
    head = (
        f"[Script Info]\nScriptType: v4.00+\nPlayResX: {frame.width}\nPlayResY: {frame.height}\n"
        "WrapStyle: 2\nScaledBorderAndShadow: yes\nYCbCr Matrix: TV.709\n\n"
        "[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, "
        "Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, "
        "MarginL, MarginR, MarginV, Encoding\n"
        f"Style: Default,{FONT_FAMILY},40,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,"
        "0,0,0,0,100,100,0,0,1,2,0,5,0,0,0,-1\n"
        f"Style: Box,{FONT_FAMILY},40,&H00FFFFFF,&H00FFFFFF,&H60000000,&H60000000,"
        "0,0,0,0,100,100,0,0,4,0,2,5,0,0,0,-1\n\n"
        "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    )
    return head + "".join([*(event for text in texts for event in _events(text, frame, taken)), *more])


def _events(text: Text, frame: Frame, taken: Taken) -> list[str]:
    look = _LOOKS[text.role]
    words = clean(text.content.upper() if text.role == "meme" else text.content)
    if not words or text.end <= text.start:
        return []
    lines, em = fitted(words, look.size * text.size / 100, frame)
    times = f"{clock(text.start // 10)},{clock(-(-text.end // 10))}"
    fade = min(text.fade, (text.end - text.start) // 2)
    fading = f"\\fad({fade},{fade})" if fade > 0 else ""
    border = f"\\shad{em * BOX_EDGE:.1f}" if look.box else f"\\bord{em * look.outline:.1f}"
    tags = (
        f"\\an{ALIGN[_position(text)]}\\fs{em * line_height():.1f}\\b{int(look.bold)}{border}"
        f"\\1c{colour(text.color)}{fading}"
    )
    style = "Box" if look.box else "Default"
    across, down = round(frame.width * MARGIN), round(frame.height * MARGIN) + taken.at(_position(text))
    body = "\\N".join(escaped(line) for line in lines)
    events = [f"Dialogue: 1,{times},{style},,{across},{across},{down},,{{{tags}}}{body}\n"]
    if look.card:
        whole = f"m 0 0 l {frame.width} 0 {frame.width} {frame.height} 0 {frame.height}"
        behind = f"{{\\an7\\pos(0,0)\\bord0\\1c&H000000&{fading}\\p1}}{whole}"
        events.insert(0, f"Dialogue: 0,{times},Default,,0,0,0,,{behind}\n")
    return events


def _position(text: Text) -> Position:
    """A lower third belongs at the lower left, wherever nothing else was asked for."""
    return "bottom-left" if text.role == "lower_third" and text.position in {"center", "bottom"} else text.position


def clock(hundredths: int) -> str:
    """A time as ASS has it."""
    seconds, part = divmod(hundredths, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{part:02}"


def clean(content: str) -> str:
    """The words without what is no writing: control characters, lone surrogates, blank edges."""
    kept = (" " if char == "\t" else char for char in unicodedata.normalize("NFC", content))
    return "".join(char for char in kept if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"}).strip()


def escaped(line: str) -> str:
    """A line as libass draws it to the letter: nothing in it is a tag, a break or a drawing.

    Where another font has a letter, that font is named around it: libass looks into no other by itself.
    """
    drawn = []
    for font, words in _runs(line):
        safe = words.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")
        drawn.append(safe if font == FONT_FILE else f"{{\\fn{_family(font)}}}{safe}{{\\fn{FONT_FAMILY}}}")
    return "".join(drawn)


@lru_cache(maxsize=4096)
def _runs(words: str) -> tuple[tuple[Path, str], ...]:
    """The words in stretches of one font; what no font has stays with the usual one."""
    fonts = [(font_for(cluster, FONT_FILE) or FONT_FILE, cluster) for cluster in clusters(words)]
    return tuple((font, "".join(cluster for _, cluster in run)) for font, run in groupby(fonts, key=itemgetter(0)))


def colour(name: str) -> str:
    """A colour name or #rrggbb as ASS has it; what is none is white."""
    red, green, blue = rgb(name, (255, 255, 255))
    return f"&H{blue:02X}{green:02X}{red:02X}&"


def fitted(words: str, size: float, frame: Frame) -> tuple[list[str], float]:
    """The lines, and the em in pixels: `size` of the short side, or smaller until everything is on the picture."""
    short = min(frame.width, frame.height)
    least = max(_LEAST_PIXELS, _LEAST_SIZE * short)
    em = max(least, size * short)
    while True:
        lines = wrapped(words, frame.width * _WIDTH / em)
        if len(lines) * em * line_height() <= frame.height * _HEIGHT:
            return _balanced(words, frame.width * _WIDTH / em, lines), em
        if em <= least:  # more lines than there is room for: they run on behind each other
            return wrapped(" ".join(words.split()), frame.width * _WIDTH / em), em
        em = max(least, em * 0.92)


def _balanced(words: str, width: float, lines: list[str]) -> list[str]:
    """As many lines, but as even as they can be: no last line of a single character."""
    while (tighter := wrapped(words, width * 0.95)) and len(tighter) == len(lines) > 1 and width > 1:
        lines, width = tighter, width * 0.95
    return lines


def wrapped(words: str, width: float) -> list[str]:
    """Lines no longer than `width` ems; a word that is longer than a line is broken inside."""
    lines: list[str] = []
    for paragraph in words.splitlines():
        line = ""
        for unit in _units(paragraph, width):
            if line and ems((line + unit).rstrip()) > width:
                lines.append(line.rstrip())
                line = unit.lstrip()
            else:
                line += unit
        lines.append(line.rstrip())
    return lines


def _units(paragraph: str, width: float) -> Iterator[str]:
    """What may not be broken: words with the space behind them, wide characters with the punctuation that follows."""
    for unit in _UNIT.findall(paragraph):
        if ems(unit.rstrip()) <= width:
            yield unit
        else:
            yield from unit


@lru_cache(maxsize=4096)
def ems(words: str) -> float:
    """How wide words are, in ems."""
    return sum(_font(font).getlength(run) for font, run in _runs(words)) / _MEASURE


@lru_cache(maxsize=64)
def _font(path: Path) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415 - footage without drawing does without

    return ImageFont.truetype(str(path), _MEASURE)


@lru_cache(maxsize=64)
def _family(path: Path) -> str:
    return _font(path).getname()[0] or FONT_FAMILY


@lru_cache(maxsize=1)
def line_height() -> float:
    """A font size in ASS is the height of a line, ascent and descent together; in ems."""
    return sum(_font(FONT_FILE).getmetrics()) / _MEASURE
