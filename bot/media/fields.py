"""Whether the lines of a picture are of two moments, and how a decoder is told so: what a file says of it may be wrong.

For children. A file that speaks of fields nowhere is believed, and costs nothing.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.media.facts import Fields

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TOP, _BOTTOM = (2, 5), (3, 4)
"""AVFieldOrder, by the field that is shown first."""
_PLACES = (Fraction(1, 10), Fraction(1, 2))
_PICTURES = 10
"""So many are looked at in each place."""

_COLUMNS = 480
_BLOCK = 16
_APART = 12
"""Levels of 255 by which a line stands out, or a picture has moved: more than noise."""
_MOVED, _COMBED = 0.1, 0.3
"""Of a block's pixels, those that must have moved for it to tell something; of these, those that stand out."""
_ENOUGH = 20
_HARDLY, _CLEARLY = 0.01, 0.05
"""Of the blocks that move, how many are combed where the picture is of one moment at most, of two at least."""


def fields_of(container: InputContainer, stream: VideoStream, first: VideoFrame, seconds: Fraction) -> Fields:
    """How the picture of an open file (of which nothing more is read) so many `seconds` long is made up.

    Pictures that say they are of two moments are believed unless there is movement and none of it is combed; the
    container's word alone is believed where movement is combed.
    """
    order = int(stream.codec_context.field_order)
    if order not in (*_TOP, *_BOTTOM) and not first.interlaced_frame:
        return ""
    told, moving, combed = bool(first.interlaced_frame), 0, 0
    for place in _PLACES:
        before = None
        for frame in _frames(container, stream, seconds * place):
            told = told or bool(frame.interlaced_frame)
            picture = frame.to_ndarray(format="gray")[:, :: max(1, frame.width // _COLUMNS)].astype("int16")
            if before is not None and before.shape == picture.shape:
                moves, combs = _blocks(before, picture)
                moving, combed = moving + moves, combed + combs
            before = picture
    if told:
        return "" if moving >= _ENOUGH and combed <= _HARDLY * moving else "told"
    if moving < _ENOUGH or combed < _CLEARLY * moving:
        return ""
    return "top" if order in _TOP else "bottom"


def _frames(container: InputContainer, stream: VideoStream, at: Fraction) -> Iterator[VideoFrame]:
    """Some pictures in a row, from about a time on; none where they cannot be had."""
    try:
        container.seek(round(at * av.time_base) + (container.start_time or 0))
        for count, frame in enumerate(container.decode(stream), start=1):
            yield frame
            if count == _PICTURES:
                return
    except FFmpegError:
        return


def _blocks(before: "NDArray[np.int16]", picture: "NDArray[np.int16]") -> tuple[int, int]:
    """How many blocks of a picture have moved, and how many of these are combed."""
    import numpy as np  # noqa: PLC0415 - a file that speaks of no fields does without

    above, here, below = picture[:-2], picture[1:-1], picture[2:]
    up, down = here - above, here - below
    apart = (np.minimum(abs(up), abs(down)) > _APART) & ((up > 0) == (down > 0))
    moved = abs(here - before[1:-1]) > _APART
    rows, columns = (size // _BLOCK * _BLOCK for size in here.shape)
    shape = rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK
    moves, combs = (mask[:rows, :columns].reshape(shape).sum(axis=(1, 3)) for mask in (moved, moved & apart))
    telling = moves >= _MOVED * _BLOCK**2
    return int(telling.sum()), int((telling & (combs >= _COMBED * moves)).sum())
