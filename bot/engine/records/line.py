"""The line of renders: which one is next, so that nobody waits for the heap of another.

Each lane has its own line. Next is what a dead worker left behind; then the oldest render of the account that has the
fewest running, and among those the one whose last turn is longest ago. So with k slots a newcomer's first render begins
when the first of the k that run has ended.
"""

import secrets
from typing import Literal

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.engine.records.base import cached, durable
from bot.engine.records.leases import Lease, Leases, keys

RenderLane = Literal["preview", "export"]

_ID = 32
"""Characters of a job's id."""

_OWN = """
local function id(member) return string.sub(member, -32) end
local function account(member) return string.sub(member, 1, -34) end
local function left(member) return redis.call('EXISTS', ARGV[1] .. id(member)) == 0 end
"""
_TAKE = f"""
{_OWN}
local chosen
local busy = {{}}
for _, one in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    if left(one) then
        chosen = chosen or one
    else
        busy[account(one)] = (busy[account(one)] or 0) + 1
    end
end
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
if not chosen then
    local seen, fewest, longest = {{}}, nil, nil
    for _, one in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
        local user = account(one)
        if not seen[user] then
            seen[user] = true
            local running = busy[user] or 0
            local turn = tonumber(redis.call('ZSCORE', KEYS[3], user) or 0)
            if not chosen or running < fewest or (running == fewest and turn < longest) then
                chosen, fewest, longest = one, running, turn
            end
        end
    end
    if not chosen then return false end
    redis.call('ZREM', KEYS[1], chosen)
    redis.call('ZADD', KEYS[2], now, chosen)
    redis.call('ZADD', KEYS[3], now, account(chosen))
    redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[5])
end
redis.call('SET', ARGV[1] .. id(chosen), ARGV[3], 'PX', ARGV[4])
return {{chosen, redis.call('INCR', ARGV[2] .. id(chosen))}}
"""
_DUE = f"""
{_OWN}
local due = redis.call('ZCARD', KEYS[1])
for _, one in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    if left(one) then due = due + 1 end
end
return due
"""
_TURNS_MS = 86_400_000
"""For how long it is remembered when an account had its turn."""


class Line:
    """The lines of one Redis. `waiting` and `begun` go with the jobs' records; the turns may be forgotten."""

    def __init__(self, redis: Redis, leases: Leases) -> None:
        """A job is its worker's as long as `render:<id>` is held by one of the leases."""
        self._redis = redis
        self._leases = leases
        self._take = redis.register_script(_TAKE)
        self._due = redis.register_script(_DUE)

    def join(self, pipe: Pipeline, lane: RenderLane, user: str, job: str, when: float) -> None:
        """A new job waits; `when` it was asked for (seconds) is its place among those of its account."""
        pipe.zadd(_waiting(lane), {_member(user, job): when})

    def leave(self, pipe: Pipeline, lane: RenderLane, user: str, job: str) -> None:
        """Nothing is to be done for a job any more."""
        pipe.zrem(_waiting(lane), _member(user, job))
        pipe.zrem(_begun(lane), _member(user, job))

    async def take(self, lane: RenderLane) -> tuple[str, str, Lease] | None:
        """The account and the id of the next job, and the lease on it; None when there is nothing to do."""
        token, name = secrets.token_hex(16), _lease("")
        found = await self._take(
            keys=[_waiting(lane), _begun(lane), cached("renders", "turns", lane)],
            args=[*keys(name), token, int(self._leases.ttl_s * 1000), _TURNS_MS],
        )
        if not found:
            return None
        user, job = str(found[0])[: -_ID - 1], str(found[0])[-_ID:]
        return user, job, Lease(_lease(job), token, int(found[1]))

    async def length(self, lane: RenderLane) -> int:
        """How many jobs are not done."""
        return int(await self._redis.zcard(_waiting(lane))) + int(await self._redis.zcard(_begun(lane)))

    async def due(self, lane: RenderLane) -> int:
        """How many jobs nobody works on."""
        return int(await self._due(keys=[_waiting(lane), _begun(lane)], args=[keys(_lease(""))[0]]))


def _member(user: str, job: str) -> str:
    return f"{user}:{job}"


def _lease(job: str) -> str:
    return f"render:{job}"


def _waiting(lane: RenderLane) -> str:
    return durable("renders", "waiting", lane)


def _begun(lane: RenderLane) -> str:
    return durable("renders", "begun", lane)
