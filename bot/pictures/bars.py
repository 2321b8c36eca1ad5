"""One track of the timeline's picture: its bars with names, pictures of the footage, waveform and cut marks."""

from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from bot.pictures import lettering
from bot.pictures.card import rounded
from bot.pictures.colours import BAR_INK, GROUND, INK, bar_of, body_of
from bot.pictures.material import Material
from bot.pictures.plan import LEFT, RIGHT, THUMB, Bar, Lane
from bot.pictures.scale import length
from bot.pictures.wave import waveform
from bot.pictures.words import Words

_PAD = 10
ROUND = 10
_LEAST_ROOM = 64
"""Less room than this holds no name that can be read, px."""
_NOTCH = 8
_WIDE = 6
_CROWDED = 6
"""Cuts nearer than this to the last one drawn show no mark of their own, px."""
_LOUD = 100


@dataclass(frozen=True)
class Heights:
    """How high things are, px: the strip with the name, pictures, the sound of a video and of a sound track."""

    name: int
    size: int
    thumb: int
    thin: int
    wave: int
    plain: int
    gap: int


ROOMY = Heights(name=50, size=34, thumb=THUMB, thin=40, wave=76, plain=26, gap=16)
DENSE = Heights(name=44, size=31, thumb=64, thin=26, wave=44, plain=16, gap=12)


def body_height(lane: Lane, material: Material, high: Heights) -> tuple[int, int]:
    """How high a track's pictures and its waveform are, below the strip with the names."""
    sound = any(material.heard(bar.media) for bar in lane.bars)
    if lane.kind == "audio":
        return 0, high.wave if sound else 0
    if lane.kind != "video":
        return 0, 0
    seen = any(bar.media in material.frames for bar in lane.bars if bar.media)
    return high.thumb if seen else high.plain, high.thin if sound else 0


def draw_lane(image: Image.Image, lane: Lane, top: int, material: Material, words: Words, high: Heights) -> None:
    """Draw the bars of a track whose upper edge is at `top`."""
    thumb, wave = body_height(lane, material, high)
    taken = LEFT
    names: list[tuple[float, str, str]] = []
    for bar, later in pairwise((*lane.bars, None)):
        assert bar is not None
        picture = _bar(lane.kind, bar, (high.name, thumb, wave), material)
        image.paste(picture, (bar.left, top), rounded(*picture.size, ROUND) if picture.width > 2 * ROUND else None)
        name, place = _name(bar, later.left if later else RIGHT, taken, words, high.size)
        inside = bar.left <= place < bar.right
        if name:
            names.append((place, name, BAR_INK if inside else INK))
        taken = max(taken, bar.right, 0 if inside or not name else round(place + lettering.width(name, high.size)))
    pen = ImageDraw.Draw(image)
    baseline = top + high.name / 2 + high.size * 0.36
    for x, name, colour in names:
        lettering.write(pen, (x, baseline), name, high.size, colour)


def _bar(kind: str, bar: Bar, heights: tuple[int, int, int], material: Material) -> Image.Image:
    name, thumb, wave = heights
    picture = Image.new("RGB", (bar.right - bar.left, sum(heights)), body_of(kind))
    pen = ImageDraw.Draw(picture)
    peaks = material.heard(bar.media)
    if thumb and wave and peaks is None:  # a silent one beside others that have sound
        thumb, wave = thumb + wave, 0
    pen.rectangle((0, 0, picture.width, name - 1 if thumb or wave else sum(heights)), bar_of(kind))
    if bar.media and thumb:
        for tile in bar.tiles:
            frame = material.frame(bar.media, tile.at_ms, tile.right - tile.left, thumb)
            if frame is not None:
                picture.paste(frame, (tile.left - bar.left, name))
    if peaks is not None and wave:
        gain = (_LOUD if bar.item.volume is None else bar.item.volume) / _LOUD
        sound = waveform(bar.spans, bar.left, picture.width, wave, peaks, body_of(kind), bar_of(kind), gain)
        picture.paste(sound, (0, name + thumb))
    _cuts(pen, bar, name, picture.height)
    if bar.left > LEFT and picture.width > _PAD:  # two clips that touch are told apart
        pen.line((0, 0, 0, picture.height), GROUND, 2)
    return picture


def _cuts(pen: ImageDraw.ImageDraw, bar: Bar, top: int, bottom: int) -> None:
    """A gap at each cut with a light line in it, and a notch in the strip above; where they are many, a thin gap."""
    last = bar.left
    for span, before in zip(bar.spans[1:], bar.spans, strict=False):
        if bottom == top or span.left - last < _CROWDED:
            continue
        x, thick = span.left - bar.left, _WIDE if span.left - before.left >= 24 else 2 if span.left - last >= 8 else 1
        pen.rectangle((x - thick // 2, top, x - thick // 2 + thick - 1, bottom), GROUND)
        if thick == _WIDE:  # seen between dark pictures, too
            pen.rectangle((x - 1, top, x, bottom), INK)
        if thick > 1:
            pen.polygon(((x - _NOTCH, top - 1), (x + _NOTCH - 1, top - 1), (x - 0.5, top + _NOTCH + 2)), GROUND)
        last = span.left


def _name(bar: Bar, later: int, taken: int, words: Words, size: int) -> tuple[str, float]:
    """What is written on a bar, or beside it where it is too short for that and there is room; and from where on."""
    room = min(bar.right, later) - bar.left - 2 * _PAD  # what lies over it hides the rest
    after, before = later - bar.right - 2 * _PAD, bar.left - taken - 2 * _PAD
    if max(room, after, before) < _LEAST_ROOM:
        return "", bar.left
    name = lettering.clean(bar.item.name)
    extra = [words.parts(len(bar.spans))] if len(bar.spans) > 1 else []
    extra += [f"{bar.item.volume}%"] if bar.item.volume not in {None, _LOUD} else []
    extra += [words.effect(one) for one in bar.item.effects]
    time = length(max(0, bar.item.end_ms - (bar.item.start_ms or 0))) if bar.item.end_ms is not None else None
    for facts in ([*extra, time], extra, extra[:1]):
        line = " · ".join(one for one in (name, *facts) if one)
        if lettering.width(line, size) <= room:
            return line, bar.left + _PAD
    wide = lettering.width(name, size)
    if wide > room and max(after, before) > max(room, _LEAST_ROOM):
        if after >= min(wide, before):
            return lettering.fitted(name, size, after), bar.right + _PAD
        shown = lettering.fitted(name, size, before)
        return shown, bar.left - _PAD - lettering.width(shown, size)
    return (lettering.fitted(name, size, room) if room >= _LEAST_ROOM else ""), bar.left + _PAD
