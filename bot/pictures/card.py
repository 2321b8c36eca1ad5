"""The card that every picture is: opaque, so that it reads alike on light and dark, with round corners and a rim."""

import io

from PIL import Image, ImageDraw

from bot.pictures.colours import BORDER, GROUND

RADIUS = 28
_FINE = 4


def blank(width: int, height: int) -> Image.Image:
    """An empty card."""
    return Image.new("RGB", (width, height), GROUND)


def png(card: Image.Image) -> bytes:
    """The finished card as a PNG: what is outside its corners can be seen through."""
    width, height = card.size
    ImageDraw.Draw(card).rounded_rectangle((0, 0, width - 1, height - 1), RADIUS, outline=BORDER, width=2)
    card.putalpha(rounded(width, height, RADIUS))
    out = io.BytesIO()
    card.save(out, "PNG")
    return out.getvalue()


def rounded(width: int, height: int, radius: int) -> Image.Image:
    """A mask with smooth round corners."""
    radius = max(1, min(radius, width // 2, height // 2))
    mask = Image.new("L", (width, height), 255)
    big = Image.new("L", (2 * radius * _FINE, 2 * radius * _FINE), 0)
    ImageDraw.Draw(big).ellipse((0, 0, big.width - 1, big.height - 1), 255)
    disc = big.resize((2 * radius, 2 * radius), Image.Resampling.BOX)
    for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
        corner = disc.crop((x * radius, y * radius, (x + 1) * radius, (y + 1) * radius))
        mask.paste(corner, (x * (width - radius), y * (height - radius)))
    return mask
