"""Where things of a source are seen: through its crop, its turns, and the way it is fitted into the canvas. Pure.

Rectangles are shares (0 to 1) of what they are named after: the *source* as it was dropped, the *picture* that is left
of it after crop, turn and mirror, and the *canvas*.
"""

from dataclasses import dataclass, replace

from bot.engine.timeline.model import Canvas, Fit, Look

WHOLE = 1000
"""A look counts edges and boxes in so many parts."""


@dataclass(frozen=True)
class Rect:
    """A rectangle in shares."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def within(self, other: "Rect") -> "Rect":
        """The part that lies in another one; without a size where there is none."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Rect(left, top, max(left, min(self.right, other.right)), max(top, min(self.bottom, other.bottom)))


ALL = Rect(0, 0, 1, 1)


def cropped(look: Look) -> Rect:
    """What the look leaves of the source."""
    return Rect(look.left / WHOLE, look.top / WHOLE, 1 - look.right / WHOLE, 1 - look.bottom / WHOLE)


def with_crop(look: Look, kept: Rect) -> Look:
    """The look that leaves this of the source."""
    left, top, right, bottom = (
        min(WHOLE, max(0, round(share * WHOLE))) for share in (kept.left, kept.top, 1 - kept.right, 1 - kept.bottom)
    )
    return replace(look, left=left, top=top, right=right, bottom=bottom)


def picture_size(width: int, height: int, look: Look) -> tuple[float, float]:
    """The size of what is left of a source, pixels of the source."""
    kept = cropped(look)
    across, down = width * kept.width, height * kept.height
    return (down, across) if look.rotate in (90, 270) else (across, down)


def in_picture(rect: Rect, look: Look) -> Rect:
    """A rectangle of the source as it lies in the picture; what is cropped off lies beyond 0 to 1."""
    kept = cropped(look)
    rect = _into(rect, kept)
    for _ in range(look.rotate // 90):
        rect = Rect(1 - rect.bottom, rect.left, 1 - rect.top, rect.right)
    return _mirrored(rect, look)


def in_source(rect: Rect, look: Look) -> Rect:
    """A rectangle of the picture as it lies in the source."""
    rect = _mirrored(rect, look)
    for _ in range(look.rotate // 90):
        rect = Rect(rect.top, 1 - rect.right, rect.bottom, 1 - rect.left)
    kept = cropped(look)
    return Rect(
        kept.left + rect.left * kept.width,
        kept.top + rect.top * kept.height,
        kept.left + rect.right * kept.width,
        kept.top + rect.bottom * kept.height,
    )


def on_canvas(width: float, height: float, canvas: Canvas, fit: Fit | None = None) -> Rect:
    """Where a picture of this size lies on the canvas, in the middle; beyond 0 to 1 where it is cropped to it."""
    scales = (canvas.width / width, canvas.height / height)
    scale = max(scales) if (fit or canvas.fit) == "crop" else min(scales)
    across, down = width * scale / canvas.width, height * scale / canvas.height
    return Rect((1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2)


def seen_in_source(rect: Rect, width: int, height: int, look: Look, canvas: Canvas) -> Rect:
    """What of a source of this size is seen in a rectangle of the canvas."""
    lies = on_canvas(*picture_size(width, height, look), canvas)
    return in_source(_into(rect, lies).within(ALL), look)


def _into(rect: Rect, frame: Rect) -> Rect:
    """A rectangle in shares of another one, which is given in the same shares."""
    return Rect(
        (rect.left - frame.left) / frame.width,
        (rect.top - frame.top) / frame.height,
        (rect.right - frame.left) / frame.width,
        (rect.bottom - frame.top) / frame.height,
    )


def _mirrored(rect: Rect, look: Look) -> Rect:
    if look.flip_across:
        rect = Rect(1 - rect.right, rect.top, 1 - rect.left, rect.bottom)
    if look.flip_down:
        rect = Rect(rect.left, 1 - rect.bottom, rect.right, 1 - rect.top)
    return rect
