"""Colours as people name them."""

import re

from bot.engine.timeline.refusal import RefusedError

NAMES = {
    "black": "black",
    "white": "white",
    "red": "#ff0000",
    "green": "#00a000",
    "lime": "#00ff00",
    "blue": "#0000ff",
    "yellow": "#ffff00",
    "orange": "#ffa500",
    "pink": "#ff69b4",
    "purple": "#800080",
    "violet": "#8f00ff",
    "magenta": "#ff00ff",
    "cyan": "#00ffff",
    "turquoise": "#40e0d0",
    "teal": "#008080",
    "navy": "#000080",
    "brown": "#8b4513",
    "beige": "#f5f5dc",
    "gold": "#ffd700",
    "silver": "#c0c0c0",
    "gray": "#808080",
    "grey": "#808080",
}

_CODE = re.compile(r"#[0-9a-f]{6}")


def known(colour: str) -> bool:
    """Whether this is one of the forms a timeline holds: `black`, `white` or `#rrggbb` in small letters."""
    return colour in ("black", "white") or _CODE.fullmatch(colour) is not None


def colour_of(words: str) -> str:
    """A name, `#rgb` or `#rrggbb` as a timeline holds it. Raises RefusedError (bad_color)."""
    plain = words.strip().casefold()
    if re.fullmatch(r"#[0-9a-f]{3}", plain):
        plain = "#" + "".join(digit * 2 for digit in plain[1:])
    colour = NAMES.get(plain.replace(" ", ""), plain)
    if not known(colour):
        raise RefusedError("bad_color", words[:40], ", ".join(list(NAMES)[:12]))
    return colour
