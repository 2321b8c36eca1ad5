"""Looking for faces in footage of drawn ones; needs the extra `vision`."""

from pathlib import Path

import pytest

from bot.engine.looking.faces import Faces, faces, model
from bot.engine.timeline.model import Box
from bot.media.probe import probe
from tests import footage, portrait

pytestmark = [
    pytest.mark.extra,
    pytest.mark.skipif(model() is None, reason="the extra vision is not installed"),
]


async def _faces(path: Path) -> Faces:
    weights = model()
    assert weights is not None
    return await faces(path, await probe(path), weights=weights)


def _at(boxes: tuple[Box, ...], time: int) -> Box:
    return [box for box in boxes if box.at <= time][-1]


def _holds(box: Box, place: portrait.Place, size: tuple[int, int]) -> bool:
    """Whether the middle of the box is inside the drawn face, and the box about as large."""
    left, top, side = place
    across, down = (box.x + box.w / 2) / 1000 * size[0], (box.y + box.h / 2) / 1000 * size[1]
    inside = (
        left + side * portrait.FACE[0] < across < left + side * portrait.FACE[2]
        and top + side * portrait.FACE[1] < down < top + side * portrait.FACE[3]
    )
    return inside and 0.3 < box.w / 1000 * size[0] / side < 0.8


async def test_a_face_is_followed_and_a_second_one_seen(tmp_path: Path) -> None:
    def places(second: float) -> list[portrait.Place]:
        near = [(round(20 + 30 * second), 100, 200)] if second < 4 else []
        return near + ([(480, 220, 110)] if second > 2 else [])

    found = await _faces(portrait.footage(tmp_path / "two.mp4", 7, places))
    for time in (600, 1_500, 2_500, 3_300):
        assert _holds(_at(found.main, time), places(time / 1000)[0], (640, 360))
    assert _holds(_at(found.main, 5_500), (480, 220, 110), (640, 360))
    assert len(found.everybody) == 2
    assert any(_holds(_at(row, 3_000), (480, 220, 110), (640, 360)) for row in found.everybody)


async def test_boxes_are_of_the_picture_as_it_is_shown(tmp_path: Path) -> None:
    """Phone footage that lies on its side."""
    upright = portrait.footage(tmp_path / "up.mp4", 2, lambda _: [(60, 260, 240)], size=(360, 640))
    flat = tmp_path / "flat.mp4"
    footage.ffmpeg(["-i", str(upright), "-vf", "transpose=2", str(flat)])
    turned = tmp_path / "turned.mp4"
    footage.ffmpeg(["-display_rotation", "270", "-i", str(flat), "-c", "copy", str(turned)])
    assert _holds(_at((await _faces(turned)).main, 500), (60, 260, 240), (360, 640))


async def test_a_face_on_a_photo_is_seen_all_the_time(tmp_path: Path) -> None:
    portrait.portrait(360).save(tmp_path / "photo.jpg")
    found = await _faces(tmp_path / "photo.jpg")
    assert [box.at for box in found.main] == [0]
    assert _holds(found.main[0], (0, 0, 360), (360, 360))
    assert found.everybody == (found.main,)


async def test_no_face_is_none(tmp_path: Path) -> None:
    assert await _faces(footage.make_talk(tmp_path / "talk.mp4", 3).path) == Faces()
