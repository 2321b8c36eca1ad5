"""Black bars: found to the line in footage and photos, and none where there are none."""

from pathlib import Path

import pytest
from PIL import Image

from bot.engine.looking.bars import bars
from bot.media.probe import probe
from tests.engine.render import clips

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("null", (0, 0, 0, 0)),
        ("pad=320:240:0:30:black", (0, 125, 0, 125)),
        ("pad=480:180:120:0:black", (250, 0, 83, 0)),
        ("drawbox=t=fill:color=black", (0, 0, 0, 0)),
    ],
    ids=["none", "letterbox", "pillars", "all black"],
)
async def test_the_bars_of_footage(tmp_path: Path, filters: str, expected: tuple[int, ...]) -> None:
    source = clips.footage(tmp_path / "a.mp4", frames=60, picture_filter=filters)
    found = await bars(source.path, source.facts)
    assert max(abs(one - other) for one, other in zip(found, expected, strict=True)) <= 8


async def test_the_bars_of_a_photo(tmp_path: Path) -> None:
    picture = Image.new("RGB", (400, 300), "black")
    picture.paste("orange", (0, 60, 400, 270))
    picture.save(tmp_path / "photo.jpg")
    assert await bars(tmp_path / "photo.jpg", await probe(tmp_path / "photo.jpg")) == (0, 200, 0, 100)
