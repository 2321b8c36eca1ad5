"""A store on the session's Redis, with a clock that tests set."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.store.models import Place, Render, Thread, Turn
from bot.store.store import Store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEY = SecretStr("a key for tests")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(redis: Redis, clock: Callable[[], datetime]) -> Store:
    return Store(redis, KEY, clock)


def place(thread: str) -> Place:
    return Place(face="terminal", thread=thread)


def make_thread(key: str = "t1", owner: str | None = None) -> Thread:
    return Thread(key=key, place=place(key), owner=owner, created=NOW, touched=NOW)


def make_turn(id_: str, thread: str = "t1", words: str = "") -> Turn:
    return Turn(id=id_, place=place(thread), words=words, created=NOW)


def make_render(id_: str, thread: str = "t1", created: datetime = NOW) -> Render:
    return Render(id=id_, place=place(thread), session="s", created=created)
