"""Encoders in hardware: which of them really works here, and how it is told what x264 is told.

That ffmpeg was built with one says nothing: each is tried once by encoding a picture. They are for whole encodes only;
what stands between copied pictures must fit these and is x264's.
"""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.engine.render.job import Quality
from bot.media.ffmpeg import SAFE_GLOBAL

_TRY_SECONDS = 10.0
_QUALITY: Mapping[Quality, int] = {"high": 21, "medium": 25, "preview": 28, "proxy": 28}
"""The constant quality or quantizer asked for; hardware needs a little more than x264's rate factor."""

_VIDEOTOOLBOX: Mapping[Quality, int] = {"high": 65, "medium": 55, "preview": 45, "proxy": 45}
_DEVICE = "/dev/dri/renderD128"


@dataclass(frozen=True)
class Encoder:
    """One encoder: what ffmpeg is told before its inputs, what ends the graph, the encoder's own options."""

    name: str
    before: tuple[str, ...] = ()
    upload: str = ""

    def options(self, quality: Quality) -> list[str]:
        """Constant quality, no B-frames: pieces follow each other in one track."""
        level = str(_QUALITY[quality])
        own: dict[str, list[str]] = {
            "h264_nvenc": ["-preset", "p4", "-rc", "vbr", "-cq", level, "-b:v", "0"],
            "h264_videotoolbox": ["-q:v", str(_VIDEOTOOLBOX[quality])],
            "h264_qsv": ["-preset", "veryfast", "-global_quality", level],
            "h264_vaapi": ["-rc_mode", "CQP", "-qp", level],
            "h264_amf": ["-quality", "balanced", "-rc", "cqp", "-qp_i", level, "-qp_p", level],
        }
        return ["-c:v", self.name, *own[self.name], "-profile:v", "high", "-bf", "0"]


CANDIDATES = (
    Encoder("h264_nvenc"),
    Encoder("h264_videotoolbox"),
    Encoder("h264_qsv"),
    Encoder("h264_vaapi", ("-vaapi_device", _DEVICE), "format=nv12,hwupload"),
    Encoder("h264_amf"),
)
"""In the order in which they are tried."""


def named(name: str) -> Encoder | None:
    """The candidate of that name."""
    return next((one for one in CANDIDATES if one.name == name), None)


def working(binary: Path, size: tuple[int, int]) -> Encoder | None:
    """The first encoder that encodes a picture of this size with this ffmpeg. Blocks for some tenths of a second."""
    return next((one for one in CANDIDATES if _encodes(binary, one, size)), None)


def _encodes(binary: Path, encoder: Encoder, size: tuple[int, int]) -> bool:
    picture = ["-f", "lavfi", "-i", f"color=gray:s={size[0]}x{size[1]}:r=30", "-frames:v", "1"]
    graph = ["-vf", encoder.upload] if encoder.upload else ["-pix_fmt", "yuv420p"]
    command: Sequence[str] = [
        str(binary), *SAFE_GLOBAL, *encoder.before, *picture, *graph, *encoder.options("high"), "-f", "null", "-",
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - a list of our own arguments, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRY_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
