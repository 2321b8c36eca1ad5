"""Pictures of high dynamic range as an ordinary screen shows them, as a table that a filter looks colours up in.

ffmpeg's own filters do not make of HLG what its standard says (they lift each part of a colour by itself, so that it
comes out too strong), and dim what both it and PQ hold of ordinary brightness; the table is no slower than they are.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from bot.media.hdr import Light, ordinary

CUBES: Mapping[Light, str] = {"pq": "pq.cube", "hlg": "hlg.cube"}
"""The files of the tables, in the folder that ffmpeg runs in."""

_SIDE = 49
"""Codes of each part that are in the table; between them colours are off by a level or two."""


def write_cubes(folder: Path, lights: Iterable[Light]) -> None:
    """Write the tables for these ways of coding light. Raises OSError when the disk is full."""
    for light in lights:
        codes = np.arange(_SIDE) / (_SIDE - 1)
        blue, green, red = np.meshgrid(codes, codes, codes, indexing="ij")  # red is the first to change
        table = ordinary(np.stack((red, green, blue), axis=-1).reshape(-1, 3), light)
        rows = "\n".join("{:.5f} {:.5f} {:.5f}".format(*row) for row in table.tolist())
        (folder / CUBES[light]).write_text(f"LUT_3D_SIZE {_SIDE}\n{rows}\n", "ascii")
