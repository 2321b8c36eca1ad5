"""A scripted upstream, settings that name it, and small files to give."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.settings import Settings
from tests.upstream.plugin import upstream
from tests.upstream.server import CLIP, Upstream
from tests.watch.bench import cloud

__all__ = ["upstream"]


@pytest.fixture
def nemo(settings: Settings, upstream: Upstream, redis: Redis) -> Settings:
    """Settings with the scripted upstream as the cloud, on an empty Redis."""
    return cloud(settings, upstream.url)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Bytes that the scripted upstream takes for a video."""
    file = tmp_path / "holiday clip.mp4"
    file.write_bytes(CLIP)
    return file
