"""Lua scripts that change records in one step, under a lease where the caller has one."""

from collections.abc import Sequence
from typing import Any, Protocol

from redis.asyncio import Redis

from bot.store import keys
from bot.store.errors import ConflictError, DuplicateError, NotFoundError, StaleLeaseError, StoreError

# Every script gets the fence's key and the writer's fence first; the rest of KEYS and ARGV is its own.
_GUARD = """
if ARGV[1] ~= '' and tonumber(redis.call('GET', KEYS[1]) or '0') > tonumber(ARGV[1]) then return 'STALE' end
"""

_REFUSALS: dict[str, tuple[type[StoreError], str]] = {
    "STALE": (StaleLeaseError, "the lease was lost to another holder; nothing was written"),
    "GONE": (NotFoundError, "the record is not there any more; nothing was written"),
    "DUPLICATE": (DuplicateError, "this turn was taken before and is finished"),
    "CONFLICT": (ConflictError, "the record changed meanwhile; nothing was written"),
}


class Fenced(Protocol):
    """What a write needs to know of the lease it is done under."""

    @property
    def name(self) -> str:
        """The lease's name."""

    @property
    def fence(self) -> int:
        """The number its holder got."""


class Script:
    """One script on one client; loaded when it is first needed, and again after the server restarted."""

    def __init__(self, client: Redis, lua: str) -> None:
        self._run = client.register_script(_GUARD + lua)

    async def __call__(self, names: Sequence[str], args: Sequence[str | int], lease: Fenced | None = None) -> Any:
        """Run it. Raises the StoreError that the script's answer stands for."""
        guard = keys.fence(lease.name if lease else "")
        answer = await self._run(keys=[guard, *names], args=[lease.fence if lease else "", *args])
        if isinstance(answer, str) and answer in _REFUSALS:
            kind, words = _REFUSALS[answer]
            raise kind(words)
        return answer
