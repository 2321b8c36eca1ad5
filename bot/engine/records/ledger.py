"""Credits: what an account may still spend, what is held for running turns, and the refill.

The tariff: a turn that changes the timeline costs one credit; everything else (export, status, undo, questions,
turns that fail) costs nothing. A credit is *held* before the work, then settled or released. Every step is one Lua
script on one hash, so no two processes ever spend the same credit. A hold is known by its turn's id: settling or
releasing it twice does nothing.
"""

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.engine.records.base import Clock, durable

TURN_COST = 1

_REFILL = """
local allowance, period, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local since = tonumber(redis.call('HGET', KEYS[1], 'since'))
local available = tonumber(redis.call('HGET', KEYS[1], 'available'))
if not since then
  since, available = now, allowance
elseif now - since >= period then
  since, available = since + math.floor((now - since) / period) * period, allowance
end
if available > allowance then available = allowance end
local frozen = tonumber(redis.call('HGET', KEYS[1], 'frozen') or '0')
"""
_SAVE = "redis.call('HSET', KEYS[1], 'since', since, 'available', available, 'frozen', frozen)\n"
_BALANCE = _REFILL + _SAVE + "return {available, frozen, since + period}"
_HOLD = f"""{_REFILL}
local amount, hold = tonumber(ARGV[4]), 'hold:' .. ARGV[5]
if redis.call('HEXISTS', KEYS[1], hold) == 1 then return 1 end
if available < amount then {_SAVE} return 0 end
available, frozen = available - amount, frozen + amount
redis.call('HSET', KEYS[1], hold, amount)
{_SAVE} return 1
"""
_END = """
local hold = 'hold:' .. ARGV[1]
local amount = tonumber(redis.call('HGET', KEYS[1], hold) or '0')
if amount == 0 then return 0 end
redis.call('HDEL', KEYS[1], hold)
redis.call('HINCRBY', KEYS[1], 'frozen', -amount)
if ARGV[2] == 'release' then redis.call('HINCRBY', KEYS[1], 'available', amount) end
return amount
"""


@dataclass(frozen=True)
class Balance:
    """Credits of an account; `available`, `total` and `refill_ms` (when more come, Unix ms) are None if unmetered."""

    available: int | None
    frozen: int
    total: int | None
    refill_ms: int | None = None


class Ledger:
    """The credits of every account; `allowance` None means that nothing is metered."""

    def __init__(self, redis: Redis, now: Clock, allowance: int | None, refill_hours: float) -> None:
        """`allowance` credits for each account and period."""
        self._now = now
        self._allowance = allowance
        self._period_ms = int(refill_hours * 3_600_000)
        self._balance = redis.register_script(_BALANCE)
        self._hold = redis.register_script(_HOLD)
        self._end = redis.register_script(_END)

    async def balance(self, user: str) -> Balance:
        """What is left."""
        if self._allowance is None:
            return Balance(None, 0, None)
        available, frozen, refill = await self._balance(keys=[_key(user)], args=self._terms(self._allowance))
        return Balance(int(available), int(frozen), self._allowance, int(refill))

    async def hold(self, user: str, turn: str, amount: int = TURN_COST) -> bool:
        """Set credits aside for a turn; False when there are not enough."""
        if self._allowance is None:
            return True
        args = [*self._terms(self._allowance), str(amount), turn]
        return bool(await self._hold(keys=[_key(user)], args=args))

    async def release(self, user: str, turn: str, pipe: Pipeline | None = None) -> None:
        """Give back what a turn held, at once or with the pipe's transaction."""
        await self._finish(user, turn, "release", pipe)

    async def settle(self, user: str, turn: str, pipe: Pipeline | None = None) -> None:
        """Spend what a turn held, at once or with the pipe's transaction."""
        await self._finish(user, turn, "settle", pipe)

    async def _finish(self, user: str, turn: str, how: str, pipe: Pipeline | None) -> None:
        if pipe is None:
            await self._end(keys=[_key(user)], args=[turn, how])
        else:
            pipe.eval(_END, 1, _key(user), turn, how)

    def _terms(self, allowance: int) -> list[str]:
        return [str(allowance), str(self._period_ms), str(int(self._now().timestamp() * 1000))]


def _key(user: str) -> str:
    return durable("ledger", user)
