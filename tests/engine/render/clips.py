"""Small footage whose truth is known: each frame carries its number, the sound has a burst every half second."""

import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from bot.engine.render.job import SourceFile
from bot.media import ffmpeg
from bot.media.footage import read_footage

RATE = 48_000
BITS = 12
BURST_SECONDS = 0.5


def run(args: Sequence[str], given: bytes = b"") -> bytes:
    """Run ffmpeg and return its output; fails with its words."""
    command = [str(ffmpeg.binary()), "-hide_banner", "-loglevel", "error", "-y", *args]
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout


def counted_frame(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """A grey picture with `number` in its middle band, lowest bit left, and a bar that moves."""
    frame = np.full((height, width), 90, np.uint8)
    frame[: height // 8, (number * 4) % width :] = 160
    edges = [round(width * (0.1 + 0.8 * bit / BITS)) for bit in range(BITS + 1)]
    for bit in range(BITS):
        frame[int(height * 0.4) : int(height * 0.6), edges[bit] : edges[bit + 1]] = 235 if number >> bit & 1 else 16
    return frame


def bursts(seconds: float, frequency: float = 1000) -> NDArray[np.float32]:
    """Silence with 20 ms of a tone at every half second."""
    sound = np.zeros(round(seconds * RATE), np.float32)
    tone = 0.5 * np.sin(2 * np.pi * frequency * np.arange(RATE // 50) / RATE)
    for at in np.arange(0, seconds, BURST_SECONDS):
        piece = sound[round(at * RATE) : round(at * RATE) + len(tone)]
        piece[:] = tone[: len(piece)]
    return sound


def tone(seconds: float, frequency: float = 440, level: float = 0.3) -> NDArray[np.float32]:
    """A steady tone."""
    return (level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def footage(
    path: Path,
    *,
    frames: int = 300,
    fps: Fraction = Fraction(30),
    size: tuple[int, int] = (320, 180),
    sound: NDArray[np.float32] | None = None,
    container: str = "mov",
    video: Sequence[str] = ("-c:v", "libx264", "-preset", "veryfast", "-g", "60", "-pix_fmt", "yuv420p"),
    audio: Sequence[str] = ("-c:a", "aac", "-b:a", "128k"),
    picture_filter: str = "null",
) -> SourceFile:
    """Write a file, numbered before `picture_filter`, and probe it."""
    width, height = size
    raw = path.with_suffix(".raw")
    with raw.open("wb") as file:
        for number in range(frames):
            file.write(counted_frame(number, width, height).tobytes())
    args = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}", "-r", str(fps), "-i", str(raw)]
    if sound is not None:
        args += ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0", *audio]
    args += ["-vf", picture_filter, "-fps_mode", "passthrough", *video, str(path)]
    run(args, sound.tobytes() if sound is not None else b"")
    raw.unlink()
    return probed(path, container)


def probed(path: Path, container: str) -> SourceFile:
    """What the engine's own probe finds."""
    return SourceFile(path, read_footage(path, container, path.stat().st_size))


def music(path: Path, sound: NDArray[np.float32]) -> SourceFile:
    """A WAV file."""
    run(["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0", "-f", "wav", str(path)], sound.tobytes())
    return probed(path, "wav")


def decoded(path: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Every frame of a finished file, grey, as a player would show it."""
    width, height = size
    raw = run(["-i", str(path), "-map", "0:v:0", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"])
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width)


def timed(path: Path) -> tuple[list[float], list[int]]:
    """When each frame is shown, s, and the number it carries."""
    with av.open(str(path)) as source:
        frames = [(frame.time or 0.0, frame.to_ndarray(format="gray")) for frame in source.decode(video=0)]
    return [at for at, _ in frames], numbers(np.stack([picture for _, picture in frames]))


def numbers(pictures: NDArray[np.uint8], box: tuple[int, int, int, int] | None = None) -> list[int]:
    """The number each frame carries; `box` (left, top, width, height) is where the footage lies on the canvas."""
    left, top, width, height = box or (0, 0, pictures.shape[2], pictures.shape[1])
    row = pictures[:, top + height // 2 - 3 : top + height // 2 + 3, :].mean(axis=1)
    found = np.zeros(len(pictures), np.int64)
    for bit in range(BITS):
        centre = left + round(width * (0.1 + 0.8 * (bit + 0.5) / BITS))
        found |= (row[:, centre - 1 : centre + 2].mean(axis=1) > 125).astype(np.int64) << bit
    return [int(number) for number in found]


def heard(path: Path) -> NDArray[np.float32]:
    """The finished file's left channel, in step with its time stamps, 48 kHz."""
    left = "aresample=async=1:first_pts=0,pan=mono|c0=c0"
    args = ["-i", str(path), "-map", "0:a:0", "-af", left, "-ar", str(RATE)]
    return np.frombuffer(run([*args, "-f", "f32le", "pipe:1"]), np.float32)


def onsets(sound: NDArray[np.float32], level: float = 0.12) -> list[float]:
    """When bursts begin, s: loud after at least 50 ms of quiet."""
    loud = np.flatnonzero(np.abs(sound) > level)
    if not len(loud):
        return []
    begins = np.concatenate(([True], np.diff(loud) > RATE // 20))
    return [float(at) / RATE for at in loud[begins]]
