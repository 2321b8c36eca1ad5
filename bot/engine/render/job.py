"""What is asked of a render, and what comes of it; plain values that pass to the child process."""

import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from bot.engine.timeline.model import Timeline
from bot.media.facts import MediaFacts

Quality = Literal["high", "medium", "preview", "proxy"]
"""A `preview` is for looking at only, a `proxy` for making previews of: both are small."""
Format = Literal[
    "mp4", "mov", "mkv", "webm", "gif", "mp3", "wav", "m4a", "srt", "vtt", "txt", "otio", "fcpxml", "edl"
]  # fmt: skip
FORMATS: tuple[Format, ...] = get_args(Format)
VIDEOS: tuple[Format, ...] = ("mp4", "mov", "mkv", "webm")
SOUNDS: tuple[Format, ...] = ("mp3", "wav", "m4a")
WRITTEN: tuple[Format, ...] = ("srt", "vtt", "txt")
"""Subtitles, or a transcript."""
PROJECTS: tuple[Format, ...] = ("otio", "fcpxml", "edl")
ENDINGS: dict[Format, str] = {form: "zip" if form in PROJECTS else form for form in FORMATS}
"""What a file of a format is called; a project for another editor comes with its media."""
Ratio = Literal["16:9", "9:16", "1:1", "4:5"]


@dataclass(frozen=True)
class Output:
    """The file asked for: a video, its sound, what is said in it, or a project for another editor.

    `height` is the short side in pixels, `fps` frames a second, `max_bytes` the size to fit. `ratio` is another shape
    than the timeline's, of this file alone. `from_ms` and `to_ms` make it a part of the timeline. With `keyframes` only
    a few pictures are shown, the keyframes of the sources: quick whatever the length. `width` is what a
    GIF has at most.
    """

    format: Format = "mp4"
    quality: Quality = "high"
    height: int | None = None
    fps: float | None = None
    max_bytes: int | None = None
    ratio: Ratio | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    keyframes: bool = False
    width: int | None = None

    @property
    def small(self) -> bool:
        """Whether it is made to be quick rather than to be kept."""
        return self.quality in ("preview", "proxy")


@dataclass(frozen=True)
class SourceFile:
    """A media file of the timeline, as kept and as probed."""

    path: Path
    facts: MediaFacts


@dataclass(frozen=True)
class RenderJob:
    """A whole render: `media` by the ids the timeline uses.

    `target` is the file to leave, `scratch` a folder of this attempt alone, which is gone when it ends. `spans` keeps
    what is encoded until the job is done, so that the next attempt goes on from there; whoever gave it removes it.
    """

    timeline: Timeline
    output: Output
    target: Path
    scratch: Path
    media: dict[str, SourceFile] = field(default_factory=dict)
    spans: Path | None = None


@dataclass(frozen=True)
class Rendered:
    """The finished file; `size` in bytes, picture size in pixels, `plan` for people: how its frames came about."""

    path: Path
    size: int
    duration_ms: int
    width: int
    height: int
    plan: str = ""


@dataclass(frozen=True)
class ChildJob:
    """What the child process is told: the job, the ffmpeg to run, and the encoder in hardware that works with it.

    "" is none; None: that is not known yet.
    """

    job: RenderJob
    ffmpeg: Path
    hardware: str | None = None


def write_job(job: ChildJob, path: Path) -> None:
    """Leave the job for a child, in a folder of its attempt alone."""
    path.write_bytes(pickle.dumps(job))


def read_job(path: Path) -> ChildJob:
    """What `write_job` left: it goes from us to our own child, and a child that checked it would start 0.1 s later."""
    job = pickle.loads(path.read_bytes())  # noqa: S301 - nobody else writes it
    assert isinstance(job, ChildJob)
    return job
