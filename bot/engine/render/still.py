"""Still images, made ready once: upright, on black where they are transparent, no larger than 4K."""

from dataclasses import dataclass
from pathlib import Path

from bot.engine.render.colours import rgb
from bot.engine.render.footage import Colours
from bot.engine.render.frame import Frame
from bot.engine.render.job import SourceFile
from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import MAX_PIXELS

STILL_COLOURS = Colours(matrix="bt709", full_range=True)

_LONGEST = 3840
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "MPO")


@dataclass(frozen=True)
class Still:
    """A picture ready for the graph; size in pixels."""

    path: Path
    width: int
    height: int


def ground(colour: str, frame: Frame, target: Path) -> Still:
    """Write a picture of one colour that fills the frame to `target`."""
    from PIL import Image  # noqa: PLC0415 - footage without drawing does without

    Image.new("RGB", (frame.width, frame.height), rgb(colour, (0, 0, 0))).save(target, "PNG", compress_level=1)
    return Still(target, frame.width, frame.height)


def prepared(source: SourceFile, target: Path, *, see_through: bool = False) -> Still:
    """Write the image to `target` as a plain RGB PNG; with `see_through` what is transparent stays so.

    Raises MediaError: BROKEN when it is no image any more, TOO_MANY_PIXELS.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - footage without drawing does without

    try:
        with Image.open(source.path, formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise MediaError(MediaFault.TOO_MANY_PIXELS, limit=MAX_PIXELS)
            image.draft("RGB", (_LONGEST, _LONGEST))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise MediaError(MediaFault.BROKEN, "an image cannot be read") from error
    upright.thumbnail((_LONGEST, _LONGEST))
    if see_through:
        upright.save(target, "PNG", compress_level=1)
        return Still(target, *upright.size)
    flat = Image.new("RGB", upright.size, "black")
    flat.paste(upright, mask=upright.getchannel("A"))
    flat.save(target, "PNG", compress_level=1)
    return Still(target, *flat.size)
