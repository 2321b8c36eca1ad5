"""A frame or a photo as people see it: square pixels, the right way up, no larger than needed. For children."""

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import MAX_PIXELS
from bot.media.hdr import LIGHTS, ordinary
from bot.media.sniff import STILLS

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_WIDEST = 8.0
_DEEP = 65_535
"""The brightest code of 16 bits."""
_GREY = (70, 73, 84)
"""Behind what can be seen through."""
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def upright(frame: "VideoFrame", stream: "VideoStream", side: int) -> Image.Image:
    """The frame in RGB, its longer side at most `side` pixels."""
    width, height = float(frame.width), float(frame.height)
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    if aspect and 1 / _WIDEST <= aspect <= _WIDEST:
        width *= float(aspect)
    scale = min(1.0, side / max(width, height))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    if frame.interlaced_frame:  # of two moments: one is enough
        image = Image.fromarray(frame.to_ndarray(format="rgb24")[::2]).resize(size, Image.Resampling.BOX)
    elif (light := LIGHTS.get(int(frame.color_trc))) is not None:
        codes = frame.reformat(width=size[0], height=size[1], format="rgb48le", interpolation="AREA").to_ndarray()
        image = Image.fromarray((ordinary(codes / _DEEP, light) * 255 + 0.5).astype("uint8"))
    else:
        image = Image.fromarray(
            frame.reformat(width=size[0], height=size[1], format="rgb24", interpolation="AREA").to_ndarray()
        )
    turn = _TURNS.get(round(-frame.rotation % 360 / 90) * 90)
    return image if turn is None else image.transpose(turn)


def still(path: Path, container: str, side: int) -> Image.Image:
    """A photo in RGB, its longer side at most `side` pixels. Raises MediaError: TOO_MANY_PIXELS, BROKEN."""
    from PIL import ImageOps  # noqa: PLC0415 - a video does without

    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, from the header, before a pixel is decoded
    try:
        with Image.open(path, formats=STILLS[container]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise MediaError(MediaFault.TOO_MANY_PIXELS, f"{image.width}x{image.height}", MAX_PIXELS)
            image.draft("RGB", (side, side))  # a JPEG is decoded no larger than it needs to be
            image.thumbnail((side, side))
            return _flat(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, TypeError) as error:
        raise MediaError(MediaFault.BROKEN, "the image cannot be decoded") from error


def _flat(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, (*_GREY, 255))
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")
