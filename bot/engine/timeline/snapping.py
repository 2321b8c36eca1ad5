"""Cuts beside pauses, moved to where the picture need not be encoded anew.

From a cut up to the next keyframe everything has to be encoded, and from the last picture that needs none behind it up
to a cut. A pause has no exact edge: it moves a little where that spares this work. On the whole as much goes as before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from fractions import Fraction

from bot.engine.timeline.model import Canvas, Keyframes, MediaItem

_EARLIER_MS = Fraction(240)
_LATER_MS = Fraction(100)
_WORTH = Fraction(1, 4)
"""So much more may stay of a pause as a part of what need not be encoded then."""
_HEAD_SHARE = Fraction(9, 20)
"""Of what is kept ahead of a word, how much may go; the detector is early by more than is left."""
_TAIL_SHARE = Fraction(2, 5)
"""The same after a word."""
_MOST = Fraction(1, 2)
"""Of a pause, what may stay at one of its edges: a short one is still cut."""

Range = tuple[int, int]


def snapped(
    pauses: Iterable[Range], keyframes: Keyframes, item: MediaItem, margins: tuple[int, int]
) -> Iterator[Range]:
    """The pauses (source ms) with edges where copying can end and begin, where there is such a place close by.

    `margins` (ms) are what the pauses leave ahead of a word and after one.
    """
    half = Fraction(item.fps_den * 500, item.fps_num)
    head, tail = margins[0] * _HEAD_SHARE, margins[1] * _TAIL_SHARE
    for start, end in pauses:
        room = (end - start) * _MOST
        begin = _last(keyframes.ends, start - max(half, tail), start + half)
        if begin is None:
            begin = _first(keyframes.ends, start, start + min(_LATER_MS, room))
        stop = _last(keyframes.starts, end - min(_EARLIER_MS, room), end + max(half, head))
        if stop is not None and end - stop > _spared(keyframes.starts, end) * _WORTH:
            stop = None
        yield (
            start if begin is None or start == 0 else begin,
            end if stop is None or end >= item.duration_ms else stop,
        )


def copies(canvas: Canvas, item: MediaItem) -> bool:
    """Whether a file's pictures can go onto a canvas as they are."""
    same_rate = canvas.fps_num * item.fps_den == item.fps_num * canvas.fps_den
    return same_rate and (canvas.width, canvas.height) == (item.width, item.height)


def _first(places: tuple[int, ...], low: int, high: Fraction) -> int | None:
    at = bisect_left(places, low)
    return places[at] if at < len(places) and places[at] <= high else None


def _spared(starts: tuple[int, ...], at: int) -> int:
    """How far it is to the next keyframe, ms."""
    index = bisect_left(starts, at)
    return starts[index] - at if index < len(starts) else 0


def _last(places: tuple[int, ...], low: Fraction, high: Fraction) -> int | None:
    at = bisect_right(places, high) - 1
    return places[at] if at >= 0 and places[at] >= low else None
