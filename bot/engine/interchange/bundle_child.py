"""The child process of `bot.engine.interchange.bundle`: its argument is a job file, its result is empty.

Media go into the ZIP as they are, a block at a time: they are compressed already, and may be larger than memory.
"""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from PIL import Image

from bot.engine.interchange.edl import edl
from bot.engine.interchange.fcpxml import fcpxml
from bot.engine.interchange.sheet import Asset, Sheet, sheet_of
from bot.engine.render.job import ChildJob, read_job
from bot.media.child import progress, serve
from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import SAFE_GLOBAL, input_args

_BLOCK = 1 << 20
_STAMP = (2000, 1, 1, 0, 0, 0)
"""Of every entry: the same timeline gives the same file."""
_HELD_SECONDS = 120
_HELD_BACK_MS = 2_000
"""So far before a moment the picture that is on show then is looked for."""

_HEAD = """This is a project for another editor, with its media in the folder "media" beside it.
Unpack all of it into one folder before you open the project: it finds its media by that place.
"""
_NOTHING = "Everything that is on the timeline is in the project."
_SOME = "What is not in the project, or not quite as it was:"
_UNTRIED = """
It was written by the book of the format and read back by OpenTimelineIO; it has not been opened in an editor.
"""


def main() -> None:
    """Write one project."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    child = read_job(Path(args[0]))
    sheet = sheet_of(child.job.timeline, child.job.media)
    form = child.job.output.format
    with ZipFile(child.job.target, "w", allowZip64=True) as archive:
        _text(archive, f"project.{form}", _WRITERS[form](sheet))
        _text(archive, "NOTES.txt", notes(sheet).encode())
        files = [(asset, _file(asset, child)) for asset in sheet.assets]
        total, done = sum(path.stat().st_size for _, path in files) or 1, 0
        for asset, path in files:
            for block in _copied(archive, asset.file, path):
                done += block
                progress(min(1.0, done / total))
    return {}


def notes(sheet: Sheet) -> str:
    """The NOTES.txt of a project."""
    told = "\n".join([_SOME, *(f"- {note}" for note in sheet.notes)]) if sheet.notes else _NOTHING
    files = "\n".join(f"- {asset.file}: {asset.name}" for asset in sheet.assets)
    return f"{_HEAD}\n{told}\n\nMedia:\n{files}\n{_UNTRIED}"


def _otio(sheet: Sheet) -> bytes:
    from bot.engine.interchange.otio import otio  # noqa: PLC0415 - only where it is asked for

    return otio(sheet)


_WRITERS: dict[str, Callable[[Sheet], bytes]] = {"otio": _otio, "fcpxml": fcpxml, "edl": edl}


def _text(archive: ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_entry(name, ZIP_DEFLATED), data)


def _entry(name: str, how: int) -> ZipInfo:
    entry = ZipInfo(name, _STAMP)
    entry.compress_type = how
    entry.external_attr = 0o644 << 16
    return entry


def _copied(archive: ZipFile, name: str, path: Path) -> Iterator[int]:
    """The bytes of each block that went into the archive."""
    entry = _entry(name, ZIP_STORED)
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            target.write(block)
            yield len(block)


def _file(asset: Asset, child: ChildJob) -> Path:
    """Where an asset lies, made where it is not among the user's files."""
    if asset.color is not None:
        path = child.job.scratch / f"{asset.id}.png"
        Image.new("RGB", (asset.width, asset.height), asset.color).save(path)
        return path
    source = child.job.media[asset.key]
    if asset.held_ms is None:
        return source.path
    path = child.job.scratch / f"{asset.id}.png"
    for back in (_HELD_BACK_MS, asset.held_ms):  # the picture may end long before the sound
        start = max(0, asset.held_ms - back)
        command = [str(child.ffmpeg), *SAFE_GLOBAL, "-y", "-ss", f"{start / 1000:.3f}"]
        command += [*input_args(source.facts, source.path), "-map", "0:V:0"]
        command += ["-t", f"{(asset.held_ms + 1 - start) / 1000:.3f}", "-f", "image2", "-update", "1"]
        command += ["-c:v", "png", f"file:{path}"]
        done = subprocess.run(  # noqa: S603 - our args
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_HELD_SECONDS, check=False
        )
        if done.returncode == 0 and path.is_file():
            return path
    raise MediaError(MediaFault.BROKEN, "a held picture cannot be decoded")


if __name__ == "__main__":
    main()
