"""Records on the session's real Redis, with a clock that tests set."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.engine.records.records import Records
from bot.settings import Engine


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    time: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(redis: Redis, clock: Clock) -> Records:
    """Records that meter three credits a week."""
    engine = Engine.model_construct(credits_allowance=3, credits_refill_hours=168.0)
    return Records(redis, engine, now=clock, lease_s=5)
