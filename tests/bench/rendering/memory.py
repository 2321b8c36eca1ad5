"""Peak memory of a whole tree of processes: it must not grow with the length of the footage."""

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.media.ffmpeg import binary
from tests.bench.rendering.contenders import X264
from tests.bench.rendering.material import made, repeated
from tests.bench.rendering.meter import Cost, measured
from tests.bench.rendering.report import MEMORY_MB, Aim

SHORT_S, TIMES, QUICK_TIMES = 180, 20, 4
GROWTH, BEYOND_MB = 1.1, 100
"""How much more the long one may take, and a whole encode more than ffmpeg alone."""


def run(folder: Path, *, quick: bool) -> list[Aim]:
    """Smart renders and whole encodes of 3 minutes and of an hour (`quick`: 12 minutes)."""
    short = made(folder / "media", SHORT_S, 60)
    long = repeated(short, QUICK_TIMES if quick else TIMES)
    found: list[Aim] = []
    for kind in ("cuts", "whole"):
        peaks: list[float | None] = []
        for material in (short, long):
            target = folder / "out" / f"memory-{kind}-{material.path.name}"
            command = [sys.executable, "-m", "tests.bench.rendering.ours", kind, str(material.path), str(target)]
            peaks.append(_peak(f"{kind} of {material.seconds / 60:.0f} min", command, target))
        growth = peaks[1] / peaks[0] if peaks[0] and peaks[1] else None
        found.append(Aim(kind, "memory, long to short", growth, GROWTH))
        most = max((one for one in peaks if one), default=None)
        if kind == "cuts":
            found.append(Aim(kind, "peak memory, MB", most, MEMORY_MB))
            continue
        target = folder / "out" / "memory-ffmpeg.mp4"
        plain = [str(binary()), "-nostdin", "-v", "error", "-y", "-i", str(short.path), "-vf", "hue=s=0", *X264]
        alone = _peak("ffmpeg alone, whole, of 3 min", [*plain, str(target)], target)
        found.append(Aim(kind, "MB beyond ffmpeg's own", most - alone if most and alone else None, BEYOND_MB))
    return found


def _peak(name: str, command: Sequence[str], target: Path) -> float | None:
    """In MB; None when it failed."""
    cost: Cost = measured(command, target.with_suffix(".log"), limit_s=3 * 3600)
    target.unlink(missing_ok=True)
    print(f"  {name}: {cost.fault or f'{cost.peak / 1e6:.0f} MB, {cost.wall:.0f} s'}", flush=True)
    return None if cost.fault else cost.peak / 1e6
