"""The child process of `bot.media.probe`: its argument is a path, its result is MediaFacts as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.media import sniff
from bot.media.child import serve
from bot.media.edits import check_edits
from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture
from bot.media.ffmpeg import MAX_PIXELS

_PIXELS = {"RGB": "rgb24", "RGBA": "rgba", "L": "gray", "P": "pal8", "CMYK": "cmyk", "LA": "ya8"}
_TURNED = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}  # EXIF 2.3, tag 0x0112; degrees clockwise


def main() -> None:
    """Probe one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    path = Path(args[0]).absolute()
    container = sniff.container_in(path)
    size = path.stat().st_size
    if container in sniff.STILLS:
        return asdict(_still(path, container, size))
    if container == "mov":
        check_edits(path)
    from bot.media.footage import read_footage  # noqa: PLC0415 - an image does without

    return asdict(read_footage(path, container, size))


def _still(path: Path, container: str, size: int) -> MediaFacts:
    from PIL import ExifTags, Image  # noqa: PLC0415 - a video does without

    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, from the header, before a pixel is decoded
    try:
        with Image.open(path, formats=sniff.STILLS[container]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise MediaError(MediaFault.TOO_MANY_PIXELS, f"{width}x{height}", MAX_PIXELS)
            turned = _TURNED.get(int(image.getexif().get(ExifTags.Base.Orientation, 1)), 0)
            pixels, codec = _PIXELS.get(image.mode, image.mode.lower()), (image.format or "").lower()
            image.load()
    except (OSError, ValueError, SyntaxError, TypeError) as error:
        raise MediaError(MediaFault.BROKEN, "the image cannot be decoded") from error
    if turned in (90, 270):
        width, height = height, width
    picture = Picture(width, height, 0, 1, codec, pixels, turned)
    return MediaFacts("image", container, size, 0, picture)


if __name__ == "__main__":
    main()
