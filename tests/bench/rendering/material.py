"""The footage of the bench: 1080p30 like a screen recording, real speech with pauses, every frame numbered.

Pages of code that scroll, a pointer that moves, somebody's camera in a corner. Made files stay in the folder of the
bench and are used again.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from PIL import Image

from tests import counter, voices
from tests.footage import Footage, draw_page, ffmpeg

FPS = 30
SIZE = (1920, 1080)

_PAGES, _PAGE_S, _SCROLL_S = 3, 30, 4
_CAMERA = (360, 270)
_SHORT_S, _LONG_S, _LONG_SHARE = (0.12, 0.3), (1.1, 2.6), 0.42
"""Breaths within what is said, and real pauses; how many are real ones."""


@dataclass(frozen=True)
class Material:
    """A file to edit. `truth` is known of what was made here, and of nobody else's footage."""

    path: Path
    seconds: float
    truth: Footage | None = None


def given(path: Path) -> Material:
    """Somebody's own footage."""
    with av.open(str(path)) as file:
        return Material(path, float(file.duration or 0) / 1_000_000)


def made(
    folder: Path, seconds: int, gop: int, size: tuple[int, int] = SIZE, *, together: Sequence[int] = ()
) -> Material:
    """So many seconds with a keyframe at least every `gop` frames, made on first use.

    `together` are the distances of keyframes that the same picture is encoded with at once.
    """
    name = f"talk-{seconds}s-{size[1]}p"
    target = folder / f"{name}-gop{gop}.mp4"
    speech = _speech(seconds, seed=seconds)
    sound = speech.sound + voices.room(len(speech.sound), seconds)
    if not target.is_file():
        _film(folder, name, seconds, sound, size, together or (gop,))
    truth = Footage(target, size, Fraction(FPS), seconds * FPS, speech.speech_ms, sound)
    return Material(target, seconds, truth)


def repeated(material: Material, times: int) -> Material:
    """The same again and again, by copying: for hours of footage. Its numbers repeat, so it has no truth."""
    target = material.path.with_name(f"{material.path.stem}-x{times}.mp4")
    if not target.is_file():
        part = target.with_suffix(".part.mp4")
        with av.open(str(part), "w") as written:
            for number in range(times):
                _copied(material, number, written)
        part.replace(target)
    return Material(target, material.seconds * times)


def _copied(material: Material, number: int, written: OutputContainer) -> None:
    """The packets of a file once more, so many times its length later; ffmpeg's own looping leaves the frames' grid."""
    with av.open(str(material.path)) as file:
        streams = {
            one.index: written.streams[one.index] if number else written.add_stream_from_template(one)
            for one in (file.streams.video[0], file.streams.audio[0])
        }
        for packet in file.demux():
            if packet.pts is None or packet.dts is None:
                continue
            later = round(number * material.seconds / packet.time_base)
            packet.pts, packet.dts = packet.pts + later, packet.dts + later
            packet.stream = streams[packet.stream_index]
            written.mux(packet)


def _speech(seconds: float, seed: int) -> voices.Talk:
    """Utterances with breaths and with pauses between them, so that about three quarters are kept."""
    dice = np.random.default_rng(seed)
    spoken = voices.utterances()
    sound = np.zeros(round(seconds * voices.RATE), np.float32)
    speech: list[tuple[int, int]] = []
    at = voices.RATE
    while True:
        voice = spoken[dice.integers(len(spoken))]
        if at + len(voice) + voices.RATE // 2 > len(sound):
            return voices.Talk(sound, tuple(speech))
        sound[at : at + len(voice)] = voice
        speech.append((at, at + len(voice)))
        gap = dice.uniform(*(_LONG_S if dice.random() < _LONG_SHARE else _SHORT_S))
        at += len(voice) + round(gap * voices.RATE)


def _film(
    folder: Path, name: str, seconds: int, sound: voices.Sound, size: tuple[int, int], gops: Sequence[int]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    spoken = voices.write_wav(folder / f"{name}.wav", sound[: -voices.RATE // 10])  # the picture's length is the file's
    width, height = size[0], size[1] - counter.strip_height(size[1])
    pages = Image.new("RGB", (width, _PAGES * 2 * height))
    for number in range(_PAGES):
        pages.paste(draw_page(number, width, 2 * height, height // 40), (0, number * 2 * height))
    drawn = folder / f"{name}.png"
    pages.save(drawn, compress_level=1)
    args = ["-i", str(drawn), "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{size[1] - height}"]
    args += ["-r", str(FPS), "-i", "pipe:0", "-i", str(spoken)]
    args += ["-filter_complex", _graph(width, height, seconds, len(gops))]
    parts = []
    for index, gop in enumerate(gops):
        parts.append(folder / f"{name}-gop{gop}.part.mp4")
        args += ["-map", f"[v{index}]", "-map", "2:a", "-frames:v", str(seconds * FPS)]
        args += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-g", str(gop), "-pix_fmt", "yuv420p"]
        args += ["-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2", str(parts[-1])]
    ffmpeg(args, _strips(seconds * FPS, size))
    for part in parts:
        part.replace(part.with_name(part.name.replace(".part", "")))
    for path in (drawn, spoken):
        path.unlink()


def _graph(width: int, height: int, seconds: int, files: int) -> str:
    """Numbers and our own words only."""
    line = height // 5
    page = f"{2 * height}*mod(floor(t/{_PAGE_S})\\,{_PAGES})"
    scroll = f"mod(floor(t/{_SCROLL_S})*{line}+{line}*min(1\\,2*mod(t\\,{_SCROLL_S}))\\,{height})"
    camera = "x".join(str(side * height // 1080 // 2 * 2) for side in _CAMERA)
    colours = "c0=0x705848:c1=0xc8a890:c2=0x303848:n=3"
    across, down = "(W/2)*(1+0.7*sin(t*0.9))", "(H/2)*(1+0.6*cos(t*0.7))"
    steps = [
        f"[0:v]format=yuv420p,loop=-1:1,setpts=N/{FPS}/TB,fps={FPS},trim=end={seconds},"
        f"crop={width}:{height}:0:'{page}+{scroll}'[page]",
        f"gradients=s={camera}:r={FPS}:d={seconds}:speed=0.03:seed=4:{colours}[camera]",
        "[page][camera]overlay=W-w-24:H-h-24[filmed]",
        f"color=white:s=14x20:r={FPS}:d={seconds}[pointer]",
        f"[filmed][pointer]overlay=x='{across}':y='{down}'[pointed]",
        "[1:v]format=yuv420p[strip]",
        f"[pointed][strip]vstack,split={files}{''.join(f'[v{index}]' for index in range(files))}",
    ]
    return ";".join(steps)


def _strips(frames: int, size: tuple[int, int]) -> Iterator[bytes]:
    for number in range(frames):
        yield counter.draw_strip(number, *size).tobytes()


def described(material: Material) -> str:
    """A file's facts in one line."""
    with av.open(str(material.path)) as file:
        stream = file.streams.video[0]
        keys = [packet.pts for packet in file.demux(stream) if packet.is_keyframe and packet.pts is not None]
    kept = {"name": material.path.name, "s": round(material.seconds), "keyframes": len(keys)}
    kept["MB"] = round(material.path.stat().st_size / 1e6, 1)
    return json.dumps(kept)
