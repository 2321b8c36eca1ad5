"""The colours of the pictures: dark cards that stand on light and dark themes alike, and how well ink reads on them."""

GROUND = "#1d1f27"
LANE = "#272a35"
BORDER = "#565b6b"
GRID = "#3a3e4c"
INK = "#f4f5f7"
DIM = "#bcc1cf"
BAR_INK = "#101218"
BARS = {
    "video": "#7eaaff", "audio": "#4fc78e", "text": "#f3b64f", "overlay": "#d79bf0", "subtitle": "#f0927c",
    "chapter": "#8fd4dc", "other": "#adb2c2",
}  # fmt: skip
"""A bar and the ground of its name, by the kind of track."""
BODIES = {
    "video": "#2f4168", "audio": "#1f4a3b", "text": "#5e4a26", "overlay": "#4f3a5c", "subtitle": "#5e3a32",
    "chapter": "#2f5054", "other": "#434754",
}  # fmt: skip
"""Behind a bar's pictures and its waveform."""


def bar_of(kind: str) -> str:
    """The colour of a bar; a kind of which nothing is known is of the other ones."""
    return BARS.get(kind, BARS["other"])


def body_of(kind: str) -> str:
    """The colour behind what a bar shows."""
    return BODIES.get(kind, BODIES["other"])


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21; text needs 4.5."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (value / 255 for value in rgb(colour))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
