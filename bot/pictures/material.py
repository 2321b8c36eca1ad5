"""What was found of the footage for one picture: small pictures as JPEG, and sounds."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from PIL import Image, ImageOps

from bot.media.peaks import Peaks


@dataclass(frozen=True)
class Material:
    """Pictures by content and time (ms), and how loud each content is; what could not be had is not in it."""

    frames: Mapping[str, Mapping[int, bytes]] = field(default_factory=dict)
    peaks: Mapping[str, Peaks] = field(default_factory=dict)

    def frame(self, media: str, at_ms: int, width: int, height: int) -> Image.Image | None:
        """The picture of this time or, where that is missing, the one nearest to it, cropped to fill the size."""
        there = self.frames.get(media)
        if not there:
            return None
        nearest = at_ms if at_ms in there else min(there, key=lambda at: abs(at - at_ms))
        try:
            with Image.open(io.BytesIO(there[nearest]), formats=["JPEG"]) as image:
                return ImageOps.fit(image.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
        except OSError:  # half of it was lost with a full disk
            return None

    def heard(self, media: str | None) -> Peaks | None:
        """The sound of this content, if it has any."""
        peaks = self.peaks.get(media) if media else None
        return peaks if peaks is not None and peaks.peak else None
