"""Channels nothing can be written in any more: after one refusal no further call is wasted on them for a while.

Ten thousand refused calls in ten minutes and Discord shuts the bot out.
"""

import time
from collections.abc import Callable

import discord

CLOSED = frozenset({10003, 50001, 50027})
"""Unknown channel, missing access, an invalid webhook token."""
FOR_S = 600.0
_KEPT = 1000


class Closed:
    """Which channels were found closed lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}

    def note(self, channel: str, error: discord.HTTPException) -> None:
        """Remember a refusal, if it is one of those that stay."""
        if error.code in CLOSED:
            self._since.pop(channel, None)
            self._since[channel] = self._clock()
            while len(self._since) > _KEPT:
                del self._since[next(iter(self._since))]

    def is_closed(self, channel: str) -> bool:
        """Whether writing there was refused within the last ten minutes."""
        since = self._since.get(channel)
        return since is not None and self._clock() - since < FOR_S
