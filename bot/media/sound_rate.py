"""How good the sound of a file may be that has to be small. Plain: a render's child imports it."""

from bot.media.facts import MediaError, MediaFault

_RATES = ((192, 2), (160, 2), (128, 2), (96, 2), (64, 1), (48, 1), (32, 1))
"""Kilobits a second and channels that are tried, the best first."""
_HEAD_BYTES = 8_000
"""What tags and the first frame take, and the last one may be over."""


def rate_for(seconds: float, max_bytes: int | None) -> tuple[int, int]:
    """Kilobits a second and channels of the best sound that fits into `max_bytes`. Raises MediaError(TOO_LARGE)."""
    room = None if max_bytes is None else max_bytes - _HEAD_BYTES - max_bytes // 50
    for kilobits, channels in _RATES:
        if room is None or kilobits * 125 * seconds <= room:
            return kilobits, channels
    raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", max_bytes)
