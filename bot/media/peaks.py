"""How loud a file's sound is along its time, heard in a child process: what a waveform is drawn from."""

from dataclasses import dataclass
from pathlib import Path

from bot.media.process import run_python
from bot.media.sandbox import Reach

_WALL_SECONDS = 15.0


@dataclass(frozen=True)
class Peaks:
    """The loudest sample and the mean power (as amplitude) of each step of `step_ms`, 0 to 255 of full scale.

    Without steps there is no sound.
    """

    step_ms: float
    peak: bytes = b""
    mean: bytes = b""


async def hear_peaks(path: Path) -> Peaks:
    """Read the sound through; in long files only a part of each step is decoded, so a peak may be missed there.

    Raises MediaError: UNSUPPORTED, BROKEN, TIMED_OUT (15 s).
    """
    found = await run_python("bot.media.peaks_child", [str(path)], reach=Reach(reads=(path,)), wall_s=_WALL_SECONDS)
    return Peaks(float(found["step_ms"]), bytes.fromhex(found["peak"]), bytes.fromhex(found["mean"]))
