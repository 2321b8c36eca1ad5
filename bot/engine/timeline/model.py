"""The timeline: what is shown and heard when, in whole milliseconds, as frozen values.

One video track of segments played one after the other, any number of texts, any number of music items.
A *segment* is a stretch of one source between its in point and its out point. A *clip* is what a user counts:
a run of neighbouring segments with the same `clip` id (one dropped file at first; cutting pauses out of it leaves
one clip of many segments, splitting it makes two clips).
A *join* is the boundary of two neighbouring segments where the clip or the source position changes; a boundary
that plays straight on (made to give a part its own speed or volume) is no join and is never heard or seen.
"""

from dataclasses import dataclass, field
from typing import Literal

TransitionStyle = Literal[
    "crossfade",
    "fade_black",
    "fade_white",
    "wipe_left",
    "wipe_right",
    "slide_left",
    "slide_right",
    "circle",
    "dissolve",
    "zoom",
]
Fit = Literal["pad", "crop", "blur_pad"]
Position = Literal["top", "center", "bottom", "top-left", "top-right", "bottom-left", "bottom-right"]
Role = Literal["title", "lower_third", "title_card", "meme", "caption"]


@dataclass(frozen=True)
class Transition:
    """How a segment is entered from the one before.

    `ms` is its length. `lead_out` and `lead_in` are source material beyond the cut that it plays (from a removed
    pause): the earlier segment runs on by `lead_out`, the later one starts `lead_in` early. What is left of `ms`
    is overlap, which shortens the timeline. All four are ms of the timeline: a segment at double speed plays two
    source ms for each.
    """

    style: TransitionStyle
    ms: int
    lead_out: int = 0
    lead_in: int = 0

    @property
    def overlap(self) -> int:
        """By how much the two segments overlap beyond the borrowed material, ms."""
        return self.ms - self.lead_out - self.lead_in


@dataclass(frozen=True)
class Segment:
    """A stretch of a source on the video track; `start`/`end` are its in and out point in source ms.

    A still shows the same picture at every point: only the distance from `start` to `end` counts, its length.
    `speed` > 1 is faster. `volume` is percent of the original.
    """

    id: str
    clip: str
    media: str
    name: str
    kind: Literal["video", "image"]
    start: int
    end: int
    speed: float = 1.0
    keep_pitch: bool = True
    volume: int = 100
    muted: bool = False
    transition: Transition | None = None

    @property
    def ms(self) -> int:
        """Length on the timeline, ms, before any overlap."""
        return round((self.end - self.start) / self.speed)


@dataclass(frozen=True)
class Fade:
    """A fade at the timeline's or an item's edge, ms, from or to a colour (`black`, `white` or `#rrggbb`)."""

    ms: int
    color: str = "black"


@dataclass(frozen=True)
class Text:
    """Words on the picture, timeline ms; `fade` is the fade at both edges, ms. `size` is percent of the default."""

    id: str
    content: str
    start: int
    end: int
    position: Position = "center"
    color: str = "white"
    size: int = 100
    role: Role = "title"
    fade: int = 300


@dataclass(frozen=True)
class Music:
    """Sound under the timeline from `start` to `end` (timeline ms), read from `offset` (source ms), looped to fill."""

    id: str
    media: str
    name: str
    start: int
    end: int
    offset: int = 0
    volume: int = 30
    muted: bool = False
    fade_in: int = 0
    fade_out: int = 0


@dataclass(frozen=True)
class Canvas:
    """The picture's size (even numbers), rate, and how footage of another shape fits in."""

    width: int = 1920
    height: int = 1080
    fps_num: int = 30
    fps_den: int = 1
    fit: Fit = "pad"


@dataclass(frozen=True)
class Timeline:
    """Everything a render needs to know, beside the media themselves. `volume` is the master, percent."""

    canvas: Canvas = Canvas()
    segments: tuple[Segment, ...] = ()
    texts: tuple[Text, ...] = ()
    music: tuple[Music, ...] = ()
    fade_in: Fade | None = None
    fade_out: Fade | None = None
    volume: int = 100


@dataclass(frozen=True)
class MediaItem:
    """What the timeline must know of a source: facts as probed. `duration_ms` of a still is 0."""

    id: str
    name: str
    kind: Literal["video", "image", "audio"]
    duration_ms: int
    width: int = 0
    height: int = 0
    fps_num: int = 30
    fps_den: int = 1
    has_sound: bool = False


@dataclass(frozen=True)
class Library:
    """The account's media a timeline may use, and the speech found in them: (start, end) in source ms, in order."""

    media: dict[str, MediaItem] = field(default_factory=dict)
    speech: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
