"""How long a timeline's picture and a storyboard take, the first time and later, of a talk and of two hours at 720p."""

import time
from pathlib import Path

import pytest

from bot.media.folder import MediaFolder
from bot.pictures.gallery import Gallery
from tests.footage import ffmpeg
from tests.pictures.studio import WORDS, item, kept, timeline

TALK = Path(__file__).parents[1] / "media" / "talk.mp4"


def _two_hours(target: Path) -> Path:
    """720p30 with stereo sound, keyframes 250 frames apart, 450 MB: a minute again and again."""
    minute = target.with_name("minute.mp4")
    ffmpeg(
        ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=60", "-f", "lavfi", "-i", "sine=440:d=60:sample_rate=48000",
         "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "400k", "-maxrate", "450k", "-bufsize", "1M", "-g", "250",
         "-c:a", "aac", "-ac", "2", "-b:a", "96k", str(minute)]
    )  # fmt: skip
    ffmpeg(["-stream_loop", "119", "-i", str(minute), "-c", "copy", str(target)])
    return target


@pytest.mark.bench
async def test_pictures(tmp_path: Path) -> None:
    media = MediaFolder(tmp_path / "media")
    for name, path, ms in (("talk, 31 s", TALK, 31_000), ("two hours", _two_hours(tmp_path / "long.mp4"), 7_200_000)):
        footage = await kept(media, path, path.name, duration_ms=ms)
        parts = [(ms * n // 20, ms * n // 20 + ms // 40) for n in range(20)]
        edited = timeline(("video", [item(footage, 0, ms // 2, *parts)]), ms=ms // 2)
        for what in ("timeline", "storyboard"):
            gallery = Gallery(media, tmp_path / f"{what} {path.stem}")
            times: list[float] = []
            for _ in range(2):
                begun = time.monotonic()
                if what == "timeline":
                    assert await gallery.timeline(edited, [footage], WORDS)
                else:
                    assert await gallery.storyboard(footage)
                times.append(time.monotonic() - begun)
            print(f"\n{name}: {what} first {times[0]:.2f} s, later {times[1]:.2f} s")
