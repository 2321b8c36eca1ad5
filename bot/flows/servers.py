"""What a server's administrators set, and what counts where the operator sets something too: always the narrower."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.flows import footprint, linked
from bot.flows.bounds import Bounds, Claim
from bot.flows.context import Context, Limits
from bot.store.models import Place, Server, Thread
from bot.store.store import Store

log = structlog.stdlib.get_logger(__name__)

_MB = 1_000_000
_NO_SERVER = Server(guild="")


@dataclass(frozen=True)
class WrongLimit:
    """A number that cannot be set: which one, and between what it has to be."""

    name: str
    least: int
    most: int


async def of(store: Store, guild: str | None) -> Server:
    """What is set for this server; the defaults where nothing is, and outside any. Raises UnreadableRecordError."""
    if guild is None:
        return _NO_SERVER
    return await store.servers.get(guild) or Server(guild=guild)


def may_use(server: Server, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles may use the bot there."""
    return not server.roles or not set(server.roles).isdisjoint(roles)


def claims(place: Place, bounds: Bounds, server: Server) -> tuple[Claim, ...]:
    """What a job at this place counts against: everything, its user, its user in this server, and this server."""
    counted = [Claim("all", bounds.running)]
    if place.requester is not None:
        counted.append(Claim(f"user:{place.requester}", bounds.user_running, bounds.user_waiting))
    if place.guild is not None:
        running = _narrower(bounds.server_running, server.server_running)
        waiting = _narrower(bounds.server_waiting, server.server_waiting)
        counted.append(Claim(f"server:{place.guild}", running, waiting))
    if place.guild is not None and place.requester is not None:
        running = _narrower(bounds.user_running, server.user_running)
        waiting = _narrower(bounds.user_waiting, server.user_waiting)
        counted.append(Claim(f"user:{place.requester}:{place.guild}", running, waiting))
    return tuple(counted)


def whose(place: Place) -> str:
    """Who takes turns with others for a free slot: a user, or a place that has none."""
    return place.requester or place.thread


def file_bytes(limits: Limits, server: Server) -> int:
    """The largest file that may be given there, in bytes."""
    return _narrower(limits.file_bytes, None if server.file_mb is None else server.file_mb * _MB)


def retention(limits: Limits, server: Server) -> timedelta:
    """How long a thread that nobody touches is kept there."""
    own = server.retention_days
    return limits.retention if own is None else min(limits.retention, timedelta(days=own))


def most_days(limits: Limits) -> int:
    """The longest retention a server can set, in whole days; 0 where the operator's is shorter than one."""
    return limits.retention.days


def allowed(limits: Limits) -> dict[str, tuple[int, int]]:
    """The least and the most of each number a server may set: never more than the operator's."""
    bounds = limits.requests
    return {
        "user_running": (1, bounds.user_running),
        "user_waiting": (0, bounds.user_waiting),
        "server_running": (1, bounds.server_running),
        "server_waiting": (0, bounds.server_waiting),
        "file_mb": (1, limits.file_bytes // _MB),
    }


def read_limits(limits: Limits, typed: Mapping[str, str]) -> tuple[dict[str, int | None], tuple[WrongLimit, ...]]:
    """The numbers as they were typed, nothing typed being the operator's; and those that cannot be set."""
    values: dict[str, int | None] = {}
    wrong: list[WrongLimit] = []
    for name, (least, most) in allowed(limits).items():
        text = typed.get(name, "").strip()
        value = int(text) if text.isdecimal() and len(text) <= len(str(most)) + 1 else None
        if text and (value is None or not least <= value <= most):
            wrong.append(WrongLimit(name, least, most))
        values[name] = value
    return values, tuple(wrong)


def in_force(limits: Limits, server: Server) -> dict[str, int]:
    """Each of those numbers as it counts there now."""
    return {name: _narrower(most, getattr(server, name)) for name, (_, most) in allowed(limits).items()}


async def leave(context: Context, guild: str) -> int:
    """Forget everything of a server that sent the bot away: threads, settings, its account; how many threads."""
    try:
        return await forget_threads(context, lambda thread: thread.place.guild == guild)
    finally:  # last, since stopping what runs upstream needs the account
        await context.store.servers.remove(guild)
        await linked.unlink(context, guild)


async def forget_threads(context: Context, belongs: Callable[[Thread], bool]) -> int:
    """Stop the exports of every thread that belongs to what is gone, and delete all of it; how many there were.

    Looks through all threads, in batches: for what happens rarely.
    """
    count = 0
    async for thread in context.store.threads.each():
        if not belongs(thread):
            continue
        await footprint.erase(context, thread.key)
        count += 1
    return count


def _narrower(operators: int, own: int | None) -> int:
    return operators if own is None else min(operators, own)
