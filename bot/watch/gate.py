"""Which request may run now: slots for those at work, a bound on those that wait, places told while waiting."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.flows.bounds import Claim
from bot.flows.servers import whose
from bot.store.errors import QueueFullError
from bot.store.models import Turn
from bot.watch.slots import Slots


@dataclass(eq=False)
class _Waiter:
    tell: Callable[[int], None]
    go: asyncio.Event = field(default_factory=asyncio.Event)


class Gate:
    """Admits requests by turns, passing over those whose user or server has enough running."""

    def __init__(self) -> None:
        self._slots = Slots()
        self._waiting: dict[str, _Waiter] = {}
        self._accepted: dict[str, tuple[Turn, Sequence[Claim]]] = {}
        self._open: Counter[str] = Counter()

    def check(self, claims: Sequence[Claim]) -> None:
        """Raise QueueFullError when as many are open as may run and wait."""
        for claim in claims:
            if claim.waiting is not None and self._open[claim.owner] >= claim.running + claim.waiting:
                raise QueueFullError(claim.running + claim.waiting)

    def accept(self, turn: Turn, claims: Sequence[Claim]) -> None:
        """Count a request as open."""
        if turn.id not in self._accepted:
            self._accepted[turn.id] = (turn, claims)
            self._open.update(claim.owner for claim in claims)

    def done(self, id_: str) -> None:
        """Count it no longer."""
        _, claims = self._accepted.pop(id_, (None, ()))
        for claim in claims:
            self._open[claim.owner] -= 1
            if self._open[claim.owner] <= 0:
                del self._open[claim.owner]

    def open_in(self, thread: str) -> tuple[str, ...]:
        """Ids of this thread's requests that are counted as open."""
        return tuple(id_ for id_, (turn, _) in self._accepted.items() if turn.place.thread == thread)

    @asynccontextmanager
    async def admitted(self, turn: Turn, claims: Sequence[Claim], tell: Callable[[int], None]) -> AsyncIterator[None]:
        """Run the block when it is this request's time; `tell` gets its place (1 is next) when it waits and moves."""
        waiter = self._waiting[turn.id] = _Waiter(tell)
        self._slots.wait(turn.id, whose(turn.place), claims)
        self._admit()
        try:
            await waiter.go.wait()
            yield
        finally:
            self._waiting.pop(turn.id, None)
            self._slots.leave(turn.id)
            self._admit()

    def _admit(self) -> None:
        for id_ in self._slots.admit():
            self._waiting[id_].go.set()
        for id_, place in self._slots.moved():
            self._waiting[id_].tell(place)
