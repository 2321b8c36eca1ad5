"""The timeline: what is shown and heard when, in whole milliseconds, as frozen values.

One video track of segments played one after the other, any number of texts, any number of music items.
A *segment* is a stretch of one source between its in point and its out point. A *clip* is what a user counts:
a run of neighbouring segments with the same `clip` id (one dropped file at first; cutting pauses out of it leaves
one clip of many segments, splitting it makes two clips).
A *card* is a clip without a file: a coloured ground, usually under a text.
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
Position = Literal["top", "center", "bottom", "left", "right", "top-left", "top-right", "bottom-left", "bottom-right"]
Half = Literal["top-half", "bottom-half", "left-half", "right-half"]
Kind = Literal["video", "image", "card"]
Preset = Literal[
    "cinematic", "teal_orange", "vintage", "sepia", "warm", "cool", "vivid", "faded", "noir", "dreamy", "night"
]
SoundRole = Literal["music", "voice", "effect", "audio"]
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
class Zoom:
    """The picture magnified: from `from_percent` at source ms `start` to `to_percent` at `end`, the same beyond them.

    100 is the whole picture. `x` and `y` (1/1000 of the picture) is the point that stays where it is.
    """

    start: int
    end: int
    from_percent: int = 100
    to_percent: int = 100
    x: int = 500
    y: int = 500


@dataclass(frozen=True)
class Box:
    """A rectangle from source ms `at` on, until the next one: left, top, width, height in 1/1000 of the source."""

    at: int
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class Cover:
    """Something of the picture is made unreadable: what `boxes` frame, in order of time; no boxes: all of it.

    `strength` is percent.
    """

    kind: Literal["blur", "pixelate"]
    strength: int = 50
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Look:
    """What is done to the picture of a segment before it is fitted into the canvas, in this order.

    `left` to `bottom` cut off so many 1/1000 of a side. `rotate` is degrees clockwise, by quarters. Brightness,
    contrast, saturation and temperature (up is warm) run from -100 to 100, `sharpen` from 0 to 100. `follow` is what
    a crop to another shape keeps in the middle: (source ms, x, y) in 1/1000 of the source, in order of time. With a
    `cell` (left, top, width, height in 1/1000 of the canvas) it fills that place instead of the canvas.
    """

    stabilize: bool = False
    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0
    rotate: Literal[0, 90, 180, 270] = 0
    flip_across: bool = False
    flip_down: bool = False
    brightness: int = 0
    contrast: int = 0
    saturation: int = 0
    temperature: int = 0
    preset: Preset | None = None
    bw: bool = False
    sharpen: int = 0
    vignette: bool = False
    grain: bool = False
    covers: tuple[Cover, ...] = ()
    zoom: Zoom | None = None
    follow: tuple[tuple[int, int, int], ...] = ()
    cell: tuple[int, int, int, int] | None = None


PLAIN = Look()


@dataclass(frozen=True)
class Segment:
    """A stretch of a source on the video track; `start`/`end` are its in and out point in source ms.

    A still shows the same picture at every point: only the distance from `start` to `end` counts, its length. So does
    a card, which has no media and is a ground of `color`. `freeze` holds the source's picture at `start` for
    `end - start` ms without sound. `reverse` plays from the out point back to the in point. `speed` > 1 is faster.
    `volume` is percent of the original; `denoise` takes steady noise out of the sound. `sound_early` and `sound_late`
    (ms of the timeline) let the sound begin before its picture and go on behind it, over the neighbours': J and L cut.
    """

    id: str
    clip: str
    media: str
    name: str
    kind: Kind
    start: int
    end: int
    speed: float = 1.0
    keep_pitch: bool = True
    volume: int = 100
    muted: bool = False
    transition: Transition | None = None
    freeze: bool = False
    reverse: bool = False
    color: str = "black"
    denoise: bool = False
    sound_early: int = 0
    sound_late: int = 0
    look: Look = PLAIN

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
    """Sound under the timeline from `start` to `end` (timeline ms), read from `offset` (source ms).

    Only music is looped to fill; a voice, an effect, and audio that replaces the footage's own are heard once. `duck`
    is to what percent of its level it goes while somebody speaks (None: it does not): see `Timeline.heard`. `denoise`
    as of a segment.
    """

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
    role: SoundRole = "music"
    duck: int | None = None
    denoise: bool = False


@dataclass(frozen=True)
class Overlay:
    """A picture or video over the picture, timeline ms: logo, picture in picture, b-roll, a part of a split screen.

    `size` is percent of the canvas' width. With a `cell` (left, top, width, height in 1/1000 of the canvas) it fills
    that place, cropped to it, and `position` and `size` do not count. `offset` is where in its source it begins (ms),
    `opacity` and `volume` are percent.
    """

    id: str
    media: str
    name: str
    kind: Literal["video", "image"]
    start: int
    end: int
    offset: int = 0
    position: Position = "bottom-right"
    size: int = 15
    opacity: int = 100
    volume: int = 0
    cell: tuple[int, int, int, int] | None = None
    speed: float = 1.0
    look: Look = PLAIN


@dataclass(frozen=True)
class Chapter:
    """A chapter begins at `start` (timeline ms)."""

    id: str
    start: int
    title: str


@dataclass(frozen=True)
class Word:
    """A spoken word and its source ms."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Heard:
    """What is said in a source: `speech` where somebody speaks (source ms), `words` where they are known.

    `lang` is the words' language (ISO 639), "" where it is not known. `shown` are the words that subtitles show
    instead, translated into the language `shown_in`. All times are the source's own, so that whatever is cut, moved or
    played faster, subtitles and ducking follow.
    """

    media: str
    speech: tuple[tuple[int, int], ...] = ()
    words: tuple[Word, ...] = ()
    lang: str = ""
    shown: tuple[Word, ...] = ()
    shown_in: str = ""


@dataclass(frozen=True)
class Subtitles:
    """How the words of `Timeline.heard` are shown: `burn` draws them, else they are a track of the file.

    `size` is percent of the default, `lines` how many lines at once, `lang` an ISO 639 code (of the words).
    `karaoke` colours each word as it is said.
    """

    burn: bool = True
    lang: str = ""
    position: Position = "bottom"
    color: str = "white"
    size: int = 100
    outline: bool = True
    box: bool = False
    karaoke: bool = False
    uppercase: bool = False


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
    """Everything a render needs to know, beside the media themselves. `volume` is the master, percent.

    `loudness` is what the whole is brought to (LUFS). `timecode` is where the running time is drawn. `letterbox` lays
    bars over the picture so that 100 times this width to height is left (239 is 2.39:1).
    """

    canvas: Canvas = Canvas()
    segments: tuple[Segment, ...] = ()
    texts: tuple[Text, ...] = ()
    music: tuple[Music, ...] = ()
    fade_in: Fade | None = None
    fade_out: Fade | None = None
    volume: int = 100
    overlays: tuple[Overlay, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    heard: tuple[Heard, ...] = ()
    subtitles: Subtitles | None = None
    loudness: float | None = None
    timecode: Position | None = None
    progress_bar: bool = False
    letterbox: int | None = None


@dataclass(frozen=True)
class Keyframes:
    """Where a source's picture can be cut without being encoded anew, source ms, in order.

    It can be taken as it is from each of `starts` on, and up to each of `ends`. Both are whole pictures' own times.
    """

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class MediaItem:
    """What the timeline must know of a source: facts as probed. `duration_ms` of a still is 0.

    `made` is what nobody uploaded: a bundled track, a spoken text.
    """

    id: str
    name: str
    kind: Literal["video", "image", "audio"]
    duration_ms: int
    width: int = 0
    height: int = 0
    fps_num: int = 30
    fps_den: int = 1
    has_sound: bool = False
    made: bool = False


@dataclass(frozen=True)
class Looked:
    """What was seen in a source, source ms: where shots begin, black stretches, stretches that stand still.

    `motion` is how much the picture changes in each second, 0 where nothing does.
    """

    shots: tuple[int, ...] = ()
    black: tuple[tuple[int, int], ...] = ()
    frozen: tuple[tuple[int, int], ...] = ()
    motion: tuple[int, ...] = ()


@dataclass(frozen=True)
class Library:
    """The account's media a timeline may use, and what was found out of them, by media id.

    `speech` is where somebody speaks: (start, end) in source ms, in order. `words` are the spoken words, `spoken_in`
    their languages (ISO 639), `may_be_in` those it may be just as well; `translated` are the words by media and
    language; `fillers` are the words once more, hesitations written down too. `faces` are boxes of
    the most prominent face over time, `everybody`'s in as few rows as there are faces at once; a box without a size:
    nobody is there. `bars` are black edges: left, top, right, bottom in 1/1000. `loudness` is LUFS of the whole,
    `levels` that of each second's loudest moment. `keyframes` are where the picture is best cut. `made` are media
    that were made for a plan, by what they were made for (`needs.made_for`).
    """

    media: dict[str, MediaItem] = field(default_factory=dict)
    speech: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    words: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    spoken_in: dict[str, str] = field(default_factory=dict)
    may_be_in: dict[str, tuple[str, ...]] = field(default_factory=dict)
    translated: dict[tuple[str, str], tuple[Word, ...]] = field(default_factory=dict)
    fillers: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    looked: dict[str, Looked] = field(default_factory=dict)
    faces: dict[str, tuple[Box, ...]] = field(default_factory=dict)
    everybody: dict[str, tuple[tuple[Box, ...], ...]] = field(default_factory=dict)
    bars: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    loudness: dict[str, float] = field(default_factory=dict)
    levels: dict[str, tuple[int, ...]] = field(default_factory=dict)
    keyframes: dict[str, Keyframes] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
