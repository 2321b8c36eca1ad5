"""The sound track: taken as it is where nothing changed it, else decoded as it is mixed, and encoded once.

A timeline without any sound gets a silent track: players, and Discord's own, treat a video without one as a GIF.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from fractions import Fraction
from pathlib import Path

import numpy as np

from bot.engine.render.job import SOUNDS, Output, RenderJob
from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.loudness import INPUT, levelled
from bot.engine.render.mix import mix
from bot.engine.render.pcm import Block
from bot.engine.render.plan import RenderPlan
from bot.engine.render.reels import Sounds
from bot.engine.render.sound_codec import codec_args, has_quick_coder
from bot.engine.render.tones import spoilt
from bot.engine.render.tool import Ffmpeg
from bot.engine.render.untouched import copy_sound, sound_copied
from bot.engine.timeline.model import Timeline

_LIMITER = "alimiter=limit=0.97:level=disabled:attack=5:release=50:latency=1"
_FILES_SHARE = 0.5
"""How much of the work it is to decode what must lie in files, where there is such."""


def make_sound(
    job: RenderJob, plan: RenderPlan, ffmpeg: Ffmpeg, folder: Path, on_part: Callable[[float], None]
) -> Path:
    """Make the track as `sound.m4a` in `folder`, or the job's target where that is the sound alone.

    `on_part` hears how much of it is done, 0.0 to 1.0.

    Raises MediaError, or OSError when the disk is full.
    """
    target = job.target if job.output.format in SOUNDS else folder / "sound.m4a"
    whole = sound_copied(job.timeline, plan, job.media) if _may_copy(job.output) else None
    if whole is not None and copy_sound(job.media[whole], Fraction(plan.samples, SAMPLE_RATE), target, on_part):
        return target
    sounds = Sounds(job, plan, ffmpeg, folder, lambda part: on_part(_FILES_SHARE * part))
    begin = _FILES_SHARE if sounds.in_files else 0.0
    louder = job.timeline.loudness is not None or not _keeps_scale(job.timeline, plan)
    seconds = plan.duration_ms / 1000
    codec = [*codec_args(job.output, seconds, louder=louder), f"file:{target}"]

    def blocks(*, quick: bool = False) -> Generator[bytes]:
        nonlocal begin
        done = 0
        for block in _mixed(job.timeline, plan, sounds):
            part = begin + (1 - begin) * done / plan.samples
            on_part(part)
            if quick and spoilt(block):
                begin = part  # what is told goes on from there
                raise _SpoiltError
            done += len(block)
            yield np.ascontiguousarray(block, np.float32).tobytes()
        on_part(1.0)

    if job.timeline.loudness is not None:
        levelled(ffmpeg, lambda: closing(blocks()), job.timeline.loudness, codec)
        return target
    if not louder and has_quick_coder(job.output):
        quick = [*codec_args(job.output, seconds, louder=False, quick=True), f"file:{target}"]
        with suppress(_SpoiltError), closing(blocks(quick=True)) as given:
            ffmpeg.consume([*INPUT, *quick], given)
            return target
    steps = ["-af", _LIMITER] if louder else []
    with closing(blocks()) as given:
        ffmpeg.consume([*INPUT, *steps, *codec], given)
    return target


class _SpoiltError(Exception):
    """The quick coder is not for this sound."""


def _may_copy(output: Output) -> bool:
    """Whether AAC in an MP4 is what is needed; a proxy's is always of one kind, so that its facts are known."""
    return (
        output.quality != "proxy"
        and output.format not in ("mkv", "wav", "mp3")
        and not (output.format == "m4a" and output.max_bytes)
    )


def _mixed(timeline: Timeline, plan: RenderPlan, sounds: Sounds) -> Iterator[Block]:
    with sounds.opened() as (runs, music):
        yield from mix(
            plan,
            runs,
            music,
            volume=timeline.volume / 100,
            fade_in_ms=timeline.fade_in.ms if timeline.fade_in else 0,
            fade_out_ms=timeline.fade_out.ms if timeline.fade_out else 0,
        )


def _keeps_scale(timeline: Timeline, plan: RenderPlan) -> bool:
    """Whether nothing is louder than it is in its source: then no peak needs to be held."""
    soft = any(run.soft_head or run.soft_tail for run in plan.sound)
    return not plan.music and not soft and timeline.volume <= 100 and all(run.gain <= 1 for run in plan.sound)
