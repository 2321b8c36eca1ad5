"""How good a finished file is: its frames against the source's, its sound against its picture, its seeks.

Which source frame an output frame shows is read from the number in it; so footage without numbers is judged by its
seeks alone.
"""

import contextlib
import json
import random
import subprocess
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from bot.media.ffmpeg import binary
from tests import counter, measure
from tests.bench.rendering.material import Material

_TOGETHER, _EVERY = 5, 50
"""VMAF looks at so many frames in a row, out of so many."""


@dataclass(frozen=True)
class Verdict:
    """What was found in a file. None: could not be told."""

    megabytes: float
    seconds: float
    late_ms: float | None
    vmaf: float | None
    seek_errors: int
    seeks: int
    warnings: int


@dataclass(frozen=True)
class Run:
    """Output frames from `first` on that show the source's frames from `source` on."""

    first: int
    source: int
    frames: int


def judged(path: Path, material: Material, seeks: int, *, with_vmaf: bool = True) -> Verdict:
    """Look at a finished file."""
    watched, sums = _watched(path)
    late = vmaf = None
    if material.truth is not None:
        found = measure.in_step(watched, measure.hear(path), material.truth)
        late = max((abs(one.late_ms) for one in found), default=None)
        vmaf = quality(path, material.path, runs(watched.numbers), watched.size) if with_vmaf else None
    return Verdict(
        megabytes=path.stat().st_size / 1e6,
        seconds=watched.end,
        late_ms=late,
        vmaf=vmaf,
        seek_errors=seek_errors(path, sums, seeks),
        seeks=seeks,
        warnings=len(measure.decode_errors(path).splitlines()),
    )


def runs(numbers: Sequence[int | None]) -> list[Run]:
    """Stretches of frames that follow each other as in the source.

    Frames without a number are in none, and as many on either side of them: a number can be read long before a
    dissolve is over.
    """
    clear: list[int | None] = list(numbers)
    at = 0
    for missing, group in groupby(numbers, lambda number: number is None):
        length = len(list(group))
        if missing:
            clear[max(0, at - length) : at + 2 * length] = [None] * len(clear[max(0, at - length) : at + 2 * length])
        at += length
    edges = [0]
    edges += [index + 1 for index, (a, b) in enumerate(pairwise(clear)) if a is None or b is None or b != a + 1]
    found: list[Run] = []
    for first, end in pairwise([*edges, len(clear)]):
        number = clear[first]
        if number is not None:
            found.append(Run(first, number, end - first))
    return found


def chosen(stretches: Sequence[Run]) -> tuple[str, str]:
    """Expressions that choose the frames to compare, of the output and of the source."""
    terms = [
        "+".join(
            f"gte(n,{at})*lt(n,{at + run.frames})*lt(mod(n-{at},{_EVERY}),{_TOGETHER})"
            for run, at in zip(stretches, starts, strict=True)
        )
        for starts in ([run.first for run in stretches], [run.source for run in stretches])
    ]
    return terms[0], terms[1]


def quality(path: Path, source: Path, stretches: Sequence[Run], size: tuple[int, int]) -> float | None:
    """The VMAF of a file's numbered frames, ffmpeg's default model; None where frames are out of order or fail."""
    ordered = all(a.source + a.frames <= b.source for a, b in pairwise(stretches))
    if not stretches or not ordered:
        return None
    mine, theirs = chosen(stretches)
    alike = f"settb=1/30,setpts=N,scale={size[0]}:{size[1]},format=yuv420p"
    with tempfile.TemporaryDirectory() as folder:
        graph, report = Path(folder) / "graph", Path(folder) / "vmaf.json"
        meter = f"libvmaf=n_threads=2:log_fmt=json:log_path={report}"
        graph.write_text(f"[0:v]select='{mine}',{alike}[a];[1:v]select='{theirs}',{alike}[b];[a][b]{meter}[v]")
        args = ["-nostdin", "-v", "error", "-i", str(path), "-i", str(source), "-/filter_complex", str(graph)]
        done = subprocess.run(
            [str(binary()), *args, "-map", "[v]", "-f", "null", "-"], capture_output=True, check=False
        )
        if done.returncode or not report.is_file():
            return None
        return float(json.loads(report.read_text())["pooled_metrics"]["vmaf"]["mean"])


def seek_errors(path: Path, sums: dict[int, int], seeks: int) -> int:
    """How many of so many random seeks come out at another picture than playing through, or at none."""
    dice = random.Random(1)
    stamps = sorted(sums)
    wrong = 0
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in range(seeks):
            wanted = dice.choice(stamps)
            try:
                file.seek(wanted, stream=stream)
                found = next(one for one in file.decode(stream) if one.pts is not None and one.pts >= wanted)
                wrong += found.pts != wanted or found.is_corrupt or _sum(found) != sums[wanted]
            except (av.FFmpegError, StopIteration):
                wrong += 1
    return wrong


def _watched(path: Path) -> tuple[measure.Watched, dict[int, int]]:
    """Every frame in order, and a checksum of each by its time stamp."""
    times: list[float] = []
    numbers: list[int | None] = []
    sums: dict[int, int] = {}
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in _decoded(file, stream):
            if frame.pts is None or frame.time is None:
                continue
            times.append(frame.time)
            numbers.append(counter.read(measure.luma(frame)))
            sums[frame.pts] = _sum(frame)
        context = stream.codec_context
        rate = stream.average_rate or Fraction(30)
        size, codec = (context.width, context.height), context.codec.canonical_name
        watched = measure.Watched(
            np.array(times), tuple(numbers), np.zeros(len(times)), size, codec, str(context.pix_fmt), rate
        )
    return watched, sums


def _decoded(file: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """What can be decoded; what cannot, `measure.decode_errors` tells."""
    for packet in file.demux(stream):
        with contextlib.suppress(av.FFmpegError):
            yield from packet.decode()


def _sum(frame: av.VideoFrame) -> int:
    return zlib.crc32(memoryview(frame.planes[0]))
