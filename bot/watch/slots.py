"""Who runs and who waits: slots that are given by turns, so that whoever asks for much does not keep others waiting.

Knows neither requests nor exports, neither time nor Redis: `gate.py` and `line.py` do.
"""

import heapq
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.flows.bounds import Claim

_REMEMBERED = 1000
"""Users whose last turn is remembered: somebody who comes back at once is not new every time."""
_NEVER = -1


@dataclass(eq=False)
class _Waiter:
    id: str
    whose: str
    claims: tuple[Claim, ...]
    came: int
    told: int = 0


class Slots:
    """Running and waiting jobs. A free slot goes to the user whose last turn is longest ago, who may have one.

    Of one user's jobs the first to come is the first to run; one that has no room is passed over.
    """

    def __init__(self) -> None:
        self._running: dict[str, tuple[Claim, ...]] = {}
        self._counts: Counter[str] = Counter()
        self._waiting: dict[str, _Waiter] = {}
        self._served: OrderedDict[str, int] = OrderedDict()
        self._number = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """Everything that runs or waits."""
        return (*self._running, *self._waiting)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def runs(self, id_: str) -> bool:
        """Whether it has a slot."""
        return id_ in self._running

    def waits(self, id_: str) -> bool:
        """Whether it waits for one."""
        return id_ in self._waiting

    def waiting_for(self, owner: str) -> int:
        """How many wait that are part of this count."""
        return sum(1 for waiter in self._waiting.values() if any(claim.owner == owner for claim in waiter.claims))

    def hold(self, id_: str, whose: str, claims: Iterable[Claim]) -> None:
        """Count one that runs already, room or not."""
        if id_ not in self._running:
            self._start(id_, whose, tuple(claims))

    def wait(self, id_: str, whose: str, claims: Iterable[Claim]) -> None:
        """Have one wait for a slot: see `admit`."""
        self._waiting[id_] = _Waiter(id_, whose, tuple(claims), self._next())

    def leave(self, id_: str) -> None:
        """It is done, or nobody wants it any more."""
        self._waiting.pop(id_, None)
        for claim in self._running.pop(id_, ()):
            self._counts[claim.owner] -= 1
            if self._counts[claim.owner] <= 0:
                del self._counts[claim.owner]

    def admit(self) -> tuple[str, ...]:
        """Give the free slots to those whose turn it is; who got one."""
        admitted = [waiter for waiter in self._order() if self._try(waiter)]
        return tuple(waiter.id for waiter in admitted)

    def moved(self) -> Iterator[tuple[str, int]]:
        """Those whose place is another than when this was asked last; 1 is the next.

        Ahead of one are those that wait for the same slot and have their turn before it.
        """
        ahead: Counter[str] = Counter()
        for waiter in self._order():
            full = [claim.owner for claim in waiter.claims if self._counts[claim.owner] >= claim.running]
            place = 1 + max((ahead[owner] for owner in full), default=0)
            ahead.update(claim.owner for claim in waiter.claims)
            if waiter.told != place:
                waiter.told = place
                yield waiter.id, place

    def _try(self, waiter: _Waiter) -> bool:
        if any(self._counts[claim.owner] >= claim.running for claim in waiter.claims):
            return False
        del self._waiting[waiter.id]
        self._start(waiter.id, waiter.whose, waiter.claims)
        return True

    def _start(self, id_: str, whose: str, claims: tuple[Claim, ...]) -> None:
        self._running[id_] = claims
        self._counts.update(claim.owner for claim in claims)
        self._served[whose] = self._next()
        self._served.move_to_end(whose)
        while len(self._served) > _REMEMBERED:
            self._served.popitem(last=False)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _order(self) -> list[_Waiter]:
        """The waiting as they get their turns, were there room for all."""
        queues: dict[str, deque[_Waiter]] = {}
        for waiter in self._waiting.values():
            queues.setdefault(waiter.whose, deque()).append(waiter)
        turns = [(self._served.get(whose, _NEVER), queue[0].came, whose) for whose, queue in queues.items()]
        heapq.heapify(turns)
        served = self._number
        ordered = []
        while turns:
            _, _, whose = heapq.heappop(turns)
            ordered.append(queues[whose].popleft())
            served += 1
            if queues[whose]:
                heapq.heappush(turns, (served, queues[whose][0].came, whose))
        return ordered
