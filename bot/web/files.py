"""Names that come from outside or from a record, made safe to open and to show."""

import re
import stat
import unicodedata
from pathlib import Path

from bot.store.models import VIDEOS

CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".gif": "image/gif",
    ".mp3": "audio/mpeg",
}
"""What a result can be; anything else is handed out as bytes to save."""

_NAME_LENGTH = 100
_FILE_BYTES = 255  # what file systems take
_UNSAFE = re.compile(r'[\\/:*?"<>|%;]')


def result_path(results_dir: Path, file: str) -> Path | None:
    """The path of a result by its name in the folder; None for a name that is none or leads anywhere else."""
    too_long = len(file.encode(errors="replace")) > _FILE_BYTES
    if not file or file.startswith(".") or too_long or any(char in file for char in "/\\:\0"):
        return None
    return results_dir / file


def is_result(path: Path) -> bool:
    """Whether a finished regular file lies there: no folder, no link, nothing half-written. Blocks."""
    try:
        return stat.S_ISREG(path.lstat().st_mode) and path.suffix != ".part"
    except (OSError, ValueError):
        return False


def is_video(file: str) -> bool:
    """Whether a result of this name is a video, and so has a page of its own."""
    return Path(file).suffix.lower().removeprefix(".") in VIDEOS


def display_name(name: str, file: str) -> str:
    """A name to save the file under: what was asked for without what any system forbids, with the file's own ending."""
    kept = "".join(
        " " if unicodedata.category(char)[0] in "CZ" else char for char in unicodedata.normalize("NFC", name)
    )
    suffix = Path(file).suffix.lower()
    stem = " ".join(_UNSAFE.sub(" ", kept).split()).removesuffix(suffix).strip(" .")[:_NAME_LENGTH].strip(" .")
    return f"{stem or 'video'}{suffix}"
