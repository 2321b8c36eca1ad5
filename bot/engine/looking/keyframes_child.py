"""The child process of `bot.engine.looking.keyframes`: arguments CONTAINER DURATION_MS PATH, result starts and ends.

Packets are read, nothing is decoded. They come in the order of decoding; a picture's rank is its place in that of
showing. Copying can end before a rank where the packets up to there are just the pictures before it, and begin with a
keyframe of which the same is true: what follows it needs nothing before it.
"""

from array import array
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from av.error import FFmpegError

from bot.media.child import progress, serve
from bot.media.facts import MediaError, MediaFault
from bot.media.streams import opened, picture_of

_MICRO = 1_000_000
_EVERY = 500
"""Packets between two words about how far it is."""


def main() -> None:
    """Read one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    container, duration_ms, path = args[0], max(1, int(args[1])), Path(args[2]).absolute()
    stamps, keys = array("q"), array("b")
    with opened(path, container) as source:
        stream = picture_of(source)
        if stream is None:
            raise MediaError(MediaFault.UNSUPPORTED, "there is no picture in it")
        tick = Fraction(stream.time_base or Fraction(1, _MICRO)) * 1000
        zero = Fraction(source.start_time or 0, _MICRO) * 1000
        try:
            for packet in source.demux(stream):
                if packet.pts is None or packet.is_discard:
                    continue
                stamps.append(packet.pts)
                keys.append(packet.is_keyframe)
                if len(stamps) % _EVERY == 0:
                    progress(min(1.0, float(packet.pts * tick - zero) / duration_ms))
        except FFmpegError:
            pass  # what comes before the broken place is known
    starts, ends = places(stamps, keys)
    return {
        name: [round(int(at) * tick - zero) for at in found] for name, found in (("starts", starts), ("ends", ends))
    }


def places(stamps: Sequence[int], keys: Sequence[int]) -> tuple[list[int], list[int]]:
    """The times at which copying can begin, and at which it can end, out of the packets' in the order of decoding."""
    given = np.asarray(stamps, np.int64)
    order = np.argsort(given, kind="stable")
    ranks = np.empty(len(given), np.int64)
    ranks[order] = np.arange(len(given))
    highest = np.maximum.accumulate(ranks) if len(ranks) else ranks
    clean = np.concatenate(([True], highest[:-1] == np.arange(len(given) - 1))) if len(ranks) else ranks > 0
    begins = clean & (ranks == np.arange(len(given))) & (np.asarray(keys, np.int8) > 0)
    shown = given[order]
    return shown[begins].tolist(), shown[clean].tolist()


if __name__ == "__main__":
    main()
