"""How finely a file is looked at and listened to, for the children that do it and for those who ask them."""

from pathlib import Path

SIDE = 384
"""Longest side of a picture out of a video, pixels."""
STILL_SIDE = 1152
"""Longest side of an image's picture, pixels: it is shown alone."""

MOST_STEPS = 6000
"""Steps of a waveform at the most: what is longer than 150 s has longer ones."""


def thumb(folder: Path, at_ms: int) -> Path:
    """Where the picture of this time is; an image's only one is that of time 0."""
    return folder / f"{at_ms}.jpg"
