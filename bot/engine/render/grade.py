"""A look's colours, laid down by what becomes of grey: lightness by a table, colour by tables that know the lightness.

All is done in the picture's own planes, to which a copy of its lightness is laid that is as small as its colour: by way
of RGB it takes eight times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_RED, _BLUE = 0.2126, 0.0722
_BLACK, _LIGHT, _COLOUR = 16, 219, 224
"""BT.709 (ITU-R, 3.2 and 3.4), limited range: its weights of red and blue, black, and the steps of both kinds."""

Row = tuple[float, float, float, float]
"""Of a grey from 0 to 1: how light it is, and the red, green and blue that it turns into."""


@dataclass(frozen=True)
class Grade:
    """What becomes of grey, in `rows` from black to white with straight lines between them, and of `colour` (share)."""

    rows: tuple[Row, ...]
    colour: float = 1


def warmth(share: float) -> Grade:
    """By how much red goes up and blue goes down; cooler below 0."""
    high, low = 1 + abs(share), 1 - abs(share)
    full = 1 / high
    rows = ((0.0, 0.0, 0.0, 0.0), (full, 1.0, full, full * low), (1.0, 1.0, 1.0, low))
    return Grade(rows if share > 0 else tuple((at, blue, green, red) for at, red, green, blue in rows))


def graded(grade: Grade, label: str) -> str:
    """The filters, from yuv420p to yuv420p in BT.709; `label` is of this input."""
    at = [_BLACK + _LIGHT * level for level, *_ in grade.rows]
    planes = [_coded(red, green, blue) for _, red, green, blue in grade.rows]
    light, blue, red = ([plane[number] for plane in planes] for number in range(3))
    one = {name: f"[{label}{name}]" for name in ("p", "q", "l", "s", "u", "v", "y")}
    values = (
        _through("x", at, light),
        *(f"{grade.colour:g}*(x-128)+{_through('y', at, tint)}" for tint in (blue, red)),
    )
    tables = ":".join(f"c{number}='clip(round({value}),16,240)'" for number, value in enumerate(values))
    return (
        f"split{one['p']}{one['q']};"
        f"{one['q']}extractplanes=y,split{one['l']}{one['s']};"
        f"{one['s']}scale=iw/2:ih/2:flags=area,split{one['u']}{one['v']};"
        f"{one['l']}{one['u']}{one['v']}mergeplanes=map0s=0:map1s=1:map2s=2:format=yuv420p{one['y']};"
        f"{one['p']}{one['y']}lut2={tables}"
    )


def _coded(red: float, green: float, blue: float) -> tuple[float, float, float]:
    light = _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue
    return (
        _BLACK + _LIGHT * light,
        128 + _COLOUR * (blue - light) / (2 * (1 - _BLUE)),
        128 + _COLOUR * (red - light) / (2 * (1 - _RED)),
    )


def _through(name: str, at: Sequence[float], values: Sequence[float]) -> str:
    """Straight lines through some points, as an expression."""
    found = f"{values[0]:.2f}"
    for (begin, value), (end, following) in pairwise(zip(at, values, strict=True)):
        if abs(following - value) >= 0.005:
            found += f"{following - value:+.2f}*clip(({name}-{begin:.2f})/{end - begin:.2f},0,1)"
    return found
