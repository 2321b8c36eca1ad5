"""Sound that ffmpeg's quick AAC coder spoils: a loud tone with next to nothing beside it.

That coder makes its steps finer as long as bits are left. Where all lies in a few frequencies they are left until the
loudest goes beyond what AAC can write, 8191 steps (ISO/IEC 14496-3, 4.6.2), and is cut off there, by up to 3 dB.
"""

import numpy as np

from bot.engine.render.pcm import Block

_WINDOW = 2048
"""Samples that AAC takes together."""

_LOUD = 0.4
"""The least height of a tone that can be cut off, with a little to spare."""

_STEPS, _POWER = 8191, 0.75
_BITS = 2350
"""What is surely used up before: 192 kb/s leave each side 2048 bits. Speech takes from 2500 on where it is as loud."""

_HANN = np.hanning(_WINDOW).astype(np.float32)[:, None]
_HEIGHT = _WINDOW / 4
"""What a tone of height 1 is at its frequency, through that window."""


def spoilt(block: Block) -> bool:
    """Whether there is such a tone in this sound, on either side."""
    whole = block[: len(block) // _WINDOW * _WINDOW].reshape(-1, _WINDOW, block.shape[1])
    loud = whole[np.abs(whole).max(axis=(1, 2), initial=0) >= _LOUD]
    if not len(loud):
        return False
    heights = np.abs(np.fft.rfft(loud * _HANN, axis=1)) / _HEIGHT
    highest = heights.max(axis=1)
    finest = _STEPS * (heights / np.maximum(highest, _LOUD)[:, None]) ** _POWER
    bits = np.log2(1 + 2 * finest).sum(axis=1)
    return bool(((highest >= _LOUD) & (bits < _BITS)).any())
