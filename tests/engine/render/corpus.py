"""Small footage of every kind that people drop, made by ffmpeg as the programs and phones they have would make it.

Each frame carries its number (`clips.counted_frame`), a band of blocks that no other frame has, and four patches of
colour along its lower edge; frame `n` is shown at `n / fps`, and at every half second of that clock a chirp begins,
rising and falling by turns.
"""

import functools
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tests.engine.render import clips

Light = Literal["smpte2084", "arib-std-b67"]
"""PQ and HLG, as ffmpeg calls them."""

SIZE = (320, 180)
UPRIGHT = (180, 320)
FRAMES = 150
PATCHES = ((200, 40, 40), (40, 160, 60), (50, 70, 200), (220, 200, 60))
"""Colours of the patches, from left to right."""
PATCH_TOP = 0.7
_BAND_TOP = 0.16
_BLOCK = 14
RUNNER_SPEED = 6
MARK_SECONDS = 0.5
_MARK_LENGTH = 0.02

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-g", "30", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "128k")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=30", "-pix_fmt", "yuv420p")


def picture(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """Frame `number`, RGB."""
    frame = np.repeat(clips.counted_frame(number, width, height)[:, :, None], 3, axis=2)
    blocks = np.random.default_rng(number).integers(40, 200, (2, width // _BLOCK + 1), np.uint8)
    band = np.repeat(np.repeat(blocks, _BLOCK, axis=0), _BLOCK, axis=1)[: height // 6, :width]
    frame[int(height * _BAND_TOP) : int(height * _BAND_TOP) + len(band)] = band[:, :, None]
    edges = [round(width * at / len(PATCHES)) for at in range(len(PATCHES) + 1)]
    for colour, left, right in zip(PATCHES, edges[:-1], edges[1:], strict=True):
        frame[int(height * PATCH_TOP) :, left:right] = colour
    return frame


def runner(lines: NDArray[np.uint8], step: int) -> None:
    """A bright block on dark ground that runs along the lines between counter and patches."""
    top, end = round(len(lines) * 0.62), round(len(lines) * 0.68)
    left = step * RUNNER_SPEED % (lines.shape[1] - 40)
    lines[top:end] = 30
    lines[top:end, left : left + 40] = 220


def chirp(rate: int, *, rising: bool) -> NDArray[np.float32]:
    """What is heard at a mark; its beginning is the mark."""
    at = np.arange(round(rate * _MARK_LENGTH)) / rate
    swept = 600 * at + (3000 - 600) / 2 / _MARK_LENGTH * at**2
    sound = 0.4 * np.sin(2 * np.pi * swept) * np.sin(np.pi * at / _MARK_LENGTH) ** 0.5
    return (sound if rising else sound[::-1]).astype(np.float32)


def marks(seconds: float) -> NDArray[np.float32]:
    """A chirp at every half second, 48 kHz, rising at the whole ones."""
    sound = np.zeros(round(seconds * clips.RATE), np.float32)
    for index, at in enumerate(np.arange(0, seconds, MARK_SECONDS)):
        first = round(at * clips.RATE)
        piece = chirp(clips.RATE, rising=index % 2 == 0)[: len(sound) - first]
        sound[first : first + len(piece)] = piece
    return sound


TAGGED = "setparams=color_primaries=bt2020:color_trc={}:colorspace=bt2020nc"


def in_light(colours: NDArray[np.uint8], light: Light) -> NDArray[np.uint16]:
    """Colours of an ordinary screen (rows of RGB) as codes of 16 bits in BT.2020."""
    known, where = np.unique(colours, axis=0, return_inverse=True)
    codes = coded(203 * (known / 255) ** 2.4, light)
    return np.round(codes * 65_535).astype("<u2")[where.reshape(-1)]


def coded(shown: NDArray[np.float64], light: Light) -> NDArray[np.float64]:
    """Light on a screen (rows of RGB with the primaries of BT.709, cd/m2) as ITU-R BT.2100 codes it, 0 to 1."""
    wide = np.maximum(shown @ np.array(_TO_2020).T, 0)
    if light == "smpte2084":
        root = (wide / 10_000) ** (2610 / 16384)
        return np.asarray(((3424 / 4096 + 2413 / 128 * root) / (1 + 2392 / 128 * root)) ** (2523 / 32))
    bright = np.maximum(wide @ np.array([0.2627, 0.6780, 0.0593]), 1e-6)[:, None] / 1000
    scene = wide / 1000 * bright ** (1 / 1.2 - 1)
    high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.asarray(np.clip(np.where(scene <= 1 / 12, np.sqrt(3 * scene), high), 0, 1))


_TO_2020 = ((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956))


@functools.lru_cache(maxsize=8)
def _pictures(frames: int, size: tuple[int, int]) -> bytes:
    return b"".join(picture(number, *size).tobytes() for number in range(frames))


def write(
    path: Path, *, frames: int = FRAMES, fps: Fraction | int = 30, size: tuple[int, int] = SIZE, sound: bool = True,
    sound_seconds: float | None = None, sound_late: float = 0.0, steps: str = "null", matrix: str = "bt601",
    full: bool = False, video: Sequence[str] = X264, audio: Sequence[str] = AAC, extra: Sequence[str] = (),
    given: bytes | None = None, light: Light | None = None,
) -> None:  # fmt: skip
    """Write one file. `matrix` and `full` are how RGB becomes YUV, `steps` are filters behind that.

    `given` are other pictures, raw RGB. With `light` they are of high dynamic range: the same colours as an ordinary
    screen shows them, on one with a white of 203 cd/m2.
    """
    pictures = given if given is not None else _pictures(frames, size)
    if light is not None:
        pictures = in_light(np.frombuffer(pictures, np.uint8).reshape(-1, 3), light).tobytes()
        matrix, steps = "bt2020", f"{TAGGED.format(light)},{steps}"
    wav = path.with_name(f"{path.name}.wav")
    args = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb48le" if light else "rgb24",
        "-s",
        f"{size[0]}x{size[1]}",
        "-r",
        str(fps),
        "-i",
        "pipe:0",
    ]
    if sound:
        seconds = sound_seconds if sound_seconds is not None else float(frames / Fraction(fps))
        heard = marks(seconds)
        data = (heard * 32767).astype("<i2").tobytes()
        wav.write_bytes(_wav_head(len(data)) + data)
        args += [*(["-itsoffset", str(sound_late)] if sound_late else []), "-i", str(wav), *audio]
    form = "format=yuv444p10le" if light else "format=yuv444p"
    ranged = "full" if full else "limited"
    chain = f"scale=out_color_matrix={matrix}:out_range={ranged}:flags=bicubic+accurate_rnd,{form},{steps}"
    args += ["-vf", chain, "-fps_mode", "passthrough", *video, *extra, str(path)]
    clips.run(args, pictures)
    wav.unlink(missing_ok=True)


def _wav_head(size: int) -> bytes:
    rate = clips.RATE
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, b"data", size
    )
