"""Measures how loud a file is, as broadcasters do (EBU R128, which is ITU-R BS.1770), by ffmpeg as a stream."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.media import ffmpeg
from bot.media.facts import MediaFacts
from bot.media.process import run
from bot.media.sandbox import Reach

SILENT_LUFS = -70.0
"""What no sound at all measures as: the scale ends there."""

_STALL_SECONDS = 60.0
_FILTER = (
    "aresample=48000:async=1:first_pts=0,ebur128=metadata=1,"
    "ametadata=mode=print:key=lavfi.r128.M:file=pipe\\\\:1,ametadata=mode=print:key=lavfi.r128.I:file=pipe\\\\:1"
)


async def loudness(
    path: Path, facts: MediaFacts, on_progress: Callable[[float], None] | None = None, *, ffmpeg_bin: Path | None = None
) -> float:
    """The loudness of the whole, LUFS; `SILENT_LUFS` where nothing is to be heard.

    Raises MediaError: BROKEN (the sound cannot be decoded), TIMED_OUT, NO_FFMPEG.
    """
    return (await _measured(path, facts, on_progress, ffmpeg_bin)).whole


async def levels(
    path: Path, facts: MediaFacts, on_progress: Callable[[float], None] | None = None, *, ffmpeg_bin: Path | None = None
) -> tuple[int, ...]:
    """The loudest moment of each second, LUFS in whole numbers. Raises as `loudness`."""
    found = await _measured(path, facts, on_progress, ffmpeg_bin)
    return tuple(round(max(one, SILENT_LUFS)) for one in found.seconds)


@dataclass
class _Meter:
    """Hears the filter's lines: `frame:N pts:N pts_time:S`, then a value."""

    duration_s: float
    tell: Callable[[float], None] | None
    whole: float = SILENT_LUFS
    seconds: list[float] = field(default_factory=list)
    _at: int = 0

    def line(self, text: str) -> None:
        if text.startswith("frame:"):
            self._at = max(0, int(float(text.rpartition("pts_time:")[2])))
            if self._at >= len(self.seconds):
                self.seconds.extend([SILENT_LUFS] * (self._at + 1 - len(self.seconds)))
                if self.tell is not None:
                    self.tell(min(1.0, self._at / self.duration_s))
            return
        name, _, value = text.partition("=")
        if name == "lavfi.r128.I":
            self.whole = max(float(value), SILENT_LUFS)
        elif name == "lavfi.r128.M":
            self.seconds[self._at] = max(self.seconds[self._at], float(value))


async def _measured(
    path: Path, facts: MediaFacts, on_progress: Callable[[float], None] | None, ffmpeg_bin: Path | None
) -> _Meter:
    meter = _Meter(max(facts.duration_ms / 1000, 0.001), on_progress)
    if facts.sound is None:
        return meter
    command = [str(ffmpeg.binary(ffmpeg_bin)), *ffmpeg.SAFE_GLOBAL, *ffmpeg.input_args(facts, path)]
    command += ["-map", "0:a:0", "-af", _FILTER, "-f", "null", "-"]
    wall_s = 60 + facts.duration_ms / 1000 / 4
    await run(command, reach=Reach(reads=(path,)), wall_s=wall_s, stall_s=_STALL_SECONDS, on_line=meter.line)
    return meter
