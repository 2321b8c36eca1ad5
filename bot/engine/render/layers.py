"""What lies over the picture: which frames of the output, what is shown of its source, and where on the canvas."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.engine.render.frame import Frame
from bot.engine.render.lines import Stretch, nearest
from bot.engine.render.marks import picture_area
from bot.engine.timeline.model import Overlay, Timeline

_EDGE = 0.04
_HIGHEST = 0.9
_WHOLE = 1000


@dataclass(frozen=True)
class Layer:
    """An overlay on the output's frames `first` up to `end` (exclusive)."""

    overlay: Overlay
    first: int
    end: int

    def stretch(self, frame: int, fps: Fraction) -> Stretch:
        """What is shown of it from an output frame on."""
        overlay = self.overlay
        pace = Fraction(overlay.speed).limit_denominator(10_000)
        at = Fraction(overlay.offset, 1000) + (frame - self.first) / fps * pace
        if overlay.kind == "image":
            zero = Fraction(0)
            return Stretch(overlay.media, zero, zero, still=True, look=overlay.look, point=at, pace=pace)
        return Stretch(overlay.media, at, pace, look=overlay.look, point=at, pace=pace)


@dataclass(frozen=True)
class Place:
    """A rectangle of the output, pixels, all even."""

    left: int
    top: int
    width: int
    height: int


def layers_of(timeline: Timeline, fps: Fraction) -> tuple[Layer, ...]:
    """Every overlay that is seen, in the order in which they lie upon each other."""
    found = []
    for overlay in timeline.overlays:
        first, end = (nearest(Fraction(at, 1000) * fps) for at in (overlay.start, overlay.end))
        if end > first and overlay.opacity > 0:
            found.append(Layer(overlay, first, end))
    return tuple(found)


def on(layers: Sequence[Layer], first: int, end: int) -> tuple[Layer, ...]:
    """Those that are seen in these frames."""
    return tuple(layer for layer in layers if layer.first < end and layer.end > first)


def placed(overlay: Overlay, source: tuple[int, int], frame: Frame, letterbox: int | None) -> Place:
    """Where an overlay of this size lies: its cell, or its share of the width near an edge of the picture."""
    if overlay.cell is not None:
        return cell_place(overlay.cell, frame)
    area = picture_area(frame, letterbox)
    width = frame.width * overlay.size / 100
    scale = min(width / source[0], area[0] / source[0], _HIGHEST * area[1] / source[1])
    width, height = (max(2, _even(side * scale)) for side in source)
    edge = min(frame.width, frame.height) * _EDGE
    across, down = (frame.width - area[0]) / 2, (frame.height - area[1]) / 2
    position = overlay.position
    left = across + edge if "left" in position else (frame.width - width) / 2
    top = down + edge if "top" in position else (frame.height - height) / 2
    if "right" in position:
        left = frame.width - across - edge - width
    if "bottom" in position:
        top = frame.height - down - edge - height
    return Place(max(0, _even(left)), max(0, _even(top)), width, height)


def cell_place(cell: tuple[int, int, int, int], frame: Frame) -> Place:
    """A cell in pixels; neighbours meet without a gap."""
    left, right = (_even(frame.width * at / _WHOLE) for at in (cell[0], cell[0] + cell[2]))
    top, bottom = (_even(frame.height * at / _WHOLE) for at in (cell[1], cell[1] + cell[3]))
    return Place(left, top, max(2, right - left), max(2, bottom - top))


def _even(length: float) -> int:
    return 2 * round(length / 2)
