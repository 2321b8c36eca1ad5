"""Interactions that come too late to be answered are dropped before any work: handled, they would delay the others."""

import time
from collections.abc import Callable
from typing import Protocol, cast

import discord
import structlog

log = structlog.stdlib.get_logger(__name__)

ANSWER_S = 3.0
"""Discord takes the first answer to an interaction for so many seconds."""
_WINDOW_S = 600.0
_ALL_LATE_S, _MANY = 60.0, 10
_LOG_EVERY_S = 60.0


def _steady() -> float:
    return time.monotonic()


class Lateness:
    """Tells how late an interaction is by comparing it with the quickest one lately.

    Its id says when Discord made it, by Discord's clock. That clock and ours differ by nobody knows how much, so only
    the difference to the smallest distance seen in the last ten to twenty minutes counts: a clock that is wrong drops
    nothing. Ours is the steady one, which no correction of the time of day moves. Should nothing but late ones come for
    a minute all the same, it is measured anew: dropping is quick, no backlog lasts that long.
    """

    def __init__(self, clock: Callable[[], float] = _steady) -> None:
        """`clock` gives seconds since any moment."""
        self._clock = clock
        self._began = clock()
        self._least = self._least_before = float("inf")
        self._first = 0.0
        self._logged = float("-inf")
        self._in_a_row = 0
        self.dropped = 0
        """How many were too late since the start."""

    def late(self, made: float) -> bool:
        """Whether one made at `made` (seconds of Discord's clock) cannot be answered any more; to be asked once."""
        now = self._clock()
        behind = now - made
        if now - self._began >= _WINDOW_S:
            recent = now - self._began < 2 * _WINDOW_S
            self._least_before = self._least if recent else float("inf")
            self._began, self._least = now, float("inf")
        self._least = min(self._least, behind)
        lateness = behind - min(self._least, self._least_before)
        if lateness > ANSWER_S and self._in_a_row >= _MANY and now - self._first >= _ALL_LATE_S:
            self._least, self._least_before, lateness = behind, float("inf"), 0.0
        if lateness <= ANSWER_S:
            self._in_a_row = 0
            return False
        self._first = self._first if self._in_a_row else now
        self.dropped += 1
        self._in_a_row += 1
        if now - self._logged >= _LOG_EVERY_S:
            self._logged = now
            log.warning("interactions dropped: too late to answer", late_s=round(lateness, 1), dropped=self.dropped)
        return True


class _Timed(Protocol):
    """The client that an interaction came to."""

    lateness: Lateness


def too_late(interaction: discord.Interaction) -> bool:
    """Whether the interaction cannot be answered any more: then nothing is to be done for it."""
    return cast("_Timed", interaction.client).lateness.late(interaction.created_at.timestamp())
