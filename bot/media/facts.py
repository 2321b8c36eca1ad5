"""What a probe finds out about a file; its name and its claimed type count for nothing."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Fields = Literal["", "told", "top", "bottom"]
"""Whether the lines of a picture are of two moments: "" of one; "told": each picture says so itself; else of two, of
which the "top" or the "bottom" lines are the earlier."""


@dataclass(frozen=True)
class Picture:
    """The picture stream: size as shown (after rotation, square pixels), frames a second.

    `begin_us` is when the first frame is shown, after the file's own beginning: in a transport stream the sound is
    often ahead by part of a frame.
    """

    width: int
    height: int
    fps_num: int
    fps_den: int
    codec: str
    pix_fmt: str
    rotation: int = 0
    variable_rate: bool = False
    hdr: bool = False
    begin_us: int = 0
    fields: Fields = ""


@dataclass(frozen=True)
class Sound:
    """The sound stream."""

    codec: str
    sample_rate: int
    channels: int


@dataclass(frozen=True)
class MediaFacts:
    """A usable file: `container` is the demuxer's name to open it with, chosen by content.

    `captions` are the languages of a video's tracks of text, by ISO 639-2 ("und": not told), in order.
    """

    kind: Literal["video", "image", "audio"]
    container: str
    size: int
    duration_ms: int
    picture: Picture | None = None
    sound: Sound | None = None
    captions: tuple[str, ...] = ()


class MediaFault(StrEnum):
    """Why a file cannot be used."""

    UNSUPPORTED = "unsupported"
    BROKEN = "broken"
    EMPTY = "empty"
    SILENT = "silent"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_FFMPEG = "no_ffmpeg"
    DISK_FULL = "disk_full"
    QUOTA = "quota"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"


@dataclass
class MediaError(Exception):
    """A file or a media process that failed; `limit` in bytes, ms or pixels as the fault has it.

    QUOTA is an account's limit and what is `used` of it; DISK_FULL has both where it is a limit of ours, not the
    disk's. A MISSING file is known but not on this disk; UNREACHABLE is what keeps it elsewhere.
    """

    fault: MediaFault
    detail: str = field(default="")
    limit: int | None = None
    used: int | None = None

    def __str__(self) -> str:
        return f"{self.fault.value}: {self.detail}" if self.detail else self.fault.value
