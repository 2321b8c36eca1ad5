"""The sound track: decoded once, spliced, mixed, limited and encoded to AAC once.

A timeline without any sound gets a silent track: players, and Discord's own, treat a video without one as a GIF.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.engine.render.denoise import denoised
from bot.engine.render.job import Quality, RenderJob
from bot.engine.render.lines import SAMPLE_RATE, nearest
from bot.engine.render.loudness import INPUT, gain_for, held
from bot.engine.render.mix import mix
from bot.engine.render.pcm import Block, Pcm, Take, decode, mirrored, needed, stretched
from bot.engine.render.plan import RenderPlan
from bot.engine.render.tool import Ffmpeg
from bot.engine.timeline.model import Timeline

_BITRATES: Mapping[Quality, str] = {"high": "192k", "medium": "160k", "preview": "96k"}
_LIMITER = "alimiter=limit=0.97:level=disabled:attack=5:release=50:latency=1"


def make_sound(
    job: RenderJob, plan: RenderPlan, ffmpeg: Ffmpeg, folder: Path, on_part: Callable[[float], None]
) -> Path:
    """Make the track as `sound.m4a` in `folder`; `on_part` hears how much of it is done, 0.0 to 1.0.

    Raises MediaError, or OSError when the disk is full.
    """
    decoded: dict[Take, Pcm] = {}
    parts = needed(plan)
    for index, ((media, denoise), part) in enumerate(parts.items()):
        target = folder / f"sound{index}.pcm"
        begin, size = 0.4 * index / len(parts), (0.2 if denoise else 0.4) / len(parts)
        pcm = decode(ffmpeg, job.media[media], part, target, _share(on_part, begin, size))
        if denoise:
            pcm = denoised(pcm, folder / f"clean{index}.pcm", _share(on_part, begin + size, size))
            target.unlink()
        decoded[media, denoise] = pcm
    runs: list[Pcm] = []
    for index, planned in enumerate(plan.sound):
        run, pcm = planned, decoded[planned.media, planned.denoise]
        if run.speed < 0:
            run, pcm = mirrored(run, pcm, folder / f"back{index}.pcm")
        if run.speed == 1:
            runs.append(replace(pcm, start=pcm.start - nearest(run.offset * SAMPLE_RATE)))
        else:
            runs.append(stretched(ffmpeg, run, pcm, folder / f"run{index}.pcm"))
    on_part(0.5)
    target = folder / "sound.m4a"
    music = [decoded[item.media, item.denoise] for item in plan.music]

    def blocks() -> Iterator[Block]:
        return _mixed(job.timeline, plan, runs, music)

    steps = _LIMITER
    if job.timeline.loudness is not None:
        steps = held(gain_for(ffmpeg, lambda: _bytes(blocks()), job.timeline.loudness))
    codec = ["-c:a", "aac", "-b:a", _BITRATES[job.output.quality], "-fflags", "+bitexact", "-f", "mp4"]
    ffmpeg.consume([*INPUT, "-af", steps, *codec, f"file:{target}"], _counted(blocks(), plan.samples, on_part))
    return target


def _mixed(timeline: Timeline, plan: RenderPlan, runs: Sequence[Pcm], music: Sequence[Pcm]) -> Iterator[Block]:
    return mix(
        plan,
        runs,
        music,
        volume=timeline.volume / 100,
        fade_in_ms=timeline.fade_in.ms if timeline.fade_in else 0,
        fade_out_ms=timeline.fade_out.ms if timeline.fade_out else 0,
    )


def _bytes(blocks: Iterator[Block]) -> Iterator[bytes]:
    return (np.ascontiguousarray(block, np.float32).tobytes() for block in blocks)


def _counted(blocks: Iterator[Block], total: int, on_part: Callable[[float], None]) -> Iterator[bytes]:
    done = 0
    for block in blocks:
        done += len(block)
        yield from _bytes(iter((block,)))
        on_part(0.5 + 0.5 * done / total)


def _share(on_part: Callable[[float], None], begin: float, size: float) -> Callable[[float], None]:
    return lambda part: on_part(begin + size * part)
