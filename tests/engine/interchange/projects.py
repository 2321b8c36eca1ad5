"""A timeline with everything that a project can hold, and its media as they would be probed."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from bot.engine.render.job import SourceFile
from bot.engine.timeline.model import (
    Canvas,
    Chapter,
    Look,
    Music,
    Overlay,
    Segment,
    Text,
    Timeline,
    Transition,
)
from bot.media.facts import MediaFacts, Picture, Sound

NAME = 'My "talk" <&> 你好\n\x07.mp4'


def footage(seconds: float = 60, fps: Fraction = Fraction(30), *, sound: bool = True) -> SourceFile:
    picture = Picture(1920, 1080, fps.numerator, fps.denominator, "h264", "yuv420p")
    heard = Sound("aac", 48_000, 2) if sound else None
    return SourceFile(Path("/x"), MediaFacts("video", "mov", 1_000, round(seconds * 1000), picture, heard))


PHOTO = SourceFile(Path("/p"), MediaFacts("image", "jpeg_pipe", 10, 0, Picture(800, 600, 1, 1, "mjpeg", "yuvj420p")))
SONG = SourceFile(Path("/s"), MediaFacts("audio", "mp3", 10, 7_000, None, Sound("mp3", 44_100, 2)))
MEDIA = {"talk": footage(), "vlog": footage(20, sound=False), "photo": PHOTO, "song": SONG}


def piece(number: int, media: str, start: int, end: int, **more: object) -> Segment:
    segment = Segment(
        f"s{number}", f"c{number}", media, NAME if media == "talk" else f"{media}.mov", "video", start, end
    )
    return replace(segment, **more)  # type: ignore[arg-type]


def canvas(fps: Fraction = Fraction(30)) -> Canvas:
    return Canvas(1280, 720, fps.numerator, fps.denominator)


FULL = Timeline(
    canvas=canvas(),
    segments=(
        piece(1, "talk", 1_000, 4_000),
        piece(2, "talk", 10_000, 14_000, speed=2.0, volume=50),
        piece(3, "vlog", 2_000, 5_000, transition=Transition("crossfade", 1_000, 500, 500)),
        piece(4, "talk", 20_000, 22_000, transition=Transition("wipe_left", 600), reverse=True),
        piece(5, "talk", 30_000, 31_500, freeze=True),
        replace(piece(6, "", 0, 2_000), kind="card", name="", color="#204060"),
        replace(piece(7, "photo", 0, 3_000), kind="image"),
        piece(8, "talk", 40_000, 42_000, muted=True, sound_early=0, look=Look(bw=True)),
    ),
    texts=(Text("t1", "Day <One> & 二", 500, 2_500, "top", "#ff8800", 120), Text("t2", "Bye", 1_000, 3_000, "bottom")),
    music=(Music("m1", "song", "song.mp3", 1_000, 12_000, offset=2_000, volume=30),),
    overlays=(Overlay("o1", "photo", "logo.png", "image", 2_000, 9_000, position="top-right", size=20, opacity=50),),
    chapters=(Chapter("k1", 0, "Start"), Chapter("k2", 6_000, "Later & more")),
)
"""At 30 frames a second: 3 s, 2 s (at double speed), 3 s with a second of dissolve over its cut (out of what was left
out), 2 s backwards with 0.6 s of overlap, 1.5 s held, a card of 2 s, a photo of 3 s, 2 s mute.
"""
