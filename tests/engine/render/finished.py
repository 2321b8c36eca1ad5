"""A finished file of every kind of timeline, for whoever plays or decodes them: small, of footage that counts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image

from bot.engine.render.job import Output, Rendered, RenderJob, SourceFile
from bot.engine.render.run import render
from bot.engine.timeline.model import (
    Canvas,
    Fade,
    Fit,
    Look,
    Music,
    Overlay,
    Segment,
    Text,
    Timeline,
    Transition,
    TransitionStyle,
)
from bot.media.probe import probe
from tests import footage
from tests.engine.render import clips, corpus, kinds

SIZE = (320, 180)
CANVAS = Canvas(*SIZE)
KEPT = ((137, 1450), (2010, 2333), (2901, 4999), (6234, 6800), (7020, 7777))
"""What is kept where pauses are cut, ms: cuts right behind a keyframe, right before one, far from any."""


def _x264(*more: str, preset: str = "veryfast") -> tuple[str, ...]:
    return ("-c:v", "libx264", "-preset", preset, "-pix_fmt", "yuv420p", *more)


@dataclass(frozen=True)
class Source:
    """Footage of so many frames, of which each shows its number; `codec` is how it is written."""

    codec: tuple[str, ...]
    suffix: str = "mp4"
    frames: int = 240
    fps: Fraction = Fraction(30)
    size: tuple[int, int] = SIZE

    def make(self, path: Path) -> Path:
        """Write it, with a burst of sound every half second."""
        sound = clips.bursts(self.frames / float(self.fps))
        container = {"mp4": "mov", "mkv": "matroska", "ts": "mpegts"}[self.suffix]
        made = clips.footage(
            path, frames=self.frames, fps=self.fps, size=self.size, container=container, video=self.codec, sound=sound
        )
        return made.path


def _rotated(path: Path) -> Path:
    """As a phone writes what is held upright."""
    flat = Source(_x264("-g", "60")).make(path.with_suffix(".flat.mp4"))
    clips.run(["-display_rotation", "270", "-i", str(flat), "-c", "copy", str(path)])
    return path


def _phone(path: Path) -> Path:
    """HEVC in HLG, as a newer one writes what is held upright."""
    kinds.phone(path, 90, (*kinds.TEN_BIT_HEVC, "-tag:v", "hvc1"), light="arib-std-b67")
    return path


def _camera(path: Path) -> Path:
    """29.97, with six channels."""
    corpus.write(path, fps=kinds.NTSC, video=kinds.x264(), audio=("-ac", "6", *corpus.AAC))
    return path


def _photo(path: Path) -> Path:
    Image.new("RGB", (400, 300), (80, 120, 160)).save(path)
    return path


def _logo(path: Path) -> Path:
    Image.new("RGBA", (64, 64), (255, 0, 255, 255)).save(path)
    return path


def _song(path: Path) -> Path:
    return clips.music(path, clips.tone(3, 880)).path


SOURCES: dict[str, Callable[[Path], Path]] = {
    "gop30.mp4": Source(_x264("-g", "30")).make,
    "gop60.mp4": Source(_x264("-g", "60")).make,
    "gop250.mp4": Source(_x264("-g", "250")).make,
    "open_gop.mp4": Source(_x264("-g", "48", "-bf", "3", "-x264-params", "open-gop=1:b-pyramid=normal")).make,
    "no_b.mp4": Source(_x264("-g", "60", "-bf", "0", "-tune", "zerolatency", "-profile:v", "baseline")).make,
    "many_b.mp4": Source(_x264("-g", "120", "-bf", "8", "-refs", "5", "-b_strategy", "2", preset="slow")).make,
    "main.mp4": Source(_x264("-g", "60", "-profile:v", "main", "-coder", "0", preset="ultrafast")).make,
    "interlaced.mp4": Source(_x264("-g", "60", "-flags", "+ilme+ildct", "-x264-params", "tff=1")).make,
    "no_idr.mp4": Source(_x264("-x264-params", "intra-refresh=1:keyint=60", "-bf", "0")).make,
    "recorded.mp4": Source(
        _x264(
            "-g",
            "60",
            "-x264-params",
            "aud=1:repeat-headers=1:nal-hrd=cbr:filler=1",
            "-b:v",
            "600k",
            "-maxrate",
            "600k",
            "-bufsize",
            "600k",
            "-bf",
            "2",
            "-color_range",
            "tv",
            "-colorspace",
            "bt709",
            "-color_primaries",
            "bt709",
            "-color_trc",
            "bt709",
        )
    ).make,
    "in_band.ts": Source(_x264("-g", "60"), "ts").make,
    "kept.mkv": Source(_x264("-g", "60"), "mkv").make,
    "hevc.mp4": Source(
        ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params", "log-level=1")
    ).make,
    "fast.mp4": Source(_x264("-g", "60"), fps=Fraction(60), frames=480).make,
    "ntsc.mp4": Source(_x264("-g", "60"), fps=Fraction(30_000, 1001)).make,
    "large.mp4": Source(_x264("-g", "60"), size=(640, 360)).make,
    "uneven.mp4": footage.variable_rate,
    "upright.mp4": _rotated,
    "phone.mov": _phone,
    "camera.mov": _camera,
    "photo.png": _photo,
    "logo.png": _logo,
    "song.wav": _song,
}


def cut(media: str, start: int, end: int, join: TransitionStyle | None = None, **more: object) -> Segment:
    """A piece of a source; a `join` plays 0.3 s out of the removed pauses."""
    moved = Transition(join, 300, 150, 150) if join else None
    return Segment(f"{media}{start}", media, media, media, "video", start, end, transition=moved, **more)  # type: ignore[arg-type]  # fields by name


def _cuts(media: str, join: TransitionStyle | None = None) -> tuple[Segment, ...]:
    first, *rest = KEPT
    return (cut(media, *first), *(cut(media, *part, join) for part in rest))


def _plain(media: str, *, join: TransitionStyle | None = None, canvas: Canvas = CANVAS, **more: object) -> Timeline:
    return Timeline(canvas, _cuts(media, join), **more)  # type: ignore[arg-type]  # fields by name


def _shaped(width: int, height: int, fit: Fit) -> Timeline:
    return _plain("gop60.mp4", canvas=Canvas(width, height, fit=fit))


_WHOLE = (cut("gop60.mp4", 0, 8000),)
_TITLE = Text("t", "A title, 标题", 1500, 3500)
_OF_ALL = (
    cut("gop60.mp4", 500, 2100),
    cut("no_b.mp4", 700, 2000),
    cut("hevc.mp4", 1000, 2000, "crossfade"),
    cut("main.mp4", 0, 2000),
    cut("gop60.mp4", 2100, 4500),
    cut("uneven.mp4", 300, 1500),
)

CASES: dict[str, tuple[Timeline, Output]] = {
    "whole": (Timeline(CANVAS, _WHOLE), Output()),
    "cuts, GOP 30": (_plain("gop30.mp4"), Output()),
    "cuts, GOP 60": (_plain("gop60.mp4"), Output()),
    "cuts, GOP 250": (_plain("gop250.mp4"), Output()),
    "cuts, open GOPs": (_plain("open_gop.mp4"), Output()),
    "cuts, no B-frames": (_plain("no_b.mp4"), Output()),
    "cuts, eight B-frames": (_plain("many_b.mp4"), Output()),
    "cuts, another profile": (_plain("main.mp4"), Output()),
    "cuts, interlaced": (_plain("interlaced.mp4"), Output()),
    "cuts, refreshed without keyframes": (_plain("no_idr.mp4"), Output()),
    "cuts, as a recorder writes it": (_plain("recorded.mp4"), Output()),
    "cuts, a transport stream": (_plain("in_band.ts"), Output()),
    "cuts, Matroska": (_plain("kept.mkv"), Output()),
    "cuts, HEVC": (_plain("hevc.mp4"), Output()),
    "cuts, variable rate": (Timeline(CANVAS, (cut("uneven.mp4", 137, 950), cut("uneven.mp4", 1300, 2200))), Output()),
    "cuts, 29.97": (_plain("ntsc.mp4", canvas=Canvas(*SIZE, 30_000, 1001)), Output()),
    "60 to 30 frames a second": (_plain("fast.mp4"), Output()),
    "cross-fades": (_plain("gop60.mp4", join="crossfade"), Output()),
    "cross-fades, GOP 250": (_plain("gop250.mp4", join="crossfade"), Output()),
    "wipes": (_plain("gop60.mp4", join="wipe_left"), Output()),
    "a title": (Timeline(CANVAS, _WHOLE, (_TITLE,)), Output()),
    "a title over cuts": (_plain("gop60.mp4", texts=(_TITLE,)), Output()),
    "fades": (Timeline(CANVAS, _WHOLE, fade_in=Fade(700), fade_out=Fade(900, "white")), Output()),
    "a logo for two seconds": (
        Timeline(CANVAS, _WHOLE, overlays=(Overlay("o", "logo.png", "logo", "image", 2500, 4500),)),
        Output(),
    ),
    "music": (_plain("gop60.mp4", music=(Music("m", "song.wav", "song", 0, 4000, fade_out=500),)), Output()),
    "speed": (
        Timeline(CANVAS, (cut("gop60.mp4", 0, 2137), cut("gop60.mp4", 2137, 6000, speed=2.0),
                          cut("gop60.mp4", 6000, 8000))),
        Output(),
    ),
    "backwards and held": (
        Timeline(CANVAS, (cut("gop60.mp4", 0, 1500), cut("gop60.mp4", 1500, 3000, reverse=True),
                          cut("gop60.mp4", 3000, 4000, freeze=True), cut("gop60.mp4", 3000, 5000))),
        Output(),
    ),
    "a card ahead": (
        Timeline(CANVAS, (Segment("k", "k", "", "card", "card", 0, 1200, color="#204060"), *_WHOLE)),
        Output(),
    ),
    "a clip in grey": (
        Timeline(CANVAS, (cut("gop60.mp4", 0, 3100), cut("gop60.mp4", 3100, 5000, look=Look(bw=True, brightness=20)),
                          cut("gop60.mp4", 5000, 8000))),
        Output(),
    ),
    "several sources": (Timeline(CANVAS, _OF_ALL), Output()),
    "a phone, a recorder, a camera and a photo": (
        Timeline(Canvas(*SIZE, 60), (
            cut("fast.mp4", 500, 3100), cut("phone.mov", 600, 2200, "crossfade"),
            Segment("p", "p", "photo.png", "photo", "image", 0, 900, transition=Transition("wipe_left", 300, 150, 150)),
            cut("camera.mov", 900, 2600), cut("fast.mp4", 3700, 5900, "crossfade"))),
        Output(),
    ),
    "several sources, the plainest first": (
        Timeline(CANVAS, (cut("no_b.mp4", 0, 4000), cut("many_b.mp4", 0, 6000), cut("main.mp4", 2000, 6000))),
        Output(),
    ),
    "portrait, by the matrix": (Timeline(Canvas(180, 320), _cuts("upright.mp4")), Output()),
    "portrait, cropped": (_shaped(180, 320, "crop"), Output()),
    "square, blurred sides": (_shaped(240, 240, "blur_pad"), Output()),
    "another size": (_plain("large.mp4"), Output()),
    "a preview": (_plain("gop60.mp4"), Output(quality="preview")),
    "another rate": (_plain("gop60.mp4"), Output(fps=25)),
}  # fmt: skip


async def finished(name: str, footage_in: Path, out: Path) -> Rendered:
    """The file of a case, by the engine's own way: every source is probed, a child renders."""
    timeline, output = CASES[name]
    used = dict.fromkeys([*_media(timeline.segments), *_media(timeline.overlays), *_media(timeline.music)])
    media: dict[str, SourceFile] = {}
    for one in used:
        path = footage_in / one
        if not path.exists():
            SOURCES[one](path)
        media[one] = SourceFile(path, await probe(path))
    target = out / f"{list(CASES).index(name)}.mp4"
    return await render(RenderJob(timeline, output, target, target.with_suffix(".scratch"), media))


def _media(items: Iterable[Segment | Overlay | Music]) -> list[str]:
    return [one.media for one in items if one.media]
