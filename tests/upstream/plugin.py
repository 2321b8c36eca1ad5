"""The fixture: import it into a `conftest.py` to have it."""

from collections.abc import AsyncIterator

import pytest

from tests.upstream.server import Upstream, scripted


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    """A scripted NemoVideo of the test's own."""
    async with scripted() as running:
        yield running
