"""Footage that is as large as one likes, and what tells two copies of it apart."""

import hashlib
import random
from pathlib import Path

from tests import footage

_BLOCK = 1 << 22


def make_large(target: Path, size: int, seed: int = 7) -> str:
    """Write two seconds of video as a file of `size` bytes, padded with a box that nobody reads; its SHA-256."""
    footage.clip(target)
    dice = random.Random(seed)
    padding = size - target.stat().st_size
    with target.open("ab") as file:
        file.write(padding.to_bytes(4, "big") + b"free")
        left = padding - 8
        while left:
            left -= file.write(dice.randbytes(min(left, _BLOCK)))
    return digest(target)


def digest(path: Path) -> str:
    """The SHA-256 of a file. Blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
