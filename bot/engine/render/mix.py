"""The sound of the whole output as a stream of blocks: runs spliced to the sample, music under them, fades, volume.

Constant memory: a block reads what it needs from the memory maps and is gone.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from bot.engine.render.duck import Dip, dip
from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.pcm import Block, Pcm
from bot.engine.render.plan import RenderPlan
from bot.engine.render.runs import MusicRun, SoundRun

_BLOCK = 1 << 16
_LOOP_FADE = SAMPLE_RATE // 4
_LOOP_LEAST = SAMPLE_RATE // 2


def mix(
    plan: RenderPlan, runs: Sequence[Pcm], music: Sequence[Pcm], *, volume: float, fade_in_ms: int, fade_out_ms: int
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
        edges = rise(first, end, 0, fade_in) * (1 - rise(first, end, total - fade_out, fade_out))
        yield block * (edges * np.float32(volume))[:, None]


def rise(first: int, end: int, start: int, length: int) -> Block:
    """A straight rise from 0 to 1 over `length` samples from `start` on, as seen from `first` to `end`."""
    at = np.arange(first - start, end - start).astype(np.float32)  # whole numbers first: hours are beyond float32
    if length <= 0:
        return (at >= 0).astype(np.float32)
    curve: Block = np.clip((at + np.float32(0.5)) / np.float32(length), 0, 1)
    return curve


def _add_run(block: Block, at: int, run: SoundRun, pcm: Pcm) -> None:
    first, end = max(at, run.first), min(at + len(block), run.end)
    if end <= first:
        return
    up = rise(first, end, run.first, run.head)
    down = 1 - rise(first, end, run.end - run.tail, run.tail)
    curve = (np.sin(up * np.pi / 2) if run.soft_head else up) * (np.sin(down * np.pi / 2) if run.soft_tail else down)
    block[first - at : end - at] += pcm.read(first, end) * (curve * np.float32(run.gain))[:, None]


def _add_music(block: Block, at: int, item: MusicRun, pcm: Pcm, low: Dip) -> None:
    first, end = max(at, item.first), min(at + len(block), item.end)
    if end <= first:
        return
    source = round(item.offset * SAMPLE_RATE)
    length = pcm.start + pcm.length - source
    if length <= 0:
        return
    curve = rise(first, end, item.first, item.fade_in) * (1 - rise(first, end, item.end - item.fade_out, item.fade_out))
    if item.once:
        played = pcm.read(source + first - item.first, source + end - item.first)
    else:
        played = _looped(pcm, source, length, first - item.first, end - item.first)
    block[first - at : end - at] += played * (curve * low.between(first, end) * np.float32(item.gain))[:, None]


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
