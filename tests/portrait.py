"""Drawn faces that a face detector takes for real ones, and footage of them whose truth is known."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from tests.footage import ffmpeg

SIDE = 400
FACE = (0.2625, 0.175, 0.7375, 0.825)
"""Where the face lies in the portrait: left, top, right, bottom, in shares."""

Place = tuple[int, int, int]
"""Left, top and side of a portrait, pixels."""


def portrait(side: int) -> Image.Image:
    """Somebody from the front, head and shoulders."""
    image = Image.new("RGB", (SIDE, SIDE), "#7a8794")
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 250, 340, 620), fill="#334466")
    draw.rectangle((165, 270, 235, 340), fill="#c9936f")
    draw.ellipse((92, 40, 308, 330), fill="#3b2a20")
    draw.ellipse((105, 70, 295, 330), fill="#e0ac88")
    draw.pieslice((100, 40, 300, 200), 180, 360, fill="#3b2a20")
    for x in (155, 245):
        draw.ellipse((x - 22, 165, x + 22, 192), fill="#f5f2ee")
        draw.ellipse((x - 10, 166, x + 10, 190), fill="#402c1e")
        draw.ellipse((x - 5, 172, x + 4, 182), fill="black")
        draw.line((x - 28, 150, x, 142, x + 28, 150), fill="#3b2a20", width=9)
        draw.arc((x - 24, 160, x + 24, 196), 190, 350, fill="#7a4f3a", width=4)
    draw.polygon((200, 185, 182, 245, 218, 245), fill="#cf9673")
    draw.ellipse((184, 236, 196, 250), fill="#a0664b")
    draw.ellipse((204, 236, 216, 250), fill="#a0664b")
    draw.ellipse((160, 270, 240, 298), fill="#b5524d")
    draw.line((165, 283, 235, 283), fill="#6b2b2b", width=4)
    return image.filter(ImageFilter.GaussianBlur(4)).resize((side, side))


def footage(
    target: Path, seconds: float, places: Callable[[float], Sequence[Place]], *, size: tuple[int, int] = (640, 360),
    fps: int = 25, options: Sequence[str] = (),
) -> Path:  # fmt: skip
    """A film of portraits that are at `places` at each second."""

    def frames() -> Iterator[bytes]:
        for number in range(round(seconds * fps)):
            image = Image.new("RGB", size, "#9aa0a6")
            for left, top, side in places(number / fps):
                image.paste(portrait(side), (left, top))
            yield image.tobytes()

    picture = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "pipe:0"]
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", *options]
    ffmpeg([*picture, *codecs, str(target)], frames())
    return target
