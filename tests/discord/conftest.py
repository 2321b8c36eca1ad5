"""The wire for a module's tests, and its standing invariants after each of them."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.discord.wire.rules import UPLOAD_LIMIT
from tests.discord.wire.world import Wire, wire


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="wire")
async def module_wire() -> AsyncIterator[Wire]:
    """One Discord for the module."""
    async with wire() as world:
        yield world


@pytest.fixture(autouse=True)
def invariants(wire: Wire) -> Iterator[None]:
    """No late, double or invalid answer, no rate limit hit, no unknown route, nobody pinged: in any test."""
    wire.rules.upload_limit = UPLOAD_LIMIT
    wire.rules.next_second()
    yield
    wire.ledger.verify()
