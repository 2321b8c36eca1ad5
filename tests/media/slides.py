"""The picture of the short talk: one frame at a time, drawn from what is being said at that moment."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pylopdf_fonts_zh_cn
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests import counter

WIDTH, HEIGHT = 1920, 1080

_LEFT, _RIGHT = 160, WIDTH - 160
_BAR = 104
_MIDDLE = 476
_TRACK_TOP, _TRACK_BOTTOM = 808, 920
_FINE = 3
_BACK, _PANEL, _LINE = "#12151f", "#1b2030", "#2b3247"
_WHITE, _SOFT, _FAINT = "#f4f6fb", "#98a1ba", "#646e8a"
_VOICE, _VOICE_DIM, _PAUSE, _PAUSE_DIM = "#5ee0c0", "#2b6b62", "#ffb454", "#4a3d2b"
_COLUMN = 10
_CURTAIN_S = 0.25


@dataclass(frozen=True)
class Sentence:
    """What is said from `start` to `end`, s."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Show:
    """All there is to draw: the sentences in order, the length in s, the sound's level (0-1) at even steps."""

    sentences: Sequence[Sentence]
    seconds: float
    fps: int
    levels: NDArray[np.float32]

    def level(self, at: float) -> float:
        """How loud it is at `at` s, 0-1."""
        return float(self.levels[min(int(at / self.seconds * len(self.levels)), len(self.levels) - 1)])


def frame(show: Show, number: int) -> NDArray[np.uint8]:
    """Frame `number`, RGB, its counter along the lower edge."""
    at = number / show.fps
    image = _backdrop().copy()
    draw = ImageDraw.Draw(image)
    _clock(image, draw, at)
    _words(image, draw, show, at)
    _track(draw, show, at)
    draw.text((_RIGHT, 1002), f"frame {number}", font=_font(26), fill=_FAINT, anchor="rm")
    pixels = np.array(image)
    strip = counter.draw_strip(number, WIDTH, HEIGHT, dark=0, bright=255)
    pixels[-len(strip) :] = strip[:, :, np.newaxis]
    return pixels


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return ImageFont.truetype(str(folder / "NotoSansSC-Regular.otf"), size)


@cache
def _backdrop() -> Image.Image:
    """What never changes."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _BACK)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, _BAR), fill=_PANEL)
    draw.line((0, _BAR, WIDTH, _BAR), fill=_LINE, width=2)
    for place, colour in enumerate(("#ff6b6b", "#ffc857", "#5ee08a")):
        _paste_round(image, (48 + place * 44, _BAR // 2 - 12, 72 + place * 44, _BAR // 2 + 12), colour)
    draw.text((_LEFT + 40, _BAR // 2), "A short talk with long pauses", font=_font(42), fill=_WHITE, anchor="lm")
    _paste_round(image, (_LEFT - 32, _TRACK_TOP - 28, _RIGHT + 32, _TRACK_BOTTOM + 28), _PANEL, 28)
    source = "Made for Threadcut. The voice is a machine's: Kokoro-82M, af_heart."
    draw.text((_LEFT, 1002), source, font=_font(26), fill=_FAINT, anchor="lm")
    return image


def _paste_round(image: Image.Image, box: tuple[int, int, int, int], colour: str, radius: int | None = None) -> None:
    """A box with smooth round corners (Pillow draws jagged ones); without a radius its ends are half circles."""
    width, height = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", (width * _FINE, height * _FINE), 0)
    shape = (0, 0, width * _FINE - 1, height * _FINE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(shape, (radius or min(width, height) // 2) * _FINE, fill=255)
    image.paste(colour, box, mask.resize((width, height), Image.Resampling.LANCZOS))


def _clock(image: Image.Image, draw: ImageDraw.ImageDraw, at: float) -> None:
    """Time with tenths, and a hand that goes round once a second: no two neighbouring frames are alike."""
    text = f"{int(at // 60)}:{int(at % 60):02d}.{int(at * 10 + 1e-6) % 10}"
    draw.text((_RIGHT - 90, _BAR // 2), text, font=_font(50), fill=_WHITE, anchor="rm")
    side = 60 * _FINE
    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    pen.ellipse((4, 4, side - 5, side - 5), outline=110, width=4 * _FINE)
    turn = at % 1 * 360 - 90
    pen.arc((4, 4, side - 5, side - 5), turn - 100, turn, fill=255, width=4 * _FINE)
    image.paste(_VOICE, (_RIGHT - 60, _BAR // 2 - 30), mask.resize((60, 60), Image.Resampling.LANCZOS))


def _words(image: Image.Image, draw: ImageDraw.ImageDraw, show: Show, at: float) -> None:
    """The sentence that is said, large, between its neighbours; or the pause."""
    sentences = show.sentences
    current = next((place for place, one in enumerate(sentences) if one.start <= at < one.end), None)
    begun = sum(one.start <= at for one in sentences)
    if current is None:
        before, after = begun - 1, begun
        since = sentences[before].end if begun else 0.0
        until = sentences[after].start if after < len(sentences) else show.seconds
        _pause(image, draw, at - since, until - since)
    else:
        before, after = current - 1, current + 1
        _saying(image, draw, show, sentences[current], at)
    for place, y in ((before, _MIDDLE - 230), (after, _MIDDLE + 230)):
        if 0 <= place < len(sentences):
            draw.text((_LEFT, y), sentences[place].text, font=_font(44), fill=_FAINT, anchor="lm")


def _saying(image: Image.Image, draw: ImageDraw.ImageDraw, show: Show, sentence: Sentence, at: float) -> None:
    lines = _wrapped(sentence.text, 92, _RIGHT - _LEFT - 60)
    tall = 124 * len(lines)
    reach = min(1.0, (at - sentence.start) / _CURTAIN_S)
    half = round((tall / 2 + 10) * (1 - (1 - reach) ** 3))
    _paste_round(image, (_LEFT - 8, _MIDDLE - half - 8, _LEFT + 8, _MIDDLE + half + 8), _VOICE)
    for place, line in enumerate(lines):
        y = _MIDDLE + round((place - (len(lines) - 1) / 2) * 124)
        draw.text((_LEFT + 52, y), line, font=_font(92), fill=_WHITE, anchor="lm", stroke_width=1, stroke_fill=_WHITE)
    for place, share in enumerate((0.45, 0.75, 1, 0.75, 0.45)):
        tip = 8 + round(60 * share * show.level(at))
        left = _LEFT - 96 + place * 14
        draw.rectangle((left, _MIDDLE - tip, left + 7, _MIDDLE + tip), fill=_VOICE)


def _pause(image: Image.Image, draw: ImageDraw.ImageDraw, gone: float, whole: float) -> None:
    """Two bars, the word, its seconds so far, and a line that fills while nothing is said."""
    for left in (_LEFT, _LEFT + 34):
        _paste_round(image, (left, _MIDDLE - 44, left + 20, _MIDDLE + 44), _PAUSE, 8)
    draw.text((_LEFT + 92, _MIDDLE), "pause", font=_font(92), fill=_PAUSE, anchor="lm")
    reach = _LEFT + 92 + round(_font(92).getlength("pause "))
    draw.text((reach, _MIDDLE + 4), f"{gone:.1f} s", font=_font(64), fill=_SOFT, anchor="lm")
    top = _MIDDLE + 96
    _paste_round(image, (_LEFT, top, _LEFT + 560, top + 12), _PAUSE_DIM)
    filled = round(560 * min(1.0, gone / whole))
    if filled >= 12:
        _paste_round(image, (_LEFT, top, _LEFT + filled, top + 12), _PAUSE)


def _wrapped(text: str, size: int, width: int) -> list[str]:
    """The text in as few lines as fit, about equally long."""
    words = text.split()
    for count in range(1, len(words) + 1):
        goal = _font(size).getlength(text) / count
        lines = [""]
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            full = _font(size).getlength(longer) > min(width, goal * 1.12)
            if full and lines[-1] and len(lines) < count:
                lines.append(word)
            else:
                lines[-1] = longer
        if all(_font(size).getlength(line) <= width for line in lines):
            return lines
    return words


def _track(draw: ImageDraw.ImageDraw, show: Show, at: float) -> None:
    """The whole talk as a line of bars, pauses marked, and where it is now."""
    middle, span = (_TRACK_TOP + _TRACK_BOTTOM) // 2, _RIGHT - _LEFT
    now = _LEFT + at / show.seconds * span
    for left in range(_LEFT, _RIGHT, _COLUMN):
        moment = (left + _COLUMN / 2 - _LEFT) / span * show.seconds
        said = any(one.start <= moment < one.end for one in show.sentences)
        bright, dim = (_VOICE, _VOICE_DIM) if said else (_PAUSE, _PAUSE_DIM)
        tip = 4 + round((middle - _TRACK_TOP - 4) * math.sqrt(show.level(moment))) if said else 2
        draw.rectangle((left + 2, middle - tip, left + _COLUMN - 3, middle + tip), fill=bright if left < now else dim)
    draw.rectangle((round(now) - 2, _TRACK_TOP - 14, round(now) + 2, _TRACK_BOTTOM + 14), fill=_WHITE)
