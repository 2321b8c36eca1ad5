"""Files that a record will speak of: after a power cut they are there whole, or not at all."""

import os
from pathlib import Path


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name once the disk has all of it. Blocks; raises OSError."""
    with part.open("r+b") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder, where the system can be asked to. Blocks; raises OSError."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
