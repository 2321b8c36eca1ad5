"""A studio for each test, footage once a run."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.operations.studio import Studio


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run's footage lies."""
    return tmp_path_factory.mktemp("footage")


@pytest.fixture
def studio(redis: Redis, files: Path, tmp_path: Path) -> Studio:
    """A studio on the run's Redis."""
    return Studio.on(redis, files, tmp_path)
