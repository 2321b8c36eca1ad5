"""Small pictures of a file at given times, made in a child process: footage is hostile, and libav may crash."""

from collections.abc import Iterable
from pathlib import Path

from bot.media.glance import SIDE
from bot.media.process import run_python
from bot.media.sandbox import Reach

_MOST = 500
_FILE_BYTES = 4 << 20


async def make_thumbs(path: Path, times_ms: Iterable[int], folder: Path, *, seconds: float, side: int = SIDE) -> None:
    """Write the picture shown at each time as a JPEG into `folder`, which exists; upright, square pixels,
    the longer side at most `side` (of an image: as large as those are shown).

    It takes `seconds` at the most: when half of them are over, the nearest picture that can be had at once is taken,
    and at their end it stops, so some may be missing. A time past the end shows the last picture.

    Raises MediaError: UNSUPPORTED, BROKEN, TOO_MANY_PIXELS, TIMED_OUT, DISK_FULL.
    """
    times = [str(at) for at in sorted({max(0, at) for at in times_ms})][:_MOST]
    await run_python(
        "bot.media.thumbs_child", [str(path), str(folder), str(seconds), str(side), *times],
        reach=Reach(reads=(path,), writes=(folder,)), wall_s=seconds + 5, max_file_bytes=_FILE_BYTES,
    )  # fmt: skip
