"""Encoded spans as they are kept for the next attempt, each with a checksum of its content in its name.

The disk may give a file its name before it has all of it: after a power cut one that is cut off or full of zeros must
not be taken for a finished span. To wait for the disk at each of hundreds of spans would take longer than to encode.
"""

from pathlib import Path
from zlib import crc32

_BLOCK = 1 << 20


class Kept:
    """The spans in `folder`, as they were when this attempt began; `attempt` names what it writes itself."""

    def __init__(self, folder: Path, attempt: str) -> None:
        self._folder = folder
        self._attempt = attempt
        self._found = {path.name.split(".")[0]: path for path in folder.glob("*.*.nut")}

    def find(self, name: str) -> Path | None:
        """The file of a finished span, if it is whole; one that is not is removed."""
        path = self._found.get(name)
        if path is None or not path.is_file():
            return None
        if path.name == _named(name, path):
            return path
        path.unlink(missing_ok=True)
        return None

    def part(self, name: str) -> Path:
        """Where to write a span: a file of this attempt alone, since one that was thought dead may still write."""
        return self._folder / f"{name}.nut.{self._attempt}.part"

    def keep(self, name: str) -> Path:
        """A span is written: give it its name."""
        part = self.part(name)
        return part.replace(self._folder / _named(name, part))


def _named(name: str, path: Path) -> str:
    found = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found = crc32(block, found)
    return f"{name}.{found:08x}.nut"
