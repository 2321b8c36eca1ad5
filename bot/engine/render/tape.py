"""Decoded sound as it comes: read forwards, once, so that hours of it take neither room on disk nor memory.

A source whose runs follow each other in its own order is one *tape*; where that would take a long way ahead over what
is not used, or some way back, another tape begins there. What is read backwards, stretched or cleaned is no tape.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.pcm import CHANNELS, SCALE, Block

Samples: TypeAlias = NDArray[np.int16]
Opened: TypeAlias = AbstractContextManager[Iterator[bytes]]

HELD = SAMPLE_RATE * 30
"""So much of a tape may be kept because it is wanted once more, or by two runs at once: 6 MB."""

AHEAD = SAMPLE_RATE * 60
"""Decoding over so much costs about as much as starting a decoder further on."""

_FRAME_BYTES = 2 * CHANNELS


@dataclass(frozen=True)
class Claim:
    """What a run reads of its source, forwards: samples `first` to `end`; `at` is the first one's in the output."""

    first: int
    end: int
    at: int


def tapes(claims: Sequence[Claim], ahead: int | None = AHEAD) -> list[list[int]]:
    """Which claims (in the order of the output) share a tape, as indexes; it is read over `ahead` samples unused."""
    rows: list[list[int]] = []
    reach: list[int] = []  # how far each tape is read, and until when of the output it is
    busy: list[int] = []
    for index, claim in enumerate(claims):
        stop = claim.at + claim.end - claim.first
        for number, row in enumerate(rows):
            gap = claim.first - reach[number]
            if gap >= -HELD and (ahead is None or gap <= ahead) and busy[number] - claim.at <= HELD:
                row.append(index)
                reach[number], busy[number] = max(reach[number], claim.end), max(busy[number], stop)
                break
        else:
            rows.append([index])
            reach.append(claim.end)
            busy.append(stop)
    return rows


def worth_it(rows: Sequence[Sequence[int]], part: tuple[Fraction, Fraction]) -> bool:
    """Whether so many tapes cost less than decoding the part (s) of the source that they lie in, once."""
    return len(rows) == 1 or len(rows) * AHEAD <= (part[1] - part[0]) * SAMPLE_RATE


class Tape:
    """One decoder that runs forwards; it starts with the first read and ends with the last claim."""

    def __init__(self, opened: Callable[[], Opened], start: int, claims: Sequence[Claim]) -> None:
        """`opened` starts the decoder, whose first sample is the source's `start`; `claims` are all that is read."""
        self._opened = opened
        self._at = start
        self._claims = claims
        self._left = [claim.first for claim in claims]
        self._first_open = 0
        self._held: list[tuple[int, Samples]] = []
        self._stack = ExitStack()
        self._chunks: Iterator[bytes] | None = None
        self._rest = b""

    @property
    def held(self) -> int:
        """How many samples are kept for later."""
        return sum(len(samples) for _, samples in self._held)

    def read(self, claim: int, first: int, end: int) -> Block:
        """Samples of a claim, each read going on where the one before ended; what the source has not is silence.

        Raises MediaError(BROKEN) when it cannot be decoded.
        """
        while self._at < end and self._pull():
            pass
        block = np.zeros((end - first, CHANNELS), np.float32)
        for start, samples in self._held:
            low, high = max(first, start), min(end, start + len(samples))
            if high > low:
                np.multiply(samples[low - start : high - start], SCALE, out=block[low - first : high - first])
        self._left[claim] = end
        self._held = [held for held in self._held if self._wanted(held[0], held[0] + len(held[1]))]
        if self._first_open == len(self._claims):
            self.close()
        return block

    def close(self) -> None:
        """End the decoder, if it runs."""
        self._stack.close()
        self._chunks = iter(())

    def _pull(self) -> bool:
        """Decode a little more; whether there was any."""
        if self._chunks is None:
            self._chunks = self._stack.enter_context(self._opened())
        data = self._rest + next(self._chunks, b"")
        count = len(data) // _FRAME_BYTES
        self._rest = data[count * _FRAME_BYTES :]
        if not count:
            return False
        if self._wanted(self._at, self._at + count):
            self._held.append((self._at, np.frombuffer(data, np.int16, count * CHANNELS).reshape(-1, CHANNELS)))
        self._at += count
        return True

    def _wanted(self, start: int, end: int) -> bool:
        """Whether a claim still reads any of these samples."""
        while (
            self._first_open < len(self._claims) and self._left[self._first_open] >= self._claims[self._first_open].end
        ):
            self._first_open += 1
        for index in range(self._first_open, len(self._claims)):
            claim = self._claims[index]
            if claim.first > end + HELD:
                return False  # those behind it go no further back than that
            if self._left[index] < end and claim.end > start:
                return True
        return False
