"""The upload bench does what it says: everybody takes the file in, and nothing of it is left."""

from pathlib import Path

import pytest

from tests.bench.upload import COPY, OURS, SINK, measured


@pytest.mark.long
async def test_everybody_takes_a_turn(tmp_path: Path) -> None:
    sides = await measured(tmp_path, 3_000_000, 2)
    assert [one.name for one in sides] == [COPY, SINK, OURS]
    assert all(len(one.took) == 2 and one.speed(3_000_000) > 0 for one in sides)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size == 3_000_000] == [
        "large.mp4"
    ]
