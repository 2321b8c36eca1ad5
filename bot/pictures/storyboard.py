"""What a file holds at a glance: pictures of a video with their times, an image, or a sound's waveform."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.media.peaks import Peaks
from bot.pictures import card, lettering
from bot.pictures.colours import DIM, GROUND, INK, LANE, bar_of, body_of
from bot.pictures.material import Material
from bot.pictures.plan import EDGE, WIDTH, Span, aspect
from bot.pictures.scale import clock, draw_scale, length
from bot.pictures.wave import waveform
from bot.updates import Footage

PICTURES = 6
_EACH_MS = 250
"""A clip of less than six times this shows fewer pictures: neighbours are alike."""
_GAP, _ROUND = 12, 14
_NAME, _TIME = 40, 30
_NAME_LINE, _TOP = 72, 104
_UPRIGHT = 0.8
_TALLEST = 720
_THIN, _WAVE = 64, 300
_TENTHS_BELOW_MS = 10_000


@dataclass(frozen=True)
class Board:
    """What is to be shown of a file that is `duration_ms` long (0 for an image): pictures of these times."""

    footage: Footage
    sha256: str
    duration_ms: int
    times: tuple[int, ...]


def board(footage: Footage, sha256: str, duration_ms: int) -> Board:
    """Which pictures a storyboard shows: from all over the file, none of its very edges."""
    if footage.kind == "image":
        return Board(footage, sha256, 0, (0,))
    if footage.kind != "video":
        return Board(footage, sha256, duration_ms, ())
    count = min(PICTURES, max(1, duration_ms // _EACH_MS))
    return Board(footage, sha256, duration_ms, tuple(duration_ms * (2 * n + 1) // (2 * count) for n in range(count)))


def draw(shown: Board, material: Material) -> bytes | None:
    """A PNG, 1,200 px wide; None where nothing of the file can be shown. Blocking: call it in a thread."""
    frames = material.frames.get(shown.sha256, {})
    times = [at for at in shown.times if at in frames]
    heard = material.heard(shown.sha256) if shown.duration_ms else None
    if not times and heard is None:
        return None
    columns, width, height = _grid(shown.footage)
    left = (WIDTH - columns * width - (columns - 1) * _GAP) // 2
    rows = -(-len(times) // columns) if times else 0
    sound = _TOP + rows * (height + _GAP)
    room = 0 if heard is None else _THIN if times else _WAVE + 56
    image = card.blank(WIDTH, sound + room - (0 if room else _GAP) + EDGE)
    pen = ImageDraw.Draw(image)
    _draw_head(pen, shown)
    for number, at in enumerate(times):
        place = left + number % columns * (width + _GAP), _TOP + number // columns * (height + _GAP)
        picture = material.frame(shown.sha256, at, width, height)
        if picture is not None:
            _draw_picture(image, picture, place, clock(at, tenths=_fine(shown)) if shown.duration_ms else "")
    if heard is not None:
        _draw_sound(image, heard, sound, shown.duration_ms, thin=bool(times))
    return card.png(image)


def _grid(footage: Footage) -> tuple[int, int, int]:
    """Columns, and the size of a picture in them."""
    wide = aspect(footage)
    columns = 1 if footage.kind == "image" else 6 if wide < _UPRIGHT else 3
    width = (WIDTH - 2 * EDGE - (columns - 1) * _GAP) // columns
    height = round(width / wide)
    if height > _TALLEST:
        width, height = round(_TALLEST * wide), _TALLEST
    return columns, width, height


def _fine(shown: Board) -> bool:
    return shown.duration_ms < _TENTHS_BELOW_MS


def _draw_head(pen: ImageDraw.ImageDraw, shown: Board) -> None:
    footage = shown.footage
    facts = [length(shown.duration_ms)] if shown.duration_ms else []
    facts += [f"{footage.width}×{footage.height}"] if footage.width and footage.height else []
    line = " · ".join(facts)
    wide = lettering.width(line, _NAME - 4)
    lettering.write(pen, (WIDTH - EDGE - wide, _NAME_LINE), line, _NAME - 4, DIM)
    name = lettering.fitted(lettering.clean(footage.name), _NAME, WIDTH - 2 * EDGE - wide - 32)
    lettering.write(pen, (EDGE, _NAME_LINE), name, _NAME, INK)


def _draw_picture(image: Image.Image, picture: Image.Image, place: tuple[int, int], time: str) -> None:
    if time:
        pen = ImageDraw.Draw(picture)
        wide = lettering.width(time, _TIME)
        pen.rounded_rectangle((10, picture.height - 52, 34 + wide, picture.height - 10), 10, GROUND)
        lettering.write(pen, (22, picture.height - 20), time, _TIME, INK)
    image.paste(picture, place, card.rounded(*picture.size, _ROUND))


def _draw_sound(image: Image.Image, peaks: Peaks, top: int, duration_ms: int, *, thin: bool) -> None:
    left, right = EDGE, WIDTH - EDGE
    high = _THIN if thin else _WAVE
    if not thin:
        draw_scale(ImageDraw.Draw(image), left, right, duration_ms, top + 30, top + 56 + high)
        top += 56
    span: Sequence[Span] = (Span(left, right, 0, duration_ms),)
    kind = "video" if thin else "audio"
    picture = waveform(span, left, right - left, high, peaks, LANE if thin else body_of(kind), bar_of(kind), 1.0)
    image.paste(picture, (left, top), card.rounded(*picture.size, _ROUND))
