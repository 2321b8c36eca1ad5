"""A scripted upstream behind a bot that is reached from outside."""

import pytest
from redis.asyncio import Redis

from bot.settings import Settings
from tests.upstream.plugin import upstream
from tests.upstream.server import Upstream
from tests.web.page import served

__all__ = ["upstream"]


@pytest.fixture
def reached(settings: Settings, upstream: Upstream, redis: Redis) -> Settings:
    """Settings of a bot whose web server users reach."""
    return served(settings, upstream.url)
