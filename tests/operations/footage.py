"""Small footage by name, made once a run: what each shows and sounds like is known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tests import portrait, voices
from tests.engine.render import clips
from tests.footage import make_talk

SIZE = (320, 180)
SECONDS = 4.0
_RATE = 30
MEDIA = Path(__file__).parents[1] / "media"


def made(name: str, folder: Path) -> Path:
    """The file of this name, made on first use."""
    path = folder / _FILES[name][0]
    if not path.exists():
        _FILES[name][1](path)
    return path


def _count(path: Path) -> None:
    """Frames that carry their number, a burst of sound every half second; 4 s."""
    clips.footage(path, frames=int(SECONDS * _RATE), sound=clips.bursts(SECONDS))


def _tone(path: Path) -> None:
    """Numbered frames and a steady 440 Hz; 4 s."""
    clips.footage(path, frames=int(SECONDS * _RATE), sound=clips.tone(SECONDS))


def _gap(path: Path) -> None:
    """As the counted one, black from 2 to 3 s."""
    _altered(path, "drawbox=color=black:t=fill:enable='between(n,60,89)'")


def _stuck(path: Path) -> None:
    """As the counted one, but the picture stands still from 1 to 2.5 s."""
    _altered(path, "loop=loop=44:size=1:start=31,select='not(between(n,75,118))',setpts=N/30/TB")


def _altered(path: Path, picture_filter: str) -> None:
    clips.footage(path, frames=int(SECONDS * _RATE), sound=clips.tone(SECONDS), picture_filter=picture_filter)


def _party(path: Path) -> None:
    """A dull 2 s, 2 s of noise to the eye and the ear, 2 dull ones again."""
    dull = f"color=gray:size=320x180:rate={_RATE}:duration=2"
    noise = f"{dull},noise=alls=90:allf=t"
    graph = "[0:v][1:v][0:v]concat=n=3:v=1,format=yuv420p[v];[2:a]volume='if(between(t,2,4),1,0.03)':eval=frame[a]"
    inputs = ["-f", "lavfi", "-i", dull, "-f", "lavfi", "-i", noise, "-f", "lavfi", "-i", "anoisesrc=d=6:a=0.4:seed=3"]
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-c:a", "aac"]
    clips.run([*inputs, "-filter_complex", graph, "-map", "[v]", "-map", "[a]", *codecs, str(path)])


def _people(path: Path) -> None:
    """One walks across, another stands at the right; 3 s at 640x360."""
    portrait.footage(path, 3, lambda second: [(round(20 + 40 * second), 120, 180), (460, 200, 140)])


def _walker(path: Path) -> None:
    """One stands at the left for a second, then walks to the right; 4 s at 640x360."""
    portrait.footage(path, 4, lambda second: [(round(20 + 180 * min(2.2, max(0.0, second - 1))), 120, 180)])


def _plain(colour: str, frequency: float) -> Callable[[Path], None]:
    """One colour and a tone; 2 s."""

    def make(path: Path) -> None:
        picture = ["-f", "lavfi", "-i", f"color={colour}:size=320x180:rate={_RATE}:duration=2"]
        tone = ["-f", "lavfi", "-i", f"sine=frequency={frequency}:sample_rate=48000:duration=2"]
        codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
        clips.run([*picture, *tone, *codecs, str(path)])

    return make


def _corners(path: Path) -> None:
    """A still scene without sound: red top left, green top right, blue bottom left, white bottom right; 2 s."""
    picture = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(picture)
    across, down = SIZE[0] // 2, SIZE[1] // 2
    for index, colour in enumerate(("#e02020", "#20c020", "#2030e0", "#f0f0f0")):
        left, top = index % 2 * across, index // 2 * down
        draw.rectangle((left, top, left + across - 1, top + down - 1), fill=colour)
    still = path.with_suffix(".still.png")
    picture.save(still)
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    clips.run(["-loop", "1", "-framerate", str(_RATE), "-i", str(still), "-t", "2", *codecs, str(path)])
    still.unlink()


def _barred(path: Path) -> None:
    """Numbered frames between black bars, each a sixth of the height; 2 s."""
    clips.footage(path, frames=60, size=(320, 120), picture_filter="pad=320:180:0:30:black")


def _shaky(path: Path) -> None:
    """A patterned scene filmed by a hand that trembles; 2 s."""
    dice = np.random.default_rng(1)
    scene = dice.integers(0, 255, (30, 50, 3), np.uint8)
    large = np.asarray(Image.fromarray(scene).resize((400, 240), Image.Resampling.BICUBIC))
    shake = np.cumsum(dice.normal(0, 2.5, (60, 2)), axis=0)
    shake = np.clip(shake - shake.mean(axis=0), -24, 24).round().astype(int)
    frames = [large[30 + y : 30 + y + SIZE[1], 40 + x : 40 + x + SIZE[0]] for x, y in shake]
    picture = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(_RATE), "-i", "pipe:0"]
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    clips.run([*picture, *codecs, str(path)], b"".join(np.ascontiguousarray(frame).tobytes() for frame in frames))


def _talk(path: Path) -> None:
    """Somebody talks over a screen, with pauses; 12 s."""
    make_talk(path, 12, SIZE)


def _other(path: Path) -> None:
    """Another size, rate, codec and sound than the rest: upright, 25 frames a second, MPEG-4, mono 22 kHz; 2 s."""
    picture = ["-f", "lavfi", "-i", "color=yellow:size=180x240:rate=25:duration=2"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=1200:sample_rate=22050:duration=2"]
    clips.run([*picture, *tone, "-c:v", "mpeg4", "-c:a", "libmp3lame", "-ac", "1", "-shortest", str(path)])


def _photo(colour: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        Image.new("RGB", (400, 300), colour).save(path)

    return make


def _logo(path: Path) -> None:
    """A magenta disc on nothing."""
    picture = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((10, 10, 110, 110), fill=(255, 0, 255, 255))
    picture.save(path)


def _song(path: Path) -> None:
    """Three seconds of 880 Hz."""
    clips.music(path, clips.tone(3, 880, 0.3))


def _beep(path: Path) -> None:
    """A fifth of a second of 2,500 Hz."""
    clips.music(path, clips.tone(0.2, 2500, 0.5))


def _sparse(path: Path) -> None:
    """Somebody says a little, with long pauses; 16 s."""
    make_talk(path, 16, SIZE, pause_s=(3.5, 4.5))


def _fan(path: Path) -> None:
    """Somebody talks beside a fan; 12 s."""
    make_talk(path, 12, SIZE, noise=voices.fan)


def _quiet(path: Path) -> None:
    """Somebody talks, recorded far too low; 12 s."""
    loud = path.with_suffix(".loud.mp4")
    make_talk(loud, 12, SIZE)
    clips.run(["-i", str(loud), "-c:v", "copy", "-c:a", "aac", "-af", "volume=-18dB", str(path)])
    loud.unlink()


def _said(path: Path) -> None:
    """Four sentences with an "um" or "uh" in each, over grey; 14.2 s. See `tests/media/make_hesitations.py`."""
    grey = ["-f", "lavfi", "-i", f"color=gray:size=320x180:rate={_RATE}:duration=14.24"]
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "copy", "-shortest"]
    clips.run([*grey, "-i", str(MEDIA / "hesitations.m4a"), "-map", "0:v", "-map", "1:a", *codecs, str(path)])


_FILES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "count": ("count.mp4", _count),
    "tone": ("tone.mp4", _tone),
    "gap": ("gap.mp4", _gap),
    "stuck": ("stuck.mp4", _stuck),
    "party": ("party.mp4", _party),
    "walker": ("walker.mp4", _walker),
    "people": ("people.mp4", _people),
    "red": ("red.mp4", _plain("red", 500)),
    "green": ("green.mp4", _plain("green", 700)),
    "blue": ("blue.mp4", _plain("blue", 900)),
    "corners": ("corners.mp4", _corners),
    "shaky": ("shaky.mp4", _shaky),
    "barred": ("barred.mp4", _barred),
    "talk": ("talk.mp4", _talk),
    "said": ("said.mp4", _said),
    "sparse": ("sparse.mp4", _sparse),
    "fan": ("fan.mp4", _fan),
    "quiet": ("quiet.mp4", _quiet),
    "other": ("other.mkv", _other),
    "photo": ("photo.png", _photo("#c08040")),
    "photo2": ("photo2.jpg", _photo("#4080c0")),
    "logo": ("logo.png", _logo),
    "song": ("song.wav", _song),
    "beep": ("beep.wav", _beep),
}
"""To add footage: its file's name, and what makes it."""
