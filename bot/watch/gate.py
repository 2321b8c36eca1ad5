"""Who may run now: bounds on running and waiting requests per user and server, places told while waiting."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.store.errors import QueueFullError
from bot.store.models import Place, Turn


@dataclass(frozen=True)
class Bounds:
    """How many requests run at once, in all, of one user and of one server; and how many may wait."""

    running: int = 64
    user_running: int = 3
    guild_running: int = 16
    user_waiting: int = 10
    guild_waiting: int = 100


@dataclass(eq=False)
class _Waiter:
    turn: Turn
    tell: Callable[[int], None]
    place: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)


class Gate:
    """Admits requests in the order they came, passing over those whose user or server has enough running."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._accepted: dict[str, Turn] = {}
        self._users: Counter[str] = Counter()
        self._guilds: Counter[str] = Counter()
        self._running = 0
        self._waiting: list[_Waiter] = []

    def check(self, place: Place) -> None:
        """Raise QueueFullError when this user or server has as many requests open as they may."""
        places = [turn.place for turn in self._accepted.values()]
        limits = (
            (self._bounds.user_waiting, "requester", place.requester),
            (self._bounds.guild_waiting, "guild", place.guild),
        )
        for limit, name, owner in limits:
            if owner is not None and sum(1 for one in places if getattr(one, name) == owner) >= limit:
                raise QueueFullError(limit)

    def accept(self, turn: Turn) -> None:
        """Count a request as open."""
        self._accepted[turn.id] = turn

    def done(self, id_: str) -> None:
        """Count it no longer."""
        self._accepted.pop(id_, None)

    def open_in(self, thread: str) -> tuple[str, ...]:
        """Ids of this thread's requests that are counted as open."""
        return tuple(id_ for id_, turn in self._accepted.items() if turn.place.thread == thread)

    @asynccontextmanager
    async def admitted(self, turn: Turn, tell: Callable[[int], None]) -> AsyncIterator[None]:
        """Run the block when it is this request's time; `tell` gets its place (1 is next) when it waits and moves."""
        waiter = _Waiter(turn, tell)
        self._waiting.append(waiter)
        self._admit()
        try:
            await waiter.go.wait()
            yield
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            else:
                self._count(turn.place, -1)
            self._admit()

    def _admit(self) -> None:
        for waiter in list(self._waiting):
            if self._running < self._bounds.running and self._has_room(waiter.turn.place):
                self._waiting.remove(waiter)
                self._count(waiter.turn.place, 1)
                waiter.go.set()
        for place, waiter in enumerate(self._waiting, 1):
            if waiter.place != place:
                waiter.place = place
                waiter.tell(place)

    def _has_room(self, place: Place) -> bool:
        user = place.requester is None or self._users[place.requester] < self._bounds.user_running
        return user and (place.guild is None or self._guilds[place.guild] < self._bounds.guild_running)

    def _count(self, place: Place, by: int) -> None:
        self._running += by
        for counter, owner in ((self._users, place.requester), (self._guilds, place.guild)):
            if owner is not None:
                counter[owner] += by
                if counter[owner] <= 0:
                    del counter[owner]
