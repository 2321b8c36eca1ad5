"""Steady noise taken out of decoded sound: fan, hiss, hum.

What sounds all the time is told from what comes and goes: the quiet moments of each frequency are its noise, and each
frequency is turned down as far as it does not stand out from that. No model, no delay, and the voice stays as it is.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.pcm import Block, Pcm

_SIZE, _HOP = 2048, 512
_BLOCK = SAMPLE_RATE * 30
_AROUND = SAMPLE_RATE * 30
"""How far around a block its noise is looked for: a fan may change its speed within the hour."""

_LEAD = SAMPLE_RATE
"""Filtered ahead of a block and thrown away: by then the smoothing has settled."""

_LOOK_HOP, _LOOK_MEAN = 1024, 4
_QUIET_SHARE = 15
"""Percent of the moments that are taken for quiet."""

_RAISED = 1.3
_STRENGTH = 3.0
_LEAST_GAIN = 10.0 ** (-20 / 10)
"""Noise goes down by up to 20 dB: below that it is missed, and what is left begins to warble."""

_MEMORY = np.float32(0.6)
_AHEAD = 3
_NOTHING = 1e-9
_WINDOW: Block = np.sqrt(np.hanning(_SIZE + 1)[:-1]).astype(np.float32)
_OVERLAP = np.float32(_HOP * 2 / _SIZE)


def denoised(pcm: Pcm, target: Path, on_part: Callable[[float], None]) -> Pcm:
    """The same sound with less noise, at the same place; in constant memory. Raises OSError when the disk is full."""
    end = pcm.start + pcm.length
    with target.open("wb") as file:
        for first in range(pcm.start, end, _BLOCK):
            last = min(end, first + _BLOCK)
            noise = _noise(pcm.read(max(pcm.start, first - _AROUND), min(end, last + _AROUND)))
            clean = _filtered(pcm.read(first - _LEAD, last + _LEAD), noise)[_LEAD : _LEAD + last - first]
            file.write((np.clip(clean, -1, 1) * 32767).astype(np.int16).tobytes())
            on_part((last - pcm.start) / (end - pcm.start))
    return Pcm(target, pcm.start)


def _noise(sound: Block) -> NDArray[np.float32]:
    """The power of each frequency in its quiet moments, both channels together."""
    power = _power(_spectra(sound, _LOOK_HOP))
    power = power[power.sum(axis=1) > _NOTHING]
    if len(power) <= _LOOK_MEAN:
        return np.zeros(_SIZE // 2 + 1, np.float32)
    summed = np.cumsum(power, axis=0)
    mean = (summed[_LOOK_MEAN:] - summed[:-_LOOK_MEAN]) / _LOOK_MEAN
    quiet: NDArray[np.float32] = np.percentile(mean, _QUIET_SHARE, axis=0).astype(np.float32) * np.float32(_RAISED)
    return quiet


def _filtered(sound: Block, noise: NDArray[np.float32]) -> Block:
    padded = np.pad(sound, ((_SIZE, 2 * _SIZE), (0, 0)))
    spectra = _spectra(padded, _HOP)
    spectra *= _gains(_power(spectra), noise)[:, None]
    pieces = np.fft.irfft(spectra, axis=2).astype(np.float32) * _WINDOW
    out = np.zeros_like(padded)
    for index, piece in enumerate(pieces):
        out[index * _HOP : index * _HOP + _SIZE] += piece.T
    clean: Block = out[_SIZE : _SIZE + len(sound)] * _OVERLAP
    return clean


def _gains(power: NDArray[np.float32], noise: NDArray[np.float32]) -> NDArray[np.float32]:
    """A factor for each frequency of each step: smoothed in time, and open a little before a sound begins."""
    smooth = power.copy()
    for step in range(1, len(smooth)):
        smooth[step] = _MEMORY * smooth[step - 1] + (1 - _MEMORY) * power[step]
    ahead = np.concatenate((smooth[_AHEAD:], smooth[-_AHEAD:]))
    above = 1 - _STRENGTH * noise / np.maximum(np.maximum(smooth, ahead), np.float32(_NOTHING))
    gains: NDArray[np.float32] = np.sqrt(np.maximum(above, _LEAST_GAIN)).astype(np.float32)
    return gains


def _spectra(sound: Block, hop: int) -> NDArray[np.complex64]:
    """Step, channel, frequency."""
    short = np.pad(sound, ((0, max(0, _SIZE - len(sound))), (0, 0)))
    steps = np.lib.stride_tricks.sliding_window_view(short, _SIZE, axis=0)[::hop]
    return np.fft.rfft(steps * _WINDOW, axis=2).astype(np.complex64)


def _power(spectra: NDArray[np.complex64]) -> NDArray[np.float32]:
    """Step, frequency: both channels together."""
    power: NDArray[np.float32] = (np.abs(spectra) ** 2).sum(axis=1).astype(np.float32)
    return power
