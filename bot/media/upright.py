"""A decoded frame as people see it: square pixels, the right way up, no larger than needed. For children."""

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_WIDEST = 8.0
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def upright(frame: "VideoFrame", stream: "VideoStream", side: int) -> Image.Image:
    """The frame in RGB, its longer side at most `side` pixels."""
    width, height = float(frame.width), float(frame.height)
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    if aspect and 1 / _WIDEST <= aspect <= _WIDEST:
        width *= float(aspect)
    scale = min(1.0, side / max(width, height))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    small = frame.reformat(width=size[0], height=size[1], format="rgb24", interpolation="AREA")
    image = Image.fromarray(small.to_ndarray())
    turn = _TURNS.get(round(-frame.rotation % 360 / 90) * 90)
    return image if turn is None else image.transpose(turn)
