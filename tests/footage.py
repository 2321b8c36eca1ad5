"""Footage like a screen recording whose truth is known: every frame carries its number, speech lies where it was put.

`make_talk` makes it; the other functions make the odd files of the bad-input list out of nothing.
"""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bot.media.ffmpeg import binary
from tests import counter, voices

_PAGES = 8
_PAGE_SECONDS = 2
_WORDS = ("let", "frame", "=", "capture", "next;", "if", "quiet", "keep", "margin", "else", "cut", "here;", "render")


@dataclass(frozen=True)
class Footage:
    """A file and its truth: frame `n` is shown from n/fps on; `speech_ms` are the utterances, tight, in ms."""

    path: Path
    size: tuple[int, int]
    fps: Fraction
    frames: int
    speech_ms: voices.Ranges
    sound: voices.Sound

    @property
    def duration_ms(self) -> int:
        """Length in ms."""
        return round(self.frames * 1000 / self.fps)


def make_talk(
    target: Path,
    seconds: float = 20,
    size: tuple[int, int] = (640, 360),
    fps: Fraction | int = 30,
    seed: int = 1,
    *,
    pause_s: tuple[float, float] = (0.8, 2.5),
    noise: Callable[[voices.Talk, int], voices.Sound] | None = None,
    video: Sequence[str] = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "60"),
    audio: Sequence[str] = ("-c:a", "aac", "-b:a", "96k", "-ar", "48000"),
    extra: Sequence[str] = (),
) -> Footage:
    """Write a recording of somebody who talks over a screen. Sizes are even; the ending names the container.

    `noise` is a function of `tests.voices` (a quiet room without), `extra` are further output options. 20 s of 360p
    take about a second, 3 minutes of 1080p with `video=QUICK` about half a minute.
    """
    rate = Fraction(fps)
    frames = round(seconds * rate)
    talk = voices.talk(float(frames / rate), seed, pause_s)
    sound = talk.sound + (noise(talk, seed) if noise else voices.room(len(talk.sound), seed))
    pages = target.with_name(f"{target.name}.pages")
    pages.mkdir()
    spoken = voices.write_wav(pages / "sound.wav", sound)
    height = size[1] - counter.strip_height(size[1])
    for number in range(_PAGES):
        draw_page(number, size[0], height, max(8, height // 24)).save(pages / f"{number}.png", compress_level=1)
    inputs = ["-framerate", f"1/{_PAGE_SECONDS}", "-loop", "1", "-start_number", "0", "-i", str(pages / "%d.png")]
    inputs += ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{size[0]}x{size[1] - height}", "-r", str(rate)]
    inputs += ["-i", "pipe:0", "-i", str(spoken)]
    graph = f"[0:v]format=yuv420p,fps={rate}[page];[1:v]format=yuv420p[strip];[page][strip]vstack[v]"
    outputs = ["-map", "[v]", "-map", "2:a", "-frames:v", str(frames), *video, *audio, *extra, str(target)]
    ffmpeg([*inputs, "-filter_complex", graph, *outputs], _strips(frames, *size))
    for path in pages.iterdir():
        path.unlink()
    pages.rmdir()
    return Footage(target, size, rate, frames, talk.speech_ms, sound)


QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-g", "60")
"""For `make_talk(video=...)`: long footage, quickly made."""


def ffmpeg(args: Sequence[str], given: Iterator[bytes] | None = None) -> None:
    """Run ffmpeg; fails with its words. `given` is written to its standard input."""
    command = [str(binary()), "-hide_banner", "-loglevel", "error", "-y", *args]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            for block in given or ():
                process.stdin.write(block)
            process.stdin.close()
        except BrokenPipeError:
            pass
        words = process.stderr.read().decode(errors="replace")
    assert process.returncode == 0, words[-2000:]


def _strips(frames: int, width: int, height: int) -> Iterator[bytes]:
    for number in range(frames):
        yield counter.draw_strip(number, width, height).tobytes()


def draw_page(number: int, width: int, height: int, unit: int) -> Image.Image:
    """An editor's window: a bar, line numbers, lines of words in a few colours, each `unit` pixels high."""
    dice = np.random.default_rng(number)
    image = Image.new("RGB", (width, height), "#1e1f29")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(unit * 0.7)
    draw.rectangle((0, 0, width, unit * 1.4), fill="#343746")
    draw.text((unit, unit * 0.3), f"recording - page {number + 1}", font=font, fill="#f8f8f2")
    colours = ["#f8f8f2", "#8be9fd", "#ff79c6", "#f1fa8c", "#50fa7b"]
    for line in range(2, height // unit - 1):
        draw.text((unit * 0.5, line * unit), f"{line + number * 10:3d}", font=font, fill="#6272a4")
        at = unit * (3 + 2 * int(dice.integers(0, 3)))
        for word in dice.choice(_WORDS, int(dice.integers(1, 6))):
            draw.text((at, line * unit), str(word), font=font, fill=colours[int(dice.integers(0, 5))])
            at += int(draw.textlength(f"{word} ", font=font))
    return image


# The odd files. Each is small and made at once.


def _counted(frames: int, size: tuple[int, int]) -> Iterator[bytes]:
    for number in range(frames):
        picture: NDArray[np.uint8] = np.full((size[1], size[0]), 60 + number % 100, np.uint8)
        strip = counter.draw_strip(number, *size)
        picture[-len(strip) :] = strip
        yield picture.tobytes()


def clip(
    target: Path,
    *,
    frames: int = 60,
    size: tuple[int, int] = (320, 180),
    fps: Fraction | int = 30,
    sound: bool = True,
    before: Sequence[str] = (),
    options: Sequence[str] = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
) -> Path:
    """A plain grey clip with its counter and a tone; `options` are what makes it odd."""
    args = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), *before, "-i", "pipe:0"]
    if sound:
        args += ["-f", "lavfi", "-t", str(float(frames / Fraction(fps))), "-i", "sine=440:sample_rate=48000"]
    ffmpeg([*args, *options, str(target)], _counted(frames, size))
    return target


def silent(target: Path) -> Path:
    """A video without a sound stream."""
    return clip(target, sound=False)


def sound_only(target: Path, seconds: float = 3) -> Path:
    """A sound without a picture; the ending names the container."""
    ffmpeg(["-f", "lavfi", "-t", str(seconds), "-i", "sine=440", str(target)])
    return target


def variable_rate(target: Path) -> Path:
    """Frames at uneven distances, as screen recorders and phones write them."""
    uneven = "setpts='(N+6*floor(N/10)+2*gt(mod(N\\,10)\\,4))/30/TB'"
    x264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    return clip(target, sound=False, options=("-vf", uneven, "-fps_mode", "vfr", *x264))


def odd_size(target: Path) -> Path:
    """1079x607."""
    x264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")
    return clip(target, size=(1079, 607), frames=30, options=x264)


def rotated(target: Path, degrees: int = 90) -> Path:
    """Phone footage: lies on its side, to be turned so many degrees clockwise when shown."""
    flat = clip(target.with_name(f"{target.name}.flat.mp4"))
    ffmpeg(["-display_rotation", str(360 - degrees), "-i", str(flat), "-c", "copy", str(target)])
    flat.unlink()
    return target


def ten_bit(target: Path) -> Path:
    """10-bit HEVC with the tags of HDR."""
    hdr = "format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
    return clip(target, frames=20, options=("-vf", hdr, "-c:v", "libx265", "-preset", "ultrafast"))


def huge_png(target: Path, side: int = 10_000) -> Path:
    """A picture of 100 megapixels in a small file."""
    Image.new("1", (side, side)).save(target, "PNG")
    return target


def empty(target: Path) -> Path:
    """Zero bytes."""
    target.write_bytes(b"")
    return target


def text_as_video(target: Path) -> Path:
    """Words under the name of a video."""
    target.write_text("This is no video at all.\n" * 200)
    return target


def playlist(target: Path, leaks: Path) -> Path:
    """A playlist in disguise that names another file."""
    target.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{leaks.as_uri()}\n#EXT-X-ENDLIST\n")
    return target


def concat_script(target: Path, leaks: Path) -> Path:
    """An ffmpeg concat script in disguise."""
    target.write_text(f"ffconcat version 1.0\nfile '{leaks}'\n")
    return target


def truncated(target: Path, share: float = 0.6, *, index_first: bool = True) -> Path:
    """An MP4 that was cut off: with its index at the start (half of it plays) or at the lost end."""
    options = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    whole = clip(target, frames=150, options=[*options, *(["-movflags", "+faststart"] if index_first else [])])
    data = whole.read_bytes()
    whole.write_bytes(data[: int(len(data) * share)])
    return target
