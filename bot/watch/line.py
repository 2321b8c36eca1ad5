"""Which exports may run: slots by user and server, and a line for the others, which cost the upstream nothing.

What is counted here is counted from the records whenever a poller begins, so that it survives any restart.
"""

from datetime import timedelta

import structlog

from bot.flows import servers
from bot.flows.bounds import Claim
from bot.flows.cancel import AT_WORK
from bot.flows.context import Context
from bot.store.leases import Lease
from bot.store.models import Place, Render, RenderState, Server
from bot.updates import Problem, ProblemKind, Queued
from bot.watch.feeds import Faces
from bot.watch.rendering import Rendering
from bot.watch.slots import Slots

log = structlog.stdlib.get_logger(__name__)

_LOOK_AGAIN = timedelta(hours=1)
"""When a waiting export is due although nobody called it; it is called long before."""


_PREVIEWS = 1
"""Previews of one user at once."""


class Line:
    """The exports of the poller that has the lease: those with a slot, and those that wait for one."""

    def __init__(self, context: Context, faces: Faces, rendering: Rendering) -> None:
        self._context = context
        self._faces = faces
        self._rendering = rendering
        self._slots = Slots()
        self._places: dict[str, Place] = {}
        self._called: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return self._slots.waiting

    async def load(self) -> None:
        """Count what is open from the records, the longest waiting first."""
        self._slots, self._places, self._called = Slots(), {}, set()
        known: dict[str | None, Server] = {}
        waiting: list[tuple[Render, tuple[Claim, ...]]] = []
        async for render in self._context.store.renders.open():
            if render.state not in AT_WORK:
                continue
            guild = render.place.guild
            if guild not in known:
                known[guild] = await servers.of(self._context.store, guild)
            claims = self._claims(render, known[guild])
            if has_slot(render):
                self._slots.hold(render.id, servers.whose(render.place), claims)
            else:
                waiting.append((render.model_copy(update={"draft": ""}), claims))
        for render, claims in sorted(waiting, key=lambda one: one[0].created):
            self._wait(render, claims)
        self._admit()

    async def enter(self, render: Render, lease: Lease) -> bool:
        """Whether this export may be submitted now; if not, it waits, or is refused where too many do.

        Raises Overtaken, and what Redis raises.
        """
        if not self._slots.runs(render.id) and not self._slots.waits(render.id):
            server = await servers.of(self._context.store, render.place.guild)
            claims = self._claims(render, server)
            self._wait(render, claims)
            self._admit()
            if self._slots.waits(render.id) and self._too_many(claims):
                self.over(render.id)
                await self._rendering.fail(render, Problem(ProblemKind.BUSY), lease)
                return False
        if self._slots.runs(render.id):
            self._called.add(render.id)
            return True
        await self._rendering.save(render, lease, self._context.clock.now() + _LOOK_AGAIN)
        return False

    def called(self) -> tuple[str, ...]:
        """Ids of those whose turn has come, until that is written down: what fails before is tried again."""
        return tuple(self._called)

    def over(self, id_: str) -> None:
        """This one needs no slot any more: the next gets it."""
        if not self._slots.runs(id_) and not self._slots.waits(id_):
            return
        self._slots.leave(id_)
        self._places.pop(id_, None)
        self._called.discard(id_)
        self._admit()

    async def check(self) -> None:
        """Let go of what was cancelled or forgotten, here or in another process: nobody looks at its record again."""
        ids = self._slots.ids
        for id_ in set(ids) - await self._context.store.renders.scheduled(ids):
            self.over(id_)

    def _claims(self, render: Render, server: Server) -> tuple[Claim, ...]:
        """A preview, which is over in seconds, waits for no export: only for this user's last preview."""
        if render.export.is_preview:
            return (Claim(f"preview:{servers.whose(render.place)}", _PREVIEWS),)
        return servers.claims(render.place, self._context.limits.exports, server)

    def _wait(self, render: Render, claims: tuple[Claim, ...]) -> None:
        self._places[render.id] = render.place
        self._slots.wait(render.id, servers.whose(render.place), claims)

    def _too_many(self, claims: tuple[Claim, ...]) -> bool:
        return any(
            claim.waiting is not None and self._slots.waiting_for(claim.owner) > claim.waiting for claim in claims
        )

    def saved(self, render: Render) -> None:
        """Note what was written of an export: it has its slot, or needs none any more."""
        if render.state not in AT_WORK:
            self.over(render.id)
        elif has_slot(render):
            self._called.discard(render.id)

    def _admit(self) -> None:
        for id_ in self._slots.admit():
            self._places.pop(id_, None)
            self._called.add(id_)
        for id_, place in self._slots.moved():
            self._faces.put(self._places[id_], id_, Queued(place))


def has_slot(render: Render) -> bool:
    """Whether an export that is at work has been given its slot."""
    return render.begun is not None or render.state is not RenderState.QUEUED
