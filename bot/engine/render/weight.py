"""About how much of the disk a render takes, worked out before it begins."""

from collections.abc import Sequence

from bot.engine.render.frame import frame_of
from bot.engine.render.job import SOUNDS, WRITTEN, Output
from bot.engine.render.native import Size
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Timeline

_BITS_EACH = 0.12
"""For each pixel of each frame, of a lively picture."""
_COPIES = 2
"""The pieces, and the file that is made out of them."""
_SOUND_BYTES = 400_000
"""A second of sound as it is mixed."""


def needed_bytes(timeline: Timeline, output: Output, shown: Sequence[Size] = ()) -> int:
    """How many bytes the pieces, the sound and the finished file may take together; a guess on the safe side.

    `shown` are the sizes of the pictures, where they are known.
    """
    if output.format in WRITTEN:
        return 0
    seconds = duration_ms(timeline) / 1000
    if output.format in SOUNDS:
        return int(seconds * _SOUND_BYTES)
    frame = frame_of(timeline.canvas, output, shown)
    picture = frame.pixels * float(frame.fps) * _BITS_EACH / 8 * _COPIES
    return int(seconds * (picture + _SOUND_BYTES))
