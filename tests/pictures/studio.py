"""Footage whose colours and loudness are known at every moment, and the pictures laid where eyes can judge them."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from bot.media.folder import MediaFolder
from bot.pictures.words import Words
from bot.updates import Footage, TimelineSummary, TrackItem, TrackSummary
from tests.footage import ffmpeg

OUT = Path(__file__).with_name("out")
"""Ignored by git: what was drawn, on a light and a dark ground, and as wide as a phone shows it."""
GROUNDS = {"light": "#ffffff", "dark": "#313338", "darkest": "#1a1a1e"}
PHONE = 390

WORDS = Words(
    tracks={"video": "Video", "audio": "Sound", "text": "Title", "other": "Other"},
    parts="{} parts".format,
    more="and {} more".format,
    effect="{}".format,
)
COLOURS = {"red": (230, 30, 30), "lime": (30, 220, 30), "blue": (30, 30, 230), "yellow": (230, 220, 30)}
_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "250")


def colours(target: Path, size: tuple[int, int] = (320, 180)) -> Path:
    """8 s: each colour for 2 s, keyframes up to 250 frames apart; a tone that is loud for 4 s, then faint."""
    shown = [
        f"color={_hex(colour)}:s={size[0]}x{size[1]}:r=30:d=2[c{number}]"
        for number, colour in enumerate(COLOURS.values())
    ]
    joined = "".join(f"[c{number}]" for number in range(len(shown)))
    tone = "sine=440:sample_rate=48000:d=8,volume='if(lt(t,4),7,0.3)':eval=frame[a]"
    graph = ";".join([*shown, f"{joined}concat=n={len(shown)}[v]", tone])
    ffmpeg(["-filter_complex", graph, "-map", "[v]", "-map", "[a]", *_X264, "-c:a", "aac", str(target)])
    return target


def two_hours(target: Path) -> Path:
    """Half an hour of each colour, small; loud for an hour, then faint. Made of pieces, so that it takes a moment."""
    script, lines = target.with_suffix(".txt"), ["ffconcat version 1.0"]
    for number, colour in enumerate(COLOURS.values()):
        piece = target.with_suffix(f".{number}.mp4")
        tone = f"sine=440:sample_rate=48000:d=20,volume={7 if number < 2 else 0.3}"
        ffmpeg(
            ["-f", "lavfi", "-i", f"color={_hex(colour)}:s=64x36:r=5:d=20", "-f", "lavfi", "-i", tone,
             *_X264, "-c:a", "aac", str(piece)]
        )  # fmt: skip
        lines += [f"file '{piece}'"] * 90
    script.write_text("\n".join(lines))
    ffmpeg(["-safe", "0", "-f", "concat", "-i", str(script), "-c", "copy", str(target)])
    return target


def _hex(colour: tuple[int, int, int]) -> str:
    return "0x{:02x}{:02x}{:02x}".format(*colour)


async def kept(media: MediaFolder, path: Path, name: str, kind: str = "video", **facts: int) -> Footage:
    """A file as the bot keeps it."""
    found = await media.ingest_file(path, 1 << 30)
    size = {"width": 320, "height": 180} if kind == "video" else {}
    return Footage(name, kind, found.size, **{"duration_ms": 8000, **size, **facts}, sha256=found.sha256)


def item(footage: Footage, start: int, end: int, *sources: tuple[int, int], volume: int | None = None) -> TrackItem:
    """A clip that plays these parts of its footage one after the other."""
    at, cuts = start, []
    for first, last in sources[:-1]:
        at += last - first
        cuts.append(at)
    return TrackItem(footage.name, start, end, volume, tuple(cuts), sources, footage.sha256)


def timeline(*tracks: tuple[str, Sequence[TrackItem]], ms: int = 8000) -> TimelineSummary:
    return TimelineSummary(ms, 1920, 1080, tuple(TrackSummary(kind, tuple(items)) for kind, items in tracks))


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.mode, image.width) == ("PNG", "RGBA", 1200)
    return image


def lay_out(name: str, image: Image.Image) -> None:
    """Put a picture where it can be looked at, as Discord shows it."""
    OUT.mkdir(exist_ok=True)
    phone = image.resize((PHONE, round(image.height * PHONE / image.width)), Image.Resampling.LANCZOS)
    for ground, colour in GROUNDS.items():
        for size, shown in (("full", image), ("phone", phone)):
            page = Image.new("RGB", (shown.width + 20, shown.height + 20), colour)
            page.paste(shown, (10, 10), shown)
            page.save(OUT / f"{name}.{ground}.{size}.png")


def colour_at(image: Image.Image, x: float, y: float) -> str:
    """Which of the known colours is nearest to what is there; "" where none is near."""
    pixel = image.convert("RGB").getpixel((round(x), round(y)))
    assert isinstance(pixel, tuple)

    def away(name: str) -> int:
        return max(abs(one - other) for one, other in zip(pixel, COLOURS[name], strict=True))

    nearest = min(COLOURS, key=away)
    return nearest if away(nearest) < 60 else ""
