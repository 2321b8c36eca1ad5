"""What a look does to the picture, as filters: only numbers and our own words are in them.

The order is that of the pixels it costs: edges and turns before the picture is scaled, colours and covers behind it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from bot.engine.render.grade import Grade, Row, graded, warmth
from bot.engine.timeline.framing import WHOLE, Rect, cropped, in_picture
from bot.engine.timeline.model import Cover, Look, Preset, Zoom

_BRIGHT = 0.004
_WARM = 0.0025
_SHARP = 0.02
_GRAIN = 14
_GLOW = 4
"""How many times smaller the picture is whose light spreads."""
_VIGNETTE = 0.7
_GREY = "lutyuv=u=128:v=128"


@dataclass(frozen=True)
class Pace:
    """Where in its source a picture is (s) in a span's first frame, and how many s it goes on each frame."""

    at: Fraction
    step: Fraction


STANDING = Pace(Fraction(0), Fraction(0))


def turned(look: Look, width: int, height: int) -> tuple[list[str], int, int]:
    """The filters that crop, turn and mirror a source of this size, and the size then."""
    steps = []
    kept = cropped(look)
    if (kept.width, kept.height) != (1, 1):
        width, height = max(2, round(width * kept.width)), max(2, round(height * kept.height))
        steps.append(f"crop=iw*{kept.width:.3f}:ih*{kept.height:.3f}:iw*{kept.left:.3f}:ih*{kept.top:.3f}:exact=1")
    if look.rotate == 180:
        steps.append("hflip,vflip")
    elif look.rotate:
        steps.append(f"transpose={1 if look.rotate == 90 else 2}")
        width, height = height, width
    if look.flip_across:
        steps.append("hflip")
    if look.flip_down:
        steps.append("vflip")
    if look.zoom is not None and look.zoom.from_percent == look.zoom.to_percent > 100:
        share = look.zoom.from_percent / 100
        width, height = max(2, round(width / share)), max(2, round(height / share))
        x, y = look.zoom.x / WHOLE, look.zoom.y / WHOLE
        steps.append(f"crop=iw/{share:g}:ih/{share:g}:(iw-ow)*{x:g}:(ih-oh)*{y:g}:exact=1")
    return steps, width, height


def toned(look: Look, size: tuple[int, int], label: str) -> list[str]:
    """The filters for colours and surface of a picture of this size (pixels); `label` is of this input."""
    steps = []
    if look.brightness or look.contrast or look.saturation:
        contrast = 1 + look.contrast / (100 if look.contrast > 0 else 125)
        steps.append(
            f"eq=brightness={look.brightness * _BRIGHT:.3f}:contrast={contrast:.3f}"
            f":saturation={1 + look.saturation / 100:.2f}"
        )
    if look.temperature:
        steps.append(graded(warmth(look.temperature * _WARM), f"{label}t"))
    if look.preset is not None:
        steps += [step(size, label) for step in _PRESETS[look.preset]]
    if look.bw:
        steps.append(_GREY)
    if look.sharpen:
        steps.append(f"unsharp=luma_msize_x=5:luma_msize_y=5:luma_amount={look.sharpen * _SHARP:.2f}")
    if look.vignette:
        steps.append(_vignette(_VIGNETTE, f"{label}w"))
    if look.grain:
        steps.append(_grain(_GRAIN))
    return steps


def covered(look: Look, size: tuple[int, int], label: str, masks: tuple[int, ...]) -> list[str]:
    """The filters that make things of a picture of this size unreadable; `masks` are the inputs that say where."""
    steps = []
    waiting = iter(masks)
    steps += [_hidden(cover, min(size)) for cover in look.covers if not cover.boxes]
    for number, (cover, *_) in enumerate(masked(look)):
        hidden = _hidden(cover, min(size))
        own = f"{label}k{number}"
        steps.append(
            f"split[{own}p][{own}b];[{own}b]{hidden},format=yuva420p[{own}h];"
            f"[{next(waiting)}:v:0]scale={size[0]}:{size[1]}:flags=bilinear,format=gray,"
            f"tpad=stop=-1:stop_mode=clone[{own}m];"
            f"[{own}h][{own}m]alphamerge[{own}o];[{own}p][{own}o]overlay=format=yuv420"
        )
    return steps


def masked(look: Look) -> tuple[tuple[Cover, ...], ...]:
    """The covers that need a mask, those of one kind together, in the order of the inputs `covered` takes."""
    kinds: dict[tuple[str, int], list[Cover]] = {}
    for cover in look.covers:
        if cover.boxes:
            kinds.setdefault((cover.kind, cover.strength), []).append(cover)
    return tuple(tuple(alike) for alike in kinds.values())


def zoomed(zoom: Zoom | None, pace: Pace) -> str | None:
    """The filter of a moving zoom: by parts of a pixel, so that nothing trembles. None where nothing moves."""
    if zoom is None or zoom.from_percent == zoom.to_percent:
        return None
    begin, length = Fraction(zoom.start, 1000), Fraction(max(1, zoom.end - zoom.start), 1000)
    first = pace.at - pace.step  # the filter counts its frames from 1
    done = f"clip({float((first - begin) / length):.9f}+on*{float(pace.step / length):.9f},0,1)"
    size = f"({zoom.from_percent / 100:g}+{(zoom.to_percent - zoom.from_percent) / 100:g}*{done})"
    left, top = (f"{at / 1000:g}*({side}-{side}/{size})" for at, side in ((zoom.x, "W"), (zoom.y, "H")))
    right, bottom = f"{left}+W/{size}", f"{top}+H/{size}"
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    places = ":".join(f"x{number}='{x}':y{number}='{y}'" for number, (x, y) in enumerate(corners))
    return f"perspective=eval=frame:interpolation=cubic:{places}"


def followed(look: Look, shows: Pace, frames: int, inner: tuple[int, int], outer: tuple[int, int]) -> str | None:
    """The filter that crops a picture of one size to another and keeps what it follows in the middle, or None."""
    if not look.follow:
        return None
    points = [(Fraction(at, 1000), *_in_turned(x / WHOLE, y / WHOLE, look)) for at, x, y in look.follow]
    ends = (shows.at, shows.at + frames * shows.step)
    sides = []
    for axis in (0, 1):
        room = inner[axis] - outer[axis]
        wanted = [(point[0], round(point[1 + axis] * inner[axis] - outer[axis] / 2)) for point in points]
        path = [(at, max(0, min(room, place))) for at, place in wanted]
        sides.append(_along(path, shows, ends))
    return f"crop={outer[0]}:{outer[1]}:x='{sides[0]}':y='{sides[1]}':exact=1"


def _in_turned(x: float, y: float, look: Look) -> tuple[float, float]:
    """A point of the source as `turned` leaves it."""
    point = in_picture(Rect(x, y, x, y), look)
    places = [point.left, point.top]
    zoom = look.zoom
    if zoom is not None and zoom.from_percent == zoom.to_percent > 100:
        share = zoom.from_percent / 100
        fixed = (zoom.x / WHOLE, zoom.y / WHOLE)
        places = [(place - at * (1 - 1 / share)) * share for place, at in zip(places, fixed, strict=True)]
    return places[0], places[1]


def _along(path: Sequence[tuple[Fraction, int]], shows: Pace, ends: tuple[Fraction, Fraction]) -> str:
    """A way in straight lines as an expression of the frame's number; lines that are over or not begun are left out."""
    value, terms = path[0][1], ""
    for (begin, at), (end, to) in pairwise(path):
        if to == at or begin > ends[1]:
            continue
        if end <= ends[0]:
            value += to - at
            continue
        length = max(end - begin, Fraction(1, 1000))
        done = f"clip({float((shows.at - begin) / length):.6f}+n*{float(shows.step / length):.9f},0,1)"
        terms += f"{to - at:+d}*{done}"
    return f"{value}{terms}"


def _hidden(cover: Cover, short: int) -> str:
    if cover.kind == "blur":
        return f"gblur=sigma={max(1.0, short * cover.strength * 0.0008):.2f}:steps=2"
    block = max(2, min(1024, round(short * cover.strength * 0.0014)))
    return f"pixelize=w={block}:h={block}"


def _grain(strength: int) -> str:
    return f"noise=alls={strength}:allf=t:all_seed=1"


def _vignette(angle: float, label: str) -> str:
    """Darker towards the edges: how dark is made of the first picture once, and laid over all of them."""
    one = {name: f"[{label}{name}]" for name in "pqrmkv"}
    return (
        f"split=3{one['p']}{one['q']}{one['r']};"
        f"{one['q']}trim=end_frame=1,extractplanes=y,lutyuv=y=255,vignette=angle={angle},lutyuv=y=255-val{one['m']};"
        f"{one['r']}trim=end_frame=1,lutyuv=y=16:u=128:v=128{one['k']};"
        f"{one['k']}{one['m']}alphamerge,format=yuva420p{one['v']};"
        f"{one['p']}{one['v']}overlay=format=yuv420:eof_action=repeat"
    )


def _glow(size: tuple[int, int], label: str) -> str:
    """Light that spreads; where it is blurred no fine thing is left, so that a small picture does for it."""
    width, height = size
    small = f"scale={max(2, width // _GLOW // 2 * 2)}:{max(2, height // _GLOW // 2 * 2)}:flags=area"
    blur = f"gblur=sigma={max(0.5, min(size) * 0.02 / _GLOW):.2f}"
    return (
        f"split[{label}d][{label}e];[{label}e]{small},{blur},scale={width}:{height}:flags=bilinear[{label}f];"
        f"[{label}d][{label}f]lut2=c0='x+0.45*y*(255-x)/255':c1='(x+y)/2':c2='(x+y)/2'"
    )


_Step = Callable[[tuple[int, int], str], str]
"""A filter for a picture of this size (pixels), of the input of this label."""


def _steps(words: str) -> _Step:
    return lambda _size, _label: words


def _colours(colour: float, *rows: Row) -> _Step:
    return lambda _size, label: graded(Grade(rows, colour), f"{label}q")


def _edges(angle: float) -> _Step:
    return lambda _size, label: _vignette(angle, f"{label}z")


_PRESETS: Mapping[Preset, tuple[_Step, ...]] = {
    "cinematic": (
        _colours(
            1, (0, 0, 0.01, 0.06), (0.12, 0.04, 0.08, 0.13), (0.29, 0.23, 0.24, 0.23), (0.53, 0.57, 0.53, 0.47),
            (0.76, 0.84, 0.8, 0.75), (1, 1, 0.96, 0.91),
        ),
        _edges(0.4),
    ),
    "teal_orange": (
        _colours(
            1.15, (0, 0, 0.01, 0.12), (0.12, 0, 0.11, 0.2), (0.24, 0.22, 0.22, 0.19), (0.41, 0.52, 0.39, 0.24),
            (0.88, 1, 0.89, 0.73), (1, 1, 1, 0.85),
        ),
    ),
    "vintage": (
        _colours(
            0.6, (0, 0.1, 0.06, 0.11), (0.29, 0.36, 0.33, 0.29), (0.53, 0.58, 0.53, 0.45), (0.76, 0.76, 0.72, 0.61),
            (1, 0.94, 0.92, 0.77),
        ),
        _edges(0.55),
        _steps(_grain(8)),
    ),
    "sepia": (_colours(0, (0, 0, 0, 0), (0.72, 0.9, 0.8, 0.62), (0.84, 0.95, 0.93, 0.73), (1, 0.97, 0.95, 0.86)),),
    "warm": (_colours(1, (0, 0, 0, 0), (0.91, 1, 0.91, 0.8), (1, 1, 1, 0.88)),),
    "cool": (_colours(1, (0, 0, 0, 0), (0.91, 0.8, 0.91, 1), (1, 0.88, 1, 1)),),
    "vivid": (_steps("eq=saturation=1.45:contrast=1.1"),),
    "faded": (_colours(0.6, (0, 0.13, 0.13, 0.13), (0.5, 0.53, 0.53, 0.53), (1, 0.9, 0.9, 0.9)),),
    "noir": (_steps(f"{_GREY},eq=contrast=1.35:brightness=-0.03"), _edges(0.6)),
    "dreamy": (_steps("eq=saturation=0.9:brightness=0.02"), _glow),
    "night": (
        _colours(
            0.45, (0, 0, 0, 0), (0.24, 0.08, 0.1, 0.15), (0.53, 0.2, 0.25, 0.36), (0.76, 0.29, 0.37, 0.53),
            (1, 0.39, 0.49, 0.72),
        ),
    ),
}  # fmt: skip
