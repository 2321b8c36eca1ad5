"""The time scale, and times as a picture writes them."""

from PIL import ImageDraw

from bot.pictures import lettering
from bot.pictures.colours import DIM, GRID

_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400)
_SIZE = 28
_MINUTE_MS = 60_000
_APART = 150
"""How far two times are apart at the least, px."""


def length(ms: int) -> str:
    """How long something is: `0:45`, `0:07.5` below a minute, `1:26`, `1:02:03` above."""
    if ms >= _MINUTE_MS:
        return clock(round(ms / 1000) * 1000)
    tenths = round(ms / 100)
    return clock(tenths * 100, tenths=tenths % 10 != 0)


def clock(ms: float, *, tenths: bool = False) -> str:
    """A moment as a player shows it, what has begun but not ended left out: `0:07`, `1:02:03`; `0:07.5` with tenths."""
    seconds, tenth = divmod(int(ms / 100 + 1e-6), 10)
    hours, rest = divmod(seconds, 3600)
    words = f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
    return f"{words}.{tenth}" if tenths else words


def draw_scale(pen: ImageDraw.ImageDraw, left: int, right: int, total_ms: int, baseline: int, bottom: int) -> None:
    """Times over a line down to `bottom` each, as many as can be read."""
    most = max(1, (right - left) // _APART)
    step = next((one for one in _STEPS_S if total_ms / 1000 / one <= most), total_ms / 1000 / most)
    for number in range(int(total_ms / 1000 / step + 1e-9) + 1):
        at = number * step * 1000
        x = left + (right - left) * at / total_ms
        words = clock(at, tenths=step < 1)
        wide = lettering.width(words, _SIZE)
        if left + 2 < x < right - 2:  # the edges are seen as they are
            pen.line((x, baseline + 12, x, bottom), GRID, 2)
        lettering.write(pen, (min(max(left, x - wide / 2), right - wide), baseline), words, _SIZE, DIM)
