"""The sound of the whole output as a stream of blocks: runs spliced to the sample, music under them, fades, volume.

Constant memory: a block reads what it needs of the decoded sounds and is gone.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from bot.engine.render.duck import Dip, dip
from bot.engine.render.lines import SAMPLE_RATE, nearest
from bot.engine.render.pcm import Block, Pcm, Sound
from bot.engine.render.plan import RenderPlan
from bot.engine.render.runs import MusicRun, SoundRun

_BLOCK = 1 << 13
_LOOP_FADE = SAMPLE_RATE // 4
_LOOP_LEAST = SAMPLE_RATE // 2


def mix(
    plan: RenderPlan, runs: Sequence[Sound], music: Sequence[Sound], *, volume: float, fade_in_ms: int, fade_out_ms: int
) -> Iterator[Block]:
    """The output's samples in order; `volume` is the master's factor.

    `runs` belongs to `plan.sound` and `music` to `plan.music`, one to one.
    """
    total = plan.samples
    fade_in, fade_out = (ms * SAMPLE_RATE // 1000 for ms in (fade_in_ms, fade_out_ms))
    begun = 0  # runs start in order: those before were taken up, and are dropped once they end
    alive: list[int] = []
    dips = [dip(item.spoken, item.low) for item in plan.music]
    for first in range(0, total, _BLOCK):
        end = min(total, first + _BLOCK)
        while begun < len(plan.sound) and plan.sound[begun].first < end:
            alive.append(begun)
            begun += 1
        alive = [index for index in alive if plan.sound[index].end > first]
        block = np.zeros((end - first, 2), np.float32)
        for index in alive:
            _add_run(block, first, plan.sound[index], runs[index])
        for item, pcm, low in zip(plan.music, music, dips, strict=True):
            _add_music(block, first, item, pcm, low)
        _shape(block, first, (0, total), (fade_in, fade_out), volume)
        yield block


def rise(first: int, end: int, start: int, length: int) -> Block:
    """A straight rise from 0 to 1 over `length` samples from `start` on, as seen from `first` to `end`."""
    at = np.arange(first - start, end - start).astype(np.float32)  # whole numbers first: hours are beyond float32
    if length <= 0:
        return (at >= 0).astype(np.float32)
    curve: Block = np.clip((at + np.float32(0.5)) / np.float32(length), 0, 1)
    return curve


def _shape(
    block: Block,
    at: int,
    stretch: tuple[int, int],
    ramps: tuple[int, int],
    gain: float,
    soft: tuple[bool, bool] = (False, False),
) -> None:
    """A gain, and what comes in and goes out at the ends of a stretch; only where there is something to do."""
    if gain != 1:
        block *= np.float32(gain)
    end = at + len(block)
    inside, outside = stretch[0] + ramps[0], stretch[1] - ramps[1]
    if at < inside:
        up = rise(at, min(end, inside), stretch[0], ramps[0])
        block[: len(up)] *= (np.sin(up * np.pi / 2) if soft[0] else up)[:, None]
    if end > outside:
        down = 1 - rise(max(at, outside), end, outside, ramps[1])
        block[len(block) - len(down) :] *= (np.sin(down * np.pi / 2) if soft[1] else down)[:, None]


def _add_run(block: Block, at: int, run: SoundRun, sound: Sound) -> None:
    first, end = max(at, run.first), min(at + len(block), run.end)
    if end <= first:
        return
    heard = sound.read(first, end)
    _shape(heard, first, (run.first, run.end), (run.head, run.tail), run.gain, (run.soft_head, run.soft_tail))
    block[first - at : end - at] += heard


def _add_music(block: Block, at: int, item: MusicRun, sound: Sound, low: Dip) -> None:
    first, end = max(at, item.first), min(at + len(block), item.end)
    if end <= first:
        return
    source = nearest(item.offset * SAMPLE_RATE)
    if item.once or not isinstance(sound, Pcm):
        played = sound.read(source + first - item.first, source + end - item.first)
    elif (length := sound.start + sound.length - source) > 0:
        played = _looped(sound, source, length, first - item.first, end - item.first)
    else:
        return
    _shape(played, first, (item.first, item.end), (item.fade_in, item.fade_out), item.gain)
    factor = low.between(first, end)
    block[first - at : end - at] += (
        played if isinstance(factor, np.float32) and factor == 1 else _scaled(played, factor)
    )


def _scaled(played: Block, factor: Block | np.float32) -> Block:
    return played * (factor if isinstance(factor, np.float32) else factor[:, None])


def _looped(pcm: Pcm, source: int, length: int, first: int, end: int) -> Block:
    """Samples `first` to `end` of the source's stretch, repeated; each repeat fades into the next."""
    if length < _LOOP_LEAST:  # a jingle of a moment: no room to fade
        whole = pcm.read(source, source + length)
        return np.take(whole, np.arange(first, end) % length, axis=0)
    period = length - _LOOP_FADE
    block = np.zeros((end - first, 2), np.float32)
    for repeat in range(max(0, first - _LOOP_FADE) // period, end // period + 1):
        start = repeat * period
        low, high = max(first, start), min(end, start + length)
        if high <= low:
            continue
        curve = 1 - rise(low, high, start + period, _LOOP_FADE)
        if repeat:
            curve = curve * rise(low, high, start, _LOOP_FADE)
        block[low - first : high - first] += pcm.read(source + low - start, source + high - start) * curve[:, None]
    return block
