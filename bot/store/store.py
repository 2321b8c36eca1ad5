"""Everything the bot keeps, in one Redis."""

from collections.abc import Callable
from datetime import datetime

from pydantic import SecretStr
from redis.asyncio import Redis

from bot.store.accounts import Accounts
from bot.store.drops import Drops
from bot.store.leases import Leases
from bot.store.leaving import Leavings
from bot.store.marks import Marks
from bot.store.models import now
from bot.store.renders import Renders
from bot.store.seal import Seal
from bot.store.servers import Servers
from bot.store.threads import Threads
from bot.store.turns import Turns


class Store:
    """The records of one deployment, by kind. Any number of processes may share them."""

    def __init__(self, redis: Redis, secret_key: SecretStr, clock: Callable[[], datetime] = now) -> None:
        self.threads = Threads(redis, clock)
        self.turns = Turns(redis, clock)
        seal = Seal(secret_key)
        self.renders = Renders(redis, seal)
        self.accounts = Accounts(redis, seal)
        self.servers = Servers(redis)
        self.leases = Leases(redis)
        self.leaving = Leavings(redis)
        self.drops = Drops(redis, clock)
        self.marks = Marks(redis)
