"""What is done to the picture of a span: the one place that decides between copying, encoding and a card."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bot.engine.render.frame import Frame
from bot.engine.timeline.model import PLAIN, Segment
from bot.media.facts import MediaFacts

How = Literal["copy", "encode", "card"]
Why = Literal["join", "fade", "text", "still", "card", "freeze", "reverse", "over", "look", "speed", "size", "rate",
              "codec", "interlaced", "headers", "index", "colour", "open", "cut", "rhythm", "plain"]  # fmt: skip
"""What stands against copying; `WORDS` says it."""

WORDS: dict[Why, str] = {
    "join": "a transition",
    "fade": "a fade",
    "text": "text on it",
    "still": "a picture that stands",
    "card": "a card",
    "freeze": "a held picture",
    "reverse": "it runs backwards",
    "over": "something lies over it",
    "look": "its look is changed",
    "speed": "its speed is changed",
    "size": "another size than the file's",
    "rate": "another frame rate than the file's",
    "codec": "not H.264 with 8 bits and 4:2:0",
    "interlaced": "it is interlaced",
    "headers": "its parameter sets clash with what is copied",
    "index": "its packets have no orderly times",
    "colour": "colours or a turn other than what is copied has",
    "open": "no keyframe to begin copying at",
    "cut": "from a cut to the next keyframe",
    "rhythm": "its frames do not follow the file's",
    "plain": "",
}
"""A reason for people who look at a plan."""


PIXELS = ("yuv420p", "yuvj420p")
"""8 bits and 4:2:0, in either range: what can be copied."""


@dataclass(frozen=True)
class Treatment:
    """`how` the frames come about and `why`; `text` and `fade` say what is drawn over them.

    `copy` takes the source's packets as they are, `encode` decodes and encodes, `card` holds one picture.
    """

    how: How
    why: Why
    text: bool = False
    fade: bool = False


def treat_join(*, text: bool, fade: bool, over: bool = False) -> Treatment:
    """A transition is always encoded. `over`: overlays or marks lie on it."""
    return Treatment("encode", "over" if over and not (text or fade) else "join", text, fade)


def treat_body(
    segment: Segment, facts: MediaFacts | None, frame: Frame, *, text: bool, fade: bool, over: bool = False
) -> Treatment:
    """The first thing that stands against copying is the reason; `plain` means that nothing does.

    A card has no facts. `over`: overlays or marks lie on it.
    """
    if segment.kind != "video" or facts is None:
        return Treatment("card", "still" if segment.kind == "image" else "card", text, fade)
    if segment.freeze:
        return Treatment("card", "freeze", text, fade)
    if over and not (text or fade):
        return Treatment("encode", "over")
    return Treatment("encode", _obstacle(segment, facts, frame, text=text, fade=fade), text, fade)


def _obstacle(segment: Segment, facts: MediaFacts, frame: Frame, *, text: bool, fade: bool) -> Why:
    obstacles: tuple[tuple[bool, Why], ...] = (
        (text, "text"),
        (fade, "fade"),
        (segment.reverse, "reverse"),
        (segment.look != PLAIN, "look"),
        (segment.speed != 1, "speed"),
    )
    return next((why for stands, why in obstacles if stands), against_source(facts, frame) or "plain")


def against_source(facts: MediaFacts, frame: Frame) -> Why | None:
    """What of a source itself stands against taking its pictures as they are."""
    picture = facts.picture
    assert picture is not None
    obstacles: tuple[tuple[bool, Why], ...] = (
        (picture.fields != "", "interlaced"),
        ((picture.width, picture.height) != (frame.width, frame.height), "size"),
        (Fraction(picture.fps_num, picture.fps_den) != frame.fps, "rate"),
        (picture.codec != "h264" or picture.pix_fmt not in PIXELS or picture.hdr, "codec"),
    )
    return next((why for stands, why in obstacles if stands), None)
